//! Security events, under the names of the OWASP Logging Vocabulary, in the log and in the metrics. Nothing in them is a
//! code, a token or a whole contact.

use crate::server::domain::{CustomerId, Event, Limit, OtpId, SmsRefusal};

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum SecurityEvent {
    /// What the history keeps, too. The store tells it, once it is committed.
    Kept(Event, Option<OtpId>, Option<CustomerId>),
    /// Somebody asked with a contact that nobody has.
    UnknownContact,
    /// Something was asked for too often.
    Limited(Limit),
    /// A solution of a challenge was wrong or too late, or could not be checked.
    WrongSolution,
    /// So many wrong codes came for all contacts together that codes of digits stop for a day.
    BreakerTripped,
    /// Text messages to a range of numbers stop, because hardly any is used.
    Pumped,
    /// A text message was not to go out.
    SmsRefused(SmsRefusal),
}

impl SecurityEvent {
    /// Writes the event down.
    pub fn record(self) {
        let (name, reason) = self.words();
        let (otp, customer) = match self {
            Self::Kept(_, otp, customer) => (otp.map(|id| id.0), customer.map(|id| id.0)),
            _ => (None, None),
        };
        tracing::info!(target: "doorcode::security", event = name, otp, customer, reason);
        metrics::counter!("doorcode_security_events_total", "event" => name, "reason" => reason).increment(1);
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Kept(event, ..) => words(event),
            Self::UnknownContact => ("authn_login_fail", "unknown_contact"),
            Self::Limited(limit) => ("excess_rate_limit_exceeded", limit.as_str()),
            Self::WrongSolution => ("input_validation_fail", "wrong_solution"),
            Self::BreakerTripped => ("authn_login_lock", "guesses_at_all_contacts"),
            Self::Pumped => ("excess_rate_limit_exceeded", "texts_hardly_used"),
            Self::SmsRefused(SmsRefusal::Paused) => ("excess_rate_limit_exceeded", "sms_budget_spent"),
            Self::SmsRefused(SmsRefusal::CountryNotAllowed) => ("input_validation_fail", "sms_country_not_allowed"),
            Self::SmsRefused(SmsRefusal::NotMobile) => ("input_validation_fail", "sms_not_mobile"),
        }
    }
}

/// The vocabulary has no word for what becomes of a message: that stands with the making of its code.
const fn words(event: Event) -> (&'static str, &'static str) {
    match event {
        Event::Requested => ("authn_token_created", "requested"),
        Event::Resent => ("authn_token_created", "resent"),
        Event::Sent => ("authn_token_created", "sent"),
        Event::Delivered => ("authn_token_created", "delivered"),
        Event::DeliveryFailed => ("authn_token_created", "delivery_failed"),
        Event::Verified => ("authn_login_success", "code"),
        Event::Wrong => ("authn_login_fail", "wrong_code"),
        Event::Expired => ("authn_login_fail", "expired_code"),
        Event::Exhausted => ("authn_login_fail_max", "attempts_used"),
        Event::Escalated => ("authn_login_fail_max", "escalated"),
        Event::Revoked => ("authn_token_revoked", "withdrawn"),
        Event::NotMe => ("authn_token_revoked", "not_me"),
        Event::LoggedOut => ("session_expired", "logout"),
        Event::SessionEnded => ("session_expired", "ended_elsewhere"),
        Event::Confirmed => ("session_renewed", "confirmed"),
        Event::ContactChanged => ("user_updated", "contact_changed"),
        Event::ContactChangeUndone => ("user_updated", "contact_change_undone"),
        Event::Disabled => ("user_updated", "disabled"),
        Event::Enabled => ("user_updated", "enabled"),
    }
}
