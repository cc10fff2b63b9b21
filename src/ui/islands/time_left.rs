//! How long a deadline is away: pure arithmetic, so that it can be tested without a browser.

use std::time::Duration;

/// Time until the deadline, zero once it has passed. Both in milliseconds since the Unix epoch.
pub(super) fn until(deadline: f64, now: f64) -> Duration {
    Duration::try_from_secs_f64((deadline - now) / 1000.0).unwrap_or_default()
}

/// Whole seconds left, counting a begun one.
pub(super) fn seconds(left: Duration) -> u64 {
    left.as_secs() + u64::from(left.subsec_millis() > 0)
}

/// The time left as people read it on a clock: `4:58`.
pub(super) fn clock_text(left: Duration) -> String {
    let seconds = seconds(left);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Milliseconds until the next second of any deadline that is still ahead, or `None` if none is.
pub(super) fn next_tick(left: &[Duration]) -> Option<u32> {
    left.iter()
        .filter(|left| !left.is_zero())
        // One more, because a timer may fire a little early.
        .map(|left| if left.subsec_millis() == 0 { 1000 } else { left.subsec_millis() + 1 })
        .min()
}

/// Which of the marks (seconds left, falling) have been passed: 0 for none.
pub(super) fn marks_passed(left: Duration, marks: &[u64]) -> usize {
    marks.iter().filter(|mark| seconds(left) <= **mark).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_deadline_in_the_past_is_zero_away() {
        assert_eq!(until(1000.0, 1000.0), Duration::ZERO);
        assert_eq!(until(1000.0, 2000.0), Duration::ZERO);
        assert_eq!(until(f64::NAN, 2000.0), Duration::ZERO);
        assert_eq!(until(1_795_372_800_500.0, 1_795_372_800_000.0), millis(500));
    }

    #[test]
    fn the_clock_shows_a_begun_second_as_a_whole_one() {
        for (left, text) in
            [(0, "0:00"), (1, "0:01"), (1000, "0:01"), (1001, "0:02"), (298_000, "4:58"), (600_000, "10:00")]
        {
            assert_eq!(clock_text(millis(left)), text);
        }
    }

    #[test]
    fn the_next_tick_is_at_the_next_second_of_any_deadline() {
        assert_eq!(next_tick(&[millis(4321), millis(9100)]), Some(101));
        assert_eq!(next_tick(&[millis(2000), Duration::ZERO]), Some(1000));
        assert_eq!(next_tick(&[Duration::ZERO; 2]), None);
    }

    #[test]
    fn a_mark_is_passed_when_its_seconds_are_left() {
        let marks = [300, 60, 30];
        for (left, passed) in [(301_000, 0), (300_000, 1), (60_001, 1), (60_000, 2), (29_000, 3), (0, 3)] {
            assert_eq!(marks_passed(millis(left), &marks), passed, "{left}");
        }
    }
}
