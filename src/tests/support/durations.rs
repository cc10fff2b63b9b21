//! Durations that many tests use.

use jiff::SignedDuration;

pub const SECOND: SignedDuration = SignedDuration::from_secs(1);
pub const MINUTE: SignedDuration = SignedDuration::from_mins(1);
pub const DAY: SignedDuration = SignedDuration::from_hours(24);
