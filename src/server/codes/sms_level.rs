//! How much of the money for text messages was left when it was last asked.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::server::domain::SmsLevel;

/// How long pages may show what was read. Whether a text message goes out is asked anew each time.
const LIFETIME: SignedDuration = SignedDuration::from_secs(1);

/// The level that was read last, so that a page view reads no database.
#[derive(Debug, Default)]
pub struct SmsLevelCache(Mutex<Option<(Timestamp, SmsLevel)>>);

impl SmsLevelCache {
    /// The level, if it was read just now.
    pub fn get(&self, now: Timestamp) -> Option<SmsLevel> {
        let cached = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cached
            .filter(|(at, _)| now.duration_since(*at).abs() < LIFETIME)
            .map(|(_, level)| level)
    }

    /// A level was read.
    pub fn set(&self, level: SmsLevel, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, level));
    }

    /// This process has spent money.
    pub fn invalidate(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
