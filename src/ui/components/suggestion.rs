//! What was probably meant.

use leptos::prelude::*;

use crate::shared::{ContactType, typing::meant_address};
use crate::ui::messages::use_words;

/// Asks whether another email address was meant, and never insists. With the island `ContactForm`
/// it asks while somebody types and takes a press; without, it is a sentence beside the error.
#[component]
pub fn Suggestion(
    /// The kind of contact.
    kind: ContactType,
    /// What was typed and not accepted.
    value: String,
) -> impl IntoView {
    let words = use_words();
    let ask = |address: &str| words.with("contact-suggestion", "contact", address);
    let meant = if kind == ContactType::Email {
        meant_address(&value)
    } else {
        None
    };
    view! {
        <p id="suggestion" class="hint" role="status" data-text=words.with_place("contact-suggestion", "contact")>
            {meant.map(|address| ask(&address))}
        </p>
    }
}
