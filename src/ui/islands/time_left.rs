//! Arithmetic of the time left until a deadline. It is pure, so that it can be tested without a
//! browser.

/// Returns the milliseconds until the deadline, or 0 once it has passed. Both arguments are in
/// milliseconds since the Unix epoch.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "codes live for minutes; what is less than 0 becomes 0"
)]
#[expect(clippy::as_conversions, reason = "there is no From for it")]
pub(super) fn until(deadline: f64, now: f64) -> u32 {
    (deadline - now) as u32
}

/// Returns the seconds left, rounded up.
pub(super) const fn seconds(left: u32) -> u32 {
    left.div_ceil(1000)
}

/// Returns the time left in minutes and seconds: `4:58`.
pub(super) fn clock_text(left: u32) -> String {
    let seconds = seconds(left);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Returns the milliseconds until the next whole second of any deadline that is still ahead, or
/// `None` if none is.
pub(super) fn next_tick(left: &[u32]) -> Option<u32> {
    left.iter()
        .filter(|left| **left > 0)
        // Add one, because a timer may fire slightly early.
        .map(|left| {
            if left % 1000 == 0 {
                1000
            } else {
                left % 1000 + 1
            }
        })
        .min()
}

/// Returns how many of the marks (seconds left, in descending order) have been passed.
pub(super) fn marks_passed(left: u32, marks: &[u32]) -> usize {
    marks.iter().filter(|mark| seconds(left) <= **mark).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_is_left_after_the_deadline() {
        assert_eq!(until(1000.0, 1000.0), 0);
        assert_eq!(until(1000.0, 2000.0), 0);
        assert_eq!(until(f64::NAN, 2000.0), 0);
        assert_eq!(until(1_795_372_800_500.0, 1_795_372_800_000.0), 500);
    }

    #[test]
    fn the_clock_rounds_seconds_up() {
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
    fn a_mark_is_passed_when_that_many_seconds_are_left() {
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
