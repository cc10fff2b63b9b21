//! Distinguishes a paste or an autofill from typing.

/// The number of characters that must change in one event before a complete code is submitted
/// automatically. A person types one at a time.
const MANY: usize = 4;

/// Whether so much of the text changed at once that it was not typed.
pub(super) fn changed_at_once(before: &str, after: &str) -> bool {
    let before: Vec<char> = before.chars().collect();
    let after: Vec<char> = after.chars().collect();
    let shorter = before.len().min(after.len());
    let start = before
        .iter()
        .zip(&after)
        .take_while(|(a, b)| a == b)
        .count();
    let end = before
        .iter()
        .rev()
        .zip(after.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    before.len().max(after.len()) - (start + end).min(shorter) >= MANY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_digit_is_not_a_paste() {
        for (before, after) in [
            ("", "1"),
            ("12345", "123456"),
            ("12456", "123456"),
            ("123456", "12345"),
            ("11", "111"),
        ] {
            assert!(!changed_at_once(before, after), "{before:?} -> {after:?}");
        }
    }

    #[test]
    fn a_paste_or_an_autofill_changes_many_characters_at_once() {
        for (before, after) in [
            ("", "123456"),
            ("12", "123456"),
            ("123456", "987654"),
            ("1", "Your code is 123 456"),
        ] {
            assert!(changed_at_once(before, after), "{before:?} -> {after:?}");
        }
    }
}
