//! Messages are sent: how a try ends, which receipts count, what text messages may cost.

use jiff::{SignedDuration, Timestamp};

use super::{
    change::{Change, Decision, Handover, MessageUpdate},
    contact::Contact,
    customer::Customer,
    delivery::{DeliveryState, FailureReason},
    history::{Event, Origin},
    id::{ChangeId, MessageId},
    otp::Otp,
    sms::{Money, SmsBudget, SmsSpent},
};
use crate::shared::ContactType;

/// A message that waits to be sent, claimed for one try.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The message.
    pub id: MessageId,
    /// What it brings.
    pub subject: DeliverySubject,
    /// Whom it goes to; `None` if nobody has the contact (any more).
    pub customer: Option<Customer>,
    /// The customer's contact that it goes to.
    pub channel: ContactType,
    /// When the message was requested.
    pub asked_at: Timestamp,
    /// When its code expires or its news is old.
    pub expires_at: Timestamp,
    /// The browser that it is about.
    pub origin: Origin,
    /// The `Message-ID`'s own part.
    pub message_id: String,
    /// The number of this try, from 1. It identifies the claim, too: a later claim has another
    /// number.
    pub tries: u32,
}

/// What a message brings.
#[derive(Clone, Debug)]
pub enum DeliverySubject {
    /// A code.
    Code {
        /// Its OTP.
        otp: Box<Otp>,
        /// Its generation.
        generation: u32,
        /// Whether the contact's owner has said "this was not me" and the browser is not known.
        is_suppressed: bool,
    },
    /// The notice of a sign-in on a new browser.
    NewSignIn,
    /// The notice that a contact was changed.
    ContactChanged {
        /// Whom it is for: the contact as it was, or the other one.
        to: Contact,
        /// The kind that was changed.
        changed: ContactType,
        /// The change that its link undoes.
        change: Option<ChangeId>,
    },
}

/// From one try to the next; the last wait repeats. A code does not live long enough for that, a
/// notice does.
const RETRY_AFTER: [SignedDuration; 5] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_secs(15),
    SignedDuration::from_secs(45),
    SignedDuration::from_secs(120),
    SignedDuration::from_secs(600),
];
/// No try is made later than this before the code expires: its recipient has to read and type it.
const WORTH_TRYING: SignedDuration = SignedDuration::from_secs(60);

/// When a message whose try has failed is tried again; `None` if that would be too late.
/// `retry_after` is the wait that the other side named.
#[must_use]
pub fn retry_at(
    delivery: &Delivery,
    retry_after: Option<SignedDuration>,
    now: Timestamp,
) -> Option<Timestamp> {
    let tried = usize::try_from(delivery.tries.saturating_sub(1)).unwrap_or(usize::MAX);
    let usual = RETRY_AFTER[tried.min(RETRY_AFTER.len() - 1)];
    // Without a wait, the next try would follow at once, and so on.
    let wait = retry_after.map_or(usual, |named| named.max(RETRY_AFTER[0]));
    let at = now.checked_add(wait).unwrap_or(Timestamp::MAX);
    (delivery.expires_at.duration_since(at) >= WORTH_TRYING).then_some(at)
}

/// How a try to send a message ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptResult {
    /// It was handed over.
    Sent(Accepted),
    /// It failed, or was given up before it ended; the next try is due then.
    RetryAt {
        /// When.
        at: Timestamp,
        /// Whether the other side named the wait.
        is_held: bool,
        /// Whether the message may have been taken all the same, and is to be paid for again.
        outcome_unknown: bool,
    },
    /// It is given up.
    Failed(FailureReason),
}

/// A message that a relay or gateway has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The relay or gateway, by its name in the settings.
    pub carrier: String,
    /// Its own id for the message, if it gave one.
    pub reference: Option<String>,
}

/// A message in the outbox, as far as the end of a try depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedMessage {
    /// The message.
    pub id: MessageId,
    /// How far it is.
    pub state: DeliveryState,
    /// Its tries so far: the claim that counts.
    pub tries: u32,
    /// Whether its handover has been recorded.
    pub is_sent: bool,
    /// Whether money for its next try is set aside.
    pub is_paid: bool,
}

/// Records how a try ended. Another worker may have claimed the message since, because the lease
/// had ended: then only a handover counts, once, because the message is out. A receipt may have
/// been faster: what it says stays. No change if nothing is to be recorded.
#[must_use]
pub fn finish_attempt(
    delivery: &Delivery,
    message: Option<&QueuedMessage>,
    result: &AttemptResult,
    now: Timestamp,
) -> Vec<Change> {
    let Some(message) = message else {
        return Vec::new();
    };
    let is_ours = message.tries == delivery.tries && message.state == DeliveryState::Queued;
    let (update, event) = match result {
        AttemptResult::Sent(Accepted { carrier, reference }) if !message.is_sent => {
            let state = if message.state == DeliveryState::Queued {
                DeliveryState::Sent
            } else {
                message.state
            };
            let (transport, reference) = (carrier.clone(), reference.clone());
            (
                MessageUpdate::Sent(Handover {
                    state,
                    transport,
                    reference,
                    at: now,
                }),
                Some(Event::Sent),
            )
        }
        AttemptResult::RetryAt {
            at,
            is_held,
            outcome_unknown,
        } if is_ours => (
            MessageUpdate::Retry {
                at: *at,
                is_held: *is_held,
                is_unpaid: *outcome_unknown,
            },
            None,
        ),
        AttemptResult::Failed(reason) if is_ours => (
            MessageUpdate::Over(DeliveryState::Failed(*reason)),
            Some(Event::DeliveryFailed),
        ),
        _ => return Vec::new(),
    };
    let mut changes = vec![Change::UpdateMessage(message.id, update)];
    changes.extend(event.and_then(|event| record(event, &delivery.subject, now)));
    changes
}

