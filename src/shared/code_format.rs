//! What a sign-in code looks like.

use serde::{Deserialize, Serialize};

use super::digits::to_ascii_digit;

/// The symbols of a code and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeFormat {
    /// So many decimal digits.
    Digits(u8),
    /// [`CodeFormat::LETTER_COUNT`] letters of [`CodeFormat::LETTERS`]: 34.5 bits, so that guessing
    /// stays hopeless for a contact whose six-digit guesses are spent.
    Letters,
}

impl CodeFormat {
    /// The alphabet of RFC 8628 section 6.1: no vowels, so no words; no letter that sounds or looks
    /// like another or like a digit.
    pub const LETTERS: &str = "BCDFGHJKLMNPQRSTVWXZ";
    /// Letters in a code of letters.
    pub const LETTER_COUNT: u8 = 8;

    /// Symbols in a code.
    #[must_use]
    pub const fn length(self) -> u8 {
        match self {
            Self::Digits(length) => length,
            Self::Letters => Self::LETTER_COUNT,
        }
    }

    /// The symbol that a typed character stands for: a digit of any script, a letter of either
    /// case.
    #[must_use]
    pub fn symbol(self, c: char) -> Option<char> {
        match self {
            Self::Digits(_) => to_ascii_digit(c),
            Self::Letters => Some(c.to_ascii_uppercase())
                .filter(|c| Self::LETTERS.chars().any(|letter| letter == *c)),
        }
    }

    /// The text with every symbol in its one written form, and everything else as it was.
    #[must_use]
    pub fn fold(self, text: &str) -> String {
        text.chars().map(|c| self.symbol(c).unwrap_or(c)).collect()
    }

    /// The value of the attribute that tells the island: the number of digits, or `letters`.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Digits(length) => length.to_string(),
            Self::Letters => "letters".to_owned(),
        }
    }

    /// The format of a [`CodeFormat::name`].
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
    fn symbols_have_one_written_form() {
        assert_eq!(CodeFormat::Digits(6).fold("\u{0661}2 x"), "12 x");
        assert_eq!(CodeFormat::Letters.fold("bcdA1"), "BCDA1");
        assert_eq!(CodeFormat::Letters.symbol('e'), None);
    }

    #[test]
    fn a_name_comes_back_as_its_format() {
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
