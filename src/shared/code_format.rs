//! The format of a sign-in code.

use serde::{Deserialize, Serialize};

use super::digits::to_ascii_digit;

/// The alphabet and the length of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeFormat {
    /// A code with this number of decimal digits.
    Digits(u8),
    /// A code of [`CodeFormat::LETTER_COUNT`] letters from [`CodeFormat::LETTERS`]. Its 34.5 bits
    /// keep guessing infeasible for a contact that has used up its guesses at six-digit codes.
    Letters,
}

impl CodeFormat {
    /// The alphabet of RFC 8628 section 6.1. It has no vowels, so that a code never spells a word,
    /// and no letter that looks or sounds like another letter or a digit.
    pub const LETTERS: &str = "BCDFGHJKLMNPQRSTVWXZ";
    /// The number of letters in a letter code.
    pub const LETTER_COUNT: u8 = 8;

    /// Returns the number of symbols in a code.
    #[must_use]
    pub const fn length(self) -> u8 {
        match self {
            Self::Digits(length) => length,
            Self::Letters => Self::LETTER_COUNT,
        }
    }

    /// Returns the symbol that a typed character stands for, or `None` if this format does not have
    /// it. Digits of any script and letters of either case are accepted.
    #[must_use]
    pub fn symbol(self, c: char) -> Option<char> {
        match self {
            Self::Digits(_) => to_ascii_digit(c),
            Self::Letters => Some(c.to_ascii_uppercase())
                .filter(|c| Self::LETTERS.chars().any(|letter| letter == *c)),
        }
    }

    /// Returns `text` with every symbol in its canonical form and all other characters unchanged.
    #[must_use]
    pub fn fold(self, text: &str) -> String {
        text.chars().map(|c| self.symbol(c).unwrap_or(c)).collect()
    }

    /// Returns the name of the format: the number of digits, or `letters`. Pages pass it to the
    /// island in an attribute.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Digits(length) => length.to_string(),
            Self::Letters => "letters".to_owned(),
        }
    }

    /// Parses a [`CodeFormat::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "letters" {
            Some(Self::Letters)
        } else {
            name.parse().ok().map(Self::Digits)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fold_writes_symbols_in_canonical_form() {
        assert_eq!(CodeFormat::Digits(6).fold("\u{0661}2 x"), "12 x");
        assert_eq!(CodeFormat::Letters.fold("bcdA1"), "BCDA1");
        assert_eq!(CodeFormat::Letters.symbol('e'), None);
    }

    #[test]
    fn name_round_trips() {
        for format in [
            CodeFormat::Digits(6),
            CodeFormat::Digits(10),
            CodeFormat::Letters,
        ] {
            assert_eq!(CodeFormat::from_name(&format.name()), Some(format));
        }
        assert_eq!(CodeFormat::from_name("six"), None);
    }
}
