//! The request screen: where a customer asks for a code.

use leptos::prelude::*;

use crate::api::{Notice, OtpError};
use crate::shared::{ContactType, routes};
use crate::ui::components::{
    Asked, ContactField, ErrorSummary, NoticeBanner, PendingNotice, Proof, ProofMeans, field_error::about_field,
};
use crate::ui::islands::ContactForm;
use crate::ui::messages;

/// What the request screen shows.
#[derive(Clone, Debug)]
pub struct RequestScreen {
    /// The preselected contact type.
    pub contact_type: ContactType,
    /// The contact as the customer typed it; empty at first.
    pub contact_value: String,
    /// Own path to go to after signing in; empty for the account page.
    pub next: String,
    /// Why the last request was not accepted.
    pub error: Option<OtpError>,
    /// What the last step did.
    pub notice: Option<Notice>,
    /// The sign-in that is in progress in this browser.
    pub pending: Option<Pending>,
    /// Who gets text messages at the moment.
    pub text_messages: TextMessages,
    /// What has to be solved before a code is sent, if the network has asked for many.
    pub asked: Asked,
}

/// Who gets text messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextMessages {
    /// Nobody: there is no choice to make.
    Off,
    /// Everybody.
    Open,
    /// Everybody, but email is the better choice.
    EmailFirst,
    /// Browsers that have signed in before.
    KnownOnly,
}

impl TextMessages {
    const fn hint(self) -> Option<&'static str> {
        match self {
            Self::Off | Self::Open => None,
            Self::EmailFirst => Some(messages::EMAIL_QUICKER),
            Self::KnownOnly => Some(messages::TEXTS_KNOWN_ONLY),
        }
    }
}

/// A live code of this browser.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Where the code was sent, as the customer typed it.
    pub contact: String,
}

impl RequestScreen {
    /// Title without the brand.
    #[must_use]
    pub fn title(&self) -> String {
        messages::title(messages::REQUEST_HEADING, self.error.is_some())
    }
}

/// The request screen.
#[component]
pub fn RequestPage(
    /// What it shows.
    screen: RequestScreen,
) -> impl IntoView {
    let RequestScreen { contact_type, contact_value, next, error, notice, pending, text_messages, asked } = screen;
    let next = (!next.is_empty()).then(|| view! { <input type="hidden" name="next" value=next /> });
    view! {
        <NoticeBanner notice />
        <h1>{messages::REQUEST_HEADING}</h1>
        <p class="lead">{messages::REQUEST_INTRO}</p>
        <ErrorSummary message=error.as_ref().map(messages::error) field="contact_value" />
        {pending.map(|pending| view! { <PendingNotice contact=pending.contact path=routes::OTP_VERIFY /> })}
        <form id="request-form" method="post" action=routes::OTP_REQUEST novalidate=true>
            {(text_messages != TextMessages::Off).then(|| view! { <ContactTypes selected=contact_type text_messages /> })}
            <ContactField kind=contact_type value=contact_value error=about_field(error.as_ref()) />
            {next}
            <Proof asked=asked.clone() />
            <button class="primary" type="submit" data-busy=messages::SENDING>
                {messages::REQUEST_BUTTON}
            </button>
        </form>
        <ProofMeans asked />
        <p id="form-status" class="visually-hidden" role="status"></p>
        <ContactForm />
    }
}

/// The choice between email and text message.
#[component]
fn ContactTypes(
    /// The preselected type.
    selected: ContactType,
    /// Who gets text messages.
    text_messages: TextMessages,
) -> impl IntoView {
    let hint = text_messages.hint();
    let radios = ContactType::ALL.map(|kind| {
        let value = kind.as_str();
        view! {
            <label class="choice">
                <input
                    type="radio"
                    id=format!("contact_type_{value}")
                    name="contact_type"
                    value=value
                    checked=kind == selected
                    aria-describedby=hint.filter(|_| kind == ContactType::Phone).map(|_| "phone-hint")
                />
                <span>{messages::contact_type(kind)}</span>
            </label>
        }
    });
    view! {
        <fieldset>
            <legend>{messages::CONTACT_TYPE_LEGEND}</legend>
            <div class="choices">{radios}</div>
            {hint.map(|hint| view! { <p id="phone-hint" class="hint">{hint}</p> })}
        </fieldset>
    }
}
