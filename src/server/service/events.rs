//! Security events, under the names of the OWASP Logging Vocabulary, in the log and in the metrics. Nothing in them is a
//! code, a token or a whole contact.

use crate::server::domain::{CustomerId, Limit, OtpId, SmsRefusal};

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum SecurityEvent {
    /// A code was issued.
    Requested(OtpId),
    /// A code was sent again.
    Resent(OtpId),
    /// Somebody asked with a contact that nobody has.
    UnknownContact,
    /// A code was right.
    SignedIn(OtpId, Option<CustomerId>),
    /// A code was wrong.
    WrongCode(OtpId),
    /// A code came too late.
    ExpiredCode(OtpId),
    /// A code came after the last attempt, or was it.
    Exhausted(OtpId),
    /// A code of digits ended, because digits are not enough for its contact any more.
    Escalated(OtpId),
    /// Something was asked for too often.
    Limited(Limit),
    /// A solution of a challenge was wrong or too late, or could not be checked.
    WrongSolution,
    /// So many wrong codes came for all contacts together that codes of digits stop for a day.
    BreakerTripped,
    /// Text messages to a range of numbers stop, because hardly any is used.
    Pumped,
    /// A session was ended by its customer.
    SignedOut,
    /// A text message was not to go out.
    SmsRefused(SmsRefusal),
    /// The owner of a contact said "this was not me".
    NotMe(OtpId),
    /// The operator changed a customer's contact.
    ContactChanged(CustomerId),
}

impl SecurityEvent {
    /// Writes the event down.
    pub fn record(self) {
        let (name, otp, reason) = self.words();
        let customer = match self {
            Self::SignedIn(_, customer) => customer.map(|id| id.0),
            Self::ContactChanged(customer) => Some(customer.0),
            _ => None,
        };
        tracing::info!(target: "doorcode::security", event = name, otp = otp.map(|id| id.0), customer, reason);
        metrics::counter!("doorcode_security_events_total", "event" => name, "reason" => reason).increment(1);
    }

    const fn words(self) -> (&'static str, Option<OtpId>, &'static str) {
        match self {
            Self::Requested(id) => ("authn_token_created", Some(id), "requested"),
            Self::Resent(id) => ("authn_token_created", Some(id), "resent"),
            Self::UnknownContact => ("authn_login_fail", None, "unknown_contact"),
            Self::SignedIn(id, _) => ("authn_login_success", Some(id), "code"),
            Self::WrongCode(id) => ("authn_login_fail", Some(id), "wrong_code"),
            Self::ExpiredCode(id) => ("authn_login_fail", Some(id), "expired_code"),
            Self::Exhausted(id) => ("authn_login_fail_max", Some(id), "attempts_used"),
            Self::Escalated(id) => ("authn_login_lock", Some(id), "guesses_spent"),
            Self::Limited(limit) => ("excess_rate_limit_exceeded", None, limit.as_str()),
            Self::WrongSolution => ("input_validation_fail", None, "wrong_solution"),
            Self::BreakerTripped => ("authn_login_lock", None, "guesses_at_all_contacts"),
            Self::Pumped => ("excess_rate_limit_exceeded", None, "texts_hardly_used"),
            Self::SignedOut => ("session_expired", None, "logout"),
            Self::SmsRefused(SmsRefusal::Paused) => ("excess_rate_limit_exceeded", None, "sms_budget_spent"),
            Self::SmsRefused(SmsRefusal::CountryNotAllowed) => {
                ("input_validation_fail", None, "sms_country_not_allowed")
            }
            Self::SmsRefused(SmsRefusal::NotMobile) => ("input_validation_fail", None, "sms_not_mobile"),
            Self::NotMe(id) => ("authn_token_revoked", Some(id), "not_me"),
            Self::ContactChanged(_) => ("user_updated", None, "contact_changed"),
        }
    }
}
