//! The request screen: where a customer asks for a code.

use leptos::prelude::*;

use crate::api::{Notice, OtpError, RequestForm, fields};
use crate::shared::{ContactType, Words, routes};
use crate::ui::components::{
    Asked, ContactField, Outcome, PendingNotice, Proof, ProofMeans, field_error::field_message,
};
use crate::ui::islands::ContactForm;
use crate::ui::messages::use_words;

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
    /// The kinds of contact that nothing reaches at the moment.
    pub down: Vec<ContactType>,
    /// Whether this device keeps the contact.
    pub is_remembered: bool,
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
    fn hint(self, words: &Words) -> Option<String> {
        match self {
            Self::Off | Self::Open => None,
            Self::EmailFirst => Some(words.say("email-quicker")),
            Self::KnownOnly => Some(words.say("texts-known-only")),
        }
    }
}

/// A live code of this browser.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Where the code was sent, as the customer typed it.
    pub contact: String,
    /// The time of day at which it was, for people.
    pub time: String,
}

impl RequestScreen {
    /// Title without the brand.
    #[must_use]
    pub fn title(&self, words: &Words) -> String {
        words.title(words.say("request-heading"), self.error.as_ref())
    }
}

/// The request screen.
#[component]
pub fn RequestPage(
    /// What it shows.
    screen: RequestScreen,
) -> impl IntoView {
    let words = use_words();
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
    let (asked, down) = (screen.asked, screen.down);
    let next =
        (!next.is_empty()).then(|| view! { <input type="hidden" name=fields::NEXT value=next /> });
    let is_choice = text_messages != TextMessages::Off;
    let kinds: &[_] = if is_choice {
        &ContactType::ALL
    } else {
        &[ContactType::Email]
    };
    let lonely = (!is_choice && down.contains(&ContactType::Email))
        .then(|| words.of_kind("channel-down", contact_type));
    view! {
        <Outcome error=error.clone() notice field="contact_value" />
        <h1>{words.say("request-heading")}</h1>
        <p class="lead">{words.say("request-intro")}</p>
        {lonely.map(|text| view! { <p class="warning">{text}</p> })}
        {pending.map(|Pending { contact, time }| view! { <PendingNotice contact time path=routes::OTP_VERIFY /> })}
        <form
            id=FORM
            method="post"
            action=routes::OTP_REQUEST
            novalidate=true
            data-unreachable=words.say("contact-not-sent")
        >
            {is_choice.then(|| view! { <ContactTypes selected=contact_type text_messages down /> })}
            <ContactField kinds kind=contact_type value=contact_value error=field_message(&words, error.as_ref(), "contact_value") />
            {next}
            <Remember is_remembered=screen.is_remembered />
            <Proof asked=asked.clone() />
            <button class="primary" type="submit" data-busy=words.say("sending")>
                {words.say("request-button")}
            </button>
        </form>
        <ProofMeans asked />
        <ContactForm />
    }
}

/// Id of the request form.
pub const FORM: &str = "request-form";

/// The choice between email and text message.
#[component]
fn ContactTypes(
    /// The preselected type.
    selected: ContactType,
    /// Who gets text messages.
    text_messages: TextMessages,
    /// What reaches nobody at the moment.
    down: Vec<ContactType>,
) -> impl IntoView {
    let words = use_words();
    let is_down = |kind| down.contains(&kind);
    let hints = ContactType::ALL.map(|kind| {
        let of_texts = || {
            text_messages
                .hint(&words)
                .filter(|_| kind == ContactType::Phone)
        };
        if is_down(kind) {
            Some(words.of_kind("channel-down", kind))
        } else {
            of_texts()
        }
    });
    // Where nothing works there is nothing to choose; a message then waits until something does.
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
                        data-example=words.of_kind("contact-example", kind)
                    />
                    <span>{words.of_kind("contact-type", kind)}</span>
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
            <legend>{words.say("contact-type-legend")}</legend>
            <div class="choices">{radios}</div>
            {hints.collect_view()}
        </fieldset>
    }
}

/// Whether the device keeps the contact for the next time: only if its owner says so.
#[component]
fn Remember(
    /// Whether it does.
    is_remembered: bool,
) -> impl IntoView {
    let words = use_words();
    view! {
        <label class="check">
            <input type="checkbox" name=fields::REMEMBER value=RequestForm::YES checked=is_remembered aria-describedby="remember-hint" />
            <span>{words.say("remember-contact")}</span>
        </label>
        <p id="remember-hint" class="hint">
            {words.say("remember-hint")}
        </p>
    }
}
