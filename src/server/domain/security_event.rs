//! Events for the security log and the metrics.

use super::{
    history::Event,
    id::{CustomerId, OtpId},
    limits::Limit,
    sms::SmsRefusal,
};

/// A security event. It contains no code, no token and no complete contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityEvent {
    /// An event that the history records, too.
    Recorded(Event, Option<OtpId>, Option<CustomerId>),
    /// A code was requested for a contact that no customer has.
    UnknownContact,
    /// A limit was exceeded.
    Limited(Limit),
    /// A captcha solution was wrong or expired, or could not be checked.
    CaptchaFailed,
    /// The breaker tripped: there were so many wrong codes for all contacts together that unknown
    /// devices get no numeric codes for a day.
    BreakerTripped,
    /// Text messages to a range of numbers are stopped because hardly any of them is used.
    SmsPumping,
    /// A text message was refused.
    SmsRefused(SmsRefusal),
}

impl SecurityEvent {
    /// Returns the event's name in the OWASP Logging Vocabulary, and the reason.
    #[must_use]
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Recorded(event, ..) => names(event),
            Self::UnknownContact => ("authn_login_fail", "unknown_contact"),
            Self::Limited(limit) => ("excess_rate_limit_exceeded", limit.as_str()),
            Self::CaptchaFailed => ("input_validation_fail", "captcha_failed"),
            Self::BreakerTripped => ("authn_login_lock", "global_guess_limit"),
            Self::SmsPumping => ("excess_rate_limit_exceeded", "sms_pumping"),
            Self::SmsRefused(SmsRefusal::BudgetSpent) => {
                ("excess_rate_limit_exceeded", "sms_budget_spent")
            }
            Self::SmsRefused(SmsRefusal::CountryNotAllowed) => {
                ("input_validation_fail", "sms_country_not_allowed")
            }
            Self::SmsRefused(SmsRefusal::NotMobile) => ("input_validation_fail", "sms_not_mobile"),
        }
    }
}

/// The vocabulary has no term for the delivery of a message, so delivery is logged like the
/// creation of its code.
const fn names(event: Event) -> (&'static str, &'static str) {
    match event {
        Event::Requested => ("authn_token_created", "requested"),
        Event::Resent => ("authn_token_created", "resent"),
        Event::Sent => ("authn_token_created", "sent"),
        Event::Delivered => ("authn_token_created", "delivered"),
        Event::DeliveryFailed => ("authn_token_created", "delivery_failed"),
        Event::Verified => ("authn_login_success", "code"),
        Event::Wrong => ("authn_login_fail", "wrong_code"),
        Event::Expired => ("authn_login_fail", "expired_code"),
        Event::Exhausted => ("authn_login_fail_max", "attempts_exhausted"),
        Event::Escalated => ("authn_login_fail_max", "escalated"),
        Event::Revoked => ("authn_token_revoked", "revoked"),
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
