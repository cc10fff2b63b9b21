//! Message delivery: how an attempt ends, which receipts count, and what text messages may cost.

use jiff::{SignedDuration, Timestamp};

use super::{
    change::{Change, Decision, Handover, MessageUpdate},
    contact::Contact,
    customer::Customer,
    delivery::{Deferral, DeliveryState, FailureReason, RetryCause},
    history::{Event, Origin},
    id::{ChangeId, MessageId},
    otp::Otp,
    sms::{Money, SmsBudget, SmsSpent},
};
use crate::shared::ContactType;

/// A queued message, claimed for one attempt.
#[derive(Clone, Debug)]
pub struct ClaimedMessage {
    /// The id of the message.
    pub id: MessageId,
    /// The subject of the message: a code or a notice.
    pub subject: DeliverySubject,
    /// The customer that the message goes to. `None` if no customer has the contact, or no longer
    /// has it.
    pub customer: Option<Customer>,
    /// The kind of the customer's contact that the message goes to.
    pub channel: ContactType,
    /// The time when the message was requested.
    pub requested_at: Timestamp,
    /// The time when the code expires or the notice becomes stale.
    pub expires_at: Timestamp,
    /// The origin of the request that the message is about.
    pub origin: Origin,
    /// The unique part of the `Message-ID`.
    pub message_id: String,
    /// The number of this attempt, starting at 1. It also identifies the claim, because a later
    /// claim has another number.
    pub attempts: u32,
    /// The number of earlier attempts that handed the content over without hearing the outcome. An
    /// attempt of a process that died then is one of them.
    pub unknown_outcomes: u32,
}

impl ClaimedMessage {
    /// Whether the message may be sent (again). Each unknown outcome may be a copy that the
    /// customer has: an email is repeated once, a text message, which is paid for, never. The
    /// customer can ask for another.
    #[must_use]
    pub const fn may_be_sent(&self) -> bool {
        may_be_sent(self.channel, self.unknown_outcomes)
    }
}

const fn may_be_sent(channel: ContactType, unknown_outcomes: u32) -> bool {
    match channel {
        ContactType::Email => unknown_outcomes < 2,
        ContactType::Phone => unknown_outcomes < 1,
    }
}

/// The subject of a message.
#[derive(Clone, Debug)]
pub enum DeliverySubject {
    /// A code.
    Code {
        /// The OTP of the code.
        otp: Box<Otp>,
        /// The generation of the code.
        generation: u32,
        /// Whether the code is suppressed: the contact's owner has reported "this was not me", and
        /// the device is unknown.
        is_suppressed: bool,
    },
    /// The notice of a sign-in on a new device.
    NewSignIn,
    /// The notice that a contact was changed.
    ContactChanged {
        /// The recipient: the previous contact, or the other one.
        to: Contact,
        /// The kind of contact that was changed.
        changed: ContactType,
        /// The change that the link in the notice undoes, if any.
        change: Option<ChangeId>,
    },
}

impl DeliverySubject {
    /// Whether the message is only sent within the budget for text messages. Anybody can use up the
    /// budget, so it stops neither the notices that protect an account nor the codes of known
    /// devices.
    #[must_use]
    pub fn counts_for_budget(&self) -> bool {
        matches!(self, Self::Code { otp, .. } if !otp.is_known_device)
    }
}

/// The waits between attempts. The last wait repeats; codes expire before that, notices do not.
const RETRY_AFTER: [SignedDuration; 5] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_secs(15),
    SignedDuration::from_secs(45),
    SignedDuration::from_secs(120),
    SignedDuration::from_secs(600),
];
/// The waits if the recipient is the reason. Servers that make unknown senders wait (greylisting)
/// start again if they are asked too often.
const RETRY_DEFERRED_AFTER: [SignedDuration; 6] = [
    SignedDuration::from_secs(30),
    SignedDuration::from_secs(60),
    SignedDuration::from_secs(120),
    SignedDuration::from_secs(300),
    SignedDuration::from_secs(900),
    SignedDuration::from_secs(1800),
];
/// The minimum time between a retry and the expiry: the recipient has to read and type the code.
const MIN_TIME_LEFT: SignedDuration = SignedDuration::from_secs(60);

