//! The verify screen, on which a customer enters the code.

use leptos::either::Either;
use leptos::prelude::*;

use crate::api::{DeliveryStatus, Notice, OtpError, fields};
use crate::shared::{CodeFormat, ContactType, Translator, routes};
use crate::ui::components::{
    Challenge, ChallengeProgress, CodeField, Outcome, PlainForm, field_error::field_message,
};
use crate::ui::islands::VerifyBehavior;
use crate::ui::messages::use_translator;

/// The data of the verify screen.
#[derive(Clone, Debug)]
pub struct VerifyScreen {
    /// The kind of contact that the customer typed.
    pub contact_type: ContactType,
    /// The contact as the customer typed it.
    pub contact: String,
    /// The kind of contact that the latest message went to: the one that the customer typed, or
    /// their other contact.
    pub channel: ContactType,
    /// The other kind of contact, if the next message may go there.
    pub other_channel: Option<ContactType>,
    /// The delivery status of the latest message.
    pub delivery: DeliveryStatus,
    /// The format of the code.
    pub format: CodeFormat,
    /// The server's time at rendering, in milliseconds since the Unix epoch.
    pub server_now: f64,
    /// The time at which the code expires, in milliseconds since the Unix epoch.
    pub expires_at: f64,
    /// The time from which a code can be sent again, in milliseconds since the Unix epoch.
    pub resend_at: f64,
    /// [`Self::expires_at`] as the page shows it.
    pub expires_time: DisplayTime,
    /// [`Self::resend_at`] as the page shows it.
    pub resend_time: DisplayTime,
    /// Attempts left. At 0 the code is exhausted, and the page has no code form.
    pub attempts_remaining: u32,
    /// Whether the code has expired.
    pub is_expired: bool,
    /// The error of the last attempt, if it was rejected.
    pub error: Option<OtpError>,
    /// The flash message of the last step, if there is one.
    pub notice: Option<Notice>,
    /// The time from which a new code can be sent, if all codes of the sign-in are used up.
    pub next_code_at: Option<DisplayTime>,
    /// The challenge to solve before another message is sent.
    pub challenge: Challenge,
}

/// An instant in two notations.
#[derive(Clone, Debug)]
pub struct DisplayTime {
    /// The instant in RFC 3339, for the `datetime` attribute.
    pub machine: String,
    /// The time of day with its zone, like `14:42 UTC`.
    pub human: String,
}

impl VerifyScreen {
    /// Returns the title of the page, without the brand.
    #[must_use]
    pub fn title(&self, translator: &Translator) -> String {
        translator.title(self.heading(translator), self.problem().as_ref())
    }

    fn heading(&self, translator: &Translator) -> String {
        if self.attempts_remaining == 0 {
            translator.t("exhausted-heading")
        } else {
            translator.t_for_type("verify-heading", self.channel)
        }
    }

    /// Returns the problem that the page reports: the error of the last attempt, or else that the
    /// code is exhausted.
    fn problem(&self) -> Option<OtpError> {
        let exhausted = (self.attempts_remaining == 0).then_some(OtpError::CodeExhausted);
        self.error
            .clone()
            .filter(|error| !error.is_notice())
            .or(exhausted)
    }

    fn must_wait_to_resend(&self) -> bool {
        self.server_now < self.resend_at
    }
}

/// The verify screen, or its variant for an exhausted code.
#[component]
pub fn VerifyPage(
    /// The data to show.
    screen: VerifyScreen,
) -> impl IntoView {
    if screen.attempts_remaining == 0 {
        Either::Left(view! { <Exhausted screen /> })
    } else {
        Either::Right(view! { <EnterCode screen /> })
    }
}

