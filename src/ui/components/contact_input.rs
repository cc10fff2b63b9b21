//! The input that takes a contact.

use leptos::prelude::*;
use leptos::tachys::html::attribute::custom::custom_attribute;

use crate::api::fields;
use crate::shared::ContactType;
use crate::ui::messages::use_words;

/// Attributes of the field that follow the contact type, by name.
///
/// `inputmode` chooses the keyboard, `autocomplete` what the browser offers (WCAG 2.2 SC 1.3.5). A
/// phone number keeps its order of digits in a right-to-left page.
#[must_use]
pub const fn attributes(kind: ContactType) -> [(&'static str, &'static str); 3] {
    let [inputmode, autocomplete, dir] = match kind {
        ContactType::Email => ["email", "email", "auto"],
        ContactType::Phone => ["tel", "tel", "ltr"],
    };
    [
        ("inputmode", inputmode),
        ("autocomplete", autocomplete),
        ("dir", dir),
    ]
}

/// The input, for whoever labels it.
#[component]
pub fn ContactInput(
    /// What its label names it by.
    id: &'static str,
    /// The kind of contact that it takes.
    kind: ContactType,
    /// What the customer typed before; it stays (WCAG 2.2 SC 3.3.7).
    value: String,
    /// Whether that was not accepted.
    is_invalid: bool,
    /// Ids of the texts that explain it.
    #[prop(into)]
    described_by: String,
) -> impl IntoView {
    let placeholder = use_words().of_kind("contact-example", kind);
    let [(_, inputmode), (_, autocomplete), (_, dir)] = attributes(kind);
    view! {
        <input
            id=id
            name=fields::CONTACT_VALUE
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
            required=true
            aria-describedby=described_by
            aria-invalid=is_invalid.then_some("true")
            value=value
        />
    }
}
