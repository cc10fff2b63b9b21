//! The input for a contact.

use leptos::prelude::*;
use leptos::tachys::html::attribute::custom::custom_attribute;

use crate::api::fields;
use crate::shared::ContactType;
use crate::ui::messages::use_translator;

/// Returns the names and values of the attributes that depend on the kind of contact.
///
/// `inputmode` selects the keyboard, `autocomplete` the browser's suggestions (WCAG 2.2 SC 1.3.5).
/// `dir` preserves the order of a phone number's digits on a right-to-left page.
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

/// The input for a contact, without a label.
#[component]
pub fn ContactInput(
    /// The id that the label refers to.
    id: &'static str,
    /// The kind of contact that the input accepts.
    kind: ContactType,
    /// The contact that the customer typed before, which stays (WCAG 2.2 SC 3.3.7).
    value: String,
    /// Whether that contact was rejected.
    is_invalid: bool,
    /// The ids of the texts that explain the input.
    #[prop(into)]
    described_by: String,
) -> impl IntoView {
    let placeholder = use_translator().t_for_type("contact-example", kind);
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
