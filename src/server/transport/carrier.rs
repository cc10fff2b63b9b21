//! Relays and gateways, and the order in which they are tried.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::{
    server::{clock::Clock, domain::FailureReason, domain::send::Accepted, ports::SendError},
    shared::ContactType,
};

/// The most that one try may take, over all carriers. Our own bound: the mail library's does not
/// fire when a server hangs.
pub const TRY_TIMEOUT: Duration = Duration::from_secs(15);

/// A way out of the house: a mail relay or a gateway for text messages.
#[async_trait]
pub trait Carrier<M>: Send + Sync {
    /// Its name in the settings, for the log and the outbox.
    fn name(&self) -> &str;

    /// Hands a message over and returns the carrier's own id for it, if it gives one. Not bounded
    /// in time.
    ///
    /// # Errors
    /// [`CarrierError`].
    async fn carry(&self, message: &M) -> Result<Option<String>, CarrierError>;
}

/// Why a carrier has not taken a message. `why` never holds the message, nor what the other side
/// said of the contact.
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
    /// It will not talk to us until the operator does something: wrong credentials, an untrusted
    /// certificate, no credit.
    #[error("{why}")]
    Misconfigured {
        /// For the log.
        why: String,
    },
    /// It would not take this message, for a reason of its own: another carrier may.
    #[error("{why}")]
    Declined {
        /// For the log.
        why: String,
        /// For the person, if no other takes it either.
        reason: FailureReason,
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
        Self::Unavailable {
            why: why.to_string(),
            retry_after: None,
        }
    }
}

/// Carriers in the operator's order: the first that works takes the message.
pub struct Failover<M> {
    channel: ContactType,
    lines: Vec<Line<M>>,
    clock: Arc<dyn Clock>,
    /// [`TRY_TIMEOUT`], but for tests.
    limit: Duration,
}

struct Line<M> {
    carrier: Arc<dyn Carrier<M>>,
    breaker: Mutex<Breaker>,
}

impl<M: Sync> Failover<M> {
    /// Carriers of a channel in this order.
    #[must_use]
    pub fn new(
        channel: ContactType,
        carriers: Vec<Arc<dyn Carrier<M>>>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let line = |carrier| Line {
            carrier,
            breaker: Mutex::default(),
        };
        Self {
            channel,
            lines: carriers.into_iter().map(line).collect(),
            clock,
            limit: TRY_TIMEOUT,
        }
    }

    /// Hands a message to the first carrier that takes it, within [`TRY_TIMEOUT`].
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn send(&self, message: &M) -> Result<Accepted, SendError> {
        let deadline = Instant::now() + self.limit;
        let mut failures = Vec::new();
        for (line, left) in self.in_order().zip((1..=self.lines.len()).rev()) {
            let name = line.carrier.name();
            let share = share(deadline.saturating_duration_since(Instant::now()), left);
            let Ok(carried) = tokio::time::timeout(share, line.carrier.carry(message)).await else {
                let failure = self.failed(line, "no answer in time".to_owned(), None);
                failures.push(Failure {
                    outcome_unknown: true,
                    ..failure
                });
                continue;
            };
            match carried {
                Ok(reference) => {
                    line.breaker().succeeded();
                    return Ok(Accepted {
                        carrier: name.to_owned(),
                        reference,
                    });
                }
                Err(CarrierError::Refused { why, reason }) => {
                    line.breaker().succeeded();
                    return Err(SendError::Permanent {
                        why: format!("{name}: {why}"),
                        reason,
                    });
                }
                Err(CarrierError::Declined { why, reason }) => {
                    line.breaker().succeeded();
                    failures.push(Failure {
                        why: format!("{name}: {why}"),
                        reason: Some(reason),
                        ..Failure::default()
                    });
                }
                Err(CarrierError::Misconfigured { why }) => {
                    if line.breaker().alerts() {
                        tracing::error!(
                            carrier = name,
                            why,
                            "a carrier of messages needs the operator"
                        );
                    }
                    failures.push(self.failed(line, why, None));
                }
                Err(CarrierError::Unavailable { why, retry_after }) => {
                    failures.push(self.failed(line, why, retry_after));
                }
            }
        }
        Err(all_failed(failures))
    }

    /// Whether every carrier keeps failing. One that is tried only now and then is one that nobody
    /// should wait for.
    #[must_use]
    pub fn is_down(&self) -> bool {
        let now = self.clock.now();
        !self.lines.is_empty() && self.lines.iter().all(|line| !line.breaker().is_closed(now))
    }