/// Returns when a message is retried after a failed attempt, or `None` if that would be too late.
/// `retry_after` is the wait that the transport requested.
#[must_use]
pub fn retry_at(
    claimed: &ClaimedMessage,
    retry_after: Option<SignedDuration>,
    now: Timestamp,
) -> Option<Timestamp> {
    let usual = wait(&RETRY_AFTER, claimed);
    // Without a minimum wait, a transport that requests none would be retried in a tight loop.
    let wait = retry_after.map_or(usual, |named| named.max(RETRY_AFTER[0]));
    in_time(claimed, wait, now)
}

/// Returns the wait after this attempt.
fn wait(waits: &[SignedDuration], claimed: &ClaimedMessage) -> SignedDuration {
    let tried = usize::try_from(claimed.attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let last = waits.len().saturating_sub(1);
    waits.get(tried.min(last)).copied().unwrap_or_default()
}

/// Returns the end of a wait, or `None` if that would be too late.
fn in_time(claimed: &ClaimedMessage, wait: SignedDuration, now: Timestamp) -> Option<Timestamp> {
    let at = now.checked_add(wait).unwrap_or(Timestamp::MAX);
    (claimed.expires_at.duration_since(at) >= MIN_TIME_LEFT).then_some(at)
}

/// Decides what follows when a transport deferred a message because of its recipient: a retry at
/// growing waits, and in the end the reason that the customer can act on.
#[must_use]
pub fn after_deferral(
    claimed: &ClaimedMessage,
    deferral: Deferral,
    now: Timestamp,
) -> AttemptResult {
    match in_time(claimed, wait(&RETRY_DEFERRED_AFTER, claimed), now) {
        Some(at) => AttemptResult::RetryAt {
            at,
            cause: RetryCause::Deferred(deferral),
        },
        None => AttemptResult::Failed(FailureReason::Unreachable),
    }
}

/// Decides what follows when the content was handed over and the outcome is unknown. `at` is the
/// time for a repetition, if one is allowed: `None` if it would be too late. `transport` is the
/// transport that may have accepted the message.
#[must_use]
pub fn after_unknown_outcome(
    claimed: &ClaimedMessage,
    transport: Option<String>,
    at: Option<Timestamp>,
) -> AttemptResult {
    let unknown_outcomes = claimed.unknown_outcomes.saturating_add(1);
    match at {
        Some(at) if may_be_sent(claimed.channel, unknown_outcomes) => AttemptResult::RetryAt {
            at,
            cause: RetryCause::OutcomeUnknown,
        },
        _ => AttemptResult::Unconfirmed { transport },
    }
}

/// The result of an attempt to send a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptResult {
    /// A transport accepted the message.
    Sent(AcceptedMessage),
    /// The attempt failed or was abandoned, and the message is to be retried.
    RetryAt {
        /// The time of the next attempt.
        at: Timestamp,
        /// The reason for the retry.
        cause: RetryCause,
    },
    /// The content was handed over, the transport never said whether it accepted the message, and
    /// the message may not be sent again.
    Unconfirmed {
        /// The transport that may have accepted the message, if it is known.
        transport: Option<String>,
    },
    /// The message is given up.
    Failed(FailureReason),
}

/// A message that a relay or gateway has accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedMessage {
    /// The name of the relay or gateway in the settings.
    pub transport: String,
    /// The id that the relay or gateway assigned to the message, if any.
    pub provider_message_id: Option<String>,
}

/// The properties of an outbox message that the end of an attempt depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedMessage {
    /// The id of the message.
    pub id: MessageId,
    /// The delivery state.
    pub state: DeliveryState,
    /// The number of attempts so far, which identifies the current claim.
    pub attempts: u32,
    /// Whether the handover of the message has been recorded.
    pub is_sent: bool,
    /// Whether the cost of the next attempt is reserved in the budget.
    pub is_cost_reserved: bool,
}

