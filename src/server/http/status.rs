//! The delivery status of a visitor's message for the verify screen, as JSON or as an event stream.
//!
//! Where unknown contacts are concealed, events depend on time alone. An event triggered by a
//! delivery would reveal by its timing that there was one.

use axum::{
    Json, Router,
    extract::{Query, State},
    http::request::Parts,
    response::{IntoResponse, Response, sse::Event},
    routing::get,
};
use futures_util::{Stream, stream};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::{
    broadcast::{self, error::RecvError},
    watch,
};

use super::{AppState, browser::browser, error_response::ServerError, headers, language};
use crate::{
    api::{DeliveryFailure, DeliveryStatus},
    server::{
        clock::Clock,
        domain::{Browser, FailureReason, Otp, Policy, Token, TokenDigest},
        ports::StoreError,
        sign_in::{DeliveryProgress, Status},
        telemetry,
    },
    shared::{Translator, routes},
};

/// The maximum duration of one event stream, the same as the longest lifetime of a code.
const MAX_DURATION: SignedDuration = SignedDuration::from_mins(10);
/// The time from the expiry of a code to the end of its event stream.
const AFTER_EXPIRY: SignedDuration = SignedDuration::from_secs(5);
/// The minimum time between two reads of the status. Every delivery in the process wakes every
/// event stream.
const MIN_INTERVAL: SignedDuration = SignedDuration::from_secs(1);

/// Returns the route of the status.
pub fn routes() -> Router<AppState> {
    Router::new().route(routes::OTP_STATUS, get(status))
}

async fn status(State(state): State<AppState>, parts: Parts) -> Result<Response, ServerError> {
    let (browser, translator) = (browser(&parts, &state), page_translator(&parts, &state));
    if headers::accepts(&parts.headers, "text/event-stream") {
        let token = browser.token.as_ref().map(Token::digest);
        let watch = StatusStream::new(&state, browser, translator);
        return Ok(state.streams.respond(token, watch.events()));
    }
    Ok(Json(
        StatusSnapshot::at(&state, &browser, &translator)
            .await?
            .report(),
    )
    .into_response())
}

#[derive(Deserialize)]
struct StatusQuery {
    /// The language of the requesting page, as a BCP 47 tag. An `EventSource` cannot send custom
    /// headers.
    language: String,
}

fn page_translator(parts: &Parts, state: &AppState) -> Translator {
    let query = Query::<StatusQuery>::try_from_uri(&parts.uri).ok();
    let language = query.and_then(|Query(query)| state.localizer.choice(&query.language));
    language.map_or_else(
        || language::translator(&parts.headers, state),
        |language| state.localizer.translator(language),
    )
}

/// The status as the visitor sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct StatusPayload {
    state: &'static str,
    text: String,
    /// The deadlines of the code. They change when another tab requests a new code or a resend.
    #[serde(flatten)]
    deadlines: Option<Deadlines>,
}

/// Deadlines of the code, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Deadlines {
    /// The time at which the code expires.
    expires_at: i64,
    /// The earliest time at which a code can be sent again.
    resend_at: i64,
}

impl StatusPayload {
    /// Creates a status without a message.
    const fn nothing(state: &'static str) -> Self {
        Self {
            state,
            text: String::new(),
            deadlines: None,
        }
    }
}

impl Deadlines {
    fn of(otp: &Otp, policy: &Policy) -> Self {
        let resend_at = otp.resend_at(&policy.otp.cooldowns);
        Self {
            expires_at: otp.expires_at.as_millisecond(),
            resend_at: resend_at.as_millisecond(),
        }
    }
}

/// The status for clients that poll, with the server's time in milliseconds since 1970.
#[derive(Serialize)]
struct StatusReport {
    #[serde(flatten)]
    payload: StatusPayload,
    server_now: i64,
}

/// A snapshot of the status.
struct StatusSnapshot {
    payload: StatusPayload,
    at: Timestamp,
    /// `None` if no sign-in is in progress.
    status: Option<Status>,
}

impl StatusSnapshot {
    async fn at(
        state: &AppState,
        browser: &Browser,
        translator: &Translator,
    ) -> Result<Self, StoreError> {
        let (at, status) = (state.now(), state.sign_in.status(browser).await?);
        let payload = match &status {
            Some(status) => {
                let delivery = delivery(status.progress);
                let text = translator.delivery(delivery, status.otp.channel, status.other_channel);
                StatusPayload {
                    state: delivery.as_str(),
                    text,
                    deadlines: Some(Deadlines::of(&status.otp, state.policy())),
                }
            }
            None if state.account.signed_in(browser).await?.is_some() => {
                StatusPayload::nothing("signed_in")
            }
            None => StatusPayload::nothing("none"),
        };
        Ok(Self {
            payload,
            at,
            status,
        })
    }

    fn report(self) -> StatusReport {
        StatusReport {
            payload: self.payload,
            server_now: self.at.as_millisecond(),
        }
    }
}

