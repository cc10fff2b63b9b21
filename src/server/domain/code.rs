//! The sign-in code. It is derived when it is needed, compared in constant time and never stored.

use subtle::ConstantTimeEq;

use super::{key::Key, typed_text};
use crate::shared::{CodeFormat, code_text::find_code};

/// A sign-in code: decimal digits with leading zeros, or letters.
///
/// The type implements neither `Debug` nor `Display`, so a code is only shown by an explicit call
/// of [`Code::reveal`].
#[derive(Clone)]
pub struct Code(String);

impl Code {
    /// Derives a code, uniformly distributed over all codes of a format (NIST SP 800-63B-4 section
    /// 3.1.3.2 requires at least 6 digits; OWASP ASVS 5.0, 6.5.3 requires a cryptographic source).
    ///
    /// The same arguments give the same code, so an email that has to be sent again after a crash
    /// carries the code of the first one. Draws that would favour low codes are rejected and
    /// repeated.
    #[must_use]
    pub fn derive(
        key: &Key,
        otp_id: i64,
        nonce: &[u8],
        generation: u32,
        format: CodeFormat,
    ) -> Self {
        let (purpose, length) = match format {
            CodeFormat::Digits(length) => ("doorcode code v1", length),
            CodeFormat::Letters => ("doorcode code of letters v1", CodeFormat::LETTER_COUNT),
        };
        let draws = (0_u32..).map(|draw| {
            let mac = key.mac(
                purpose,
                &[
                    &otp_id.to_be_bytes(),
                    nonce,
                    &generation.to_be_bytes(),
                    &[length],
                    &draw.to_be_bytes(),
                ],
            );
            mac.first_chunk()
                .map_or(0, |bytes| u64::from_be_bytes(*bytes))
        });
        Self(write(uniform(draws, codes(format)), format))
    }

    /// Returns a placeholder: the code of all zeros, or of the first letter repeated. It is as long
    /// as any code of the format and is derived from no OTP.
    #[must_use]
    pub fn sample(format: CodeFormat) -> Self {
        Self(write(0, format))
    }

    /// Finds the code in typed or pasted text. Returns `None` if there is no unambiguous code.
    #[must_use]
    pub fn parse(text: &str, format: CodeFormat) -> Option<Self> {
        find_code(&typed_text::normalize(text)?, format).map(Self)
    }

    /// Compares two codes in constant time (OWASP ASVS 5.0, 11.2.4).
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }

    /// Returns the symbols of the code, for the message to the customer and for deriving the
    /// session token.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Returns the number of possible codes of a format.
#[must_use]
pub fn codes(format: CodeFormat) -> u64 {
    let (symbols, length) = match format {
        CodeFormat::Digits(length) => (10_u64, length),
        CodeFormat::Letters => (20, CodeFormat::LETTER_COUNT),
    };
    symbols.pow(length.into())
}

/// Returns a number below `count`. Draws above the largest multiple of `count` are skipped, because
/// they would favour low numbers.
fn uniform(mut draws: impl Iterator<Item = u64>, count: u64) -> u64 {
    let limit = u64::MAX - u64::MAX % count;
    draws.find(|draw| *draw < limit).unwrap_or_default() % count
}

