//! The chain that the rows of the history form: who changes, removes or adds a row without the key
//! is found out.
//!
//! A row's digest covers all that the row says and the digest before it. Its seal, an HMAC with a
//! key that is outside the database, covers the digest. So a row proves every row before it, and
//! those whose key was replaced since stay proven by the later ones (OWASP ASVS 5.0, 16.4.2).

use sha2::{Digest as _, Sha256};

use super::key::{Key, KeyId, Keyring};

/// SHA-256 of a row and of all rows before it.
pub type ChainDigest = [u8; 32];

/// What a row of the history says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainRow {
    /// Its number: one more than that of the row before.
    pub id: i64,
    /// The OTP it is about.
    pub otp_id: Option<i64>,
    /// The customer it is about.
    pub customer_id: Option<i64>,
    /// The kind of the contact.
    pub otp_type: Option<String>,
    /// The contact, masked.
    pub contact: Option<String>,
    /// The event's name.
    pub event: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The network of the request.
    pub ip_prefix: Option<String>,
    /// The browser's own name for itself.
    pub user_agent: Option<String>,
}

/// What ties a row to those before it, and to a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The digest of the row before; zeros in the first row.
    pub previous: ChainDigest,
    /// The key of the seal.
    pub key_id: KeyId,
    /// The digest of the row.
    pub digest: ChainDigest,
    /// The proof that the digest is ours.
    pub seal: [u8; 32],
}

/// How far the seal of a row is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainState {
    /// It is sealed.
    Sealed(Link),
    /// It waits for its seal. Its MAC proves that this program wrote it.
    Waiting {
        /// The key of the MAC.
        key_id: KeyId,
        /// The MAC.
        mac: [u8; 32],
    },
    /// It has neither: this program did not write it like that.
    Missing,
}

impl ChainRow {
    /// Proves, until the row is sealed, that somebody with the key wrote it. It does not cover the
    /// number, which the database gives.
    #[must_use]
    pub fn mac(&self, key: &Key) -> [u8; 32] {
        let digest = Self {
            id: 0,
            ..self.clone()
        }
        .digest(&ChainDigest::default(), key.id());
        key.mac("doorcode history row v1", &[&digest])
    }

    /// Whether a row that waits for its seal may get it.
    #[must_use]
    pub fn may_be_sealed(&self, state: &ChainState, keys: &Keyring) -> bool {
        match state {
            ChainState::Waiting { key_id, mac } => {
                keys.find(key_id).is_some_and(|key| self.mac(key) == *mac)
            }
            ChainState::Sealed(_) | ChainState::Missing => false,
        }
    }

    /// Ties the row to the one before it.
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

    /// Each part stands behind its length and whether it is there at all, so that no two rows read
    /// alike.
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

/// Where the chain breaks first, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("broken at row {row}: {flaw}")]
pub struct Broken {
    /// The number of the row.
    pub row: i64,
    /// How.
    pub flaw: Flaw,
}

/// How a chain breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It has no seal though a row after it has one, or no MAC to wait for a seal with.
    #[error("it is not sealed")]
    Unsealed,
    /// A row before it is gone or was changed, or it was put in.
    #[error("it does not follow the row before it")]
    NotNext,
    /// It does not say what it said.
    #[error("it was changed")]
    Changed,
    /// Who wrote it did not have the key.
    #[error("its seal is not of our key")]
    ForgedSeal,
    /// No key that we have proves it or a row after it.
    #[error("it and all rows after it are sealed with keys that are not in keys.files")]
    UnknownKey,
}

/// Goes through the rows in their order.
#[derive(Debug)]
pub struct Verifier<'a> {
    keys: &'a Keyring,
    last: Option<(i64, ChainDigest)>,
    /// The first of the newest rows that no key of ours has proven yet.
    unproven_since: Option<i64>,
    /// The first of the newest rows that wait for their seals, and how many there are.
    unsealed: Option<(i64, u64)>,
}

impl<'a> Verifier<'a> {
    /// A verifier that has seen no row.
    #[must_use]
    pub const fn new(keys: &'a Keyring) -> Self {
        Self {
            keys,
            last: None,
            unproven_since: None,
            unsealed: None,
        }
    }

