//! Decimal digits of every script (Unicode general category Nd).

/// The zero of each run of ten decimal digits in Unicode 14, in ascending order.
const ZEROS: [u32; 66] = [
    0x0030, 0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6,
    0x0d66, 0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80,
    0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
    0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0,
    0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0,
    0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// Returns the ASCII digit with the value of `c`, or `None` if `c` is not a decimal digit in any
/// script.
///
/// Phones with an Arabic, Persian or Devanagari keyboard type the digits of that script; they mean
/// the same code.
#[must_use]
pub fn to_ascii_digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let zero = ZEROS[..ZEROS.partition_point(|zero| *zero <= code)].last()?;
    char::from_digit(code - zero, 10)
}

/// Returns `text` with every decimal digit folded to ASCII and all other characters unchanged.
#[must_use]
pub fn fold_digits(text: &str) -> String {
    text.chars()
        .map(|c| to_ascii_digit(c).unwrap_or(c))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_other_scripts_are_folded_to_ascii() {
        assert_eq!(fold_digits("\u{ff11}\u{0662}\u{06f3}\u{096a}5"), "12345");
    }

    #[test]
    fn other_characters_are_unchanged() {
        assert_eq!(
            fold_digits("a\u{00b2}\u{2460}\u{5341} é"),
            "a\u{00b2}\u{2460}\u{5341} é"
        );
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn folding_changes_only_digits_and_is_idempotent(text in "\\PC{0,60}|[0-9\u{660}-\u{669}\u{ff10}-\u{ff19}\u{1d7ce}-\u{1d7ff}a-z]{0,40}") {
            let folded = fold_digits(&text);
            prop_assert_eq!(fold_digits(&folded), folded.clone());
            prop_assert_eq!(folded.chars().count(), text.chars().count());
            for (before, after) in text.chars().zip(folded.chars()) {
                prop_assert!(before == after || (before.is_numeric() && after.is_ascii_digit()));
            }
        }
    }
}
