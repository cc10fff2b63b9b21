//! Requesting and checking codes: the common part of signing in, confirming a session and changing
//! a contact.

pub mod check;
pub mod queue;
pub mod request;
pub mod resend;
pub mod sms_level;
pub mod solution;

use std::sync::Arc;

use jiff::Timestamp;

pub use queue::Queue;
pub use sms_level::SmsLevelCache;

use super::{
    clock::Clock,
    domain::{Keyring, Policy},
    ports::{CaptchaVerifier, LimitStore, OtpStore},
    random::{self, Random},
};

/// The use cases for issuing and checking codes.
pub struct Codes {
    /// The store of OTPs.
    pub otps: Arc<dyn OtpStore>,
    /// The store of the events that limits count.
    pub limits: Arc<dyn LimitStore>,
    /// The challenge required once a network exceeds its soft limit.
    pub captcha: Arc<dyn CaptchaVerifier>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub random: Arc<dyn Random>,
    /// The keys that codes are derived with.
    pub keys: Keyring,
    /// The rules from the settings.
    pub policy: Arc<Policy>,
    /// The messages that this process sends.
    pub queue: Arc<Queue>,
    /// The cached level of the budget for text messages.
    pub sms_level: Arc<SmsLevelCache>,
}

impl Codes {
    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Generates the part of a `Message-ID` before the `@` (RFC 5322 section 3.6.4). It is stored
    /// with the message, so that every attempt uses the same one.
    #[must_use]
    pub fn message_id(&self) -> String {
        hex::encode(random::bytes::<16>(&*self.random))
    }
}
