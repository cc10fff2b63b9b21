//! "This was not me": what a link in a mail leads to. The link itself changes nothing: mail
//! scanners follow every one.

use leptos::prelude::*;

use crate::api::fields;
use crate::shared::routes;
use crate::ui::components::PlainForm;
use crate::ui::messages::use_words;

/// What the page shows.
#[derive(Clone)]
pub struct NotMeScreen {
    /// Whom the mail was about, masked.
    pub contact: String,
    /// Whether the button signs everybody out, too.
    pub ends_sessions: bool,
    /// From the link.
    pub token: String,
}

/// The page that asks.
#[component]
pub fn NotMePage(
    /// What it shows.
    screen: NotMeScreen,
) -> impl IntoView {
    let words = use_words();
    view! {
        <h1>{words.say("not-me-heading")}</h1>
        <p class="lead">{words.not_me(&screen.contact, screen.ends_sessions)}</p>
        <PlainForm
            id="not-me-form"
            action=routes::OTP_NOT_ME
            label=words.say("not-me-button")
            busy=words.say("one-moment")
            look="primary"
            fields=vec![(fields::TOKEN, screen.token)]
        />
        <p class="hint">{words.say("not-me-calm")}</p>
    }
}

/// The page that says what was done.
#[component]
pub fn NotMeDonePage(
    /// Whom the mail was about, masked.
    contact: String,
    /// Whether everybody was signed out, too.
    ends_sessions: bool,
) -> impl IntoView {
    let words = use_words();
    view! {
        <h1>{words.say("not-me-done-heading")}</h1>
        <p class="lead">{words.not_me_done(&contact, ends_sessions)}</p>
        <p>
            <a class="away" href=routes::ROOT>
                {words.say("start-again")}
            </a>
        </p>
    }
}
