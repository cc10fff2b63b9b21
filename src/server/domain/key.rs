//! The secret keys that codes and session tokens are derived from.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The length of a key in bytes: the output size of SHA-256, as RFC 2104 section 3 advises.
pub const KEY_BYTES: usize = 32;

/// Identifies a key without revealing anything about it: the first 8 bytes of a digest, in hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyId(String);

impl KeyId {
    /// Returns the id in the form that the database stores.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for KeyId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

/// A secret key. It is stored in a file outside the database (OWASP ASVS 5.0, 13.3.1).
#[derive(Clone)]
pub struct Key {
    id: KeyId,
    secret: [u8; KEY_BYTES],
}

impl Key {
    /// Creates a key from its secret bytes. The id is derived from them.
    #[must_use]
    pub fn new(secret: [u8; KEY_BYTES]) -> Self {
        let digest = Sha256::new()
            .chain_update(b"doorcode key id")
            .chain_update(secret)
            .finalize();
        Self {
            id: KeyId(hex::encode(&digest[..8])),
            secret,
        }
    }

    /// Returns the id that rows name the key by.
    #[must_use]
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    /// Computes the HMAC-SHA-256 (RFC 2104) of the purpose and the parts. Each is preceded by its
    /// length, so that no two lists of parts have the same encoding.
    #[must_use]
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        // RFC 2104 section 2: a key shorter than the hash's block is padded with zeros.
        let mut block = [0; 64];
        block[..KEY_BYTES].copy_from_slice(&self.secret);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        for part in [purpose.as_bytes()].iter().chain(parts) {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            mac.update(&length.to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id.0)
    }
}

/// All keys in use. The first one derives, and all of them verify, so a key can be replaced while
/// its codes are still valid.
#[derive(Clone, Debug)]
pub struct Keyring {
    first: Key,
    others: Vec<Key>,
}

impl Keyring {
    /// Creates a keyring that derives with `first` and still verifies with `others`.
    #[must_use]
    pub const fn new(first: Key, others: Vec<Key>) -> Self {
        Self { first, others }
    }

    /// Returns the key that derives everything issued from now on.
    #[must_use]
    pub const fn current(&self) -> &Key {
        &self.first
    }

    /// Returns the key that a row names; `None` if it was removed from the keyring.
    #[must_use]
    pub fn find(&self, id: &KeyId) -> Option<&Key> {
        self.all().find(|key| key.id == *id)
    }

    /// Returns every key, the current one first.
    pub fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyring_finds_old_keys_until_they_are_removed() {
        let (old, new) = (Key::new([1; 32]), Key::new([2; 32]));
        let keyring = Keyring::new(new.clone(), vec![old.clone()]);
        assert_eq!(keyring.current().id(), new.id());
        assert!(keyring.find(old.id()).is_some());
        assert!(Keyring::new(new, vec![]).find(old.id()).is_none());
    }

    #[test]
    fn parts_with_the_same_joined_bytes_have_different_macs() {
        let key = Key::new([7; 32]);
        assert_ne!(key.mac("p", &[b"ab", b"c"]), key.mac("p", &[b"a", b"bc"]));
        assert_ne!(key.mac("p", &[b"a"]), key.mac("pa", &[]));
    }

    #[test]
    fn debug_output_omits_the_secret() {
        assert!(!format!("{:?}", Key::new([0xab; 32])).contains("171"));
    }
}
