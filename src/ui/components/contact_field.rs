//! The one field that takes an email address or a phone number.

use leptos::prelude::*;

use super::{ContactInput, FieldError, Suggestion};
use crate::shared::ContactType;
use crate::ui::messages::use_words;

/// Label, hint, error and input of the contact. Which label and hint show follows the radio by a
/// rule of the stylesheet, with or without a script; the keyboard and what the browser offers
/// follow it by the island `ContactForm`.
#[component]
pub fn ContactField(
    /// The kinds to choose from.
    kinds: &'static [ContactType],
    /// The preselected contact type.
    kind: ContactType,
    /// What the customer typed before; it stays (WCAG 2.2 SC 3.3.7).
    value: String,
    /// What is wrong with it, if anything is.
    error: Option<String>,
) -> impl IntoView {
    let words = use_words();
    let is_invalid = error.is_some();
    let of_each = |id: &'static str| {
        let texts = kinds
            .iter()
            .map(|kind| view! { <span class=["of-", kind.as_str()].concat()>{words.of_kind(id, *kind)}</span> });
        texts.collect_view()
    };
    view! {
        <div class="field">
            <label for="contact_value">{of_each("contact-label")}</label>
            <p id="contact-hint" class="hint">
                {of_each("contact-hint")}
            </p>
            <FieldError id="contact-error" message=error />
            <ContactInput
                id="contact_value"
                kind
                value=value.clone()
                is_invalid
                described_by="contact-hint contact-error suggestion"
            />
            <Suggestion kind value />
        </div>
    }
}
