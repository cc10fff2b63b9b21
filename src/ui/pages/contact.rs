//! The pages on which a customer changes a contact: first the new contact, then the code that was
//! sent to it.

use leptos::prelude::*;

use crate::api::{Notice, OtpError, fields};
use crate::shared::{ContactType, Translator, routes};
use crate::ui::components::{
    BackToAccount, CodeEntry, ContactInput, FieldError, OpenCode, Outcome, PendingNotice,
    PlainForm, field_error::field_message,
};
use crate::ui::messages::use_translator;

/// The data of the page for the new contact.
#[derive(Clone, Debug)]
pub struct ContactScreen {
    /// The customer's current contacts, masked, in the order of [`ContactType::ALL`].
    pub current: [Option<String>; 2],
    /// Whether the site sends text messages at all.
    pub text_messages: bool,
    /// The contact that was typed before, and its kind.
    pub draft: (ContactType, String),
    /// The new contact that a live code was sent to, and the time of day at which it was sent.
    pub pending: Option<(String, String)>,
    /// The error of the last form, if it was rejected.
    pub error: Option<OtpError>,
    /// The flash message of the last step, if there is one.
    pub notice: Option<Notice>,
}

/// The data of the page for the code.
#[derive(Clone, Debug)]
pub struct NewContactScreen {
    /// The new contact and its kind.
    pub contact: (ContactType, String),
    /// The code that was sent to that contact.
    pub code: OpenCode,
    /// The error of the last form, if it was rejected.
    pub error: Option<OtpError>,
    /// The flash message of the last step, if there is one.
    pub notice: Option<Notice>,
}

impl ContactScreen {
    /// Returns the title of the page, without the brand.
    #[must_use]
    pub fn title(&self, translator: &Translator) -> String {
        translator.title(translator.t("contact-heading"), self.error.as_ref())
    }
}

impl NewContactScreen {
    /// Returns the title of the page, without the brand.
    #[must_use]
    pub fn title(&self, translator: &Translator) -> String {
        translator.title(
            translator.t_for_type("verify-heading", self.contact.0),
            self.error.as_ref(),
        )
    }
}

/// The page for the new contact. It has one form for each kind, so that each field says without a
/// script what it accepts.
#[component]
pub fn ContactPage(
    /// The data to show.
    screen: ContactScreen,
) -> impl IntoView {
    let translator = use_translator();
    let ContactScreen {
        current,
        text_messages,
        draft: (kind, value),
        pending,
        error,
        notice,
    } = screen;
    let forms = ContactType::ALL.into_iter().zip(current);
    let forms = forms
        .filter(|(kind, _)| *kind == ContactType::Email || text_messages)
        .map(|(own, current)| {
            let is_meant = own == kind;
            let value = if is_meant {
                value.clone()
            } else {
                String::new()
            };
            let error =
                field_message(&translator, error.as_ref(), "contact_value").filter(|_| is_meant);
            view! { <NewContact kind=own current value error /> }
        });
    view! {
        <Outcome error=error.clone() notice field=kind.as_str() />
        <h1>{translator.t("contact-heading")}</h1>
        <p class="lead">{translator.t("contact-text")}</p>
        {pending.map(|(contact, time)| view! { <PendingNotice contact time path=routes::ACCOUNT_CONTACT_VERIFY /> })}
        {forms.collect_view()}
        <BackToAccount />
    }
}

/// The form for a new contact of one kind.
#[component]
fn NewContact(
    /// The kind of the contact.
    kind: ContactType,
    /// The customer's current contact of this kind, masked.
    current: Option<String>,
    /// The contact that was typed before.
    value: String,
    /// The error of that contact, if there is one.
    error: Option<String>,
) -> impl IntoView {
    let translator = use_translator();
    let name = kind.as_str();
    let is_invalid = error.is_some();
    view! {
        <form id=format!("{name}-form") method="post" action=routes::ACCOUNT_CONTACT novalidate=true data-plain="">
            <input type="hidden" name=fields::CONTACT_TYPE value=name />
            <div class="field">
                <label id=format!("{name}-label") for=name>{translator.t_for_type("new-contact-label", kind)}</label>
                <p id=format!("{name}-now") class="hint">
                    {translator.current_contact(current.as_deref())}
                </p>
                <FieldError id=format!("{name}-error") message=error />
                <ContactInput id=name kind value is_invalid described_by=format!("{name}-now {name}-error") />
            </div>
            <button
                id=format!("{name}-send")
                class="primary"
                type="submit"
                aria-labelledby=format!("{name}-send {name}-label")
                data-busy=translator.t("sending")>
                {translator.t("request-button")}
            </button>
        </form>
    }
}

/// The page for the code.
#[component]
pub fn NewContactPage(
    /// The data to show.
    screen: NewContactScreen,
) -> impl IntoView {
    let translator = use_translator();
    let NewContactScreen {
        contact: (kind, contact),
        code,
        error,
        notice,
    } = screen;
    let (before, after) = translator.new_contact_sent_to(code.format);
    view! {
        <Outcome error=error.clone() notice field="otp_code" />
        <h1>{translator.t_for_type("verify-heading", kind)}</h1>
        <p class="lead">
            {before}
            <strong class="contact" dir="auto" translate="no">
                {contact.clone()}
            </strong>
            {after}
        </p>
        <CodeEntry action=routes::ACCOUNT_CONTACT_VERIFY code error />
        <PlainForm
            id="send-form"
            action=routes::ACCOUNT_CONTACT
            label=translator.t("resend-button")
            busy=translator.t("sending")
            look="secondary"
            fields=vec![(fields::CONTACT_TYPE, kind.as_str().to_owned()), (fields::CONTACT_VALUE, contact)]
        />
        <p>
            <a class="standalone-link" href=routes::ACCOUNT_CONTACT>
                {translator.t_for_type("change-button", kind)}
            </a>
        </p>
    }
}
