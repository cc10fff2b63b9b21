//! The hash chain of the history. It reveals when somebody without the key changes, removes or adds
//! a row.
//!
//! The digest of a row covers the content of the row and the digest of the previous row. The seal
//! of a row covers its digest: it is an HMAC with a key that is kept outside the database. A valid
//! seal therefore proves every row before it. Rows sealed with a key that was replaced since stay
//! proven by later rows (OWASP ASVS 5.0, 16.4.2).

use sha2::{Digest as _, Sha256};

use super::key::{Key, KeyId, Keyring};

/// The SHA-256 digest of a row and of all rows before it.
pub type ChainDigest = [u8; 32];

/// The content of a history row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainRow {
    /// The number of the row: one more than that of the previous row.
    pub id: i64,
    /// The OTP that the event is about.
    pub otp_id: Option<i64>,
    /// The customer that the event is about.
    pub customer_id: Option<i64>,
    /// The kind of the contact.
    pub otp_type: Option<String>,
    /// The contact, redacted.
    pub contact: Option<String>,
    /// The name of the event.
    pub event: String,
    /// When the event happened, in milliseconds since 1970.
    pub at: i64,
    /// The network of the request.
    pub ip_prefix: Option<String>,
    /// The user agent of the request.
    pub user_agent: Option<String>,
}

/// The link between a row, the previous row and a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The digest of the previous row; zeros in the first row.
    pub previous: ChainDigest,
    /// The key that the seal was made with.
    pub key_id: KeyId,
    /// The digest of the row.
    pub digest: ChainDigest,
    /// The seal: an HMAC of the digest.
    pub seal: [u8; 32],
}

/// Whether a row of the history is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainState {
    /// The row is sealed.
    Sealed(Link),
    /// The row waits for its seal. Its MAC proves that this program wrote it.
    Waiting {
        /// The key that the MAC was made with.
        key_id: KeyId,
        /// The MAC of the row.
        mac: [u8; 32],
    },
    /// The row has neither a seal nor a MAC, so this program did not write it in this form.
    Missing,
}

impl ChainRow {
    /// Returns the MAC that authenticates the row until it is sealed: only somebody with the key
    /// can compute it. The MAC does not cover the number of the row, which the database assigns.
    #[must_use]
    pub fn mac(&self, key: &Key) -> [u8; 32] {
        let digest = Self {
            id: 0,
            ..self.clone()
        }
        .digest(&ChainDigest::default(), key.id());
        key.mac("doorcode history row v1", &[&digest])
    }

    /// Whether a row may be sealed: it waits for its seal, and its MAC is valid.
    #[must_use]
    pub fn may_be_sealed(&self, state: &ChainState, keys: &Keyring) -> bool {
        match state {
            ChainState::Waiting { key_id, mac } => {
                keys.find(key_id).is_some_and(|key| self.mac(key) == *mac)
            }
            ChainState::Sealed(_) | ChainState::Missing => false,
        }
    }

    /// Links the row to the previous one and seals it.
    #[must_use]
    pub fn link(&self, previous: ChainDigest, key: &Key) -> Link {
        let digest = self.digest(&previous, key.id());
        Link {
            previous,
            key_id: key.id().clone(),
            digest,
            seal: seal(key, &digest),
        }
    }

    /// Hashes each part after a presence byte and its length, so that no two rows have the same
    /// encoding.
    fn digest(&self, previous: &ChainDigest, key_id: &KeyId) -> ChainDigest {
        let (id, at) = (self.id.to_be_bytes(), self.at.to_be_bytes());
        let [otp_id, customer_id] =
            [self.otp_id, self.customer_id].map(|id| id.map(i64::to_be_bytes));
        let text = |text: &'_ Option<String>| text.clone().map(String::into_bytes);
        let [otp_type, contact, ip_prefix, user_agent] = [
            &self.otp_type,
            &self.contact,
            &self.ip_prefix,
            &self.user_agent,
        ]
        .map(text);
        let parts = [
            Some(&previous[..]),
            Some(key_id.as_str().as_bytes()),
            Some(&id[..]),
            otp_id.as_ref().map(|id| &id[..]),
            customer_id.as_ref().map(|id| &id[..]),
            otp_type.as_deref(),
            contact.as_deref(),
            Some(self.event.as_bytes()),
            Some(&at[..]),
            ip_prefix.as_deref(),
            user_agent.as_deref(),
        ];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update([u8::from(part.is_some())]);
            hash.update(
                u64::try_from(part.unwrap_or_default().len())
                    .unwrap_or(u64::MAX)
                    .to_be_bytes(),
            );
            hash.update(part.unwrap_or_default());
        }
        hash.finalize().into()
    }
}

fn seal(key: &Key, digest: &ChainDigest) -> [u8; 32] {
    key.mac("doorcode history v1", &[digest])
}

/// The first place where the chain is broken, and the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("broken at row {row}: {fault}")]
pub struct Broken {
    /// The number of the broken row.
    pub row: i64,
    /// The reason.
    pub fault: ChainFault,
}