/// The history keeps what becomes of codes only.
fn record(event: Event, subject: &DeliverySubject, now: Timestamp) -> Option<Change> {
    match subject {
        DeliverySubject::Code { otp, .. } => {
            Some(Change::record(event, otp, &Origin::default(), now))
        }
        DeliverySubject::NewSignIn | DeliverySubject::ContactChanged { .. } => None,
    }
}

/// Word from a gateway about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The message, by the `Message-ID`'s own part.
    pub message_id: String,
    /// How far it is.
    pub state: DeliveryState,
    /// SHA-256 of what the gateway signed: the same receipt is not taken twice.
    pub digest: [u8; 32],
}

/// What became of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptOutcome {
    /// It was taken.
    Recorded,
    /// It was taken before.
    Replayed,
    /// No message has that id.
    Unknown,
}

/// Takes a receipt: once, and never backwards. `message` is what the gateway may speak for, with
/// the OTP that it is about.
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
    // A message that waits for another try may have failed at this gateway; the next try may take
    // another.
    let is_early =
        message.state == DeliveryState::Queued && receipt.state != DeliveryState::Delivered;
    if !is_early && message.state.may_become(receipt.state) {
        changes.push(Change::UpdateMessage(
            message.id,
            MessageUpdate::Over(receipt.state),
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

/// Money for one text message, to set aside.
#[derive(Clone, Debug)]
pub struct Expense {
    /// The message.
    pub message: MessageId,
    /// Its price.
    pub price: Money,
    /// What all may cost; `None` for a browser that has signed in before, whose message goes out
    /// whatever was spent.
    pub budget: Option<SmsBudget>,
    /// When.
    pub now: Timestamp,
}

impl Expense {
    /// Sets the money aside: once, and again after a try whose outcome is unknown. False if it
    /// would go over the budget. It never comes back: what strangers ask for must look the same
    /// whoever they ask for.
    #[must_use]
    pub fn decide(&self, is_paid: bool, spent: SmsSpent) -> Decision<bool> {
        if is_paid {
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

    fn delivery(tries: u32, subject: DeliverySubject) -> Delivery {
        Delivery {
            id: MessageId(1),
            subject,
            customer: Some(customer()),
            channel: ContactType::Email,
            asked_at: start(),
            expires_at: start() + MINUTE * 5,
            origin: Origin::default(),
            message_id: "message".to_owned(),
            tries,
        }
    }

    fn code(tries: u32) -> Delivery {
        delivery(
            tries,
            DeliverySubject::Code {
                otp: Box::new(otp()),
                generation: 1,
                is_suppressed: false,
            },
        )
    }

    fn queued(tries: u32) -> QueuedMessage {
        QueuedMessage {
            id: MessageId(1),
            state: DeliveryState::Queued,
            tries,
            is_sent: false,
            is_paid: false,
        }
    }

    fn sent() -> AttemptResult {
        AttemptResult::Sent(Accepted {
            carrier: "relay".to_owned(),
            reference: None,
        })
    }

    fn retry() -> AttemptResult {
        AttemptResult::RetryAt {
            at: start() + MINUTE,
            is_held: true,
            outcome_unknown: true,
        }
    }

    #[test]
    fn each_try_waits_longer_and_none_comes_too_late_to_be_typed() {
        let wait = |tries, now: Timestamp| {
            retry_at(&code(tries), None, now).map(|at| at.duration_since(now).as_secs())
        };
        assert_eq!(
            [0, 1, 2, 3, 4].map(|tries| wait(tries, start())),
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
    fn a_wait_that_the_other_side_names_is_kept_but_never_none() {
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
    fn only_the_claim_that_counts_delays_or_fails_a_message() {
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
            // The other worker's handover is recorded.
            (
                QueuedMessage {
                    is_sent: true,
                    ..over(DeliveryState::Sent)
                },
                sent(),
                vec![],
            ),
            // A receipt was faster.
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
    fn a_handover_leaves_what_a_receipt_said() {
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
    fn the_history_keeps_what_becomes_of_codes_only() {
        let changes = finish_attempt(
            &delivery(1, DeliverySubject::NewSignIn),
            Some(&queued(1)),
            &sent(),
            start(),
        );
        assert_eq!(names(&changes), ["update_message"]);
    }

    #[test]
    fn receipts_count_in_the_order_of_delivery_whatever_order_they_come_in() {
        let failed = DeliveryState::Failed(FailureReason::Blocked);
        let (waits, sent, delivered) = (
            DeliveryState::Queued,
            DeliveryState::Sent,
            DeliveryState::Delivered,
        );
        for (before, said, recorded) in [
            (waits, waits, vec![]),
            (waits, sent, vec![]),
            // The next try may take another gateway.
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
    fn money_is_set_aside_once_up_to_the_last_cent_of_both_budgets() {
        let cents = |cents: u64| Money::from_micros(cents * 10_000);
        let budget = SmsBudget {
            day: cents(10),
            month: cents(100),
        };
        let pays = |is_paid, (day, month): (u64, u64), budget| {
            let expense = Expense {
                message: MessageId(1),
                price: cents(2),
                budget,
                now: start(),
            };
            let decision = expense.decide(
                is_paid,
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
            "a known browser's goes out"
        );
        assert_eq!(pays(true, (10, 100), Some(budget)), (true, 0), "it is paid");
    }
}