/// Returns the update for a message that a transport has or may have.
fn handed_over(
    message: &QueuedMessage,
    transport: Option<String>,
    provider_message_id: Option<String>,
    now: Timestamp,
) -> MessageUpdate {
    let state = if message.state == DeliveryState::Queued {
        DeliveryState::Sent
    } else {
        message.state
    };
    MessageUpdate::Sent(Handover {
        state,
        transport,
        provider_message_id,
        at: now,
    })
}

/// Records how an attempt ended. Returns no changes if there is nothing to record.
///
/// If the lease had expired, another worker may have claimed the message since. Then only a
/// handover counts, and only once, because the message was sent. If a receipt arrived earlier, its
/// state is kept.
#[must_use]
pub fn finish_attempt(
    claimed: &ClaimedMessage,
    message: Option<&QueuedMessage>,
    result: &AttemptResult,
    now: Timestamp,
) -> Vec<Change> {
    let Some(message) = message else {
        return Vec::new();
    };
    let is_ours = message.attempts == claimed.attempts && message.state == DeliveryState::Queued;
    let (update, event) = match result {
        AttemptResult::Sent(AcceptedMessage {
            transport,
            provider_message_id,
        }) if !message.is_sent => {
            let (transport, id) = (Some(transport.clone()), provider_message_id.clone());
            (handed_over(message, transport, id, now), Some(Event::Sent))
        }
        AttemptResult::Unconfirmed { transport } if is_ours && !message.is_sent => (
            handed_over(message, transport.clone(), None, now),
            Some(Event::Sent),
        ),
        AttemptResult::RetryAt { at, cause } if is_ours => (
            MessageUpdate::Retry {
                at: *at,
                cause: *cause,
            },
            None,
        ),
        AttemptResult::Failed(reason) if is_ours => (
            MessageUpdate::Final(DeliveryState::Failed(*reason)),
            Some(Event::DeliveryFailed),
        ),
        _ => return Vec::new(),
    };
    let mut changes = vec![Change::UpdateMessage(message.id, update)];
    changes.extend(event.and_then(|event| record(event, &claimed.subject, now)));
    changes
}

/// The history records only what happens to codes.
fn record(event: Event, subject: &DeliverySubject, now: Timestamp) -> Option<Change> {
    match subject {
        DeliverySubject::Code { otp, .. } => {
            Some(Change::record(event, otp, &Origin::default(), now))
        }
        DeliverySubject::NewSignIn | DeliverySubject::ContactChanged { .. } => None,
    }
}

/// A receipt from a gateway about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The unique part of the `Message-ID` of the message.
    pub message_id: String,
    /// The delivery state that the receipt reports.
    pub state: DeliveryState,
    /// The SHA-256 digest of the content that the gateway signed. A receipt is not accepted twice.
    pub digest: [u8; 32],
}

/// The outcome of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptOutcome {
    /// The receipt was accepted.
    Recorded,
    /// The receipt had already been accepted.
    Replayed,
    /// No message has the id in the receipt.
    Unknown,
}

/// Records a receipt. Each receipt counts once, and none moves a message backwards. `message` is
/// the message that the gateway may report on, with its OTP.
#[must_use]
pub fn record_receipt(
    receipt: &Receipt,
    message: Option<(&QueuedMessage, Option<&Otp>)>,
    is_replayed: bool,
    now: Timestamp,
) -> Decision<ReceiptOutcome> {
    let Some((message, otp)) = message else {
        return Decision::unchanged(ReceiptOutcome::Unknown);
    };
    if is_replayed {
        return Decision::unchanged(ReceiptOutcome::Replayed);
    }
    let mut changes = vec![Change::RememberReceipt(receipt.digest, now)];
    // While a message waits for a retry, only a delivery counts. The message may have failed at
    // this gateway, and the retry may use another one.
    let is_early =
        message.state == DeliveryState::Queued && receipt.state != DeliveryState::Delivered;
    if !is_early && message.state.may_become(receipt.state) {
        changes.push(Change::UpdateMessage(
            message.id,
            MessageUpdate::Final(receipt.state),
        ));
        let event = match receipt.state {
            DeliveryState::Queued | DeliveryState::Sent => None,
            DeliveryState::Delivered => Some(Event::Delivered),
            DeliveryState::Failed(_) => Some(Event::DeliveryFailed),
        };
        let event = event.zip(otp);
        changes
            .extend(event.map(|(event, otp)| Change::record(event, otp, &Origin::default(), now)));
    }
    Decision::new(changes, ReceiptOutcome::Recorded)
}

