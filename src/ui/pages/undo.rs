//! What the link in the notice of a changed contact leads to. The link itself changes nothing: mail scanners follow every one.

use leptos::prelude::*;

use crate::shared::routes;
use crate::ui::components::PlainForm;
use crate::ui::islands::PlainForms;
use crate::ui::messages;

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
    view! {
        <h1>{messages::UNDO_HEADING}</h1>
        <p class="lead">{messages::undo(&screen.new, screen.old.as_deref())}</p>
        <PlainForm
            id="undo-form"
            action=routes::ACCOUNT_CONTACT_UNDO
            label=messages::UNDO_BUTTON
            busy=messages::ONE_MOMENT
            look="primary"
            fields=vec![("token", screen.token)]
        />
        <p class="hint">{messages::UNDO_CALM}</p>
        <PlainForms />
    }
}

/// The page that says what was done.
#[component]
pub fn UndoDonePage() -> impl IntoView {
    view! {
        <h1>{messages::UNDO_DONE_HEADING}</h1>
        <p class="lead">{messages::UNDO_DONE_TEXT}</p>
        <p>
            <a class="away" href=routes::ROOT>
                {messages::START_AGAIN}
            </a>
        </p>
    }
}
