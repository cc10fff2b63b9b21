//! The token of the "this was not me" page that a code mail links to.
//!
//! It names an OTP and its customer, and proves that its holder read the mail. It opens nothing:
//! all it can do is to end the OTP and to keep strangers' codes away for a day, and that only by a
//! POST.

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

/// A token that was taken apart; whether it is genuine is for [`NotMeToken::purpose`] to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotMeToken {
    otp: OtpId,
    customer: CustomerId,
    /// Seconds since 1970.
    issued_at: i64,
    /// Half of an HMAC-SHA-256, as RFC 2104 section 5 allows.
    proof: [u8; 16],
}

impl NotMeToken {
    /// How long the link works: as long as somebody may take to read their mail.
    pub const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);
    const BYTES: usize = 8 + 8 + 8 + 16;

    /// The token of an OTP; `None` for one that nobody has, or whose key is out of the ring, and
    /// for a change of a contact: that mail goes to who may be somebody else, and must be able to
    /// do nothing to the customer.
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

    /// Takes a token's text apart.
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

    /// The text: letters only, so that no part of the link reads like a code.
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

    /// The OTP that it names. It may be gone by now.
    #[must_use]
    pub const fn otp(&self) -> OtpId {
        self.otp
    }

    /// The customer that it names.
    #[must_use]
    pub const fn customer(&self) -> CustomerId {
        self.customer
    }

    /// What its code was for, if one of our keys made it, for this contact, and not too long ago;
    /// `None` if it is not genuine. The contact is part of it, so that a link about a contact of
    /// before does nothing to the one of today.
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
    fn its_text_has_letters_only_and_comes_back() {
        let text = token().text();
        assert!(
            text.len() == 80 && text.bytes().all(|letter| (b'a'..=b'p').contains(&letter)),
            "{text}"
        );
        assert_eq!(NotMeToken::parse(&text), Some(token()));
    }

    #[test]
    fn it_is_about_one_contact_only() {
        let other = Contact::Email(crate::server::domain::EmailAddress::from_canonical(
            "new@example.com".to_owned(),
        ));
        assert_eq!(token().purpose(&other, &keys(), otp().created_at), None);
    }

    #[test]
    fn it_knows_what_its_code_was_for() {
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
    fn it_works_for_a_week() {
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
    fn another_key_and_any_changed_letter_are_not_ours() {
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
    fn a_key_that_was_replaced_still_verifies_while_it_is_in_the_ring() {
        let ring = Keyring::new(Key::new([9; 32]), vec![Key::new([3; 32])]);
        assert!(is_genuine(&token(), &ring, otp().created_at));
    }

    #[test]
    fn what_is_no_token_is_none() {
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
        fn a_text_that_parses_is_the_only_one_of_its_token_and_no_stranger_makes_a_genuine_one(
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
