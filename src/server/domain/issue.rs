//! What requests for a code have in common, for the first message and for later ones.

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
    send::{Delivery, DeliverySubject},
    sms::{SmsLevel, SmsRefusal, SmsSpent},
    token::TokenDigest,
};
use crate::shared::{CodeFormat, ContactType};

/// A message that was queued.
#[derive(Clone, Debug)]
pub enum Queued {
    /// This process has claimed it and sends it at once.
    Claimed(Box<Delivery>),
    /// It waits for a worker.
    Waiting(ContactType),
}

impl NewMessage {
    /// The message with the current code of an OTP. One that is withheld is over before anybody
    /// tries it.
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

/// What the process hears of the message with a code that was queued.
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
    let is_suppressed = is_suppressed && !otp.known_browser;
    Some(Queued::Claimed(Box::new(Delivery {
        id: message.id,
        subject: DeliverySubject::Code {
            otp: Box::new(otp.clone()),
            generation: otp.generation,
            is_suppressed,
        },
        customer: customer.filter(|customer| otp.customer_id == Some(customer.id)),
        channel: message.channel,
        asked_at: message.created_at,
        expires_at: message.expires_at,
        origin: message.origin.clone(),
        message_id: message.message_id.clone(),
        tries: 1,
    })))
}

/// Withdraws an OTP that its browser has not used.
#[must_use]
pub fn revoke(otp: &Otp, origin: &Origin, now: Timestamp) -> [Change; 2] {
    [
        Change::RevokeOtp(otp.id, now),
        Change::record(Event::Revoked, otp, origin, now),
    ]
}

/// Makes every code of an OTP worthless. Whoever asked for it must not see that, so it goes on
/// taking answers.
#[must_use]
pub fn invalidate(otp: &Otp, origin: &Origin, now: Timestamp) -> [Change; 2] {
    [
        Change::InvalidateOtp(otp.id),
        Change::record(Event::Revoked, otp, origin, now),
    ]
}

/// Why no message goes to a contact, from what everybody may know: the number itself and the
/// budget.
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
    is_paused.then_some(SmsRefusal::Paused)
}

/// The customer's contact of a kind if messages can go to it, else the other one.
#[must_use]
pub fn reachable(
    policy: &Policy,
    customer: &Customer,
    first: ContactType,
    spent: SmsSpent,
    is_known: bool,
) -> Option<Contact> {
    let mut contacts = [first, first.other()]
        .into_iter()
        .filter_map(|kind| customer.contact(kind));
    contacts.find(|contact| sms_refusal(policy, contact, spent, is_known).is_none())
}

/// Whether somebody may see what was requested for a contact: a customer who is signed in, of their
/// own.
#[must_use]
pub fn reveals_limits(policy: &Policy, purpose: Purpose) -> bool {
    policy.reveal_unknown_contacts || purpose == Purpose::StepUp
}

/// What a code for a contact looks like: digits, until they have been guessed at too often.
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
            .digits_for_strangers(contact, recent_guesses(usage)),
    }
}

/// Guesses at all contacts in the time that the breaker looks back on.
#[must_use]
pub fn recent_guesses(usage: &Usage) -> u32 {
    usage.used(Breaker::subject(), Breaker::SPAN)
}

/// Guessing at all contacts together stays hopeless for a day, and the operator hears of it once.
#[must_use]
pub fn trip_breaker(exceeded: &LimitExceeded, usage: &Usage, now: Timestamp) -> Decision<()> {
    match Breaker::trip(exceeded, usage, now) {
        Some(tripped) => Decision::new(vec![Change::Consume(vec![tripped])], ())
            .with_event(SecurityEvent::BreakerTripped),
        None => Decision::unchanged(()),
    }
}
