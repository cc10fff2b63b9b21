//! The source of the current time. All other code takes an instant as an argument.

use std::{path::PathBuf, time::Duration};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::{sync::watch, time};

/// How often a sleeping task reads the clock again. Tokio's timers do not notice when the wall
/// clock is set.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// A wall clock in UTC.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Returns the current instant in whole milliseconds, as the database stores it.
    fn now(&self) -> Timestamp;

    /// Resolves once the clock shows `instant` or later.
    async fn sleep_until(&self, instant: Timestamp) {
        while let Some(left) = time_left(instant, self.now()) {
            time::sleep(left.min(POLL_INTERVAL)).await;
        }
    }
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now(&self) -> Timestamp {
        whole_milliseconds(Timestamp::now())
    }
}

/// The machine's clock plus a number of seconds from a file. End-to-end tests use it to move the
/// time of a running server. The settings refuse it outside DEV.
#[derive(Debug)]
pub struct OffsetClock {
    file: PathBuf,
}

impl OffsetClock {
    /// Creates a clock that reads `file` on each call. If the file is missing or does not contain a
    /// number, there is no offset.
    #[must_use]
    pub const fn new(file: PathBuf) -> Self {
        Self { file }
    }
}

impl Clock for OffsetClock {
    fn now(&self) -> Timestamp {
        let seconds = std::fs::read_to_string(&self.file)
            .ok()
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(0);
        SystemClock
            .now()
            .saturating_add(SignedDuration::from_secs(seconds))
            .unwrap_or(Timestamp::MAX)
    }
}

/// A clock for tests that stands still until it is moved. It stores the milliseconds since 1970.
#[derive(Debug)]
pub struct ManualClock(watch::Sender<i64>);

impl ManualClock {
    /// Creates a clock that shows `start`.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self(watch::Sender::new(start.as_millisecond()))
    }

    /// Moves the clock forwards, or backwards if the duration is negative.
    pub fn advance(&self, by: SignedDuration) {
        let milliseconds = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.0.send_modify(|now| *now += milliseconds);
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(*self.0.borrow()).unwrap_or(Timestamp::MAX)
    }

    async fn sleep_until(&self, instant: Timestamp) {
        // Waiting fails only once the sender is dropped, and `self` owns it.
        _ = self
            .0
            .subscribe()
            .wait_for(|now| *now >= instant.as_millisecond())
            .await;
    }
}

/// The time until `instant`, or `None` once it has been reached.
fn time_left(instant: Timestamp, now: Timestamp) -> Option<Duration> {
    Duration::try_from(instant.duration_since(now))
        .ok()
        .filter(|left| !left.is_zero())
}

fn whole_milliseconds(instant: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(instant.as_millisecond()).unwrap_or(instant)
}