    /// The carriers whose breaker is closed, then the others: a bad chance is better than none.
    fn in_order(&self) -> impl Iterator<Item = &Line<M>> {
        let now = self.clock.now();
        let (closed, open): (Vec<_>, Vec<_>) = self
            .lines
            .iter()
            .partition(|line| line.breaker().is_closed(now));
        closed.into_iter().chain(open)
    }

    /// Writes a carrier's failure down.
    fn failed(&self, line: &Line<M>, why: String, retry_after: Option<SignedDuration>) -> Failure {
        let name = line.carrier.name();
        let labels = [
            ("channel", self.channel.as_str().to_owned()),
            ("carrier", name.to_owned()),
        ];
        metrics::counter!("doorcode_carrier_failures_total", &labels).increment(1);
        if line.breaker().failed(self.clock.now()) {
            tracing::error!(
                carrier = name,
                why,
                "a carrier of messages keeps failing and is passed over for a while"
            );
        }
        Failure {
            why: format!("{name}: {why}"),
            retry_after,
            ..Failure::default()
        }
    }
}

/// The time for the next of the carriers that are left: what those before it did not use is theirs.
fn share(time: Duration, left: usize) -> Duration {
    time / u32::try_from(left).unwrap_or(u32::MAX)
}

#[derive(Default)]
struct Failure {
    why: String,
    retry_after: Option<SignedDuration>,
    /// Why the carrier declined; `None` if it may take the message another time.
    reason: Option<FailureReason>,
    /// Whether the carrier may have taken the message without saying so.
    outcome_unknown: bool,
}

/// The next try is for the first carrier that may work by then: it waits only if all of them asked
/// for it.
fn all_failed(failures: Vec<Failure>) -> SendError {
    let may_work = || failures.iter().filter(|failure| failure.reason.is_none());
    let waits: Option<Vec<_>> = may_work().map(|failure| failure.retry_after).collect();
    let outcome_unknown = failures.iter().any(|failure| failure.outcome_unknown);
    let reason = failures
        .last()
        .and_then(|failure| failure.reason)
        .filter(|_| may_work().next().is_none());
    let why: Vec<_> = failures.into_iter().map(|failure| failure.why).collect();
    let why = why.join("; ");
    match reason {
        Some(reason) => SendError::Permanent { why, reason },
        None => SendError::Transient {
            why,
            retry_after: waits.and_then(|waits| waits.into_iter().min()),
            outcome_unknown,
        },
    }
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
    /// Whether the operator has been told since it last worked.
    has_alerted: bool,
}

impl Breaker {
    /// Failures in a row that open it.
    const FAILURES: u32 = 5;
    /// How long it stays open; then one failure opens it again.
    const PAUSE: SignedDuration = SignedDuration::from_secs(30);

    fn is_closed(&self, now: Timestamp) -> bool {
        self.open_until.is_none_or(|until| now >= until)
    }

    /// Whether the operator is to be told now: once, until the carrier has worked again.
    const fn alerts(&mut self) -> bool {
        !std::mem::replace(&mut self.has_alerted, true)
    }

    fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// Counts a failure; true if that opens it.
    fn failed(&mut self, now: Timestamp) -> bool {
        self.failures = self.failures.saturating_add(1);
        let opens = self.failures >= Self::FAILURES && self.is_closed(now);
        if opens {
            self.open_until = now.checked_add(Self::PAUSE).ok();
        }
        opens
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::clock::ManualClock;

    /// A carrier that answers what it is told to, and keeps what it was given.
    struct Scripted {
        name: &'static str,
        answer: Mutex<Result<(), CarrierError>>,
        hangs: bool,
        given: Mutex<Vec<String>>,
    }

    impl Scripted {
        fn new(name: &'static str, answer: Result<(), CarrierError>) -> Arc<Self> {
            Arc::new(Self {
                name,
                answer: Mutex::new(answer),
                hangs: false,
                given: Mutex::default(),
            })
        }

        fn hanging(name: &'static str) -> Arc<Self> {
            Arc::new(Self {
                name,
                answer: Mutex::new(Ok(())),
                hangs: true,
                given: Mutex::default(),
            })
        }

        fn answers(&self, answer: Result<(), CarrierError>) {
            *self.answer.lock().expect("a lock") = answer;
        }

        fn given(&self) -> Vec<String> {
            std::mem::take(&mut self.given.lock().expect("a lock"))
        }
    }

    #[async_trait]
    impl Carrier<String> for Scripted {
        fn name(&self) -> &str {
            self.name
        }

        async fn carry(&self, message: &String) -> Result<Option<String>, CarrierError> {
            self.given.lock().expect("a lock").push(message.clone());
            if self.hangs {
                std::future::pending::<()>().await;
            }
            self.answer
                .lock()
                .expect("a lock")
                .clone()
                .map(|()| Some(format!("{}-1", self.name)))
        }
    }

    fn clock() -> Arc<ManualClock> {
        Arc::new(ManualClock::new(
            "2026-11-22T12:00:00Z".parse().expect("an instant"),
        ))
    }

    fn failover(carriers: &[&Arc<Scripted>], clock: &Arc<ManualClock>) -> Failover<String> {
        let carriers = carriers
            .iter()
            .map(|carrier| -> Arc<dyn Carrier<String>> { Arc::<Scripted>::clone(carrier) });
        Failover::new(ContactType::Email, carriers.collect(), clock.clone())
    }

    fn down() -> Result<(), CarrierError> {
        Err(CarrierError::unavailable("down"))
    }

    fn busy_for(seconds: i64) -> Result<(), CarrierError> {
        let retry_after = Some(SignedDuration::from_secs(seconds));
        Err(CarrierError::Unavailable {
            why: "busy".to_owned(),
            retry_after,
        })
    }

    async fn send(failover: &Failover<String>) -> Result<Accepted, SendError> {
        failover.send(&"the message".to_owned()).await
    }

    async fn carrier_of(failover: &Failover<String>) -> String {
        send(failover)
            .await
            .expect("a carrier that takes it")
            .carrier
    }

    async fn wait_of(failover: &Failover<String>) -> Option<SignedDuration> {
        match send(failover).await {
            Err(SendError::Transient { retry_after, .. }) => retry_after,
            _ => panic!("every carrier is down"),
        }
    }

    #[tokio::test]
    async fn the_first_carrier_that_works_takes_the_message_and_no_other_sees_it() {
        let (main, spare) = (
            Scripted::new("main", Ok(())),
            Scripted::new("spare", Ok(())),
        );
        let accepted = send(&failover(&[&main, &spare], &clock()))
            .await
            .expect("taken");
        assert_eq!(
            accepted,
            Accepted {
                carrier: "main".to_owned(),
                reference: Some("main-1".to_owned())
            }
        );
        assert!(spare.given().is_empty());
    }

    #[tokio::test]
    async fn the_next_carrier_gets_the_same_message_when_one_is_down_or_misconfigured() {
        let (main, spare) = (
            Scripted::new("main", down()),
            Scripted::new("spare", Ok(())),
        );
        let failover = failover(&[&main, &spare], &clock());
        assert_eq!(carrier_of(&failover).await, "spare");
        main.answers(Err(CarrierError::Misconfigured {
            why: "the password".to_owned(),
        }));
        assert_eq!(carrier_of(&failover).await, "spare");
        assert_eq!(
            (main.given(), spare.given()),
            (
                vec!["the message".to_owned(); 2],
                vec!["the message".to_owned(); 2]
            )
        );
    }

    #[tokio::test]
    async fn a_refusal_ends_it_as_another_carrier_would_refuse_too() {
        let refusal = CarrierError::Refused {
            why: "no such number".to_owned(),
            reason: FailureReason::NoSuchAddress,
        };
        let (main, spare) = (
            Scripted::new("main", Err(refusal)),
            Scripted::new("spare", Ok(())),
        );
        match send(&failover(&[&main, &spare], &clock())).await {
            Err(SendError::Permanent { why, reason }) => {
                assert_eq!(
                    (why.as_str(), reason),
                    ("main: no such number", FailureReason::NoSuchAddress)
                );
            }
            other => panic!("{other:?}"),
        }
        assert!(spare.given().is_empty());
    }

    #[tokio::test]
    async fn five_failures_in_a_row_pass_a_carrier_over_until_thirty_seconds_are_over() {
        let (main, spare, clock) = (
            Scripted::new("main", down()),
            Scripted::new("spare", Ok(())),
            clock(),
        );
        let failover = failover(&[&main, &spare], &clock);
        for _ in 0..5 {
            carrier_of(&failover).await;
        }
        assert_eq!(main.given().len(), 5);
        clock.advance(SignedDuration::from_millis(29_999));
        carrier_of(&failover).await;
        assert!(main.given().is_empty());
        clock.advance(SignedDuration::from_millis(1));
        carrier_of(&failover).await;
        carrier_of(&failover).await;
        assert_eq!(main.given().len(), 1, "one failure passes it over again");
        clock.advance(SignedDuration::from_secs(30));
        main.answers(Ok(()));
        assert_eq!(carrier_of(&failover).await, "main");
        main.answers(down());
        carrier_of(&failover).await;
        carrier_of(&failover).await;
        assert_eq!(
            main.given().len(),
            3,
            "after a success it has five failures again"
        );
    }

    #[tokio::test]
    async fn failures_with_successes_between_them_pass_nobody_over() {
        let (main, clock) = (Scripted::new("main", down()), clock());
        let spare = Scripted::new("spare", Ok(()));
        let failover = failover(&[&main, &spare], &clock);
        for _ in 0..3 {
            main.answers(down());
            for _ in 0..4 {
                carrier_of(&failover).await;
            }
            main.answers(Ok(()));
            assert_eq!(carrier_of(&failover).await, "main");
        }
    }

    #[tokio::test]
    async fn a_carrier_that_is_passed_over_is_tried_when_there_is_no_other() {
        let (only, clock) = (Scripted::new("only", down()), clock());
        let failover = failover(&[&only], &clock);
        for _ in 0..7 {
            send(&failover).await.expect_err("down");
        }
        assert_eq!(only.given().len(), 7);
        only.answers(Ok(()));
        assert_eq!(carrier_of(&failover).await, "only");
    }

    #[tokio::test]
    async fn a_wait_is_asked_for_only_if_every_carrier_asked_for_one_and_then_the_shortest() {
        let (main, spare) = (
            Scripted::new("main", busy_for(60)),
            Scripted::new("spare", busy_for(20)),
        );
        let failover = failover(&[&main, &spare], &clock());
        assert_eq!(
            wait_of(&failover).await,
            Some(SignedDuration::from_secs(20))
        );
        spare.answers(down());
        assert_eq!(wait_of(&failover).await, None);
    }

    #[tokio::test]
    async fn what_one_carrier_declines_another_may_take_and_if_none_does_it_is_refused() {
        let declined = || {
            let (why, reason) = (
                "not to that country".to_owned(),
                FailureReason::CountryNotAllowed,
            );
            Err(CarrierError::Declined { why, reason })
        };
        let (main, spare) = (
            Scripted::new("main", declined()),
            Scripted::new("spare", Ok(())),
        );
        let failover = failover(&[&main, &spare], &clock());
        assert_eq!(carrier_of(&failover).await, "spare");
        spare.answers(down());
        assert!(
            matches!(send(&failover).await, Err(SendError::Transient { .. })),
            "it may take it another time"
        );
        spare.answers(declined());
        let refused = send(&failover).await.expect_err("nobody takes it");
        assert!(matches!(
            refused,
            SendError::Permanent {
                reason: FailureReason::CountryNotAllowed,
                ..
            }
        ));
    }

    #[test]
    fn the_operator_is_told_once_until_it_works_again() {
        let mut breaker = Breaker::default();
        assert!(breaker.alerts() && !breaker.alerts());
        breaker.succeeded();
        assert!(breaker.alerts());
    }

    #[tokio::test]
    async fn a_carrier_that_hangs_is_cut_off_in_time_for_the_next() {
        let (main, spare) = (Scripted::hanging("main"), Scripted::new("spare", Ok(())));
        let failover = Failover {
            limit: Duration::from_millis(20),
            ..failover(&[&main, &spare], &clock())
        };
        assert_eq!(carrier_of(&failover).await, "spare");
    }

    #[tokio::test]
    async fn carriers_that_all_hang_are_named() {
        let hanging = [&Scripted::hanging("main"), &Scripted::hanging("spare")];
        let failover = Failover {
            limit: Duration::from_millis(20),
            ..failover(&hanging, &clock())
        };
        let error = send(&failover).await.expect_err("nobody takes it");
        assert_eq!(
            error.to_string(),
            "the message was not taken: main: no answer in time; spare: no answer in time"
        );
    }

    #[test]
    fn the_time_that_is_left_is_shared_out_among_the_carriers_that_are_left() {
        assert_eq!(share(TRY_TIMEOUT, 2), Duration::from_millis(7_500));
        assert_eq!(share(TRY_TIMEOUT, 1), TRY_TIMEOUT);
    }
}
