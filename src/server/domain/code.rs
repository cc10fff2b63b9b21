//! The sign-in code: derived when it is needed, compared in constant time, stored nowhere.

use subtle::ConstantTimeEq;

use super::key::Key;
use crate::shared::code_text::find_code;

/// A sign-in code, decimal digits with leading zeros.
///
/// It has no `Debug` and no `Display`: what shows it has to ask by name.
#[derive(Clone)]
pub struct Code(String);

impl Code {
    /// Derives a code uniformly over all codes of `length` digits (NIST SP 800-63B-4 section 3.1.3.2 asks for at least
    /// 6 digits; OWASP ASVS 5.0, 6.5.3 for a cryptographic source).
    ///
    /// The same arguments give the same code, so a mail that has to be sent again after a crash carries the code of the first.
    /// Draws that would favour low codes are rejected and drawn again.
    #[must_use]
    pub fn derive(key: &Key, otp_id: i64, nonce: &[u8], generation: u32, length: u8) -> Self {
        let codes = 10_u64.pow(u32::from(length));
        let fair = u64::MAX - u64::MAX % codes;
        let mut draws = (0_u32..).map(|draw| {
            let mac = key.mac(
                "doorcode code v1",
                &[&otp_id.to_be_bytes(), nonce, &generation.to_be_bytes(), &[length], &draw.to_be_bytes()],
            );
            mac.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
        });
        let number = draws.find(|number| *number < fair).unwrap_or_default() % codes;
        Self(format!("{number:0width$}", width = usize::from(length)))
    }

    /// The code in what a person typed or pasted; `None` if there is no clear one.
    #[must_use]
    pub fn parse(text: &str, length: u8) -> Option<Self> {
        find_code(text, usize::from(length)).map(Self)
    }

    /// Whether both are the same code, in a time that tells nothing (OWASP ASVS 5.0, 11.2.4).
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }

    /// The digits, for the message to the customer and for deriving the session token.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derive(otp_id: i64, generation: u32) -> Code {
        Code::derive(&Key::new([9; 32]), otp_id, &[4; 16], generation, 6)
    }

    #[test]
    fn the_same_otp_and_generation_give_the_same_code() {
        assert!(derive(1, 1).matches(&derive(1, 1)));
    }

    #[test]
    fn another_generation_otp_nonce_or_key_gives_another_code() {
        let code = derive(1, 1);
        let other_nonce = Code::derive(&Key::new([9; 32]), 1, &[5; 16], 1, 6);
        let other_key = Code::derive(&Key::new([8; 32]), 1, &[4; 16], 1, 6);
        for other in [derive(1, 2), derive(2, 1), other_nonce, other_key] {
            assert!(!code.matches(&other));
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
        let chi_squared: f64 = buckets.iter().map(|n| (f64::from(*n) - expected).powi(2) / expected).sum();
        // 999 degrees of freedom: p = 0.001 at 1143. The input is fixed, so this cannot fail by chance.
        assert!(chi_squared < 1_143.0, "chi squared {chi_squared}");
        assert!((19_000..21_000).contains(&below_100_000), "{below_100_000} codes start with 0");
    }

    #[test]
    fn every_length_has_its_digits() {
        for length in 6..=10 {
            assert_eq!(Code::derive(&Key::new([1; 32]), 5, &[0; 16], 1, length).reveal().len(), usize::from(length));
        }
    }

    #[test]
    fn a_lost_leading_zero_is_no_code() {
        assert!(Code::parse("12345", 6).is_none());
        assert!(Code::parse("+12345", 6).is_none());
        assert!(!Code::parse("012345", 6).expect("a code").matches(&Code::parse("123450", 6).expect("a code")));
    }
}
