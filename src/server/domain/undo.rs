//! Changes of contacts that can be undone, and the token of the page that undoes one.
//!
//! The notice of a change goes to the contact as it was and links to that page. The token proves
//! that its holder read the notice; all it can do is to bring the contact as it was back, and that
//! only by a POST.

use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq;

use super::{
    contact::Contact,
    id::{ChangeId, CustomerId},
    key::{Key, Keyring},
    letters,
};

/// A change of a contact that was made.
#[derive(Clone, Debug)]
pub struct PastChange {
    /// The number of the row.
    pub id: ChangeId,
    /// Whose contact.
    pub customer: CustomerId,
    /// What it was; `None` if there was none of its kind.
    pub old: Option<Contact>,
    /// What it became.
    pub new: Contact,
    /// From when on it cannot be undone.
    pub expires_at: Timestamp,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
}

impl PastChange {
    /// How long a change can be undone: whoever reads their mail once a day is in time.
    pub const UNDO: SignedDuration = SignedDuration::from_hours(24);

    /// Whether it can be undone at `now`.
    #[must_use]
    pub fn can_be_undone(&self, now: Timestamp) -> bool {
        self.undone_at.is_none() && now < self.expires_at
    }
}

/// A token that was taken apart; whether it is genuine is for [`UndoToken::is_genuine`] to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UndoToken {
    change: ChangeId,
    /// Half of an HMAC-SHA-256, as RFC 2104 section 5 allows.
    proof: [u8; 16],
}

impl UndoToken {
    /// The token of a change.
    #[must_use]
    pub fn of(change: ChangeId, customer: CustomerId, keys: &Keyring) -> Option<Self> {
        Some(Self {
            change,
            proof: proof(keys.current(), change, customer)?,
        })
    }

    /// Takes a token's text apart.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 24] = letters::read(text)?;
        let (change, proof) = bytes.split_first_chunk()?;
        Some(Self {
            change: ChangeId(i64::from_be_bytes(*change)),
            proof: *proof.first_chunk()?,
        })
    }

    /// The text: letters only, so that no part of the link reads like a code.
    #[must_use]
    pub fn text(&self) -> String {
        letters::write(self.change.0.to_be_bytes().into_iter().chain(self.proof))
    }

    /// The change that it names.
    #[must_use]
    pub const fn change(&self) -> ChangeId {
        self.change
    }

    /// Whether one of our keys made it for this customer.
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
    fn its_text_has_letters_only_and_comes_back() {
        let text = token().text();
        assert!(
            text.len() == 48 && text.bytes().all(|letter| (b'a'..=b'p').contains(&letter)),
            "{text}"
        );
        assert_eq!(UndoToken::parse(&text), Some(token()));
        assert_eq!(token().change(), ChangeId(7));
    }

    #[test]
    fn another_key_another_customer_and_any_changed_letter_are_not_ours() {
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
    fn what_is_no_token_is_none() {
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