/// The reason why a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// The row is not sealed although a later row is, or it has neither a seal nor a MAC.
    #[error("it is not sealed")]
    Unsealed,
    /// A row before this one was removed or changed, or this row was inserted.
    #[error("it does not follow the previous row")]
    DoesNotFollow,
    /// The content of the row no longer matches its digest.
    #[error("it was changed")]
    Changed,
    /// The seal or the MAC of the row was not made with one of our keys.
    #[error("its seal was not made with one of our keys")]
    ForgedSeal,
    /// The row and all rows after it are sealed with keys that we do not have.
    #[error("it and all rows after it are sealed with keys that are not in keys.files")]
    UnknownKey,
}

/// Verifies the rows of the history, one by one in their order.
#[derive(Debug)]
pub struct Verifier<'a> {
    keys: &'a Keyring,
    last: Option<(i64, ChainDigest)>,
    /// The first row of the tail that none of our keys has proven so far.
    unproven_since: Option<i64>,
    /// The first row of the tail that waits for its seals, and the number of rows in that tail.
    unsealed: Option<(i64, u64)>,
}

impl<'a> Verifier<'a> {
    /// Creates a verifier that has seen no row yet.
    #[must_use]
    pub const fn new(keys: &'a Keyring) -> Self {
        Self {
            keys,
            last: None,
            unproven_since: None,
            unsealed: None,
        }
    }

    /// Checks the next row. The first row checked need not be the first row ever written, because
    /// the operator may have deleted the oldest rows.
    ///
    /// # Errors
    /// Returns [`Broken`] if the row does not continue the chain.
    pub fn check(&mut self, row: &ChainRow, state: &ChainState) -> Result<(), Broken> {
        let broken = |fault| Broken { row: row.id, fault };
        let link = match state {
            ChainState::Sealed(link) => link,
            ChainState::Waiting { .. } if row.may_be_sealed(state, self.keys) => {
                let (first, rows) = self.unsealed.unwrap_or((row.id, 0));
                self.unsealed = Some((first, rows + 1));
                return Ok(());
            }
            ChainState::Waiting { .. } => return Err(broken(ChainFault::ForgedSeal)),
            ChainState::Missing => return Err(broken(ChainFault::Unsealed)),
        };
        if let Some((row, _)) = self.unsealed {
            return Err(Broken {
                row,
                fault: ChainFault::Unsealed,
            });
        }
        if !self.follows(row, link) {
            return Err(broken(ChainFault::DoesNotFollow));
        }
        if row.digest(&link.previous, &link.key_id) != link.digest {
            return Err(broken(ChainFault::Changed));
        }
        match self.keys.find(&link.key_id) {
            Some(key) if seal(key, &link.digest) == link.seal => self.unproven_since = None,
            Some(_) => return Err(broken(ChainFault::ForgedSeal)),
            None => self.unproven_since = self.unproven_since.or(Some(row.id)),
        }
        self.last = Some((row.id, link.digest));
        Ok(())
    }

    fn follows(&self, row: &ChainRow, link: &Link) -> bool {
        match self.last {
            Some((id, digest)) => row.id == id.saturating_add(1) && link.previous == digest,
            None => row.id > 1 || (row.id == 1 && link.previous == ChainDigest::default()),
        }
    }

