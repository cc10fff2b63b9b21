//! The request screen, on which a customer requests a code.

use leptos::prelude::*;

use crate::api::{Notice, OtpError, RequestForm, fields};
use crate::shared::{ContactType, Translator, routes};
use crate::ui::components::{
    Challenge, ChallengeProgress, ContactField, Outcome, PendingNotice, Proof,
    field_error::field_message,
};
use crate::ui::islands::ContactForm;
use crate::ui::messages::use_translator;

/// The data of the request screen.
#[derive(Clone, Debug)]
pub struct RequestScreen {
    /// The preselected contact type.
    pub contact_type: ContactType,
    /// The contact as the customer typed it; empty at first.
    pub contact_value: String,
    /// The path on this site to go to after sign-in; empty for the account page.
    pub next: String,
    /// The error of the last request, if it was rejected.
    pub error: Option<OtpError>,
    /// The flash message of the last step, if there is one.
    pub notice: Option<Notice>,
    /// The sign-in that is in progress in this browser.
    pub pending: Option<Pending>,
    /// The availability of text messages at the moment.
    pub text_messages: TextMessages,
    /// The kinds of contact that no message can reach at the moment.
    pub down: Vec<ContactType>,
    /// Whether this device remembers the contact.
    pub is_remembered: bool,
    /// The challenge to solve before a code is sent, if the network has reached its soft limit.
    pub challenge: Challenge,
}

/// The availability of text messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextMessages {
    /// No text messages are sent, so that there is no choice to make.
    Off,
    /// Text messages are sent to everybody.
    Open,
    /// Text messages are sent to everybody, but email is the better choice.
    EmailFirst,
    /// Text messages are sent only to browsers that have signed in before.
    KnownOnly,
}

impl TextMessages {
    fn hint(self, translator: &Translator) -> Option<String> {
        match self {
            Self::Off | Self::Open => None,
            Self::EmailFirst => Some(translator.t("email-quicker")),
            Self::KnownOnly => Some(translator.t("texts-known-only")),
        }
    }
}

/// A live code that this browser has requested.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The contact that the code was sent to, as the customer typed it.
    pub contact: String,
    /// The time of day at which it was sent, for people.
    pub time: String,
}

impl RequestScreen {
    /// Returns the title of the page, without the brand.
    #[must_use]
    pub fn title(&self, translator: &Translator) -> String {
        translator.title(translator.t("request-heading"), self.error.as_ref())
    }
}

/// The request screen: the choice of a contact and the form that requests a code.
#[component]
pub fn RequestPage(
    /// The data to show.
    screen: RequestScreen,
) -> impl IntoView {
    let translator = use_translator();
    let RequestScreen {
        contact_type,
        contact_value,
        next,
        error,
        notice,
        pending,
        text_messages,
        ..
    } = screen;
    let (challenge, down) = (screen.challenge, screen.down);
    let next =
        (!next.is_empty()).then(|| view! { <input type="hidden" name=fields::NEXT value=next /> });
    let is_choice = text_messages != TextMessages::Off;
    let kinds: &[_] = if is_choice {
        &ContactType::ALL
    } else {
        &[ContactType::Email]
    };
    let lonely = (!is_choice && down.contains(&ContactType::Email))
        .then(|| translator.t_for_type("channel-down", contact_type));
    view! {
        <Outcome error=error.clone() notice field="contact_value" />
        <h1>{translator.t("request-heading")}</h1>
        <p class="lead">{translator.t("request-intro")}</p>
        {lonely.map(|text| view! { <p class="warning">{text}</p> })}
        {pending.map(|Pending { contact, time }| view! { <PendingNotice contact time path=routes::OTP_VERIFY /> })}
        <form
            id=FORM
            method="post"
            action=routes::OTP_REQUEST
            novalidate=true
            data-unreachable=translator.t("contact-not-sent")
        >
            {is_choice.then(|| view! { <ContactTypes selected=contact_type text_messages down /> })}
            <ContactField kinds kind=contact_type value=contact_value error=field_message(&translator, error.as_ref(), "contact_value") />
            {next}
            <Remember is_remembered=screen.is_remembered />
            <Proof challenge=challenge.clone() />
            <button class="primary" type="submit" data-busy=translator.t("sending")>
                {translator.t("request-button")}
            </button>
        </form>
        <ChallengeProgress challenge />
        <ContactForm />
    }
}

/// The id of the request form.
pub const FORM: &str = "request-form";

/// The choice between email and text message.
#[component]
fn ContactTypes(
    /// The preselected kind of contact.
    selected: ContactType,
    /// The availability of text messages.
    text_messages: TextMessages,
    /// The kinds of contact that no message can reach at the moment.
    down: Vec<ContactType>,
) -> impl IntoView {
    let translator = use_translator();
    let is_down = |kind| down.contains(&kind);
    let hints = ContactType::ALL.map(|kind| {
        let of_texts = || {
            text_messages
                .hint(&translator)
                .filter(|_| kind == ContactType::Phone)
        };
        if is_down(kind) {
            Some(translator.t_for_type("channel-down", kind))
        } else {
            of_texts()
        }
    });
    // If both kinds are down, neither is disabled: the message waits until one of them works again.
    let is_off = |kind: ContactType| is_down(kind) && !is_down(kind.other());
    let radios = ContactType::ALL
        .into_iter()
        .zip(&hints)
        .map(|(kind, hint)| {
            let value = kind.as_str();
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        id=format!("contact_type_{value}")
                        name=fields::CONTACT_TYPE
                        value=value
                        checked=kind == selected
                        disabled=is_off(kind)
                        aria-describedby=hint.is_some().then(|| format!("{value}-hint"))
                        data-example=translator.t_for_type("contact-example", kind)
                    />
                    <span>{translator.t_for_type("contact-type", kind)}</span>
                </label>
            }
        });
    let radios = radios.collect_view();
    let hints = ContactType::ALL
        .into_iter()
        .zip(hints)
        .filter_map(|(kind, hint)| {
            let id = format!("{}-hint", kind.as_str());
            hint.map(|hint| view! { <p id=id class="hint">{hint}</p> })
        });
    view! {
        <fieldset>
            <legend>{translator.t("contact-type-legend")}</legend>
            <div class="choices">{radios}</div>
            {hints.collect_view()}
        </fieldset>
    }
}

/// The checkbox that lets the device remember the contact for the next sign-in. The choice is up to
/// the owner of the device.
#[component]
fn Remember(
    /// Whether the device remembers the contact now.
    is_remembered: bool,
) -> impl IntoView {
    let translator = use_translator();
    view! {
        <label class="checkbox">
            <input type="checkbox" name=fields::REMEMBER value=RequestForm::YES checked=is_remembered aria-describedby="remember-hint" />
            <span>{translator.t("remember-contact")}</span>
        </label>
        <p id="remember-hint" class="hint">
            {translator.t("remember-hint")}
        </p>
    }
}
