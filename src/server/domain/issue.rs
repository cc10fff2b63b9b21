//! The rules that the first message of an OTP and its later messages have in common.

use jiff::Timestamp;

use super::{
    change::{Change, Decision, Lease, NewMessage, NewMessageKind},
    contact::Contact,
    customer::Customer,
    delivery::{DeliveryState, FailureReason},
    history::{Event, Origin},
    id::MessageId,
    limits::{Breaker, LimitExceeded, Rule, Usage},
    otp::Otp,
    purpose::Purpose,
    rules::Policy,
    security_event::SecurityEvent,
    send::{ClaimedMessage, DeliverySubject},
    sms::{SmsLevel, SmsRefusal, SmsSpent},
    token::TokenDigest,
};
use crate::shared::{CodeFormat, ContactType};

/// A message that was queued.
#[derive(Clone, Debug)]
pub enum Queued {
    /// This process claimed the message and sends it immediately.
    Claimed(Box<ClaimedMessage>),
    /// The message waits for a worker.
    Waiting(ContactType),
}

impl NewMessage {
    /// Creates the message with the current code of an OTP. If the OTP is withheld, the message has
    /// already failed, and no worker attempts it.
    #[must_use]
    pub fn code(
        otp: &Otp,
        id: MessageId,
        (message_id, lease): (String, Option<Lease>),
        origin: &Origin,
        now: Timestamp,
    ) -> Self {
        let state = if otp.is_withheld {
            DeliveryState::Failed(FailureReason::Withheld)
        } else {
            DeliveryState::Queued
        };
        Self {
            id,
            kind: NewMessageKind::Code(otp.id, otp.generation),
            channel: otp.channel,
            message_id,
            origin: origin.clone(),
            created_at: now,
            expires_at: otp.expires_at,
            state,
            lease: lease.filter(|_| state == DeliveryState::Queued),
        }
    }
}

/// Returns what this process has to do about a queued message with a code. Returns `None` for a
/// message that is not queued, because it was withheld.
#[must_use]
pub fn queued(
    message: &NewMessage,
    otp: &Otp,
    customer: Option<Customer>,
    is_suppressed: bool,
) -> Option<Queued> {
    if message.state != DeliveryState::Queued {
        return None;
    }
    if message.lease.is_none() {
        return Some(Queued::Waiting(message.channel));
    }
    let is_suppressed = is_suppressed && !otp.is_known_device;
    Some(Queued::Claimed(Box::new(ClaimedMessage {
        id: message.id,
        subject: DeliverySubject::Code {
            otp: Box::new(otp.clone()),
            generation: otp.generation,
            is_suppressed,
        },
        customer: customer.filter(|customer| otp.customer_id == Some(customer.id)),
        channel: message.channel,
        requested_at: message.created_at,
        expires_at: message.expires_at,
        origin: message.origin.clone(),
        message_id: message.message_id.clone(),
        attempts: 1,
        unknown_outcomes: 0,
    })))
}

/// Revokes an OTP that its browser has not used.
#[must_use]
pub fn revoke(otp: &Otp, origin: &Origin, now: Timestamp) -> [Change; 2] {
    [
        Change::RevokeOtp(otp.id, now),
        Change::record(Event::Revoked, otp, origin, now),
    ]
}

/// Makes every code of an OTP invalid. The browser that asked for the OTP must not notice, so the
/// OTP keeps accepting attempts.
#[must_use]
pub fn invalidate(otp: &Otp, origin: &Origin, now: Timestamp) -> [Change; 2] {
    [
        Change::InvalidateOtp(otp.id),
        Change::record(Event::Revoked, otp, origin, now),
    ]
}

/// Returns the reason why no message goes to a contact. The reason follows from public facts only:
/// the number itself and the budget.
#[must_use]
pub fn sms_refusal(
    policy: &Policy,
    contact: &Contact,
    spent: SmsSpent,
    is_known: bool,
) -> Option<SmsRefusal> {
    let Contact::Phone(number) = contact else {
        return None;
    };
    if let Some(refusal) = policy.sms.refusal(number) {
        return Some(refusal);
    }
    let is_paused =
        !is_known && policy.sms.level(spent, policy.sms.price(number, 1)) == SmsLevel::KnownOnly;
    is_paused.then_some(SmsRefusal::BudgetSpent)
}

/// Returns the customer's contact of the kind `first` if messages can be sent to it, otherwise the
/// other contact. Returns `None` if neither can receive messages. The budget for text messages does
/// not count, because it applies neither to notices nor to codes that confirm a session.
#[must_use]
pub fn reachable(policy: &Policy, customer: &Customer, first: ContactType) -> Option<Contact> {
    let mut contacts = [first, first.other()]
        .into_iter()
        .filter_map(|kind| customer.contact(kind));
    contacts.find(|contact| {
        contact
            .phone()
            .is_none_or(|number| policy.sms.refusal(number).is_none())
    })
}

/// Whether the answer may reveal what was requested for a contact: if the settings reveal unknown
/// contacts, or if a signed-in customer asks for their own contact.
#[must_use]
pub fn reveals_limits(policy: &Policy, purpose: Purpose) -> bool {
    policy.reveal_unknown_contacts || purpose == Purpose::StepUp
}

/// Decides on the format of a code for a contact: digits, until they have been guessed at too
/// often, then letters.
pub(super) fn code_format(
    policy: &Policy,
    contact: &Contact,
    device: Option<TokenDigest>,
    usage: &Usage,
    now: Timestamp,
) -> Decision<CodeFormat> {
    let rules = format_rules(policy, contact, device, usage);
    match usage.first_exceeded(&rules, now) {
        None => Decision::unchanged(CodeFormat::Digits(policy.otp.length)),
        Some(exceeded) => trip_breaker(&exceeded, usage, now).map(|()| CodeFormat::Letters),
    }
}

fn format_rules(
    policy: &Policy,
    contact: &Contact,
    device: Option<TokenDigest>,
    usage: &Usage,
) -> Vec<Rule> {
    match device {
        Some(device) => policy.limits.digits_on_device(device, contact),
        None => policy
            .limits
            .digits_for_unknown_devices(contact, recent_guesses(usage)),
    }
}

/// Returns the number of guesses at all contacts in [`Breaker::SPAN`].
#[must_use]
pub fn recent_guesses(usage: &Usage) -> u32 {
    usage.used(Breaker::subject(), Breaker::SPAN)
}

/// Trips the breaker if the limit on guesses at all contacts is exceeded. It stays tripped for a
/// day, and the operator learns of it from a single security event.
#[must_use]
pub fn trip_breaker(exceeded: &LimitExceeded, usage: &Usage, now: Timestamp) -> Decision<()> {
    match Breaker::trip(exceeded, usage, now) {
        Some(tripped) => Decision::new(vec![Change::Consume(vec![tripped])], ())
            .with_event(SecurityEvent::BreakerTripped),
        None => Decision::unchanged(()),
    }
}
