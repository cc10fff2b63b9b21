//! The token of the "this was not me" page that a code email links to.
//!
//! The token names an OTP and its customer, and proves that its holder has read the email. It
//! grants no access. Its holder can only end the OTP and those that unknown devices requested for
//! the contact, suppress codes for unknown devices for a day and, if the code was for a step-up,
//! end the customer's sessions. Each of these requires a POST.

use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq;

use super::{
    contact::Contact,
    id::{CustomerId, OtpId},
    key::{Key, Keyring},
    letters,
    otp::Otp,
    purpose::Purpose,
};

/// A parsed token. [`NotMeToken::purpose`] verifies it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotMeToken {
    otp: OtpId,
    customer: CustomerId,
    /// Seconds since the Unix epoch.
    issued_at: i64,
    /// Half of an HMAC-SHA-256; RFC 2104 section 5 allows this truncation.
    proof: [u8; 16],
}

impl NotMeToken {
    /// How long the link works, chosen to give customers time to read their email.
    pub const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);
    const BYTES: usize = 8 + 8 + 8 + 16;

    /// Returns the token of an OTP. Returns `None` if the OTP has no customer, if its key is no
    /// longer in the keyring, or if it is for a change of contact: that email may go to somebody
    /// else, who must not be able to affect the customer.
    #[must_use]
    pub fn of(otp: &Otp, keys: &Keyring) -> Option<Self> {
        let (customer, issued_at) = (otp.customer_id?, otp.created_at.as_second());
        let key = keys.find(&otp.key_id)?;
        Some(Self {
            otp: otp.id,
            customer,
            issued_at,
            proof: proof(
                key,
                otp.purpose,
                &otp.contact,
                (otp.id, customer, issued_at),
            )?,
        })
    }

    /// Parses a token without verifying it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; Self::BYTES] = letters::read(text)?;
        let (otp, rest) = bytes.split_first_chunk()?;
        let (customer, rest) = rest.split_first_chunk()?;
        let (issued_at, rest) = rest.split_first_chunk()?;
        Some(Self {
            otp: OtpId(i64::from_be_bytes(*otp)),
            customer: CustomerId(i64::from_be_bytes(*customer)),
            issued_at: i64::from_be_bytes(*issued_at),
            proof: *rest.first_chunk()?,
        })
    }

    /// Returns the token as text. It has letters only, so that no part of the link looks like a
    /// code.
    #[must_use]
    pub fn text(&self) -> String {
        let numbers = [self.otp.0, self.customer.0, self.issued_at];
        letters::write(
            numbers
                .into_iter()
                .flat_map(i64::to_be_bytes)
                .chain(self.proof),
        )
    }

    /// Returns the OTP that the token names. The OTP may have been deleted since.
    #[must_use]
    pub const fn otp(&self) -> OtpId {
        self.otp
    }

    /// Returns the customer that the token names.
    #[must_use]
    pub const fn customer(&self) -> CustomerId {
        self.customer
    }

    /// Returns the purpose of the code that the token was issued with. Returns `None` unless a key
    /// in the keyring made the token for this contact, and the token has not expired. The token
    /// covers the contact, so a link about a previous contact does not affect the current one.
    #[must_use]
    pub fn purpose(&self, contact: &Contact, keys: &Keyring, now: Timestamp) -> Option<Purpose> {
        let is_fresh = now.as_second().saturating_sub(self.issued_at) < Self::LIFETIME.as_secs();
        let made = |purpose| keys.all().any(|key| self.is_made_by(key, purpose, contact));
        [Purpose::SignIn, Purpose::StepUp]
            .into_iter()
            .find(|purpose| is_fresh && made(*purpose))
    }

    fn is_made_by(&self, key: &Key, purpose: Purpose, contact: &Contact) -> bool {
        let own = proof(
            key,
            purpose,
            contact,
            (self.otp, self.customer, self.issued_at),
        );
        own.is_some_and(|own| bool::from(own.ct_eq(&self.proof)))
    }
}

