//! The figures that the rules run on; settings fill them inside hard limits.

use jiff::SignedDuration;

/// How codes live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtpPolicy {
    /// Digits in a code, 6 to 10.
    pub length: u8,
    /// From issue to expiry, at most 10 minutes (OWASP ASVS 5.0, 6.5.5; NIST SP 800-63B-4 section
    /// 3.1.3.2).
    pub lifetime: SignedDuration,
    /// Answers per OTP, right or wrong.
    pub max_attempts: u32,
    /// From one message to the next that the same browser may ask for; the last step repeats.
    pub cooldowns: Cooldowns,
}

/// The waits between the messages of one OTP.
pub type Cooldowns = [SignedDuration; 3];

/// How long sessions live, by the server's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionPolicy {
    /// Without a request (OWASP ASVS 5.0, 7.3.1).
    pub idle: SignedDuration,
    /// However busy; at most 30 days (NIST SP 800-63B-4 section 2.1.3; OWASP ASVS 5.0, 7.3.2).
    pub absolute: SignedDuration,
}

/// How long after a code a customer may see and end their sessions and change a contact (OWASP ASVS
/// 5.0, 7.5.1 and 7.5.2).
pub const STEP_UP_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// How long a browser may take from its last request to signing in.
pub const PRE_AUTH_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// How long a browser is known after the last sign-in on it.
pub const DEVICE_LIFETIME: SignedDuration = SignedDuration::from_hours(180 * 24);
