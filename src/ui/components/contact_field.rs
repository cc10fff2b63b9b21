//! The one field that takes an email address or a phone number.

use leptos::prelude::*;
use leptos::tachys::html::attribute::custom::custom_attribute;

use super::FieldError;
use crate::shared::ContactType;
use crate::ui::messages;

/// Attributes of the field that follow the contact type, by name.
///
/// `inputmode` chooses the keyboard, `autocomplete` what the browser offers (WCAG 2.2 SC 1.3.5). A phone number keeps
/// its order of digits in a right-to-left page.
#[must_use]
pub const fn attributes(kind: ContactType) -> [(&'static str, &'static str); 4] {
    let [inputmode, autocomplete, dir] = match kind {
        ContactType::Email => ["email", "email", "auto"],
        ContactType::Phone => ["tel", "tel", "ltr"],
    };
    [
        ("inputmode", inputmode),
        ("autocomplete", autocomplete),
        ("dir", dir),
        ("placeholder", messages::contact_example(kind)),
    ]
}

/// Label, hint, error and input of the contact. The island `ContactForm` makes them follow the radio.
#[component]
pub fn ContactField(
    /// The preselected contact type.
    kind: ContactType,
    /// What the customer typed before; it stays (WCAG 2.2 SC 3.3.7).
    value: String,
    /// What is wrong with it, if anything is.
    error: Option<String>,
) -> impl IntoView {
    let [(_, inputmode), (_, autocomplete), (_, dir), (_, placeholder)] = attributes(kind);
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="field">
            <label id="contact-label" for="contact_value">
                {messages::contact_label(kind)}
            </label>
            <p id="contact-hint" class="hint">
                {messages::contact_hint(kind)}
            </p>
            <FieldError id="contact-error" message=error />
            <input
                id="contact_value"
                name="contact_value"
                type="text"
                inputmode=inputmode
                autocomplete=autocomplete
                dir=dir
                placeholder=placeholder
                autocapitalize="none"
                {..custom_attribute("autocorrect", "off")}
                spellcheck="false"
                enterkeyhint="send"
                translate="no"
                aria-describedby="contact-hint contact-error"
                aria-invalid=invalid
                value=value
            />
        </div>
    }
}