    /// Ends the verification after the last row. Returns the number of the newest rows that wait
    /// for their seals.
    ///
    /// # Errors
    /// Returns [`Broken`] with [`ChainFault::UnknownKey`] if none of our keys proves the newest
    /// sealed rows.
    pub fn finish(self) -> Result<u64, Broken> {
        match self.unproven_since {
            Some(row) => Err(Broken {
                row,
                fault: ChainFault::UnknownKey,
            }),
            None => Ok(self.unsealed.map_or(0, |(_, rows)| rows)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Linked = (ChainRow, ChainState);

    fn keyring(first: u8, others: &[u8]) -> Keyring {
        Keyring::new(
            Key::new([first; 32]),
            others.iter().map(|byte| Key::new([*byte; 32])).collect(),
        )
    }

    fn row(id: i64) -> ChainRow {
        ChainRow {
            id,
            otp_id: Some(7),
            customer_id: None,
            otp_type: Some("email".to_owned()),
            contact: Some("d***@example.com".to_owned()),
            event: "requested".to_owned(),
            at: 1_000 + id,
            ip_prefix: None,
            user_agent: Some("Browser".to_owned()),
        }
    }

    /// Builds rows numbered from 1. Each row is sealed with the key made from the byte at its
    /// position.
    fn chain(keys: &[u8]) -> Vec<Linked> {
        let mut previous = ChainDigest::default();
        let linked = |(id, byte): (i64, &u8)| {
            let link = row(id).link(previous, &Key::new([*byte; 32]));
            previous = link.digest;
            (row(id), ChainState::Sealed(link))
        };
        (1..).zip(keys).map(linked).collect()
    }

    fn waiting(row: &ChainRow, byte: u8) -> ChainState {
        let key = Key::new([byte; 32]);
        ChainState::Waiting {
            key_id: key.id().clone(),
            mac: row.mac(&key),
        }
    }

    fn link_of((_, state): &Linked) -> &Link {
        match state {
            ChainState::Sealed(link) => link,
            ChainState::Waiting { .. } | ChainState::Missing => panic!("a row without a link"),
        }
    }

    fn verify(rows: &[Linked], keys: &Keyring) -> Result<u64, Broken> {
        let mut verifier = Verifier::new(keys);
        rows.iter()
            .try_for_each(|(row, link)| verifier.check(row, link))?;
        verifier.finish()
    }

    fn fault(row: i64, fault: ChainFault) -> Result<u64, Broken> {
        Err(Broken { row, fault })
    }

    #[test]
    fn intact_chain_verifies_when_empty_or_without_its_oldest_rows() {
        let rows = chain(&[1; 5]);
        assert_eq!(verify(&rows, &keyring(1, &[])), Ok(0));
        assert_eq!(verify(&rows[2..], &keyring(1, &[])), Ok(0));
        assert_eq!(verify(&[], &keyring(1, &[])), Ok(0));
    }

    #[test]
    fn changing_any_field_is_detected() {
        let changes: [fn(&mut ChainRow); 9] = [
            |row| row.otp_id = None,
            |row| row.customer_id = Some(0),
            |row| row.otp_type = None,
            |row| row.contact = Some(String::new()),
            |row| row.event.push('x'),
            |row| row.at += 1,
            |row| row.ip_prefix = Some(String::new()),
            |row| row.user_agent = None,
            // The same bytes, split between the two fields in another way.
            |row| {
                (row.otp_type, row.contact) = (
                    Some("emaild".to_owned()),
                    Some("***@example.com".to_owned()),
                );
            },
        ];
        for change in changes {
            let mut rows = chain(&[1; 5]);
            change(&mut rows[2].0);
            assert_eq!(
                verify(&rows, &keyring(1, &[])),
                fault(3, ChainFault::Changed)
            );
        }
    }

    #[test]
    fn deleted_swapped_added_and_unsealed_rows_are_detected() {
        let (keys, rows) = (keyring(1, &[]), chain(&[1; 5]));
        assert_eq!(
            verify(&[&rows[..2], &rows[3..]].concat(), &keys),
            fault(4, ChainFault::DoesNotFollow)
        );
        let mut swapped = rows.clone();
        swapped.swap(1, 2);
        assert_eq!(verify(&swapped, &keys), fault(3, ChainFault::DoesNotFollow));
        let mut renumbered = swapped;
        (renumbered[1].0.id, renumbered[2].0.id) = (2, 3);
        assert_eq!(
            verify(&renumbered, &keys),
            fault(2, ChainFault::DoesNotFollow)
        );
        let mut unsealed = rows.clone();
        unsealed[3].1 = ChainState::Missing;
        assert_eq!(verify(&unsealed, &keys), fault(4, ChainFault::Unsealed));
        unsealed[3].1 = waiting(&unsealed[3].0, 1);
        assert_eq!(
            verify(&unsealed, &keys),
            fault(4, ChainFault::Unsealed),
            "a row after it is sealed"
        );
        assert_eq!(
            verify(&unsealed[..4], &keys),
            Ok(1),
            "the newest rows may wait for their seals"
        );
        unsealed[3].0.event.push('x');
        assert_eq!(
            verify(&unsealed[..4], &keys),
            fault(4, ChainFault::ForgedSeal)
        );
        let before_the_first = row(0).link([0; 32], &Key::new([1; 32]));
        assert_eq!(
            verify(&[(row(0), ChainState::Sealed(before_the_first))], &keys),
            fault(0, ChainFault::DoesNotFollow)
        );
    }

    #[test]
    fn chain_cannot_be_forged_without_the_key() {
        let (key, mut rows) = (keyring(1, &[]), chain(&[1; 3]));
        let mut forged = row(2);
        forged.event = "verified".to_owned();
        let mut link = forged.link(link_of(&rows[0]).digest, &Key::new([9; 32]));
        rows[1] = (forged.clone(), ChainState::Sealed(link.clone()));
        assert_eq!(
            verify(&rows, &key),
            fault(3, ChainFault::DoesNotFollow),
            "a key that is not ours proves nothing"
        );
        assert_eq!(verify(&rows[..2], &key), fault(2, ChainFault::UnknownKey));
        link = Link {
            key_id: key.current().id().clone(),
            ..link
        };
        link.digest = forged.digest(&link.previous, &link.key_id);
        rows[1].1 = ChainState::Sealed(link);
        assert_eq!(verify(&rows, &key), fault(2, ChainFault::ForgedSeal));
    }

    #[test]
    fn rows_sealed_with_a_removed_key_are_proven_by_later_rows() {
        let rows = chain(&[1, 1, 2, 1, 2]);
        assert_eq!(verify(&rows, &keyring(2, &[1])), Ok(0));
        assert_eq!(verify(&rows, &keyring(2, &[])), Ok(0));
        assert_eq!(
            verify(&rows[..4], &keyring(2, &[])),
            fault(4, ChainFault::UnknownKey)
        );
        let mut changed = rows;
        changed[1].0.at += 1;
        assert_eq!(
            verify(&changed, &keyring(2, &[])),
            fault(2, ChainFault::Changed)
        );
    }
}