/// The screen of an exhausted code. The only way forward is a new code.
#[component]
fn Exhausted(
    /// The data to show.
    screen: VerifyScreen,
) -> impl IntoView {
    let translator = use_translator();
    view! {
        <Outcome error=screen.problem() notice=screen.notice field="change" />
        <h1>{screen.heading(&translator)}</h1>
        <PlainForm
            id="change-form"
            button_id="change"
            action=routes::OTP_CHANGE
            label=translator.t("exhausted-button")
            busy=translator.t("one-moment")
            look="primary"
        />
    }
}

/// The screen on which a code can be entered. If the code has expired, the resend form comes first
/// and is the primary one.
#[component]
fn EnterCode(
    /// The data to show.
    screen: VerifyScreen,
) -> impl IntoView {
    let translator = use_translator();
    let is_expired = screen.is_expired;
    // "A code was sent" would contradict the delivery status below.
    let notice = screen
        .notice
        .filter(|_| !matches!(screen.delivery, DeliveryStatus::Failed(_)));
    // The error summary then says that the code is no longer valid.
    let summary_covers_expiry = matches!(
        screen.error,
        Some(OtpError::CodeExpired | OtpError::CodeEscalated)
    );
    let forms = |screen: &VerifyScreen| {
        let resend = view! { <Resend screen=screen.clone() /> };
        let code = view! { <CodeForm screen=screen.clone() /> };
        if is_expired {
            Either::Left((resend, code))
        } else {
            Either::Right((code, resend))
        }
    };
    view! {
        <Outcome error=screen.error.clone() notice field="otp_code" />
        <h1>{screen.heading(&translator)}</h1>
        <p class="lead">
            <SentTo screen=screen.clone() />
        </p>
        <p id="delivery" role="status" data-state=screen.delivery.as_str()>
            {translator.delivery(screen.delivery, screen.channel, screen.other_channel)}
        </p>
        <Deadline screen=screen.clone() />
        <p id="expired" class="warning" hidden=!is_expired || summary_covers_expiry>
            {translator.error(&OtpError::CodeExpired)}
        </p>
        <div id="verify" class=if is_expired { "expired" } else { "live" }>
            {forms(&screen)}
        </div>
        <PlainForm
            id="change-form"
            action=routes::OTP_CHANGE
            label=translator.t_for_type("change-button", screen.contact_type)
            busy=translator.t("one-moment")
            look="link"
        />
        <p class="hint">{translator.t("never-asked")}</p>
        <div id="live-phase" class="visually-hidden" role="status"></div>
        <div id="live-expiry" class="visually-hidden" role="alert"></div>
        <VerifyBehavior />
    }
}

/// The sentence that says where the code was sent.
#[component]
fn SentTo(
    /// The data to show.
    screen: VerifyScreen,
) -> impl IntoView {
    let translator = use_translator();
    if screen.channel != screen.contact_type {
        return Either::Left(translator.t_for_type("code-sent-to-other", screen.channel));
    }
    let (before, after) = translator.code_sent_to(screen.format);
    Either::Right(view! {
        {before}
        <strong class="contact" dir="auto" translate="no">
            {screen.contact}
        </strong>
        {after}
    })
}

/// The time at which the code expires. The countdown reads the deadlines and its announcements from
/// the attributes of this element and adds the time left.
#[component]
fn Deadline(
    /// The data to show.
    screen: VerifyScreen,
) -> impl IntoView {
    let translator = use_translator();
    let (before, after) = translator.split_at_argument("works-until", "time", &[]);
    view! {
        <p
            id="deadline"
            class="deadline"
            hidden=screen.is_expired
            data-now=screen.server_now.to_string()
            data-expires=screen.expires_at.to_string()
            data-resend=screen.resend_at.to_string()
            data-left-300=translator.t("five-minutes-left")
            data-left-60=translator.t("one-minute-left")
            data-left-30=translator.t("thirty-seconds-left")
            data-resend-now=translator.t("resend-now")
        >
            <span>{before} <time datetime=screen.expires_time.machine>{screen.expires_time.human}</time> {after}</span>
            <span id="left" class="time-left" aria-hidden="true" translate="no"></span>
        </p>
    }
}

