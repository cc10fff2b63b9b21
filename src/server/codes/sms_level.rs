//! A cache of how much of the budget for text messages is left.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::server::domain::SmsLevel;

/// How long pages may show a cached level. The decision to send a text message never uses the
/// cache.
const LIFETIME: SignedDuration = SignedDuration::from_secs(1);

/// The level that was read last, so that a page view need not query the database.
#[derive(Debug, Default)]
pub struct SmsLevelCache(Mutex<Option<(Timestamp, SmsLevel)>>);

impl SmsLevelCache {
    /// Returns the cached level, if it is recent.
    pub fn get(&self, now: Timestamp) -> Option<SmsLevel> {
        let cached = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // `abs`, because `at` lies in the future if the clock was set back.
        cached
            .filter(|(at, _)| now.duration_since(*at).abs() < LIFETIME)
            .map(|(_, level)| level)
    }

    /// Caches a level that was read at `now`.
    pub fn set(&self, level: SmsLevel, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, level));
    }

    /// Clears the cache. Call this after spending part of the budget, so that pages of this process
    /// show the new level at once.
    pub fn invalidate(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
