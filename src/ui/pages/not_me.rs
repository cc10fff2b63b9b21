//! "This was not me": what a link in a mail leads to. The link itself changes nothing: mail scanners follow every one.

use leptos::prelude::*;

use crate::shared::routes;
use crate::ui::components::PlainForm;
use crate::ui::islands::PlainForms;
use crate::ui::messages;

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
    view! {
        <h1>{messages::NOT_ME_HEADING}</h1>
        <p class="lead">{messages::not_me(&screen.contact, screen.ends_sessions)}</p>
        <PlainForm
            id="not-me-form"
            action=routes::OTP_NOT_ME
            label=messages::NOT_ME_BUTTON
            busy=messages::ONE_MOMENT
            look="primary"
            fields=vec![("token", screen.token)]
        />
        <p class="hint">{messages::NOT_ME_CALM}</p>
        <PlainForms />
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
    view! {
        <h1>{messages::NOT_ME_DONE_HEADING}</h1>
        <p class="lead">{messages::not_me_done(&contact, ends_sessions)}</p>
        <p>
            <a class="away" href=routes::ROOT>
                {messages::START_AGAIN}
            </a>
        </p>
    }
}