/// The form in which the customer enters the code.
#[component]
fn CodeForm(
    /// The data to show.
    screen: VerifyScreen,
) -> impl IntoView {
    let translator = use_translator();
    view! {
        <form
            id="verify-form"
            method="post"
            action=routes::OTP_VERIFY
            novalidate=true
            data-format=screen.format.name()
            data-web-otp=(screen.channel == ContactType::Phone).then_some("")
            data-hint=translator.t("code-hint-interactive")
            data-unreachable=translator.t("code-not-sent")
        >
            <CodeField
                format=screen.format
                attempts_remaining=screen.attempts_remaining
                error=field_message(&translator, screen.error.as_ref(), "otp_code")
                focused=!screen.is_expired && screen.error.is_none_or(|error| error.is_notice())
            />
            <button class="primary" type="submit" data-busy=translator.t("checking")>
                {translator.t("verify-button")}
            </button>
        </form>
    }
}

/// The form that sends the code again, unless all codes of the sign-in are used up. The button is
/// not disabled during the cooldown, because without WASM nothing would enable it. The server
/// answers an early press with the cooldown notice.
#[component]
fn Resend(
    /// The data to show.
    screen: VerifyScreen,
) -> impl IntoView {
    let translator = use_translator();
    let VerifyScreen {
        next_code_at,
        other_channel,
        challenge,
        ..
    } = screen.clone();
    let forms = match next_code_at {
        Some(display_time) => {
            Either::Left(view! { <TimeHint id="used-up" sentence="resend-used-up" display_time /> })
        }
        None => Either::Right(view! {
            <PlainForm
                id="resend-form"
                button_id="resend"
                action=routes::OTP_RESEND
                label=translator.t("resend-button")
                busy=translator.t("sending")
                look="secondary"
                described_by="resend-note"
                challenge=challenge.clone()
            />
            <ResendTime screen />
            {other_channel.map(|channel| view! { <SwitchChannel channel challenge=challenge.clone() /> })}
            <ChallengeProgress challenge=challenge.clone() />
        }),
    };
    view! {
        <section class="resend" aria-labelledby="help-heading">
            <h2 id="help-heading">{translator.t("help-heading")}</h2>
            {forms}
        </section>
    }
}

/// The time from which the code can be sent again. Empty if that is now: the button's
/// `aria-describedby` needs the element.
#[component]
fn ResendTime(
    /// The data to show.
    screen: VerifyScreen,
) -> impl IntoView {
    if screen.must_wait_to_resend() {
        Either::Left(view! {
            <div class="resend-wait">
                <TimeHint id="resend-note" sentence="resend-after" display_time=screen.resend_time />
                <span id="resend-left" class="time-left" aria-hidden="true" translate="no"></span>
            </div>
        })
    } else {
        Either::Right(view! { <p id="resend-note" class="hint"></p> })
    }
}

/// A hint that contains a time of day.
#[component]
fn TimeHint(
    /// The id of the hint.
    id: &'static str,
    /// The id of the sentence, which has a `$time`.
    sentence: &'static str,
    /// The time.
    display_time: DisplayTime,
) -> impl IntoView {
    let (before, after) = use_translator().split_at_argument(sentence, "time", &[]);
    view! {
        <p id=id class="hint">
            {before}
            <time datetime=display_time.machine>{display_time.human}</time>
            {after}
        </p>
    }
}

/// The form that sends the code to the customer's other contact.
#[component]
fn SwitchChannel(
    /// The kind of the other contact.
    channel: ContactType,
    /// The challenge to solve before the form is sent.
    challenge: Challenge,
) -> impl IntoView {
    let translator = use_translator();
    view! {
        <PlainForm
            id="switch-form"
            action=routes::OTP_RESEND
            label=translator.t_for_type("switch-button", channel)
            busy=translator.t("sending")
            look="link"
            fields=vec![(fields::CONTACT_TYPE, channel.as_str().to_owned())]
            challenge
        />
    }
}