fn proof(
    key: &Key,
    purpose: Purpose,
    contact: &Contact,
    about: (OtpId, CustomerId, i64),
) -> Option<[u8; 16]> {
    let label = match purpose {
        Purpose::SignIn => "doorcode not me v1",
        Purpose::StepUp => "doorcode not me step up v1",
        Purpose::ChangeContact => return None,
    };
    let (otp, customer, issued_at) = about;
    let [otp, customer, issued_at] = [otp.0, customer.0, issued_at].map(i64::to_be_bytes);
    key.mac(
        label,
        &[&otp, &customer, &issued_at, contact.as_str().as_bytes()],
    )
    .first_chunk()
    .copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::domain::otp::tests::otp;

    fn keys() -> Keyring {
        Keyring::new(Key::new([3; 32]), vec![])
    }

    fn is_genuine(token: &NotMeToken, keys: &Keyring, now: Timestamp) -> bool {
        token.purpose(&otp().contact, keys, now).is_some()
    }

    fn token() -> NotMeToken {
        NotMeToken::of(&otp(), &keys()).expect("a token")
    }

    #[test]
    fn text_has_only_letters_and_round_trips() {
        let text = token().text();
        assert!(
            text.len() == 80 && text.bytes().all(|letter| (b'a'..=b'p').contains(&letter)),
            "{text}"
        );
        assert_eq!(NotMeToken::parse(&text), Some(token()));
    }

    #[test]
    fn a_token_is_valid_for_one_contact_only() {
        let other = Contact::Email(crate::server::domain::EmailAddress::from_canonical(
            "new@example.com".to_owned(),
        ));
        assert_eq!(token().purpose(&other, &keys(), otp().created_at), None);
    }

    #[test]
    fn a_token_yields_the_purpose_of_its_code() {
        let of = |purpose| NotMeToken::of(&Otp { purpose, ..otp() }, &keys());
        let now = otp().created_at;
        for purpose in [Purpose::SignIn, Purpose::StepUp] {
            assert_eq!(
                of(purpose).and_then(|token| token.purpose(&otp().contact, &keys(), now)),
                Some(purpose)
            );
        }
        assert_eq!(of(Purpose::ChangeContact), None);
    }

    #[test]
    fn a_token_is_valid_for_a_week() {
        let end = otp().created_at + NotMeToken::LIFETIME;
        assert!(is_genuine(&token(), &keys(), otp().created_at));
        assert!(is_genuine(
            &token(),
            &keys(),
            end - SignedDuration::from_secs(1)
        ));
        assert!(!is_genuine(&token(), &keys(), end));
    }

    #[test]
    fn tokens_with_another_key_or_a_changed_letter_are_rejected() {
        let now = otp().created_at;
        assert!(!is_genuine(
            &token(),
            &Keyring::new(Key::new([4; 32]), vec![]),
            now
        ));
        let text = token().text();
        for at in 0..text.len() {
            let mut letters = text.clone().into_bytes();
            letters[at] = if letters[at] == b'a' { b'b' } else { b'a' };
            let changed =
                NotMeToken::parse(&String::from_utf8(letters).expect("letters")).expect("a token");
            assert!(!is_genuine(&changed, &keys(), now), "{at}");
        }
    }

    #[test]
    fn a_previous_key_in_the_keyring_still_verifies() {
        let keyring = Keyring::new(Key::new([9; 32]), vec![Key::new([3; 32])]);
        assert!(is_genuine(&token(), &keyring, otp().created_at));
    }

    #[test]
    fn malformed_tokens_are_rejected() {
        for text in [
            "",
            "a",
            &"a".repeat(79),
            &"a".repeat(81),
            &"q".repeat(80),
            &"A".repeat(80),
            &"\u{e9}".repeat(40),
        ] {
            assert!(NotMeToken::parse(text).is_none(), "{text}");
        }
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;
    use crate::server::domain::otp::tests::otp;

    proptest! {
        #[test]
        fn parsed_tokens_round_trip_and_random_tokens_are_rejected(
            text in "[a-p]{80}|[a-q]{78,82}|\\PC{0,90}", now in 0_i64..4_000_000_000
        ) {
            let Some(token) = NotMeToken::parse(&text) else {
                prop_assert!(text.len() != 80 || text.contains(|c| !('a'..='p').contains(&c)));
                return Ok(());
            };
            prop_assert_eq!(token.text(), text);
            let keys = Keyring::new(Key::new([3; 32]), vec![]);
            prop_assert!(token.purpose(&otp().contact, &keys, Timestamp::from_second(now).expect("an instant")).is_none());
        }
    }
}
