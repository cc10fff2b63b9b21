//! Transports (mail relays and gateways), and failover between them.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::{
    server::{
        clock::Clock, domain::FailureReason, domain::send::AcceptedMessage, ports::SendError,
    },
    shared::ContactType,
};

/// The timeout of one attempt over all transports. The mail library's own timeout does not fire
/// when a server hangs.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);

/// A transport: a mail relay, a gateway for text messages, or a local backend.
#[async_trait]
pub trait Transport<M>: Send + Sync {
    /// Returns the name in the settings, for the log and the outbox.
    fn name(&self) -> &str;

    /// Sends a message and returns the transport's ID for it, if there is one. This method has no
    /// timeout.
    ///
    /// # Errors
    /// Returns [`TransportError`] if the transport does not accept the message.
    async fn send(&self, message: &M) -> Result<Option<String>, TransportError>;
}

/// The reason why a transport did not accept a message. `why` never contains the message or what
/// the other side said about the contact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The transport is unreachable, busy or over its rate limit. Another transport or a retry may
    /// succeed.
    #[error("{cause}")]
    Unavailable {
        /// The cause, for the log.
        cause: String,
        /// The wait that the other side asked for.
        retry_after: Option<SignedDuration>,
    },
    /// The transport does not work until the operator acts: wrong credentials, an untrusted
    /// certificate, no credit.
    #[error("{cause}")]
    Misconfigured {
        /// The cause, for the log.
        cause: String,
    },
    /// The transport rejects this message for a reason of its own. Another transport may accept it.
    #[error("{cause}")]
    Declined {
        /// The cause, for the log.
        cause: String,
        /// The reason for the customer, if no other transport accepts the message either.
        reason: FailureReason,
    },
    /// The transport rejects this message to this recipient, and any other transport would, too.
    #[error("{cause}")]
    Refused {
        /// The cause, for the log.
        cause: String,
        /// The reason for the customer.
        reason: FailureReason,
    },
}

impl TransportError {
    /// Creates an error for a transport that is unreachable or busy.
    #[must_use]
    pub fn unavailable(cause: impl ToString) -> Self {
        Self::Unavailable {
            cause: cause.to_string(),
            retry_after: None,
        }
    }
}

/// Transports in the operator's order. The first one that works gets the message.
pub struct Failover<M> {
    channel: ContactType,
    targets: Vec<Target<M>>,
    clock: Arc<dyn Clock>,
    /// [`ATTEMPT_TIMEOUT`], except in tests.
    limit: Duration,
}

struct Target<M> {
    transport: Arc<dyn Transport<M>>,
    breaker: Mutex<Breaker>,
}

impl<M: Sync> Failover<M> {
    /// Creates a failover between the transports of a channel, in this order.
    #[must_use]
    pub fn new(
        channel: ContactType,
        transports: Vec<Arc<dyn Transport<M>>>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let target = |transport| Target {
            transport,
            breaker: Mutex::default(),
        };
        Self {
            channel,
            targets: transports.into_iter().map(target).collect(),
            clock,
            limit: ATTEMPT_TIMEOUT,
        }
    }

    /// Sends a message through the first transport that accepts it, within [`ATTEMPT_TIMEOUT`].
    ///
    /// # Errors
    /// Returns [`SendError`] if no transport accepts the message.
    pub async fn send(&self, message: &M) -> Result<AcceptedMessage, SendError> {
        let deadline = Instant::now() + self.limit;
        let mut failures = Vec::new();
        for (target, left) in self.in_order().zip((1..=self.targets.len()).rev()) {
            let name = target.transport.name();
            let share = share(deadline.saturating_duration_since(Instant::now()), left);
            let Ok(result) = tokio::time::timeout(share, target.transport.send(message)).await
            else {
                let failure = self.failed(target, "no response in time".to_owned(), None);
                failures.push(TransportFailure {
                    outcome_unknown: true,
                    ..failure
                });
                continue;
            };
            match result {
                Ok(provider_message_id) => {
                    target.breaker().succeeded();
                    return Ok(AcceptedMessage {
                        transport: name.to_owned(),
                        provider_message_id,
                    });
                }
                Err(TransportError::Refused { cause, reason }) => {
                    target.breaker().succeeded();
                    return Err(SendError::Permanent {
                        cause: format!("{name}: {cause}"),
                        reason,
                    });
                }
                Err(TransportError::Declined { cause, reason }) => {
                    target.breaker().succeeded();
                    failures.push(TransportFailure {
                        cause: format!("{name}: {cause}"),
                        reason: Some(reason),
                        ..TransportFailure::default()
                    });
                }
                Err(TransportError::Misconfigured { cause }) => {
                    if target.breaker().alerts() {
                        tracing::error!(
                            transport = name,
                            error = cause,
                            "a transport needs the operator"
                        );
                    }
                    failures.push(self.failed(target, cause, None));
                }
                Err(TransportError::Unavailable { cause, retry_after }) => {
                    failures.push(self.failed(target, cause, retry_after));
                }
            }
        }
        Err(all_failed(failures))
    }

