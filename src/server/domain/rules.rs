//! All rules that the settings choose.

use super::{
    contact::Region,
    limits::LimitPolicy,
    policy::{OtpPolicy, SessionPolicy},
    sms::SmsPolicy,
};

/// The rules that the settings choose.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The rules for codes.
    pub otp: OtpPolicy,
    /// The rate limits.
    pub limits: LimitPolicy,
    /// The lifetimes of sessions.
    pub session: SessionPolicy,
    /// The region whose national phone number format is understood.
    pub region: Region,
    /// The rules for text messages.
    pub sms: SmsPolicy,
    /// Whether customers get a notice of a sign-in on a new device.
    pub new_sign_in_notice: bool,
    /// Whether a request for an unknown contact is rejected as such. Otherwise it is answered like
    /// one for a known contact.
    pub reveal_unknown_contacts: bool,
}
