//! What the link in the notice of a changed contact leads to. The link itself changes nothing: mail
//! scanners follow every one.

use leptos::prelude::*;

use crate::api::fields;
use crate::shared::routes;
use crate::ui::components::PlainForm;
use crate::ui::messages::use_words;

/// What the page shows.
#[derive(Clone)]
pub struct UndoScreen {
    /// The contact as it is now, masked.
    pub new: String,
    /// As it was, masked; `None` if there was none.
    pub old: Option<String>,
    /// From the link.
    pub token: String,
}

/// The page that asks.
#[component]
pub fn UndoPage(
    /// What it shows.
    screen: UndoScreen,
) -> impl IntoView {
    let words = use_words();
    view! {
        <h1>{words.say("undo-heading")}</h1>
        <p class="lead">{words.undo(&screen.new, screen.old.as_deref())}</p>
        <PlainForm
            id="undo-form"
            action=routes::ACCOUNT_CONTACT_UNDO
            label=words.say("undo-button")
            busy=words.say("one-moment")
            look="primary"
            fields=vec![(fields::TOKEN, screen.token)]
        />
        <p class="hint">{words.say("undo-calm")}</p>
    }
}

/// The page that says what was done.
#[component]
pub fn UndoDonePage() -> impl IntoView {
    let words = use_words();
    view! {
        <h1>{words.say("undo-done-heading")}</h1>
        <p class="lead">{words.say("undo-done-text")}</p>
        <p>
            <a class="away" href=routes::ROOT>
                {words.say("start-again")}
            </a>
        </p>
    }
}
