//! Transports (mail relays and gateways), and failover between them.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::{
    server::{
        clock::Clock,
        domain::send::AcceptedMessage,
        domain::{Deferral, FailureReason, Repetition},
        ports::SendError,
    },
    shared::ContactType,
};

/// A transport: a mail relay, a gateway for text messages, or a local backend.
#[async_trait]
pub trait Transport<M>: Send + Sync {
    /// Returns the name in the settings, for the log and the outbox.
    fn name(&self) -> &str;

    /// Sends a message and returns the transport's ID for it, if there is one. Each stage has a
    /// limit of its own, so this method ends. It raises the message's handover signal before the
    /// content is sent.
    ///
    /// # Errors
    /// Returns [`TransportError`] unless the transport is known to have accepted the message.
    async fn send(&self, message: &M) -> Result<Option<String>, TransportError>;
}

/// A message with a recipient.
pub trait Addressed {
    /// Returns the recipient's address or number. It is compared with those of other messages.
    fn recipient(&self) -> &str;
}

/// The reason why a transport did not accept a message. `cause` never contains the message or what
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
    /// certificate, no credit, a sender that is not verified. No recipient is to blame.
    #[error("{cause}")]
    Misconfigured {
        /// The cause, for the log.
        cause: String,
    },
    /// The transport does not accept this message for now, probably because of its recipient.
    #[error("{cause}")]
    Deferred {
        /// The cause, for the log.
        cause: String,
        /// The reason, as far as it is known.
        deferral: Deferral,
    },
    /// The content was handed over and the response did not come. The transport may have accepted
    /// the message.
    #[error("{cause}")]
    OutcomeUnknown {
        /// The cause, for the log.
        cause: String,
    },
    /// The transport rejects this message for a reason of its own, or an unclear one. Another
    /// transport may accept it.
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
}

struct Target<M> {
    transport: Arc<dyn Transport<M>>,
    breaker: Mutex<Breaker>,
}

/// The consequence of the error of one transport.
enum Next {
    /// The next transport is tried.
    Try(FailureKind),
    /// No other transport is tried.
    Stop(SendError),
}

