//! Contact changes that can be undone, and the token of the page that undoes one.
//!
//! The notice of a change goes to the previous contact and links to that page. The token proves
//! that its holder has read the notice. It can only restore the previous contact, and only by a
//! POST.

use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq;

use super::{
    contact::Contact,
    id::{ChangeId, CustomerId},
    key::{Key, Keyring},
    letters,
};

/// A past change of a contact.
#[derive(Clone, Debug)]
pub struct PastChange {
    /// The id of the row.
    pub id: ChangeId,
    /// The customer whose contact was changed.
    pub customer: CustomerId,
    /// The previous contact. `None` if the customer had none of this kind.
    pub old: Option<Contact>,
    /// The new contact.
    pub new: Contact,
    /// The time from which the change can no longer be undone.
    pub expires_at: Timestamp,
    /// The time when the change was undone.
    pub undone_at: Option<Timestamp>,
}

impl PastChange {
    /// How long a change can be undone, chosen so that customers who read their email once a day
    /// are in time.
    pub const UNDO: SignedDuration = SignedDuration::from_hours(24);

    /// Whether the change can be undone at `now`.
    #[must_use]
    pub fn can_be_undone(&self, now: Timestamp) -> bool {
        self.undone_at.is_none() && now < self.expires_at
    }
}

/// A parsed token. [`UndoToken::is_genuine`] verifies it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UndoToken {
    change: ChangeId,
    /// Half of an HMAC-SHA-256; RFC 2104 section 5 allows this truncation.
    proof: [u8; 16],
}

impl UndoToken {
    /// Returns the token of a change, made with the current key.
    #[must_use]
    pub fn of(change: ChangeId, customer: CustomerId, keys: &Keyring) -> Option<Self> {
        Some(Self {
            change,
            proof: proof(keys.current(), change, customer)?,
        })
    }

    /// Parses a token without verifying it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 24] = letters::read(text)?;
        let (change, proof) = bytes.split_first_chunk()?;
        Some(Self {
            change: ChangeId(i64::from_be_bytes(*change)),
            proof: *proof.first_chunk()?,
        })
    }

    /// Returns the token as text. It has letters only, so that no part of the link looks like a
    /// code.
    #[must_use]
    pub fn text(&self) -> String {
        letters::write(self.change.0.to_be_bytes().into_iter().chain(self.proof))
    }

    /// Returns the change that the token names.
    #[must_use]
    pub const fn change(&self) -> ChangeId {
        self.change
    }

    /// Whether a key in the keyring made the token for this customer.
    #[must_use]
    pub fn is_genuine(&self, customer: CustomerId, keys: &Keyring) -> bool {
        let matches = |own: [u8; 16]| bool::from(own.ct_eq(&self.proof));
        keys.all()
            .any(|key| proof(key, self.change, customer).is_some_and(matches))
    }
}

fn proof(key: &Key, change: ChangeId, customer: CustomerId) -> Option<[u8; 16]> {
    let parts = [change.0.to_be_bytes(), customer.0.to_be_bytes()];
    key.mac("doorcode undo v1", &parts.each_ref().map(|part| &part[..]))
        .first_chunk()
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keyring {
        Keyring::new(Key::new([3; 32]), vec![])
    }

    fn token() -> UndoToken {
        UndoToken::of(ChangeId(7), CustomerId(2), &keys()).expect("a token")
    }

    #[test]
    fn text_has_only_letters_and_round_trips() {
        let text = token().text();
        assert!(
            text.len() == 48 && text.bytes().all(|letter| (b'a'..=b'p').contains(&letter)),
            "{text}"
        );
        assert_eq!(UndoToken::parse(&text), Some(token()));
        assert_eq!(token().change(), ChangeId(7));
    }

    #[test]
    fn tokens_with_another_key_customer_or_letter_are_rejected() {
        assert!(token().is_genuine(CustomerId(2), &keys()));
        assert!(token().is_genuine(
            CustomerId(2),
            &Keyring::new(Key::new([9; 32]), vec![Key::new([3; 32])])
        ));
        assert!(!token().is_genuine(CustomerId(3), &keys()));
        assert!(!token().is_genuine(CustomerId(2), &Keyring::new(Key::new([4; 32]), vec![])));
        let text = token().text();
        for at in 0..text.len() {
            let mut letters = text.clone().into_bytes();
            letters[at] = if letters[at] == b'a' { b'b' } else { b'a' };
            let changed =
                UndoToken::parse(&String::from_utf8(letters).expect("letters")).expect("a token");
            assert!(!changed.is_genuine(CustomerId(2), &keys()), "{at}");
        }
    }

    #[test]
    fn malformed_tokens_are_rejected() {
        for text in [
            "",
            "a",
            &"a".repeat(47),
            &"a".repeat(50),
            &"q".repeat(48),
            &"A".repeat(48),
            &"\u{e9}".repeat(24),
        ] {
            assert!(UndoToken::parse(text).is_none(), "{text}");
        }
    }
}
