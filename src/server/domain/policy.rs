//! The values that the rules use. Settings choose them within hard limits.

use jiff::SignedDuration;

/// The length, lifetime and limits of codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtpPolicy {
    /// The number of digits in a code, 6 to 10.
    pub length: u8,
    /// The time from issue to expiry, at most 10 minutes (OWASP ASVS 5.0, 6.5.5; NIST SP 800-63B-4
    /// section 3.1.3.2).
    pub lifetime: SignedDuration,
    /// The maximum number of attempts per OTP, right or wrong.
    pub max_attempts: u32,
    /// The waits between messages that the same browser may request. The last wait repeats.
    pub cooldowns: Cooldowns,
}

/// The waits between the messages of one OTP.
pub type Cooldowns = [SignedDuration; 3];

/// The lifetimes of sessions, measured by the server's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionPolicy {
    /// The maximum time without a request (OWASP ASVS 5.0, 7.3.1).
    pub idle: SignedDuration,
    /// The maximum lifetime regardless of activity, at most 30 days (NIST SP 800-63B-4 section
    /// 2.1.3; OWASP ASVS 5.0, 7.3.2).
    pub absolute: SignedDuration,
}

/// How long after entering a code a customer may view and end their sessions and change a contact
/// (OWASP ASVS 5.0, 7.5.1 and 7.5.2).
pub const STEP_UP_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// The maximum time between a browser's last request for a code and its sign-in.
pub const PRE_AUTH_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// How long a device stays known after the last sign-in on it.
pub const DEVICE_LIFETIME: SignedDuration = SignedDuration::from_hours(180 * 24);