    /// Looks at the next row. The oldest rows may be gone, by the operator's wish: the first one
    /// that is there need not be the first one that was.
    ///
    /// # Errors
    /// [`Broken`].
    pub fn check(&mut self, row: &ChainRow, state: &ChainState) -> Result<(), Broken> {
        let broken = |flaw| Broken { row: row.id, flaw };
        let link = match state {
            ChainState::Sealed(link) => link,
            ChainState::Waiting { .. } if row.may_be_sealed(state, self.keys) => {
                let (first, rows) = self.unsealed.unwrap_or((row.id, 0));
                self.unsealed = Some((first, rows + 1));
                return Ok(());
            }
            ChainState::Waiting { .. } => return Err(broken(Flaw::ForgedSeal)),
            ChainState::Missing => return Err(broken(Flaw::Unsealed)),
        };
        if let Some((row, _)) = self.unsealed {
            return Err(Broken {
                row,
                flaw: Flaw::Unsealed,
            });
        }
        if !self.follows(row, link) {
            return Err(broken(Flaw::NotNext));
        }
        if row.digest(&link.previous, &link.key_id) != link.digest {
            return Err(broken(Flaw::Changed));
        }
        match self.keys.find(&link.key_id) {
            Some(key) if seal(key, &link.digest) == link.seal => self.unproven_since = None,
            Some(_) => return Err(broken(Flaw::ForgedSeal)),
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

    /// After the last row: how many of the newest rows wait for their seals.
    ///
    /// # Errors
    /// [`Flaw::UnknownKey`].
    pub fn finish(self) -> Result<u64, Broken> {
        match self.unproven_since {
            Some(row) => Err(Broken {
                row,
                flaw: Flaw::UnknownKey,
            }),
            None => Ok(self.unsealed.map_or(0, |(_, rows)| rows)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Linked = (ChainRow, ChainState);

    fn ring(first: u8, others: &[u8]) -> Keyring {
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

    /// Rows from 1 on, each sealed with the key of its byte.
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

    fn flaw(row: i64, flaw: Flaw) -> Result<u64, Broken> {
        Err(Broken { row, flaw })
    }

    #[test]
    fn a_whole_chain_is_whole_also_without_its_oldest_rows_and_without_any() {
        let rows = chain(&[1; 5]);
        assert_eq!(verify(&rows, &ring(1, &[])), Ok(0));
        assert_eq!(verify(&rows[2..], &ring(1, &[])), Ok(0));
        assert_eq!(verify(&[], &ring(1, &[])), Ok(0));
    }

    #[test]
    fn every_field_is_covered() {
        let changes: [fn(&mut ChainRow); 9] = [
            |row| row.otp_id = None,
            |row| row.customer_id = Some(0),
            |row| row.otp_type = None,
            |row| row.contact = Some(String::new()),
            |row| row.event.push('x'),
            |row| row.at += 1,
            |row| row.ip_prefix = Some(String::new()),
            |row| row.user_agent = None,
            // The same bytes, divided in another way.
            |row| {
                (row.otp_type, row.contact) = (
                    Some("emaild".to_owned()),
                    Some("***@example.com".to_owned()),
                )
            },
        ];
        for change in changes {
            let mut rows = chain(&[1; 5]);
            change(&mut rows[2].0);
            assert_eq!(verify(&rows, &ring(1, &[])), flaw(3, Flaw::Changed));
        }
    }

    #[test]
    fn rows_that_are_gone_swapped_added_or_not_sealed_are_found() {
        let (keys, rows) = (ring(1, &[]), chain(&[1; 5]));
        assert_eq!(
            verify(&[&rows[..2], &rows[3..]].concat(), &keys),
            flaw(4, Flaw::NotNext)
        );
        let mut swapped = rows.clone();
        swapped.swap(1, 2);
        assert_eq!(verify(&swapped, &keys), flaw(3, Flaw::NotNext));
        let mut renumbered = swapped;
        (renumbered[1].0.id, renumbered[2].0.id) = (2, 3);
        assert_eq!(verify(&renumbered, &keys), flaw(2, Flaw::NotNext));
        let mut unsealed = rows.clone();
        unsealed[3].1 = ChainState::Missing;
        assert_eq!(verify(&unsealed, &keys), flaw(4, Flaw::Unsealed));
        unsealed[3].1 = waiting(&unsealed[3].0, 1);
        assert_eq!(
            verify(&unsealed, &keys),
            flaw(4, Flaw::Unsealed),
            "a row after it is sealed"
        );
        assert_eq!(
            verify(&unsealed[..4], &keys),
            Ok(1),
            "the newest rows may wait for their seals"
        );
        unsealed[3].0.event.push('x');
        assert_eq!(verify(&unsealed[..4], &keys), flaw(4, Flaw::ForgedSeal));
        let before_the_first = row(0).link([0; 32], &Key::new([1; 32]));
        assert_eq!(
            verify(&[(row(0), ChainState::Sealed(before_the_first))], &keys),
            flaw(0, Flaw::NotNext)
        );
    }

    #[test]
    fn who_has_no_key_cannot_make_the_chain_again() {
        let (key, mut rows) = (ring(1, &[]), chain(&[1; 3]));
        let mut forged = row(2);
        forged.event = "verified".to_owned();
        let mut link = forged.link(link_of(&rows[0]).digest, &Key::new([9; 32]));
        rows[1] = (forged.clone(), ChainState::Sealed(link.clone()));
        assert_eq!(
            verify(&rows, &key),
            flaw(3, Flaw::NotNext),
            "a key that is not ours proves nothing"
        );
        assert_eq!(verify(&rows[..2], &key), flaw(2, Flaw::UnknownKey));
        link = Link {
            key_id: key.current().id().clone(),
            ..link
        };
        link.digest = forged.digest(&link.previous, &link.key_id);
        rows[1].1 = ChainState::Sealed(link);
        assert_eq!(verify(&rows, &key), flaw(2, Flaw::ForgedSeal));
    }

    #[test]
    fn rows_of_a_key_that_was_taken_out_are_proven_by_later_ones() {
        let rows = chain(&[1, 1, 2, 1, 2]);
        assert_eq!(verify(&rows, &ring(2, &[1])), Ok(0));
        assert_eq!(verify(&rows, &ring(2, &[])), Ok(0));
        assert_eq!(verify(&rows[..4], &ring(2, &[])), flaw(4, Flaw::UnknownKey));
        let mut changed = rows;
        changed[1].0.at += 1;
        assert_eq!(verify(&changed, &ring(2, &[])), flaw(2, Flaw::Changed));
    }
}
