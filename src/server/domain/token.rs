//! Tokens in cookies.

use std::fmt;

use sha2::{Digest, Sha256};

use super::{code::Code, id::OtpId, key::Key, purpose::Purpose};

/// A secret in a cookie, with 256 bits (OWASP ASVS 5.0, 7.2.3 requires 128). The database stores
/// only its digest.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; Token::BYTES]);

impl Token {
    /// The length of a token in bytes.
    pub const BYTES: usize = 32;

    /// Creates the token with these bytes, for a browser that has just requested a code.
    #[must_use]
    pub const fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// Derives the session token for a right code: an HMAC over the OTP, the pre-auth token and the
    /// code itself.
    ///
    /// Only a party that has all of these and the key can derive it. The same browser with the same
    /// code derives the same token, so a double tap gets the same response even after the OTP's
    /// secrets are deleted.
    #[must_use]
    pub fn of_session(key: &Key, otp: OtpId, pre_auth: &Self, code: &Code) -> Self {
        Self(key.mac(
            "doorcode session v1",
            &[&otp.0.to_be_bytes(), &pre_auth.0, code.reveal().as_bytes()],
        ))
    }

    /// Derives the device token, which identifies a browser that a customer has signed in on. It is
    /// derived like the session token, for the same reason. It is never a credential and grants no
    /// access.
    #[must_use]
    pub fn of_device(key: &Key, otp: OtpId, pre_auth: &Self, code: &Code) -> Self {
        Self(key.mac(
            "doorcode device v1",
            &[&otp.0.to_be_bytes(), &pre_auth.0, code.reveal().as_bytes()],
        ))
    }

    /// Parses the token in a cookie's value: 64 hexadecimal digits.
    #[must_use]
    pub fn from_cookie(value: &str) -> Option<Self> {
        let mut bytes = [0; Self::BYTES];
        hex::decode_to_slice(value, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// Returns the value for the cookie.
    #[must_use]
    pub fn to_cookie(&self) -> String {
        hex::encode(self.0)
    }

    /// Returns the digest that identifies the token in the database.
    #[must_use]
    pub fn digest(&self) -> TokenDigest {
        TokenDigest(Sha256::digest(self.0).into())
    }

    /// Returns the digest that binds an OTP to the browser with this token. It differs by purpose,
    /// so that a code that is submitted for one purpose never finds an OTP for another.
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

/// The SHA-256 digest of a token. The token is random, so a fast digest is enough to protect it if
/// the database is stolen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenDigest(pub [u8; 32]);

impl TokenDigest {
    /// The placeholder for the command line, which has no cookie. No token has this digest.
    pub const COMMAND_LINE: Self = Self([0; 32]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::CodeFormat;

    #[test]
    fn a_token_round_trips_through_its_cookie_and_nothing_else_parses() {
        let token = Token::new([0xa7; 32]);
        assert_eq!(Token::from_cookie(&token.to_cookie()), Some(token));
        for value in ["", "00", &"g".repeat(64), &"0".repeat(63), &"é".repeat(32)] {
            assert_eq!(Token::from_cookie(value), None);
        }
    }

    #[test]
    fn a_session_token_depends_on_the_key_the_otp_the_browser_and_the_code() {
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
    fn the_binding_differs_for_each_purpose() {
        let token = Token::new([1; 32]);
        let bindings = [Purpose::SignIn, Purpose::StepUp, Purpose::ChangeContact]
            .map(|purpose| token.binding(purpose));
        assert_eq!(bindings[0], token.digest());
        assert!(
            bindings[0] != bindings[1] && bindings[1] != bindings[2] && bindings[0] != bindings[2]
        );
    }

    #[test]
    fn debug_output_does_not_contain_the_token() {
        assert_eq!(format!("{:?}", Token::new([0x5a; 32])), "Token(..)");
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_token_round_trips_through_its_cookie(bytes: [u8; Token::BYTES]) {
            let token = Token::new(bytes);
            prop_assert_eq!(Token::from_cookie(&token.to_cookie()), Some(token));
        }

        #[test]
        fn only_64_hexadecimal_digits_parse_as_a_token(value in "[0-9a-fA-F]{62,66}|[0-9a-g]{64}|\\PC{0,70}") {
            let is_hex = value.len() == 64 && value.bytes().all(|b| b.is_ascii_hexdigit());
            let token = Token::from_cookie(&value);
            prop_assert_eq!(token.map(|token| token.to_cookie()), is_hex.then(|| value.to_ascii_lowercase()));
        }
    }
}