/// The cost to reserve for one text message.
#[derive(Clone, Debug)]
pub struct Expense {
    /// The id of the message.
    pub message: MessageId,
    /// The price of the message.
    pub price: Money,
    /// The budget for all text messages. `None` if the message is sent whatever was spent
    /// ([`DeliverySubject::counts_for_budget`]).
    pub budget: Option<SmsBudget>,
    /// The current time.
    pub now: Timestamp,
}

impl Expense {
    /// Reserves the cost once, and again after an attempt whose outcome is unknown. The answer
    /// is false if the message would exceed the budget. Money is never returned, so that requests
    /// from unknown devices look the same for every contact.
    #[must_use]
    pub fn decide(&self, is_cost_reserved: bool, spent: SmsSpent) -> Decision<bool> {
        if is_cost_reserved {
            return Decision::unchanged(true);
        }
        if self
            .budget
            .is_some_and(|budget| !budget.fits(spent, self.price))
        {
            return Decision::unchanged(false);
        }
        Decision::new(
            vec![Change::Spend(self.message, self.price, self.now)],
            true,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        server::domain::{
            fixtures::{MILLISECOND, MINUTE, SECOND, customer, names, otp, start},
            history::Origin,
        },
        shared::ContactType,
    };

    fn claimed(attempts: u32, subject: DeliverySubject) -> ClaimedMessage {
        ClaimedMessage {
            id: MessageId(1),
            subject,
            customer: Some(customer()),
            channel: ContactType::Email,
            requested_at: start(),
            expires_at: start() + MINUTE * 5,
            origin: Origin::default(),
            message_id: "message".to_owned(),
            attempts,
            unknown_outcomes: 0,
        }
    }

    fn code(attempts: u32) -> ClaimedMessage {
        claimed(
            attempts,
            DeliverySubject::Code {
                otp: Box::new(otp()),
                generation: 1,
                is_suppressed: false,
            },
        )
    }

    fn queued(attempts: u32) -> QueuedMessage {
        QueuedMessage {
            id: MessageId(1),
            state: DeliveryState::Queued,
            attempts,
            is_sent: false,
            is_cost_reserved: false,
        }
    }

    fn sent() -> AttemptResult {
        AttemptResult::Sent(AcceptedMessage {
            transport: "relay".to_owned(),
            provider_message_id: None,
        })
    }

    fn retry() -> AttemptResult {
        AttemptResult::RetryAt {
            at: start() + MINUTE,
            cause: RetryCause::Transport {
                has_retry_after: true,
            },
        }
    }

    fn unconfirmed() -> AttemptResult {
        AttemptResult::Unconfirmed {
            transport: Some("relay".to_owned()),
        }
    }

    #[test]
    fn retries_wait_longer_each_time_and_end_before_the_code_expires() {
        let wait = |attempts, now: Timestamp| {
            retry_at(&code(attempts), None, now).map(|at| at.duration_since(now).as_secs())
        };
        assert_eq!(
            [0, 1, 2, 3, 4].map(|attempts| wait(attempts, start())),
            [5, 5, 15, 45, 120].map(Some)
        );
        assert_eq!(
            wait(5, start()),
            None,
            "ten minutes are longer than the code lives"
        );
        let last = start() + MINUTE * 4 - SECOND * 5;
        assert_eq!(
            (wait(1, last), wait(1, last + MILLISECOND)),
            (Some(5), None)
        );
    }

    #[test]
    fn a_requested_wait_is_respected_with_a_minimum() {
        let wait =
            |named| retry_at(&code(1), Some(named), start()).map(|at| at.duration_since(start()));
        assert_eq!(wait(SECOND * 30), Some(SECOND * 30));
        assert_eq!(
            [SignedDuration::ZERO, -SECOND].map(wait),
            [Some(SECOND * 5); 2]
        );
        assert_eq!(wait(MINUTE * 4), Some(MINUTE * 4));
        assert_eq!(wait(MINUTE * 4 + MILLISECOND), None);
        assert_eq!(wait(SignedDuration::MAX), None);
    }

    #[test]
    fn deferred_message_waits_longer_each_time_and_ends_as_unreachable() {
        let after =
            |attempts, now: Timestamp| after_deferral(&code(attempts), Deferral::Greylisting, now);
        let wait = |attempts| match after(attempts, start()) {
            AttemptResult::RetryAt {
                at,
                cause: RetryCause::Deferred(Deferral::Greylisting),
            } => Some(at.duration_since(start()).as_secs()),
            AttemptResult::Failed(FailureReason::Unreachable) => None,
            other => unreachable!("{other:?}"),
        };
        assert_eq!(
            [1, 2, 3, 4].map(wait),
            [Some(30), Some(60), Some(120), None],
            "five minutes are longer than the code lives"
        );
        let last = start() + MINUTE * 4 - SECOND * 30;
        assert!(matches!(after(1, last), AttemptResult::RetryAt { .. }));
        assert_eq!(
            after(1, last + MILLISECOND),
            AttemptResult::Failed(FailureReason::Unreachable)
        );
    }

    #[test]
    fn after_an_unknown_outcome_an_email_is_repeated_once_and_a_text_message_never() {
        for (channel, unknown_outcomes, repeats) in [
            (ContactType::Email, 0, true),
            (ContactType::Email, 1, false),
            (ContactType::Phone, 0, false),
            (ContactType::Phone, 1, false),
        ] {
            let claimed = ClaimedMessage {
                channel,
                unknown_outcomes,
                ..code(1)
            };
            let after = |at| after_unknown_outcome(&claimed, Some("relay".to_owned()), at);
            let again = AttemptResult::RetryAt {
                at: start() + MINUTE,
                cause: RetryCause::OutcomeUnknown,
            };
            let expected = if repeats { again } else { unconfirmed() };
            assert_eq!(after(Some(start() + MINUTE)), expected);
            assert_eq!(after(None), unconfirmed(), "too late for a repetition");
        }
    }

    #[test]
    fn claimed_message_may_be_sent_unless_too_many_outcomes_are_unknown() {
        let may_be_sent = |channel, unknown_outcomes| {
            ClaimedMessage {
                channel,
                unknown_outcomes,
                ..code(1)
            }
            .may_be_sent()
        };
        assert_eq!(
            [0, 1, 2].map(|unknown| may_be_sent(ContactType::Email, unknown)),
            [true, true, false]
        );
        assert_eq!(
            [0, 1].map(|unknown| may_be_sent(ContactType::Phone, unknown)),
            [true, false]
        );
    }

    #[test]
    fn only_the_current_claim_delays_or_fails_a_message() {
        let failed = || AttemptResult::Failed(FailureReason::Other);
        let over = |state| QueuedMessage { state, ..queued(1) };
        for (message, result, recorded) in [
            (queued(1), sent(), vec!["update_message", "sent"]),
            (queued(1), retry(), vec!["update_message"]),
            (
                queued(1),
                failed(),
                vec!["update_message", "delivery_failed"],
            ),
            // Another worker has claimed it since.
            (queued(2), sent(), vec!["update_message", "sent"]),
            (queued(2), retry(), vec![]),
            (queued(2), failed(), vec![]),
            (queued(2), unconfirmed(), vec![]),
            (queued(1), unconfirmed(), vec!["update_message", "sent"]),
            // The other worker's handover is already recorded.
            (
                QueuedMessage {
                    is_sent: true,
                    ..over(DeliveryState::Sent)
                },
                sent(),
                vec![],
            ),
            // A receipt arrived first.
            (
                over(DeliveryState::Delivered),
                sent(),
                vec!["update_message", "sent"],
            ),
            (over(DeliveryState::Delivered), retry(), vec![]),
            (over(DeliveryState::Delivered), failed(), vec![]),
        ] {
            let changes = finish_attempt(&code(1), Some(&message), &result, start());
            assert_eq!(names(&changes), recorded, "{message:?} {result:?}");
        }
        assert!(finish_attempt(&code(1), None, &sent(), start()).is_empty());
    }

    #[test]
    fn a_handover_keeps_the_state_of_an_earlier_receipt() {
        let state = |before| {
            let message = QueuedMessage {
                state: before,
                ..queued(1)
            };
            match finish_attempt(&code(1), Some(&message), &sent(), start()).first() {
                Some(Change::UpdateMessage(_, MessageUpdate::Sent(Handover { state, .. }))) => {
                    *state
                }
                other => unreachable!("{other:?}"),
            }
        };
        assert_eq!(state(DeliveryState::Queued), DeliveryState::Sent);
        assert_eq!(state(DeliveryState::Delivered), DeliveryState::Delivered);
    }

    #[test]
    fn the_history_records_only_what_happens_to_codes() {
        let changes = finish_attempt(
            &claimed(1, DeliverySubject::NewSignIn),
            Some(&queued(1)),
            &sent(),
            start(),
        );
        assert_eq!(names(&changes), ["update_message"]);
    }

    #[test]
    fn receipts_count_once_and_never_move_a_message_backwards() {
        let failed = DeliveryState::Failed(FailureReason::Blocked);
        let (waits, sent, delivered) = (
            DeliveryState::Queued,
            DeliveryState::Sent,
            DeliveryState::Delivered,
        );
        for (before, said, recorded) in [
            (waits, waits, vec![]),
            (waits, sent, vec![]),
            // The next attempt may use another gateway.
            (waits, failed, vec![]),
            (waits, delivered, vec!["update_message", "delivered"]),
            (sent, waits, vec![]),
            (sent, sent, vec![]),
            (sent, delivered, vec!["update_message", "delivered"]),
            (sent, failed, vec!["update_message", "delivery_failed"]),
            (delivered, sent, vec![]),
            (delivered, failed, vec![]),
            (failed, delivered, vec![]),
        ] {
            let receipt = Receipt {
                message_id: "message".to_owned(),
                state: said,
                digest: [1; 32],
            };
            let message = QueuedMessage {
                state: before,
                ..queued(1)
            };
            let decision = record_receipt(&receipt, Some((&message, Some(&otp()))), false, start());
            assert_eq!(
                names(&decision.changes),
                [vec!["remember_receipt"], recorded].concat(),
                "{before:?} {said:?}"
            );
            assert_eq!(decision.answer, ReceiptOutcome::Recorded);
            let replayed = record_receipt(&receipt, Some((&message, Some(&otp()))), true, start());
            assert_eq!(
                (replayed.changes.len(), replayed.answer),
                (0, ReceiptOutcome::Replayed)
            );
            let unknown = record_receipt(&receipt, None, true, start());
            assert_eq!(
                (unknown.changes.len(), unknown.answer),
                (0, ReceiptOutcome::Unknown)
            );
        }
    }

    #[test]
    fn cost_is_reserved_once_within_both_budgets() {
        let cents = |cents: u64| Money::from_micros(cents * 10_000);
        let budget = SmsBudget {
            day: cents(10),
            month: cents(100),
        };
        let pays = |is_cost_reserved, (day, month): (u64, u64), budget| {
            let expense = Expense {
                message: MessageId(1),
                price: cents(2),
                budget,
                now: start(),
            };
            let decision = expense.decide(
                is_cost_reserved,
                SmsSpent {
                    day: cents(day),
                    month: cents(month),
                },
            );
            (decision.answer, decision.changes.len())
        };
        assert_eq!(pays(false, (8, 98), Some(budget)), (true, 1));
        assert_eq!(pays(false, (9, 50), Some(budget)), (false, 0));
        assert_eq!(pays(false, (0, 99), Some(budget)), (false, 0));
        assert_eq!(
            pays(false, (99, 999), None),
            (true, 1),
            "a message to a known device is sent"
        );
        assert_eq!(
            pays(true, (10, 100), Some(budget)),
            (true, 0),
            "the cost is already reserved"
        );
    }
}
