//! The rules that the settings choose, together.

use super::{
    contact::Region,
    limits::LimitPolicy,
    policy::{OtpPolicy, SessionPolicy},
    sms::SmsPolicy,
};

/// The rules that the settings choose.
#[derive(Clone, Debug)]
pub struct Policy {
    /// How codes live.
    pub otp: OtpPolicy,
    /// How often things may be done.
    pub limits: LimitPolicy,
    /// How long sessions live.
    pub session: SessionPolicy,
    /// The region whose national phone numbers are understood.
    pub region: Region,
    /// Which text messages may go out.
    pub sms: SmsPolicy,
    /// Whether customers are told of a sign-in on a new browser.
    pub new_sign_in_notice: bool,
    /// Whether an unknown contact is told so, or answered like a known one.
    pub reveal_unknown_contacts: bool,
}
