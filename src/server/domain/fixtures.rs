//! Fixtures for the tests of decisions.

use jiff::{SignedDuration, Timestamp};

use super::{
    Change, Consumption, Contact, Customer, CustomerId, KeyId, Keyring, KnownDevice, Limit, Origin,
    Otp, OtpPolicy, Policy, Region, Rule, SecurityEvent, Session, SessionId, SessionPolicy,
    SmsBudget, SmsPolicy, SmsSpent, TokenDigest, Usage, WindowUsage,
    change::{HistoryRecord, NewMessage},
    limits, otp,
    sms::Money,
};
use crate::shared::ContactType;

pub(super) const BROWSER: TokenDigest = TokenDigest([1; 32]);
pub(super) const NEW: TokenDigest = TokenDigest([2; 32]);
pub(super) const DEVICE: TokenDigest = TokenDigest([4; 32]);
pub(super) const SECOND: SignedDuration = SignedDuration::from_secs(1);
pub(super) const MINUTE: SignedDuration = SignedDuration::from_mins(1);
pub(super) const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

/// The instant at which [`otp`] was requested.
pub(super) fn start() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().expect("an instant")
}

pub(super) fn keys() -> Keyring {
    otp::tests::keys()
}

pub(super) fn key_id() -> KeyId {
    keys().current().id().clone()
}

fn region() -> Region {
    Region::parse("US").expect("a region")
}

/// The policy of settings that conceal whether a contact is known.
pub(super) fn policy() -> Policy {
    Policy {
        otp: OtpPolicy {
            length: 6,
            lifetime: MINUTE * 5,
            max_attempts: 5,
            cooldowns: [MINUTE, MINUTE * 2, MINUTE * 5],
        },
        limits: limits::tests::limits(),
        session: SessionPolicy {
            idle: MINUTE * 60,
            absolute: MINUTE * 600,
        },
        region: region(),
        sms: SmsPolicy {
            is_on: true,
            countries: vec![region()],
            prices: std::collections::BTreeMap::default(),
            default_price: Money::from_micros(10_000),
            budget: SmsBudget {
                day: Money::from_micros(1_000_000),
                month: Money::from_micros(1_000_000),
            },
        },
        new_sign_in_notice: true,
        reveal_unknown_contacts: false,
    }
}

pub(super) fn revealing() -> Policy {
    Policy {
        reveal_unknown_contacts: true,
        ..policy()
    }
}

/// Spending that exhausts the daily budget for text messages.
pub(super) const ALL_SPENT: SmsSpent = SmsSpent {
    day: Money::from_micros(1_000_000),
    month: Money::from_micros(0),
};

pub(super) fn email() -> Contact {
    contact("user@example.com")
}

pub(super) fn phone() -> Contact {
    contact("+12025550123")
}

pub(super) fn contact(text: &str) -> Contact {
    limits::tests::contact(text)
}

pub(super) fn customer() -> Customer {
    Customer {
        id: CustomerId(1),
        name: "User".to_owned(),
        email: email().email().cloned(),
        phone: phone().phone().cloned(),
        created_at: start(),
        disabled_at: None,
    }
}

/// Returns a live OTP of [`customer`], requested by email at [`start`].
pub(super) fn otp() -> Otp {
    otp::tests::otp()
}

/// Returns the session of a browser that requested a code at [`start`].
pub(super) fn pre_auth() -> Session {
    Session {
        id: SessionId(1),
        contact_type: Some(ContactType::Email),
        contact_value: Some("User@Example.com".to_owned()),
        customer_id: None,
        authenticated: false,
        next: Some("/bills/".to_owned()),
        created_at: start(),
        last_seen_at: start(),
        confirmed_at: None,
        key_id: None,
        is_customer_disabled: false,
        origin: Origin::default(),
    }
}

/// Returns the session of [`customer`], signed in at [`start`].
pub(super) fn signed_in(id: i64) -> Session {
    Session {
        id: SessionId(id),
        customer_id: Some(CustomerId(1)),
        authenticated: true,
        key_id: Some(key_id()),
        ..pre_auth()
    }
}

pub(super) fn known_device(token: TokenDigest) -> KnownDevice {
    KnownDevice {
        token,
        customer: CustomerId(1),
        last_seen_at: start(),
        key_id: Some(key_id()),
    }
}