impl<M: Addressed + Sync> Failover<M> {
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
        }
    }

    /// Sends a message through the first transport that accepts it. Once the content was handed
    /// over and the outcome is unknown, no other transport is tried.
    ///
    /// # Errors
    /// Returns [`SendError`] unless a transport is known to have accepted the message.
    pub async fn send(&self, message: &M) -> Result<AcceptedMessage, SendError> {
        let mut failures = Vec::new();
        for target in self.in_order() {
            let name = target.transport.name();
            let error = match target.transport.send(message).await {
                Ok(provider_message_id) => {
                    target.breaker().succeeded();
                    return Ok(AcceptedMessage {
                        transport: name.to_owned(),
                        provider_message_id,
                    });
                }
                Err(error) => error,
            };
            let cause = format!("{name}: {error}");
            match self.next(target, message.recipient(), &error, &cause) {
                Next::Try(kind) => failures.push(TransportFailure { cause, kind }),
                Next::Stop(error) => return Err(error),
            }
        }
        Err(all_failed(failures))
    }

    /// Records the error of a transport and decides what follows. `cause` names the transport.
    fn next(
        &self,
        target: &Target<M>,
        recipient: &str,
        error: &TransportError,
        cause: &str,
    ) -> Next {
        let cause = || cause.to_owned();
        match *error {
            TransportError::Unavailable { retry_after, .. } => {
                self.failed(target, error);
                Next::Try(FailureKind::Transport { retry_after })
            }
            TransportError::Misconfigured { .. } => {
                self.alert(target, error);
                self.failed_for(target, recipient, error);
                Next::Try(FailureKind::Transport { retry_after: None })
            }
            TransportError::OutcomeUnknown { .. } => {
                self.failed_for(target, recipient, error);
                Next::Stop(SendError::OutcomeUnknown {
                    cause: cause(),
                    transport: Some(target.transport.name().to_owned()),
                })
            }
            TransportError::Deferred { deferral, .. } => match deferral {
                Deferral::Mailbox => {
                    target.breaker().responded();
                    Next::Stop(SendError::Deferred {
                        cause: cause(),
                        deferral,
                    })
                }
                Deferral::Unclear if target.breaker().deferrals.repeats(recipient) => {
                    self.failed(target, error);
                    Next::Try(FailureKind::Transport { retry_after: None })
                }
                Deferral::Greylisting | Deferral::Unclear => {
                    target.breaker().responded();
                    Next::Try(FailureKind::Deferred(deferral))
                }
            },
            TransportError::Declined { reason, .. } => {
                if reason.may_be_about_sender() && target.breaker().refusals.repeats(recipient) {
                    self.alert(target, error);
                    self.failed(target, error);
                    // A text message is not retried: if the response is misunderstood, each attempt
                    // is paid for.
                    return Next::Try(match self.channel {
                        ContactType::Email => FailureKind::Transport { retry_after: None },
                        ContactType::Phone => FailureKind::Declined(reason),
                    });
                }
                target.breaker().responded();
                Next::Try(FailureKind::Declined(reason))
            }
            TransportError::Refused { reason, .. } => {
                target.breaker().responded();
                Next::Stop(SendError::Permanent {
                    cause: cause(),
                    reason,
                })
            }
        }
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

    /// Tells the operator, once until the next success.
    fn alert(&self, target: &Target<M>, error: &TransportError) {
        if target.breaker().alerts() {
            tracing::error!(
                channel = self.channel.as_str(),
                transport = target.transport.name(),
                error = error.to_string(),
                "a transport needs the operator"
            );
        }
    }

    /// Records a failure that is about the transport, whoever the recipient.
    fn failed(&self, target: &Target<M>, error: &TransportError) {
        let name = target.transport.name();
        let labels = [
            ("channel", self.channel.as_str().to_owned()),
            ("transport", name.to_owned()),
        ];
        metrics::counter!("doorcode_transport_failures_total", &labels).increment(1);
        if target.breaker().failed(self.clock.now()) {
            tracing::error!(
                transport = name,
                error = error.to_string(),
                "a transport keeps failing and is tried last for a while"
            );
        }
    }

    /// Records a failure with which only a new recipient counts: one customer whose messages are
    /// tried again and again says nothing about those of the others.
    fn failed_for(&self, target: &Target<M>, recipient: &str, error: &TransportError) {
        let is_new = target.breaker().failed_for.add(recipient);
        if is_new {
            self.failed(target, error);
        }
    }
}

struct TransportFailure {
    cause: String,
    kind: FailureKind,
}

/// The kind of the failure of one transport, which decides what happens to the message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FailureKind {
    /// The transport failed.
    Transport {
        /// The wait that it asked for.
        retry_after: Option<SignedDuration>,
    },
    /// The transport does not accept the message for now.
    Deferred(Deferral),
    /// The transport does not accept the message.
    Declined(FailureReason),
}

/// Combines the failures of all transports. If one deferred the message, the message waits for its
/// recipient. The error is permanent only if every transport declined the message. Otherwise a
/// retry waits only if all failing transports asked for a wait, and then for the shortest one.
fn all_failed(failures: Vec<TransportFailure>) -> SendError {
    let kinds = || failures.iter().map(|failure| failure.kind);
    let deferral = kinds().find_map(|kind| match kind {
        FailureKind::Deferred(deferral) => Some(deferral),
        _ => None,
    });
    let reason = kinds().next_back().and_then(|kind| match kind {
        FailureKind::Declined(reason) => Some(reason),
        _ => None,
    });
    let waits: Vec<_> = kinds()
        .filter_map(|kind| match kind {
            FailureKind::Transport { retry_after } => Some(retry_after),
            _ => None,
        })
        .collect();
    let causes: Vec<_> = failures.iter().map(|failure| &*failure.cause).collect();
    let cause = causes.join("; ");
    match (deferral, reason) {
        (Some(deferral), _) => SendError::Deferred { cause, deferral },
        (None, Some(reason)) if waits.is_empty() => SendError::Permanent { cause, reason },
        _ => {
            let waits: Option<Vec<_>> = waits.into_iter().collect();
            SendError::Transient {
                cause,
                retry_after: waits.and_then(|waits| waits.into_iter().min()),
            }
        }
    }
}

