//! The verify screen: where a customer answers with the code.

use leptos::either::Either;
use leptos::prelude::*;

use crate::api::{Delivery, Notice, OtpError};
use crate::shared::{CodeFormat, ContactType, routes};
use crate::ui::components::{
    Asked, CodeField, ErrorSummary, NoticeBanner, PlainForm, ProofMeans, field_error::about_field,
};
use crate::ui::islands::{CodeForm, Countdown, DeliveryStatus, PlainForms};
use crate::ui::messages;

/// What the verify screen shows.
#[derive(Clone, Debug)]
pub struct VerifyScreen {
    /// The kind of contact that the customer typed.
    pub contact_type: ContactType,
    /// What they typed.
    pub contact: String,
    /// The kind of contact that the latest message went to: the one that was typed, or the customer's other one.
    pub channel: ContactType,
    /// The other kind, if the next message may go there.
    pub other_channel: Option<ContactType>,
    /// How far the latest message is.
    pub delivery: Delivery,
    /// What a code looks like.
    pub format: CodeFormat,
    /// The server's clock while it rendered, in milliseconds since the Unix epoch.
    pub server_now: f64,
    /// When the code expires, in milliseconds since the Unix epoch.
    pub expires_at: f64,
    /// From when a code can be sent again, in milliseconds since the Unix epoch.
    pub resend_at: f64,
    /// When the code expires, for people.
    pub expires_clock: Clock,
    /// From when a code can be sent again, for people.
    pub resend_clock: Clock,
    /// Answers left; at 0 the code is exhausted and there is no code form.
    pub attempts_remaining: u32,
    /// Whether the code's time is over.
    pub expired: bool,
    /// Why the last answer was not accepted.
    pub error: Option<OtpError>,
    /// What the last step did.
    pub notice: Option<Notice>,
    /// What has to be solved before another message is sent.
    pub asked: Asked,
}

/// One instant, written twice.
#[derive(Clone, Debug)]
pub struct Clock {
    /// RFC 3339, for the `datetime` attribute.
    pub machine: String,
    /// Time of day with its zone, like `14:42 UTC`.
    pub human: String,
}

impl VerifyScreen {
    /// Title without the brand.
    #[must_use]
    pub fn title(&self) -> String {
        messages::title(self.heading(), self.error.is_some())
    }

    const fn heading(&self) -> &'static str {
        if self.attempts_remaining == 0 { messages::EXHAUSTED_HEADING } else { messages::verify_heading(self.channel) }
    }

    fn waits_for_resend(&self) -> bool {
        self.server_now < self.resend_at
    }

    /// The words of the summary. The exhausted code always has some: they are all that page has to say.
    fn summary(&self) -> Option<String> {
        let exhausted = (self.attempts_remaining == 0).then_some(&OtpError::CodeExhausted);
        self.error.as_ref().or(exhausted).map(messages::error)
    }
}

/// The verify screen.
#[component]
pub fn VerifyPage(
    /// What it shows.
    screen: VerifyScreen,
) -> impl IntoView {
    if screen.attempts_remaining == 0 {
        Either::Left(view! { <Exhausted screen /> })
    } else {
        Either::Right(view! { <Live screen /> })
    }
}

/// All attempts are used: the only way on is a new code.
#[component]
fn Exhausted(
    /// What the page shows.
    screen: VerifyScreen,
) -> impl IntoView {
    view! {
        <NoticeBanner notice=screen.notice />
        <h1>{screen.heading()}</h1>
        <ErrorSummary message=screen.summary() field="change" />
        <PlainForm
            id="change-form"
            button_id="change"
            action=routes::OTP_CHANGE
            label=messages::EXHAUSTED_BUTTON
            busy=messages::ONE_MOMENT
            look="primary"
        />
        <PlainForms />
    }
}