fn write(number: u64, format: CodeFormat) -> String {
    let alphabet = match format {
        CodeFormat::Digits(_) => "0123456789",
        CodeFormat::Letters => CodeFormat::LETTERS,
    };
    let base = u64::try_from(alphabet.len()).unwrap_or(1);
    let symbol = |place| {
        usize::try_from(number / base.pow(place) % base)
            .ok()
            .and_then(|at| alphabet.chars().nth(at))
    };
    (0..u32::from(format.length()))
        .rev()
        .filter_map(symbol)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIX: CodeFormat = CodeFormat::Digits(6);

    fn derive(otp_id: i64, generation: u32) -> Code {
        Code::derive(&Key::new([9; 32]), otp_id, &[4; 16], generation, SIX)
    }

    #[test]
    fn same_otp_and_generation_give_the_same_code() {
        assert!(derive(1, 1).matches(&derive(1, 1)));
    }

    #[test]
    fn different_generation_otp_nonce_or_key_gives_a_different_code() {
        let code = derive(1, 1);
        let other_nonce = Code::derive(&Key::new([9; 32]), 1, &[5; 16], 1, SIX);
        let other_key = Code::derive(&Key::new([8; 32]), 1, &[4; 16], 1, SIX);
        for other in [derive(1, 2), derive(2, 1), other_nonce, other_key] {
            assert!(!code.matches(&other));
        }
    }

    #[test]
    fn draws_that_favour_low_numbers_are_skipped() {
        // 2^64 - 1 is 18_446_744_073_709_551_615.
        let limit = 18_446_744_073_709_000_000;
        assert_eq!(uniform([limit - 1].into_iter(), 1_000_000), 999_999);
        for biased in [limit, limit + 1, u64::MAX] {
            assert_eq!(uniform([biased, 7].into_iter(), 1_000_000), 7);
        }
    }

    #[test]
    fn codes_are_uniform_over_the_whole_range() {
        const DRAWS: u32 = 200_000;
        let mut buckets = [0_u32; 1_000];
        let mut below_100_000 = 0_u32;
        for otp_id in 0..i64::from(DRAWS) {
            let number: usize = derive(otp_id, 1).reveal().parse().expect("digits");
            buckets[number / 1_000] += 1;
            below_100_000 += u32::from(number < 100_000);
        }
        let expected = f64::from(DRAWS) / 1_000.0;
        let chi_squared: f64 = buckets
            .iter()
            .map(|n| (f64::from(*n) - expected).powi(2) / expected)
            .sum();
        // 999 degrees of freedom: p = 0.001 at 1143. The input is fixed, so this cannot fail by
        // chance.
        assert!(chi_squared < 1_143.0, "chi squared {chi_squared}");
        assert!(
            (19_000..21_000).contains(&below_100_000),
            "{below_100_000} codes start with 0"
        );
    }

    #[test]
    fn code_has_the_requested_number_of_digits() {
        for length in 6..=10 {
            assert_eq!(
                Code::derive(
                    &Key::new([1; 32]),
                    5,
                    &[0; 16],
                    1,
                    CodeFormat::Digits(length)
                )
                .reveal()
                .len(),
                usize::from(length)
            );
        }
    }

    #[test]
    fn code_without_its_leading_zero_is_rejected() {
        assert!(Code::parse("12345", SIX).is_none());
        assert!(Code::parse("+12345", SIX).is_none());
        assert!(
            !Code::parse("012345", SIX)
                .expect("a code")
                .matches(&Code::parse("123450", SIX).expect("a code"))
        );
    }

    #[test]
    fn pasted_codes_are_found_like_typed_ones() {
        for text in [
            "\u{2068}012345\u{2069}",
            "\u{2066}012\u{200b}345\u{fe0f}",
            "\u{61c}0\u{ad}12\u{2212}345\u{180e}",
            "\u{ff10}\u{ff11}\u{ff12}\u{3000}\u{ff13}\u{ff14}\u{ff15}",
            "\u{200f}Your code\u{ff1a} 012345\u{3002}",
        ] {
            let code = Code::parse(text, SIX);
            assert_eq!(code.as_ref().map(Code::reveal), Some("012345"), "{text:?}");
        }
        let letters = Code::parse("\u{ff22}\u{200d}CDFGHJ\u{ff4b}", CodeFormat::Letters);
        assert_eq!(letters.as_ref().map(Code::reveal), Some("BCDFGHJK"));
        assert!(Code::parse("012\u{202e}345", SIX).is_none());
    }

    #[test]
    fn letter_codes_use_the_whole_alphabet_evenly() {
        const DRAWS: u32 = 20_000;
        let mut counts = [0_u32; 20];
        for otp_id in 0..i64::from(DRAWS) {
            let code = Code::derive(&Key::new([9; 32]), otp_id, &[4; 16], 1, CodeFormat::Letters);
            assert_eq!(code.reveal().len(), 8);
            for letter in code.reveal().chars() {
                counts[CodeFormat::LETTERS
                    .find(letter)
                    .expect("a letter of the alphabet")] += 1;
            }
        }
        let expected = f64::from(DRAWS) * 8.0 / 20.0;
        let chi_squared: f64 = counts
            .iter()
            .map(|n| (f64::from(*n) - expected).powi(2) / expected)
            .sum();
        // 19 degrees of freedom: p = 0.001 at 43.8.
        assert!(chi_squared < 43.8, "chi squared {chi_squared}");
    }

    #[test]
    fn numbers_are_written_with_leading_zeros() {
        assert_eq!(write(123, SIX), "000123");
        assert_eq!(write(0, CodeFormat::Letters), "BBBBBBBB");
        assert_eq!(
            write(codes(CodeFormat::Letters) - 1, CodeFormat::Letters),
            "ZZZZZZZZ"
        );
    }
}