impl<M> Target<M> {
    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A circuit breaker. It opens when its transport keeps failing. While it is open, the transport is
/// tried only after the others.
#[derive(Debug)]
struct Breaker {
    failures: u32,
    open_until: Option<Timestamp>,
    /// Whether the operator was alerted since the last success.
    has_alerted: bool,
    /// The recipients of unclear refusals since the last success.
    refusals: Repetition,
    /// The recipients of unclear deferrals since the last success.
    deferrals: Repetition,
    /// The recipients for whom a failure was counted, if it counts once for each.
    failed_for: Repetition,
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            failures: 0,
            open_until: None,
            has_alerted: false,
            refusals: Repetition::of_refusals(),
            deferrals: Repetition::of_deferrals(),
            failed_for: Repetition::of_deferrals(),
        }
    }
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

    /// The transport accepted a message.
    fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// The transport works, but did not accept a message.
    const fn responded(&mut self) {
        self.failures = 0;
        self.open_until = None;
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
        received: Mutex<Vec<String>>,
    }

    impl Scripted {
        fn new(name: &'static str, answer: Result<(), TransportError>) -> Arc<Self> {
            Arc::new(Self {
                name,
                answer: Mutex::new(answer),
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
            self.answer
                .lock()
                .expect("a lock")
                .clone()
                .map(|()| Some(format!("{}-1", self.name)))
        }
    }

    impl Addressed for String {
        fn recipient(&self) -> &str {
            self
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

    fn deferred(deferral: Deferral) -> Result<(), TransportError> {
        Err(TransportError::Deferred {
            cause: "not now".to_owned(),
            deferral,
        })
    }

    fn declined(reason: FailureReason) -> Result<(), TransportError> {
        Err(TransportError::Declined {
            cause: "no".to_owned(),
            reason,
        })
    }

    fn misconfigured() -> Result<(), TransportError> {
        Err(TransportError::Misconfigured {
            cause: "the sender is not verified".to_owned(),
        })
    }

    /// Sends a message to each of `count` recipients.
    async fn send_to_many(failover: &Failover<String>, count: usize) -> Vec<SendError> {
        let mut errors = Vec::new();
        for recipient in 0..count {
            errors.extend(failover.send(&recipient.to_string()).await.err());
        }
        errors
    }

    #[tokio::test]
    async fn full_mailboxes_never_make_a_transport_fail() {
        let (main, spare) = (
            Scripted::new("main", deferred(Deferral::Mailbox)),
            Scripted::new("spare", Ok(())),
        );
        let failover = failover(&[&main, &spare], &clock());
        let errors = send_to_many(&failover, 100).await;
        assert!(errors.iter().all(|error| matches!(
            error,
            SendError::Deferred {
                deferral: Deferral::Mailbox,
                ..
            }
        )));
        assert_eq!(errors.len(), 100);
        assert!(spare.received().is_empty() && !failover.is_down());
        main.answers(Ok(()));
        assert_eq!(transport_named(&failover).await, "main");
    }

    #[tokio::test]
    async fn greylisted_message_goes_to_the_next_transport_and_is_never_a_failure() {
        let (main, spare) = (
            Scripted::new("main", deferred(Deferral::Greylisting)),
            Scripted::new("spare", Ok(())),
        );
        let both = failover(&[&main, &spare], &clock());
        assert_eq!(transport_named(&both).await, "spare");
        let only = failover(&[&main], &clock());
        assert_eq!(send_to_many(&only, 100).await.len(), 100);
        assert!(!only.is_down());
    }

    #[tokio::test]
    async fn unclear_deferrals_count_once_they_repeat_over_ten_recipients() {
        let main = Scripted::new("main", deferred(Deferral::Unclear));
        let failover = failover(&[&main], &clock());
        for _ in 0..100 {
            let error = send(&failover).await.expect_err("deferred");
            assert!(matches!(error, SendError::Deferred { .. }), "{error}");
        }
        assert!(!failover.is_down(), "one recipient, a hundred times");
        let errors = send_to_many(&failover, 9).await;
        let is_deferred = |error: &SendError| matches!(error, SendError::Deferred { .. });
        assert_eq!(errors.iter().filter(|error| is_deferred(error)).count(), 8);
        assert!(matches!(errors[8], SendError::Transient { .. }));
        assert!(!failover.is_down());
        send_to_many(&failover, 4).await;
        assert!(failover.is_down());
        main.answers(Ok(()));
        assert_eq!(transport_named(&failover).await, "main");
        main.answers(deferred(Deferral::Unclear));
        assert!(send_to_many(&failover, 9).await.iter().all(is_deferred));
    }

    #[tokio::test]
    async fn unclear_refusal_that_repeats_over_recipients_is_about_the_sender() {
        let main = Scripted::new("main", declined(FailureReason::Blocked));
        let failover = failover(&[&main], &clock());
        for _ in 0..10 {
            let error = send(&failover).await.expect_err("refused");
            assert!(matches!(error, SendError::Permanent { .. }), "{error}");
        }
        let errors = send_to_many(&failover, 2).await;
        assert!(matches!(errors[0], SendError::Permanent { .. }));
        assert!(
            matches!(errors[1], SendError::Transient { .. }),
            "the third recipient is not to blame"
        );
    }

    #[tokio::test]
    async fn text_message_that_was_declined_is_never_retried() {
        let main: Arc<dyn Transport<String>> =
            Scripted::new("main", declined(FailureReason::Other));
        let failover = Failover::new(ContactType::Phone, vec![main], clock());
        let errors = send_to_many(&failover, 20).await;
        assert!(
            errors
                .iter()
                .all(|error| matches!(error, SendError::Permanent { .. }))
        );
    }

    #[tokio::test]
    async fn reasons_about_the_number_or_the_country_are_never_about_the_sender() {
        let main = Scripted::new("main", declined(FailureReason::CountryNotAllowed));
        let failover = failover(&[&main], &clock());
        let errors = send_to_many(&failover, 20).await;
        assert!(
            errors
                .iter()
                .all(|error| matches!(error, SendError::Permanent { .. }))
        );
    }

    #[tokio::test]
    async fn refused_sender_fails_the_transport_for_everybody_but_not_by_one_recipient() {
        let main = Scripted::new("main", misconfigured());
        let failover = failover(&[&main], &clock());
        for _ in 0..20 {
            let error = send(&failover).await.expect_err("refused");
            assert!(matches!(error, SendError::Transient { .. }), "{error}");
        }
        assert!(!failover.is_down());
        send_to_many(&failover, 4).await;
        assert!(failover.is_down());
    }

    #[tokio::test]
    async fn after_an_unknown_outcome_no_other_transport_is_tried() {
        let (main, spare) = (
            Scripted::new(
                "main",
                Err(TransportError::OutcomeUnknown {
                    cause: "no answer".to_owned(),
                }),
            ),
            Scripted::new("spare", Ok(())),
        );
        let failover = failover(&[&main, &spare], &clock());
        match send(&failover).await {
            Err(SendError::OutcomeUnknown { cause, transport }) => {
                assert_eq!(
                    (cause.as_str(), transport.as_deref()),
                    ("main: no answer", Some("main"))
                );
            }
            other => panic!("{other:?}"),
        }
        assert!(spare.received().is_empty());
    }

    #[tokio::test]
    async fn deferral_of_one_transport_outweighs_the_failure_of_another() {
        let (main, spare) = (
            Scripted::new("main", down()),
            Scripted::new("spare", deferred(Deferral::Unclear)),
        );
        let failover = failover(&[&main, &spare], &clock());
        let error = send(&failover).await.expect_err("not accepted");
        assert_eq!(
            error.to_string(),
            "the message was deferred: main: down; spare: not now"
        );
    }
}
