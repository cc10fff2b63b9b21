//! The input field for an email address or a phone number.

use leptos::prelude::*;

use super::{ContactInput, FieldError, Suggestion};
use crate::shared::ContactType;
use crate::ui::messages::use_translator;

/// The contact field: label, hint, error and input. A rule of the stylesheet shows the label and
/// the hint that match the selected radio button, with or without scripts. The island `ContactForm`
/// adapts the keyboard and the autocompletion.
#[component]
pub fn ContactField(
    /// The kinds of contact to choose from.
    kinds: &'static [ContactType],
    /// The preselected kind of contact.
    kind: ContactType,
    /// The contact that the customer typed before, which stays (WCAG 2.2 SC 3.3.7).
    value: String,
    /// The error of that contact, if there is one.
    error: Option<String>,
) -> impl IntoView {
    let translator = use_translator();
    let is_invalid = error.is_some();
    let of_each = |id: &'static str| {
        let texts = kinds
            .iter()
            .map(|kind| view! { <span class=["for-", kind.as_str()].concat()>{translator.t_for_type(id, *kind)}</span> });
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
