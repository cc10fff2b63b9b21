//! The suggestion for a mistyped email address.

use leptos::prelude::*;

use crate::shared::{ContactType, typing::suggest_email};
use crate::ui::messages::use_translator;

/// Asks whether another email address was meant; the customer may ignore it. With the island
/// `ContactForm`, it appears while the customer types and is a button. Without the island, it is a
/// sentence beside the error.
#[component]
pub fn Suggestion(
    /// The kind of contact.
    kind: ContactType,
    /// The contact that was typed and rejected.
    value: String,
) -> impl IntoView {
    let words = use_translator();
    let ask = |address: &str| words.with("contact-suggestion", "contact", address);
    let meant = if kind == ContactType::Email {
        suggest_email(&value)
    } else {
        None
    };
    view! {
        <p id="suggestion" class="hint" role="status" data-text=words.with_place("contact-suggestion", "contact")>
            {meant.map(|address| ask(&address))}
        </p>
    }
}
