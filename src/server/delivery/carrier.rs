//! Relays and gateways, and the order in which they are tried.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::server::{
    clock::Clock,
    domain::FailureReason,
    service::{SendError, ports::Accepted},
};

/// The most that one try may take, over all carriers. Our own bound: the mail library's does not fire when a server hangs.
pub const TRY_TIMEOUT: Duration = Duration::from_secs(15);

/// A way out of the house: a mail relay or a gateway for text messages.
#[async_trait]
pub trait Carrier<M>: Send + Sync {
    /// Its name in the settings, for the log and the outbox.
    fn name(&self) -> &str;

    /// Hands a message over and returns the carrier's own id for it, if it gives one. Not bounded in time.
    ///
    /// # Errors
    /// [`CarrierError`].
    async fn carry(&self, message: &M) -> Result<Option<String>, CarrierError>;
}

/// Why a carrier has not taken a message. `why` never holds the message, nor what the other side said of the contact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CarrierError {
    /// Not there, busy, or over its rate limit: another carrier or another time may do.
    #[error("{why}")]
    Unavailable {
        /// For the log.
        why: String,
        /// The wait that it asked for.
        retry_after: Option<SignedDuration>,
    },
    /// It will not talk to us until the operator does something: wrong credentials, an untrusted certificate, no credit.
    #[error("{why}")]
    Misconfigured {
        /// For the log.
        why: String,
    },
    /// It would not take this message to this recipient, nor would another carrier.
    #[error("{why}")]
    Refused {
        /// For the log.
        why: String,
        /// For the person.
        reason: FailureReason,
    },
}

impl CarrierError {
    /// Not there or busy.
    #[must_use]
    pub fn unavailable(why: impl ToString) -> Self {
        Self::Unavailable { why: why.to_string(), retry_after: None }
    }
}

/// Carriers in the operator's order: the first that works takes the message.
pub struct Failover<M> {
    lines: Vec<Line<M>>,
    clock: Arc<dyn Clock>,
}

struct Line<M> {
    carrier: Arc<dyn Carrier<M>>,
    breaker: Mutex<Breaker>,
}

impl<M: Sync> Failover<M> {
    /// Carriers in this order.
    #[must_use]
    pub fn new(carriers: Vec<Arc<dyn Carrier<M>>>, clock: Arc<dyn Clock>) -> Self {
        let line = |carrier| Line { carrier, breaker: Mutex::default() };
        Self { lines: carriers.into_iter().map(line).collect(), clock }
    }

    /// Hands a message to the first carrier that takes it, within [`TRY_TIMEOUT`].
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn send(&self, message: &M) -> Result<Accepted, SendError> {
        let share = TRY_TIMEOUT / u32::try_from(self.lines.len()).unwrap_or(u32::MAX).max(1);
        let mut failures = Vec::new();
        for line in self.in_order() {
            let carried = tokio::time::timeout(share, line.carrier.carry(message)).await;
            let name = line.carrier.name();
            match carried.unwrap_or_else(|_| Err(CarrierError::unavailable("no answer in time"))) {
                Ok(reference) => {
                    line.breaker().succeeded();
                    return Ok(Accepted { carrier: name.to_owned(), reference });
                }
                Err(CarrierError::Refused { why, reason }) => {
                    line.breaker().succeeded();
                    return Err(SendError::Permanent { why: format!("{name}: {why}"), reason });
                }
                Err(error) => failures.push(self.failed(line, error)),
            }
        }
        Err(all_failed(failures))
    }

    /// The carriers whose breaker is closed, then the others: a bad chance is better than none.
    fn in_order(&self) -> impl Iterator<Item = &Line<M>> {
        let now = self.clock.now();
        let (closed, open): (Vec<_>, Vec<_>) = self.lines.iter().partition(|line| line.breaker().is_closed(now));
        closed.into_iter().chain(open)
    }

    /// Writes a carrier's failure down and returns the wait that it asked for.
    fn failed(&self, line: &Line<M>, error: CarrierError) -> Failure {
        let name = line.carrier.name();
        let (why, retry_after) = match error {
            CarrierError::Unavailable { why, retry_after } => (why, retry_after),
            CarrierError::Misconfigured { why } | CarrierError::Refused { why, .. } => {
                tracing::error!(carrier = name, why, "a carrier of messages needs the operator");
                (why, None)
            }
        };
        metrics::counter!("doorcode_carrier_failures_total", "carrier" => name.to_owned()).increment(1);
        if line.breaker().failed(self.clock.now()) {
            tracing::error!(carrier = name, why, "a carrier of messages keeps failing and is passed over for a while");
        }
        Failure { why: format!("{name}: {why}"), retry_after }
    }
}

struct Failure {
    why: String,
    retry_after: Option<SignedDuration>,
}

/// The next try is for the first carrier that may work by then: it waits only if all of them asked for it.
fn all_failed(failures: Vec<Failure>) -> SendError {
    let waits: Option<Vec<_>> = failures.iter().map(|failure| failure.retry_after).collect();
    let why: Vec<_> = failures.into_iter().map(|failure| failure.why).collect();
    SendError::Transient { why: why.join("; "), retry_after: waits.and_then(|waits| waits.into_iter().min()) }
}

impl<M> Line<M> {
    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A circuit breaker: a carrier that keeps failing is passed over for a while.
#[derive(Debug, Default)]
struct Breaker {
    failures: u32,
    open_until: Option<Timestamp>,
}

impl Breaker {
    /// Failures in a row that open it.
    const FAILURES: u32 = 5;
    /// How long it stays open; then one failure opens it again.
    const PAUSE: SignedDuration = SignedDuration::from_secs(30);

    fn is_closed(&self, now: Timestamp) -> bool {
        self.open_until.is_none_or(|until| now >= until)
    }

    fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// Counts a failure; true if that opens it.
    fn failed(&mut self, now: Timestamp) -> bool {
        self.failures += 1;
        let opens = self.failures >= Self::FAILURES && self.is_closed(now);
        if opens {
            self.open_until = now.checked_add(Self::PAUSE).ok();
        }
        opens
    }
}
