//! How long a deadline is away: pure arithmetic, so that it can be tested without a browser.

/// Milliseconds until the deadline, 0 once it has passed. Both in milliseconds since the Unix
/// epoch.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "codes live for minutes; what is less than 0 becomes 0"
)]
#[expect(clippy::as_conversions, reason = "there is no From for it")]
pub(super) fn until(deadline: f64, now: f64) -> u32 {
    (deadline - now) as u32
}

/// Whole seconds left, counting a begun one.
pub(super) const fn seconds(left: u32) -> u32 {
    left.div_ceil(1000)
}

/// The time left as people read it on a clock: `4:58`.
pub(super) fn clock_text(left: u32) -> String {
    let seconds = seconds(left);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Milliseconds until the next second of any deadline that is still ahead, or `None` if none is.
pub(super) fn next_tick(left: &[u32]) -> Option<u32> {
    left.iter()
        .filter(|left| **left > 0)
        // One more, because a timer may fire a little early.
        .map(|left| {
            if left % 1000 == 0 {
                1000
            } else {
                left % 1000 + 1
            }
        })
        .min()
}

/// Which of the marks (seconds left, falling) have been passed: 0 for none.
pub(super) fn marks_passed(left: u32, marks: &[u32]) -> usize {
    marks.iter().filter(|mark| seconds(left) <= **mark).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_in_the_past_is_zero_away() {
        assert_eq!(until(1000.0, 1000.0), 0);
        assert_eq!(until(1000.0, 2000.0), 0);
        assert_eq!(until(f64::NAN, 2000.0), 0);
        assert_eq!(until(1_795_372_800_500.0, 1_795_372_800_000.0), 500);
    }

    #[test]
    fn the_clock_shows_a_begun_second_as_a_whole_one() {
        for (left, text) in [
            (0, "0:00"),
            (1, "0:01"),
            (1000, "0:01"),
            (1001, "0:02"),
            (298_000, "4:58"),
            (600_000, "10:00"),
        ] {
            assert_eq!(clock_text(left), text);
        }
    }

    #[test]
    fn the_next_tick_is_at_the_next_second_of_any_deadline() {
        assert_eq!(next_tick(&[4321, 9100]), Some(101));
        assert_eq!(next_tick(&[2000, 0]), Some(1000));
        assert_eq!(next_tick(&[0; 2]), None);
    }

    #[test]
    fn a_mark_is_passed_when_its_seconds_are_left() {
        let marks = [300, 60, 30];
        for (left, passed) in [
            (301_000, 0),
            (300_000, 1),
            (60_001, 1),
            (60_000, 2),
            (29_000, 3),
            (0, 3),
        ] {
            assert_eq!(marks_passed(left, &marks), passed, "{left}");
        }
    }
}