    /// Whether the circuit breakers of all transports are open. Nobody should wait for a transport
    /// that is only tried now and then.
    #[must_use]
    pub fn is_down(&self) -> bool {
        let now = self.clock.now();
        !self.targets.is_empty()
            && self
                .targets
                .iter()
                .all(|target| !target.breaker().is_closed(now))
    }

    /// Returns the transports whose circuit breaker is closed, then the others as a last resort.
    fn in_order(&self) -> impl Iterator<Item = &Target<M>> {
        let now = self.clock.now();
        let (closed, open): (Vec<_>, Vec<_>) = self
            .targets
            .iter()
            .partition(|target| target.breaker().is_closed(now));
        closed.into_iter().chain(open)
    }

    /// Records a failure of a transport.
    fn failed(
        &self,
        target: &Target<M>,
        cause: String,
        retry_after: Option<SignedDuration>,
    ) -> TransportFailure {
        let name = target.transport.name();
        let labels = [
            ("channel", self.channel.as_str().to_owned()),
            ("transport", name.to_owned()),
        ];
        metrics::counter!("doorcode_transport_failures_total", &labels).increment(1);
        if target.breaker().failed(self.clock.now()) {
            tracing::error!(
                transport = name,
                error = cause,
                "a transport keeps failing and is tried last for a while"
            );
        }
        TransportFailure {
            cause: format!("{name}: {cause}"),
            retry_after,
            ..TransportFailure::default()
        }
    }
}

/// Returns the timeout for the next transport: the remaining time divided by the remaining
/// transports.
fn share(time: Duration, left: usize) -> Duration {
    time / u32::try_from(left).unwrap_or(u32::MAX)
}

#[derive(Default)]
struct TransportFailure {
    cause: String,
    retry_after: Option<SignedDuration>,
    /// The reason why the transport declined the message. `None` if a retry may succeed.
    reason: Option<FailureReason>,
    /// Whether the transport may have accepted the message without responding.
    outcome_unknown: bool,
}

/// Combines the failures of all transports. The error is permanent only if every transport declined
/// the message. Otherwise a retry waits only if all other transports asked for a wait, and then for
/// the shortest one.
fn all_failed(failures: Vec<TransportFailure>) -> SendError {
    let may_work = || failures.iter().filter(|failure| failure.reason.is_none());
    let waits: Option<Vec<_>> = may_work().map(|failure| failure.retry_after).collect();
    let outcome_unknown = failures.iter().any(|failure| failure.outcome_unknown);
    let reason = failures
        .last()
        .and_then(|failure| failure.reason)
        .filter(|_| may_work().next().is_none());
    let causes: Vec<_> = failures.into_iter().map(|failure| failure.cause).collect();
    let cause = causes.join("; ");
    match reason {
        Some(reason) => SendError::Permanent { cause, reason },
        None => SendError::Transient {
            cause,
            retry_after: waits.and_then(|waits| waits.into_iter().min()),
            outcome_unknown,
        },
    }
}

impl<M> Target<M> {
    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A circuit breaker. It opens when its transport keeps failing. While it is open, the transport is
/// tried only after the others.
#[derive(Debug, Default)]
struct Breaker {
    failures: u32,
    open_until: Option<Timestamp>,
    /// Whether the operator was alerted since the last success.
    has_alerted: bool,
}

impl Breaker {
    /// The number of consecutive failures that open the breaker.
    const FAILURES: u32 = 5;
    /// The time for which the breaker stays open. After it, one failure opens the breaker again.
    const PAUSE: SignedDuration = SignedDuration::from_secs(30);

    fn is_closed(&self, now: Timestamp) -> bool {
        self.open_until.is_none_or(|until| now >= until)
    }

    /// Whether to alert the operator now. Returns `true` only once until the next success.
    const fn alerts(&mut self) -> bool {
        !std::mem::replace(&mut self.has_alerted, true)
    }

    fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// Counts a failure. Returns `true` if it opens the breaker.
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

    /// A transport that returns a configured result and records the messages that it gets.
    struct Scripted {
        name: &'static str,
        answer: Mutex<Result<(), TransportError>>,
        hangs: bool,
        received: Mutex<Vec<String>>,
    }

    impl Scripted {
        fn new(name: &'static str, answer: Result<(), TransportError>) -> Arc<Self> {
            Arc::new(Self {
                name,
                answer: Mutex::new(answer),
                hangs: false,
                received: Mutex::default(),
            })
        }

        fn hanging(name: &'static str) -> Arc<Self> {
            Arc::new(Self {
                name,
                answer: Mutex::new(Ok(())),
                hangs: true,
                received: Mutex::default(),
            })
        }

        fn answers(&self, answer: Result<(), TransportError>) {
            *self.answer.lock().expect("a lock") = answer;
        }

        fn received(&self) -> Vec<String> {
            std::mem::take(&mut self.received.lock().expect("a lock"))
        }
    }

    #[async_trait]
    impl Transport<String> for Scripted {
        fn name(&self) -> &str {
            self.name
        }

        async fn send(&self, message: &String) -> Result<Option<String>, TransportError> {
            self.received.lock().expect("a lock").push(message.clone());
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

    fn failover(transports: &[&Arc<Scripted>], clock: &Arc<ManualClock>) -> Failover<String> {
        let transports = transports
            .iter()
            .map(|transport| -> Arc<dyn Transport<String>> { Arc::<Scripted>::clone(transport) });
        Failover::new(ContactType::Email, transports.collect(), clock.clone())
    }

    fn down() -> Result<(), TransportError> {
        Err(TransportError::unavailable("down"))
    }

    fn busy_for(seconds: i64) -> Result<(), TransportError> {
        let retry_after = Some(SignedDuration::from_secs(seconds));
        Err(TransportError::Unavailable {
            cause: "busy".to_owned(),
            retry_after,
        })
    }

    async fn send(failover: &Failover<String>) -> Result<AcceptedMessage, SendError> {
        failover.send(&"the message".to_owned()).await
    }

    async fn transport_named(failover: &Failover<String>) -> String {
        send(failover)
            .await
            .expect("a transport that takes it")
            .transport
    }

    async fn wait_of(failover: &Failover<String>) -> Option<SignedDuration> {
        match send(failover).await {
            Err(SendError::Transient { retry_after, .. }) => retry_after,
            _ => panic!("every transport is down"),
        }
    }

    #[tokio::test]
    async fn first_working_transport_gets_the_message_and_no_other_does() {
        let (main, spare) = (
            Scripted::new("main", Ok(())),
            Scripted::new("spare", Ok(())),
        );
        let accepted = send(&failover(&[&main, &spare], &clock()))
            .await
            .expect("accepted");
        assert_eq!(
            accepted,
            AcceptedMessage {
                transport: "main".to_owned(),
                provider_message_id: Some("main-1".to_owned())
            }
        );
        assert!(spare.received().is_empty());
    }

    #[tokio::test]
    async fn next_transport_gets_the_message_if_one_is_down_or_misconfigured() {
        let (main, spare) = (
            Scripted::new("main", down()),
            Scripted::new("spare", Ok(())),
        );
        let failover = failover(&[&main, &spare], &clock());
        assert_eq!(transport_named(&failover).await, "spare");
        main.answers(Err(TransportError::Misconfigured {
            cause: "the password".to_owned(),
        }));
        assert_eq!(transport_named(&failover).await, "spare");
        assert_eq!(
            (main.received(), spare.received()),
            (
                vec!["the message".to_owned(); 2],
                vec!["the message".to_owned(); 2]
            )
        );
    }

    #[tokio::test]
    async fn refusal_is_permanent_and_no_other_transport_is_tried() {
        let refusal = TransportError::Refused {
            cause: "no such number".to_owned(),
            reason: FailureReason::NoSuchAddress,
        };
        let (main, spare) = (
            Scripted::new("main", Err(refusal)),
            Scripted::new("spare", Ok(())),
        );
        match send(&failover(&[&main, &spare], &clock())).await {
            Err(SendError::Permanent { cause, reason }) => {
                assert_eq!(
                    (cause.as_str(), reason),
                    ("main: no such number", FailureReason::NoSuchAddress)
                );
            }
            other => panic!("{other:?}"),
        }
        assert!(spare.received().is_empty());
    }

    #[tokio::test]
    async fn five_consecutive_failures_open_the_breaker_for_thirty_seconds() {
        let (main, spare, clock) = (
            Scripted::new("main", down()),
            Scripted::new("spare", Ok(())),
            clock(),
        );
        let failover = failover(&[&main, &spare], &clock);
        for _ in 0..5 {
            transport_named(&failover).await;
        }
        assert_eq!(main.received().len(), 5);
        clock.advance(SignedDuration::from_millis(29_999));
        transport_named(&failover).await;
        assert!(main.received().is_empty());
        clock.advance(SignedDuration::from_millis(1));
        transport_named(&failover).await;
        transport_named(&failover).await;
        assert_eq!(main.received().len(), 1, "one failure passes it over again");
        clock.advance(SignedDuration::from_secs(30));
        main.answers(Ok(()));
        assert_eq!(transport_named(&failover).await, "main");
        main.answers(down());
        transport_named(&failover).await;
        transport_named(&failover).await;
        assert_eq!(
            main.received().len(),
            3,
            "after a success it has five failures again"
        );
    }

    #[tokio::test]
    async fn success_resets_the_failure_count() {
        let (main, clock) = (Scripted::new("main", down()), clock());
        let spare = Scripted::new("spare", Ok(()));
        let failover = failover(&[&main, &spare], &clock);
        for _ in 0..3 {
            main.answers(down());
            for _ in 0..4 {
                transport_named(&failover).await;
            }
            main.answers(Ok(()));
            assert_eq!(transport_named(&failover).await, "main");
        }
    }

    #[tokio::test]
    async fn transport_with_open_breaker_is_tried_if_there_is_no_other() {
        let (only, clock) = (Scripted::new("only", down()), clock());
        let failover = failover(&[&only], &clock);
        for _ in 0..7 {
            send(&failover).await.expect_err("down");
        }
        assert_eq!(only.received().len(), 7);
        only.answers(Ok(()));
        assert_eq!(transport_named(&failover).await, "only");
    }

    #[tokio::test]
    async fn retry_waits_only_if_every_transport_asked_for_it_and_then_the_shortest_wait() {
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
    async fn declined_message_goes_to_the_next_transport_and_fails_if_all_decline() {
        let declined = || {
            let (cause, reason) = (
                "not to that country".to_owned(),
                FailureReason::CountryNotAllowed,
            );
            Err(TransportError::Declined { cause, reason })
        };
        let (main, spare) = (
            Scripted::new("main", declined()),
            Scripted::new("spare", Ok(())),
        );
        let failover = failover(&[&main, &spare], &clock());
        assert_eq!(transport_named(&failover).await, "spare");
        spare.answers(down());
        assert!(
            matches!(send(&failover).await, Err(SendError::Transient { .. })),
            "a retry may be accepted"
        );
        spare.answers(declined());
        let refused = send(&failover).await.expect_err("no transport accepts it");
        assert!(matches!(
            refused,
            SendError::Permanent {
                reason: FailureReason::CountryNotAllowed,
                ..
            }
        ));
    }

    #[test]
    fn operator_is_alerted_once_until_the_next_success() {
        let mut breaker = Breaker::default();
        assert!(breaker.alerts() && !breaker.alerts());
        breaker.succeeded();
        assert!(breaker.alerts());
    }

    #[tokio::test]
    async fn hanging_transport_times_out_in_time_for_the_next() {
        let (main, spare) = (Scripted::hanging("main"), Scripted::new("spare", Ok(())));
        let failover = Failover {
            limit: Duration::from_millis(20),
            ..failover(&[&main, &spare], &clock())
        };
        assert_eq!(transport_named(&failover).await, "spare");
    }

    #[tokio::test]
    async fn error_names_every_hanging_transport() {
        let hanging = [&Scripted::hanging("main"), &Scripted::hanging("spare")];
        let failover = Failover {
            limit: Duration::from_millis(20),
            ..failover(&hanging, &clock())
        };
        let error = send(&failover).await.expect_err("no transport accepts it");
        assert_eq!(
            error.to_string(),
            "the transport did not accept the message: main: no response in time; spare: no response in time"
        );
    }

    #[test]
    fn remaining_time_is_divided_among_the_remaining_transports() {
        assert_eq!(share(ATTEMPT_TIMEOUT, 2), Duration::from_millis(7_500));
        assert_eq!(share(ATTEMPT_TIMEOUT, 1), ATTEMPT_TIMEOUT);
    }
}
