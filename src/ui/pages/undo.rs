//! The page that the link in the notice of a contact change leads to. The link itself changes
//! nothing, because mail scanners follow every link.

use leptos::prelude::*;

use crate::api::fields;
use crate::shared::routes;
use crate::ui::components::PlainForm;
use crate::ui::messages::use_translator;

/// The data of the page.
#[derive(Clone)]
pub struct UndoScreen {
    /// The current contact, masked.
    pub new: String,
    /// The previous contact, masked; `None` if there was none.
    pub old: Option<String>,
    /// The token of the link.
    pub token: String,
}

/// The page that asks for confirmation.
#[component]
pub fn UndoPage(
    /// The data to show.
    screen: UndoScreen,
) -> impl IntoView {
    let translator = use_translator();
    view! {
        <h1>{translator.t("undo-heading")}</h1>
        <p class="lead">{translator.undo(&screen.new, screen.old.as_deref())}</p>
        <p>{translator.t("undo-all")}</p>
        <PlainForm
            id="undo-form"
            action=routes::ACCOUNT_CONTACT_UNDO
            label=translator.t("undo-button")
            busy=translator.t("one-moment")
            look="primary"
            fields=vec![(fields::TOKEN, screen.token)]
        />
        <p class="hint">{translator.t("undo-calm")}</p>
    }
}

/// The page that says that the change was undone.
#[component]
pub fn UndoDonePage() -> impl IntoView {
    let translator = use_translator();
    view! {
        <h1>{translator.t("undo-done-heading")}</h1>
        <p class="lead">{translator.t("undo-done-text")}</p>
        <p>
            <a class="standalone-link" href=routes::ROOT>
                {translator.t("start-again")}
            </a>
        </p>
    }
}
