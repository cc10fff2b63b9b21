//! "This was not me": the page that a link in an email leads to. The link itself changes nothing,
//! because mail scanners follow every link.

use leptos::prelude::*;

use crate::api::fields;
use crate::shared::routes;
use crate::ui::components::PlainForm;
use crate::ui::messages::use_translator;

/// The data of the page.
#[derive(Clone)]
pub struct NotMeScreen {
    /// The contact that the email was about, masked.
    pub contact: String,
    /// Whether the button also ends all sessions of the customer.
    pub ends_sessions: bool,
    /// The token of the link.
    pub token: String,
}

/// The page that asks for confirmation.
#[component]
pub fn NotMePage(
    /// The data to show.
    screen: NotMeScreen,
) -> impl IntoView {
    let translator = use_translator();
    view! {
        <h1>{translator.t("not-me-heading")}</h1>
        <p class="lead">{translator.not_me(&screen.contact, screen.ends_sessions)}</p>
        <PlainForm
            id="not-me-form"
            action=routes::OTP_NOT_ME
            label=translator.t("not-me-button")
            busy=translator.t("one-moment")
            look="primary"
            fields=vec![(fields::TOKEN, screen.token)]
        />
        <p class="hint">{translator.t("not-me-calm")}</p>
    }
}

/// The page that says what the button did.
#[component]
pub fn NotMeDonePage(
    /// The contact that the email was about, masked.
    contact: String,
    /// Whether all sessions of the customer were ended, too.
    ends_sessions: bool,
) -> impl IntoView {
    let translator = use_translator();
    view! {
        <h1>{translator.t("not-me-done-heading")}</h1>
        <p class="lead">{translator.not_me_done(&contact, ends_sessions)}</p>
        <p>
            <a class="standalone-link" href=routes::ROOT>
                {translator.t("start-again")}
            </a>
        </p>
    }
}