/// Returns windows that contain `used` events each. The event that blocks a full window happened
/// half a span ago.
pub(super) fn usage(rules: &[Rule], now: Timestamp, used: impl Fn(&Rule) -> u32) -> Usage {
    let window = |rule: &Rule| WindowUsage {
        subject: rule.subject,
        span: rule.window.span,
        max_used: rule.max_used(),
        used: used(rule),
        blocked_by: rule
            .max_used()
            .is_none_or(|most| used(rule) > most)
            .then(|| now - rule.window.span / 2),
    };
    Usage::new(rules.iter().map(window).collect())
}

/// Returns windows that are full for `limits` and empty for all other limits.
pub(super) fn full(rules: &[Rule], now: Timestamp, limits: &[Limit]) -> Usage {
    usage(rules, now, |rule| {
        if limits.contains(&rule.limit) {
            rule.window.limit
        } else {
            0
        }
    })
}

/// Returns the names of changes in their order. A row of the history has the name of its event.
/// Changes that count towards limits are left out.
pub(super) fn names(changes: &[Change]) -> Vec<&'static str> {
    changes
        .iter()
        .filter(|change| !matches!(change, Change::Consume(_)))
        .map(name)
        .collect()
}

fn name(change: &Change) -> &'static str {
    match change {
        Change::InsertOtp(_) => "insert_otp",
        Change::CountAttempt(_) => "count_attempt",
        Change::CountReplay(_) => "count_replay",
        Change::VerifyOtp(..) => "verify_otp",
        Change::ResendOtp(_) => "resend_otp",
        Change::ExpireOtp(..) => "expire_otp",
        Change::RevokeOtp(..) => "revoke_otp",
        Change::InvalidateOtp(_) => "invalidate_otp",
        Change::QueueMessage(_) => "queue_message",
        Change::UpdateMessage(..) => "update_message",
        Change::RememberReceipt(..) => "remember_receipt",
        Change::Spend(..) => "spend",
        Change::Consume(_) => "consume",
        Change::RefundGuesses(_) => "refund_guesses",
        Change::SavePreAuth(_) => "save_pre_auth",
        Change::ForgetPreAuth(_) => "forget_pre_auth",
        Change::OpenSession(_) => "open_session",
        Change::TouchSession(..) => "touch_session",
        Change::RenewSession(..) => "renew_session",
        Change::DeleteSession(_) => "delete_session",
        Change::RememberDevice(_) => "remember_device",
        Change::ForgetDevice(..) => "forget_device",
        Change::Suppress(..) => "suppress",
        Change::SetContact(..) => "set_contact",
        Change::RememberContactChange(_) => "remember_contact_change",
        Change::UndoContactChange(..) => "undo_contact_change",
        Change::SetDisabled(..) => "set_disabled",
        Change::Record(record) => record.event.as_str(),
    }
}

/// Returns the number of consumptions that changes add to limits.
pub(super) fn consumed(changes: &[Change]) -> usize {
    consumptions(changes).len()
}

/// Returns the consumptions that changes add to limits.
pub(super) fn consumptions(changes: &[Change]) -> Vec<Consumption> {
    let consumed = |change: &Change| match change {
        Change::Consume(consumed) => consumed.clone(),
        _ => vec![],
    };
    changes.iter().flat_map(consumed).collect()
}

/// Returns the first message that changes queue.
pub(super) fn message(changes: &[Change]) -> Option<NewMessage> {
    changes.iter().find_map(|change| match change {
        Change::QueueMessage(message) => Some((**message).clone()),
        _ => None,
    })
}

/// Returns the rows that changes add to the history.
pub(super) fn records(changes: &[Change]) -> Vec<HistoryRecord> {
    let record = |change: &Change| match change {
        Change::Record(record) => Some((**record).clone()),
        _ => None,
    };
    changes.iter().filter_map(record).collect()
}

/// Returns the limits that the security log reports as exceeded.
pub(super) fn limited(events: &[SecurityEvent]) -> Vec<Limit> {
    let limit = |event: &SecurityEvent| match event {
        SecurityEvent::Limited(limit) => Some(*limit),
        _ => None,
    };
    events.iter().filter_map(limit).collect()
}