/// The event stream of one visitor.
struct StatusStream {
    state: AppState,
    browser: Browser,
    translator: Translator,
    /// `None` where events depend on time alone.
    deliveries: Option<watch::Receiver<()>>,
    /// The steps of all browsers, this one included.
    steps: broadcast::Receiver<TokenDigest>,
    ends_at: Timestamp,
    last: Option<StatusSnapshot>,
}

impl StatusStream {
    fn new(state: &AppState, browser: Browser, translator: Translator) -> Self {
        let (state, steps) = (state.clone(), state.streams.subscribe());
        let deliveries = state
            .sign_in
            .reveals_deliveries()
            .then(|| state.delivery.changes());
        let ends_at = later(state.now(), MAX_DURATION);
        Self {
            state,
            browser,
            translator,
            deliveries,
            steps,
            ends_at,
            last: None,
        }
    }

    fn events(self) -> impl Stream<Item = Event> {
        stream::unfold(self, |mut watch| async {
            let payload = watch.next().await?;
            Some((Event::default().json_data(payload).ok()?, watch))
        })
    }

    /// Returns the next status to send; `None` at the end of the stream.
    async fn next(&mut self) -> Option<StatusPayload> {
        loop {
            self.change().await?;
            let snapshot = StatusSnapshot::at(&self.state, &self.browser, &self.translator).await;
            let snapshot = snapshot
                .inspect_err(|error| telemetry::log_failure("the status cannot be read", error))
                .ok()?;
            let is_new = self
                .last
                .as_ref()
                .is_none_or(|last| last.payload != snapshot.payload);
            let payload = snapshot.payload.clone();
            self.last = Some(snapshot);
            if is_new {
                return Some(payload);
            }
        }
    }

    /// Waits until the status may have changed. Returns `None` at the end of the stream. The first
    /// call returns immediately.
    async fn change(&mut self) -> Option<()> {
        let Some(last) = &self.last else {
            return Some(());
        };
        let status = last.status.as_ref()?;
        let ends_at = self.ends_at.min(later(status.otp.expires_at, AFTER_EXPIRY));
        let not_before = later(last.at, MIN_INTERVAL);
        let clock = &*self.state.sign_in.codes.clock;
        tokio::select! {
            () = clock.sleep_until(ends_at) => None,
            () = wait_until(clock, status.next_change.map(|at| at.max(not_before))) => Some(()),
            () = wait_for_delivery(clock, self.deliveries.as_mut(), not_before) => Some(()),
            () = wait_for_step(&mut self.steps, self.browser.token.as_ref().map(Token::digest)) => Some(()),
        }
    }
}

/// Resolves when `at` has passed; never if it is `None`.
async fn wait_until(clock: &dyn Clock, at: Option<Timestamp>) {
    match at {
        Some(at) => clock.sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// Resolves after a delivery has changed, but not before `not_before`.
async fn wait_for_delivery(
    clock: &dyn Clock,
    deliveries: Option<&mut watch::Receiver<()>>,
    not_before: Timestamp,
) {
    if let Some(deliveries) = deliveries
        && deliveries.changed().await.is_ok()
    {
        return clock.sleep_until(not_before).await;
    }
    std::future::pending::<()>().await;
}

/// Resolves when a tab of this browser has advanced a step. Its other tabs may know this, whether
/// or not the contact belongs to a customer.
async fn wait_for_step(steps: &mut broadcast::Receiver<TokenDigest>, own: Option<TokenDigest>) {
    loop {
        match steps.recv().await {
            Ok(browser) if Some(browser) != own => {}
            Ok(_) | Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => return std::future::pending().await,
        }
    }
}

fn later(instant: Timestamp, by: SignedDuration) -> Timestamp {
    instant.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// Returns the part of a message's progress that a visitor may know.
#[must_use]
pub const fn delivery(progress: DeliveryProgress) -> DeliveryStatus {
    let reason = match progress {
        DeliveryProgress::Pending => return DeliveryStatus::Pending,
        DeliveryProgress::Sent => return DeliveryStatus::Sent,
        DeliveryProgress::Delivered => return DeliveryStatus::Delivered,
        DeliveryProgress::Overdue => return DeliveryStatus::Overdue,
        DeliveryProgress::Failed(reason) => reason,
    };
    DeliveryStatus::Failed(match reason {
        FailureReason::NoSuchAddress => DeliveryFailure::NoSuchAddress,
        FailureReason::NotMobile => DeliveryFailure::NotMobile,
        FailureReason::Blocked => DeliveryFailure::Blocked,
        FailureReason::Unreachable => DeliveryFailure::Unreachable,
        FailureReason::CountryNotAllowed => DeliveryFailure::CountryNotAllowed,
        FailureReason::BudgetSpent => DeliveryFailure::SmsBudgetSpent,
        FailureReason::Other => DeliveryFailure::Other,
        // An outsider must not learn that messages to the contact are suppressed or withheld, or
        // that nobody has it. A message that came too late counts as overdue.
        FailureReason::Suppressed
        | FailureReason::Withheld
        | FailureReason::UnknownContact
        | FailureReason::Expired => {
            return DeliveryStatus::Overdue;
        }
    })
}
