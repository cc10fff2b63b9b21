//! The suggestion for a mistyped email address.

use leptos::prelude::*;

use crate::shared::{ContactType, typing::suggest_email};
use crate::ui::messages::use_translator;

/// Asks whether another email address was suggestion; the customer may ignore it. With the island
/// `ContactForm`, it appears while the customer types and is a button. Without the island, it is a
/// sentence beside the error.
#[component]
pub fn Suggestion(
    /// The kind of contact.
    kind: ContactType,
    /// The contact that was typed and rejected.
    value: String,
) -> impl IntoView {
    let translator = use_translator();
    let question =
        |address: &str| translator.t_with_argument("contact-suggestion", "contact", address);
    let suggestion = if kind == ContactType::Email {
        suggest_email(&value)
    } else {
        None
    };
    view! {
        <p id="suggestion" class="hint" role="status" data-text=translator.t_with_placeholder("contact-suggestion", "contact")>
            {suggestion.map(|address| question(&address))}
        </p>
    }
}
