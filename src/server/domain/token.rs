//! Tokens that cookies carry.

use std::fmt;

use sha2::{Digest, Sha256};

use super::{code::Code, id::OtpId, key::Key, purpose::Purpose};

/// A secret that a cookie carries: 256 bits (OWASP ASVS 5.0, 7.2.3 asks for 128). The database
/// holds its digest only.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; Token::BYTES]);

impl Token {
    /// Bytes of a token.
    pub const BYTES: usize = 32;

    /// The token with these bytes, for a browser that has just asked for a code.
    #[must_use]
    pub const fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// The session token that a right code opens: HMAC over the OTP, the pre-auth token and the
    /// code itself.
    ///
    /// Only who holds all of them and the key can make it, and the same browser with the same code
    /// makes the same one: that is how a double tap gets its answer again after the OTP's secrets
    /// are gone.
    #[must_use]
    pub fn of_session(key: &Key, otp: OtpId, pre_auth: &Self, code: &Code) -> Self {
        Self(key.mac(
            "doorcode session v1",
            &[&otp.0.to_be_bytes(), &pre_auth.0, code.reveal().as_bytes()],
        ))
    }

    /// The token that tells a browser apart in which a customer has signed in. Derived like the
    /// session's, for the same reason, and never a credential: it opens nothing.
    #[must_use]
    pub fn of_device(key: &Key, otp: OtpId, pre_auth: &Self, code: &Code) -> Self {
        Self(key.mac(
            "doorcode device v1",
            &[&otp.0.to_be_bytes(), &pre_auth.0, code.reveal().as_bytes()],
        ))
    }

    /// The token in a cookie's value: 64 hexadecimal digits.
    #[must_use]
    pub fn from_cookie(value: &str) -> Option<Self> {
        let mut bytes = [0; Self::BYTES];
        hex::decode_to_slice(value, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// The value of the cookie.
    #[must_use]
    pub fn to_cookie(&self) -> String {
        hex::encode(self.0)
    }

    /// What the database knows the token by.
    #[must_use]
    pub fn digest(&self) -> TokenDigest {
        TokenDigest(Sha256::digest(self.0).into())
    }

    /// What an OTP is bound to that the browser with this token asks for. It differs from purpose
    /// to purpose, so that an answer for one never finds an OTP of another.
    #[must_use]
    pub fn binding(&self, purpose: Purpose) -> TokenDigest {
        match purpose {
            Purpose::SignIn => self.digest(),
            Purpose::StepUp | Purpose::ChangeContact => TokenDigest(
                Sha256::new()
                    .chain_update(purpose.as_str())
                    .chain_update(self.0)
                    .finalize()
                    .into(),
            ),
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// SHA-256 of a token. The token is random, so a fast digest is enough to keep it out of a stolen
/// database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenDigest(pub [u8; 32]);

impl TokenDigest {
    /// Stands for the command line, which has no cookie. No token has this digest.
    pub const COMMAND_LINE: Self = Self([0; 32]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::CodeFormat;

    #[test]
    fn a_token_survives_its_cookie_and_nothing_else_parses() {
        let token = Token::new([0xa7; 32]);
        assert_eq!(Token::from_cookie(&token.to_cookie()), Some(token));
        for value in ["", "00", &"g".repeat(64), &"0".repeat(63), &"é".repeat(32)] {
            assert_eq!(Token::from_cookie(value), None);
        }
    }

    #[test]
    fn a_session_token_needs_the_key_the_otp_the_browser_and_the_code() {
        let code = |text| Code::parse(text, CodeFormat::Digits(6)).expect("a code");
        let (key, browser) = (Key::new([1; 32]), Token::new([2; 32]));
        let token = Token::of_session(&key, OtpId(3), &browser, &code("123456"));
        assert_eq!(
            token,
            Token::of_session(&key, OtpId(3), &browser, &code("123456"))
        );
        for other in [
            Token::of_session(&Key::new([9; 32]), OtpId(3), &browser, &code("123456")),
            Token::of_session(&key, OtpId(4), &browser, &code("123456")),
            Token::of_session(&key, OtpId(3), &Token::new([9; 32]), &code("123456")),
            Token::of_session(&key, OtpId(3), &browser, &code("123457")),
        ] {
            assert_ne!(token, other);
        }
    }

    #[test]
    fn an_otp_is_bound_to_another_digest_for_each_purpose() {
        let token = Token::new([1; 32]);
        let bindings = [Purpose::SignIn, Purpose::StepUp, Purpose::ChangeContact]
            .map(|purpose| token.binding(purpose));
        assert_eq!(bindings[0], token.digest());
        assert!(
            bindings[0] != bindings[1] && bindings[1] != bindings[2] && bindings[0] != bindings[2]
        );
    }

    #[test]
    fn debug_shows_no_token() {
        assert_eq!(format!("{:?}", Token::new([0x5a; 32])), "Token(..)");
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_token_survives_its_cookie(bytes: [u8; Token::BYTES]) {
            let token = Token::new(bytes);
            prop_assert_eq!(Token::from_cookie(&token.to_cookie()), Some(token));
        }

        #[test]
        fn only_64_hexadecimal_digits_are_a_token(value in "[0-9a-fA-F]{62,66}|[0-9a-g]{64}|\\PC{0,70}") {
            let is_hex = value.len() == 64 && value.bytes().all(|b| b.is_ascii_hexdigit());
            let token = Token::from_cookie(&value);
            prop_assert_eq!(token.map(|token| token.to_cookie()), is_hex.then(|| value.to_ascii_lowercase()));
        }
    }
}
