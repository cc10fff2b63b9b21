//! The developer's inbox: the messages that were sent, as customers see them.

use leptos::nonce::use_nonce;
use leptos::prelude::*;

use super::DisplayTime;
use crate::shared::{ContactType, routes};
use crate::ui::messages::use_translator;

// Not translated, because only developers read this page.
const HEADING: &str = "Messages to customers";
const TEXT: &str = "Messages sent since the program started, newest first. Shown in DEV only.";

/// The data of the inbox.
#[derive(Clone)]
pub struct InboxScreen {
    /// The messages, newest first.
    pub messages: Vec<InboxMessage>,
}

/// A message. It has no `Debug`, because it may contain a code.
#[derive(Clone)]
pub struct InboxMessage {
    /// The number of the message, from 1.
    pub number: u64,
    /// The time at which it was sent.
    pub at: DisplayTime,
    /// The kind of message: email or text message.
    pub kind: ContactType,
    /// The recipient.
    pub to: String,
    /// The subject of an email.
    pub subject: Option<String>,
    /// The plain part of an email, or the text message.
    pub text: String,
    /// The path of the HTML part, if the message has one.
    pub html: Option<String>,
}

impl InboxScreen {
    /// Returns the title of the page, without the brand.
    #[must_use]
    pub fn title(&self) -> String {
        HEADING.to_owned()
    }
}

/// The inbox. It reloads itself when a message is sent. The script for that is not an island, so
/// that customers do not download what only developers need.
#[component]
pub fn InboxPage(
    /// The data to show.
    screen: InboxScreen,
) -> impl IntoView {
    let newest = screen.messages.first().map_or(0, |message| message.number);
    let reload = format!(
        "new EventSource('{}?since={newest}').onmessage = () => location.reload()",
        routes::DEV_INBOX_CHANGES
    );
    let messages = screen
        .messages
        .into_iter()
        .map(|message| view! { <SentMessage message /> })
        .collect_view();
    view! {
        <h1>{HEADING}</h1>
        <p class="lead">{TEXT}</p>
        {messages}
        <script nonce=use_nonce()>{reload}</script>
    }
}

/// One message. Its HTML part is in a sandboxed frame that has no permissions.
#[component]
fn SentMessage(
    /// The message.
    message: InboxMessage,
) -> impl IntoView {
    let translator = use_translator();
    let InboxMessage {
        number,
        at,
        kind,
        to,
        subject,
        text,
        html,
    } = message;
    let heading = subject.unwrap_or_else(|| translator.t_for_type("contact-type", kind));
    let title = format!("{number}: {heading}");
    view! {
        <article class="message">
            <h2>{heading}</h2>
            <p class="hint">
                {to} ", " <time datetime=at.machine>{at.human}</time>
            </p>
            {html.map(|path| view! { <iframe sandbox="" src=path title=title></iframe> })}
            <pre>{linked(&text)}</pre>
        </article>
    }
}

/// Renders the text with its URLs as links, because links in the sandboxed frame do not open.
fn linked(text: &str) -> impl IntoView + use<> {
    let words = text.split_inclusive(char::is_whitespace).map(|word| {
        let address = word.trim_end();
        if !address.starts_with("http://") && !address.starts_with("https://") {
            return word.to_owned().into_any();
        }
        view! {
            <a href=address.to_owned()>{address.to_owned()}</a>
            {word[address.len()..].to_owned()}
        }
        .into_any()
    });
    words.collect_view()
}
