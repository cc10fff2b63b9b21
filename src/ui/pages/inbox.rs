//! The developer's inbox: the messages that went out, as customers see them.

use leptos::nonce::use_nonce;
use leptos::prelude::*;

use super::Clock;
use crate::shared::{ContactType, routes};
use crate::ui::messages::use_words;

// For developers, who read English.
const HEADING: &str = "Messages to customers";
const TEXT: &str =
    "What went out since the program started, newest first. This page is there with DEV only.";

/// What the inbox shows.
#[derive(Clone)]
pub struct InboxScreen {
    /// The messages, newest first.
    pub letters: Vec<ReadableLetter>,
}

/// A message. It has no `Debug`: it may hold a code.
#[derive(Clone)]
pub struct ReadableLetter {
    /// Its number, from 1.
    pub number: u64,
    /// When it went out.
    pub at: Clock,
    /// Email or text message.
    pub kind: ContactType,
    /// Whom it went to.
    pub to: String,
    /// The subject of an email.
    pub subject: Option<String>,
    /// The plain part of an email, or the text message.
    pub text: String,
    /// Path of the HTML part, if it has one.
    pub html: Option<String>,
}

impl InboxScreen {
    /// Title without the brand.
    #[must_use]
    pub fn title(&self) -> String {
        HEADING.to_owned()
    }
}

/// The inbox. It loads itself again when a message goes out; that script is its own, and no island:
/// customers do not download what only developers need.
#[component]
pub fn InboxPage(
    /// What it shows.
    screen: InboxScreen,
) -> impl IntoView {
    let newest = screen.letters.first().map_or(0, |letter| letter.number);
    let reload = format!(
        "new EventSource('{}?since={newest}').onmessage = () => location.reload()",
        routes::DEV_INBOX_CHANGES
    );
    let letters = screen
        .letters
        .into_iter()
        .map(|letter| view! { <Letter letter /> })
        .collect_view();
    view! {
        <h1>{HEADING}</h1>
        <p class="lead">{TEXT}</p>
        {letters}
        <script nonce=use_nonce()>{reload}</script>
    }
}

/// One message. Its HTML part is in a frame that may do nothing but show itself.
#[component]
fn Letter(
    /// The message.
    letter: ReadableLetter,
) -> impl IntoView {
    let words = use_words();
    let ReadableLetter {
        number,
        at,
        kind,
        to,
        subject,
        text,
        html,
    } = letter;
    let heading = subject.unwrap_or_else(|| words.of_kind("contact-type", kind));
    let title = format!("{number}: {heading}");
    view! {
        <article class="letter">
            <h2>{heading}</h2>
            <p class="hint">
                {to} ", " <time datetime=at.machine>{at.human}</time>
            </p>
            {html.map(|path| view! { <iframe sandbox="" src=path title=title></iframe> })}
            <pre>{linked(&text)}</pre>
        </article>
    }
}

/// The text with each address of a page as a link: the frame with the HTML part opens none.
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
