//! Security events, under the names of the OWASP Logging Vocabulary, in the log and in the metrics. Nothing in them is a
//! code, a token or a whole contact.

use crate::server::domain::{CustomerId, OtpId, SmsRefusal};

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
    /// A session was ended by its customer.
    SignedOut,
    /// A text message was not to go out.
    SmsRefused(SmsRefusal),
    /// The owner of a contact said "this was not me".
    NotMe(OtpId),
    /// The operator or the customer changed the customer's contact.
    ContactChanged(CustomerId),
    /// That was undone by the link in its notice.
    ContactChangeUndone(CustomerId),
    /// A customer who is signed in entered a code.
    Confirmed(OtpId, CustomerId),
    /// A customer ended a session from another one.
    SessionEnded(CustomerId),
    /// The operator barred a customer from signing in.
    Disabled(CustomerId),
    /// The operator let a customer sign in again.
    Enabled(CustomerId),
}

impl SecurityEvent {
    /// Writes the event down.
    pub fn record(self) {
        let (name, otp, reason) = self.words();
        let customer = match self {
            Self::SignedIn(_, customer) => customer.map(|id| id.0),
            Self::ContactChanged(customer)
            | Self::ContactChangeUndone(customer)
            | Self::Confirmed(_, customer)
            | Self::SessionEnded(customer)
            | Self::Disabled(customer)
            | Self::Enabled(customer) => Some(customer.0),
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
            Self::SignedOut => ("session_expired", None, "logout"),
            Self::SmsRefused(SmsRefusal::Paused) => ("excess_rate_limit_exceeded", None, "sms_budget_spent"),
            Self::SmsRefused(SmsRefusal::CountryNotAllowed) => {
                ("input_validation_fail", None, "sms_country_not_allowed")
            }
            Self::SmsRefused(SmsRefusal::NotMobile) => ("input_validation_fail", None, "sms_not_mobile"),
            Self::NotMe(id) => ("authn_token_revoked", Some(id), "not_me"),
            Self::ContactChanged(_) => ("user_updated", None, "contact_changed"),
            Self::ContactChangeUndone(_) => ("user_updated", None, "contact_change_undone"),
            Self::Confirmed(id, _) => ("session_renewed", Some(id), "confirmed"),
            Self::SessionEnded(_) => ("session_expired", None, "ended_elsewhere"),
            Self::Disabled(_) => ("user_updated", None, "disabled"),
            Self::Enabled(_) => ("user_updated", None, "enabled"),
        }
    }
}
