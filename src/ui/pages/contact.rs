//! Where a customer changes a contact: first the new one, then the code that went to it.

use leptos::prelude::*;
use leptos::tachys::html::attribute::custom::custom_attribute;

use crate::api::{Notice, OtpError};
use crate::shared::{ContactType, routes};
use crate::ui::components::{
    CodeEntry, ErrorSummary, FieldError, NoticeBanner, OpenCode, PendingNotice, PlainForm, contact_field::attributes,
    field_error::about_field,
};
use crate::ui::islands::{FreshPage, PlainForms};
use crate::ui::messages;

/// What the page for the new contact shows.
#[derive(Clone, Debug)]
pub struct ContactScreen {
    /// The customer's contacts now, masked, in the order of [`ContactType::ALL`].
    pub current: [Option<String>; 2],
    /// Whether text messages go out at all.
    pub text_messages: bool,
    /// What was typed before, and as which kind.
    pub draft: (ContactType, String),
    /// The new contact that a live code went to.
    pub pending: Option<String>,
    /// Why the last form was not accepted.
    pub error: Option<OtpError>,
    /// What the last step did.
    pub notice: Option<Notice>,
}

/// What the page for the code shows.
#[derive(Clone, Debug)]
pub struct NewContactScreen {
    /// The new contact and its kind.
    pub contact: (ContactType, String),
    /// The code that went to it.
    pub code: OpenCode,
    /// Why the last form was not accepted.
    pub error: Option<OtpError>,
    /// What the last step did.
    pub notice: Option<Notice>,
}

impl ContactScreen {
    /// Title without the brand.
    #[must_use]
    pub fn title(&self) -> String {
        messages::title(messages::CONTACT_HEADING, self.error.is_some())
    }
}

impl NewContactScreen {
    /// Title without the brand.
    #[must_use]
    pub fn title(&self) -> String {
        messages::title(messages::verify_heading(self.contact.0), self.error.is_some())
    }
}

/// The page for the new contact: a form for each kind, so that each field says without a script what it takes.
#[component]
pub fn ContactPage(
    /// What it shows.
    screen: ContactScreen,
) -> impl IntoView {
    let ContactScreen { current, text_messages, draft: (kind, value), pending, error, notice } = screen;
    let summary = error.as_ref().map(messages::error);
    let forms = ContactType::ALL.into_iter().zip(current);
    let forms = forms.filter(|(kind, _)| *kind == ContactType::Email || text_messages).map(|(own, current)| {
        let is_meant = own == kind;
        let value = if is_meant { value.clone() } else { String::new() };
        let error = about_field(error.as_ref()).filter(|_| is_meant);
        view! { <NewContact kind=own current value error /> }
    });
    view! {
        <NoticeBanner notice />
        <h1>{messages::CONTACT_HEADING}</h1>
        <p class="lead">{messages::CONTACT_TEXT}</p>
        <ErrorSummary message=summary field=kind.as_str() />
        {pending.map(|contact| view! { <PendingNotice contact path=routes::ACCOUNT_CONTACT_VERIFY /> })}
        {forms.collect_view()}
        <p>
            <a class="away" href=routes::ACCOUNT>
                {messages::CONFIRM_LOGOUT_BACK}
            </a>
        </p>
        <PlainForms />
        <FreshPage />
    }
}

/// The form for a new contact of one kind.
#[component]
fn NewContact(
    /// Its kind.
    kind: ContactType,
    /// The contact as it is, masked.
    current: Option<String>,
    /// What was typed before.
    value: String,
    /// What is wrong with it, if anything is.
    error: Option<String>,
) -> impl IntoView {
    let name = kind.as_str();
    let [(_, inputmode), (_, autocomplete), (_, dir), (_, placeholder)] = attributes(kind);
    let invalid = error.is_some().then_some("true");
    view! {
        <form id=format!("{name}-form") method="post" action=routes::ACCOUNT_CONTACT novalidate=true data-plain="">
            <input type="hidden" name="contact_type" value=name />
            <div class="field">
                <label for=name>{messages::new_contact_label(kind)}</label>
                <p id=format!("{name}-now") class="hint">
                    {messages::current_contact(current.as_deref())}
                </p>
                <FieldError id=format!("{name}-error") message=error />
                <input
                    id=name
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
                    aria-describedby=format!("{name}-now {name}-error")
                    aria-invalid=invalid
                    value=value
                />
            </div>
            <button class="primary" type="submit" data-busy=messages::SENDING>
                {messages::REQUEST_BUTTON}
            </button>
        </form>
    }
}

/// The page for the code.
#[component]
pub fn NewContactPage(
    /// What it shows.
    screen: NewContactScreen,
) -> impl IntoView {
    let NewContactScreen { contact: (kind, contact), code, error, notice } = screen;
    let (before, after) = messages::new_contact_sent_to(code.format);
    view! {
        <NoticeBanner notice />
        <h1>{messages::verify_heading(kind)}</h1>
        <p class="lead">
            {before}
            <strong class="contact" dir="auto" translate="no">
                {contact.clone()}
            </strong>
            {after}
        </p>
        <ErrorSummary message=error.as_ref().map(messages::error) field="otp_code" />
        <CodeEntry action=routes::ACCOUNT_CONTACT_VERIFY code error />
        <PlainForm
            id="send-form"
            action=routes::ACCOUNT_CONTACT
            label=messages::RESEND_BUTTON
            busy=messages::SENDING
            look="secondary"
            fields=vec![("contact_type", kind.as_str().to_owned()), ("contact_value", contact)]
        />
        <p>
            <a class="away" href=routes::ACCOUNT_CONTACT>
                {messages::change_button(kind)}
            </a>
        </p>
        <PlainForms />
        <FreshPage />
    }
}
