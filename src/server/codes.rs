//! Codes are requested and checked: what signing in, confirming and changing a contact have in
//! common.

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
    ports::{Captcha, LimitStore, OtpStore},
    random::{self, Random},
};

/// What issuing and checking codes needs.
pub struct Codes {
    /// Where OTPs are kept.
    pub otps: Arc<dyn OtpStore>,
    /// What counts for limits.
    pub limits: Arc<dyn LimitStore>,
    /// What is asked beyond the soft limit of a network.
    pub captcha: Arc<dyn Captcha>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// The keys that codes are derived with.
    pub keys: Keyring,
    /// The rules.
    pub policy: Arc<Policy>,
    /// Where messages go that this process sends.
    pub queue: Arc<Queue>,
    /// How much of the money for text messages is left.
    pub sms_level: Arc<SmsLevelCache>,
}

impl Codes {
    /// The instant now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new `Message-ID`'s own part (RFC 5322 section 3.6.4), kept with the message so that each
    /// try has the same.
    #[must_use]
    pub fn message_id(&self) -> String {
        hex::encode(random::bytes::<16>(&*self.random))
    }
}