/// The code can be answered, or it has expired; then the resend form comes first and is the primary one.
#[component]
fn Live(
    /// What the page shows.
    screen: VerifyScreen,
) -> impl IntoView {
    let expired = screen.expired;
    // That a code was sent would contradict what follows.
    let notice = screen.notice.filter(|_| !matches!(screen.delivery, Delivery::Failed(_)));
    let said = matches!(screen.error, Some(OtpError::CodeExpired | OtpError::CodeEscalated));
    let order = |screen: &VerifyScreen| {
        let resend = view! { <Resend screen=screen.clone() /> };
        let answer = view! { <Answer screen=screen.clone() /> };
        if expired { Either::Left((resend, answer)) } else { Either::Right((answer, resend)) }
    };
    view! {
        <NoticeBanner notice />
        <h1>{screen.heading()}</h1>
        <p class="lead">
            <SentTo screen=screen.clone() />
        </p>
        <p id="delivery" role="status" data-state=screen.delivery.as_str()>
            {messages::delivery(screen.delivery, screen.channel, screen.other_channel)}
        </p>
        <Deadline screen=screen.clone() />
        <ErrorSummary message=screen.summary() field="otp_code" />
        <p id="expired" class="warning" hidden=!expired || said>
            {messages::error(&OtpError::CodeExpired)}
        </p>
        <div id="verify" class=if expired { "expired" } else { "live" }>
            {order(&screen)}
        </div>
        <PlainForm
            id="change-form"
            action=routes::OTP_CHANGE
            label=messages::change_button(screen.contact_type)
            busy=messages::ONE_MOMENT
            look="link"
        />
        <p class="hint">{messages::NEVER_ASKED}</p>
        <div id="live-phase" class="visually-hidden" role="status"></div>
        <div id="live-expiry" class="visually-hidden" role="alert"></div>
        <CodeForm />
        <PlainForms />
        <Countdown />
        <DeliveryStatus />
    }
}

/// Where the code went.
#[component]
fn SentTo(
    /// What the page shows.
    screen: VerifyScreen,
) -> impl IntoView {
    if screen.channel != screen.contact_type {
        return Either::Left(messages::code_sent_to_other(screen.channel, screen.format));
    }
    let (before, after) = messages::code_sent_to(screen.format);
    Either::Right(view! {
        {before}
        <strong class="contact" dir="auto" translate="no">
            {screen.contact}
        </strong>
        {after}
    })
}

/// Until when the code works, as a clock time; the `Countdown` island reads the deadlines here and adds the time left.
#[component]
fn Deadline(
    /// What the page shows.
    screen: VerifyScreen,
) -> impl IntoView {
    view! {
        <p
            id="deadline"
            class="deadline"
            hidden=screen.expired
            data-now=screen.server_now.to_string()
            data-expires=screen.expires_at.to_string()
            data-resend=screen.resend_at.to_string()
        >
            <span>
                {messages::WORKS_UNTIL} <time datetime=screen.expires_clock.machine>{screen.expires_clock.human}</time>
            </span>
            <span id="left" aria-hidden="true" translate="no"></span>
        </p>
    }
}

/// The form that takes the code.
#[component]
fn Answer(
    /// What the page shows.
    screen: VerifyScreen,
) -> impl IntoView {
    view! {
        <form
            id="verify-form"
            method="post"
            action=routes::OTP_VERIFY
            novalidate=true
            data-format=screen.format.name()
        >
            <CodeField
                format=screen.format
                attempts_remaining=screen.attempts_remaining
                error=about_field(screen.error.as_ref())
                focused=screen.error.is_none() && !screen.expired
            />
            <button class="primary" type="submit" data-busy=messages::CHECKING>
                {messages::VERIFY_BUTTON}
            </button>
        </form>
    }
}

/// The form that sends the code again. Enabled in the HTML: without WASM the server answers a press that is too early.
#[component]
fn Resend(
    /// What the page shows.
    screen: VerifyScreen,
) -> impl IntoView {
    let wait = screen.waits_for_resend().then(|| {
        view! {
            {messages::RESEND_AFTER}
            <time datetime=screen.resend_clock.machine>{screen.resend_clock.human}</time>
        }
    });
    view! {
        <section class="resend" aria-labelledby="help-heading">
            <h2 id="help-heading">{messages::HELP_HEADING}</h2>
            <PlainForm
                id="resend-form"
                button_id="resend"
                action=routes::OTP_RESEND
                label=messages::RESEND_BUTTON
                busy=messages::SENDING
                look="secondary"
                described_by="resend-note"
                asked=screen.asked.clone()
            />
            <p id="resend-note" class="hint">
                {wait}
            </p>
            {screen.other_channel.map(|channel| view! { <Switch channel asked=screen.asked.clone() /> })}
            <ProofMeans asked=screen.asked />
        </section>
    }
}

/// The form that sends the code to the customer's other contact.
#[component]
fn Switch(
    /// The kind of that contact.
    channel: ContactType,
    /// What has to be solved before.
    asked: Asked,
) -> impl IntoView {
    view! {
        <PlainForm
            id="switch-form"
            action=routes::OTP_RESEND
            label=messages::switch_button(channel)
            busy=messages::SENDING
            look="link"
            fields=vec![("contact_type", channel.as_str().to_owned())]
            asked
        />
    }
}
