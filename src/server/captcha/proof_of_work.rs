//! A proof of work: the browser searches for the number that has a given hash
//! (<https://altcha.org/docs/v2/proof-of-work>).
//!
//! A challenge is signed and not stored. `altcha-lib-rs` creates the challenge and creates it again
//! from a solution, and this module compares the two in constant time. The library would take time
//! and randomness from the machine; here both are passed to it.

use altcha_lib_rs::{
    Challenge, ChallengeOptions, Payload, algorithm::AltchaAlgorithm, create_challenge,
};
use async_trait::async_trait;
use base64::prelude::{BASE64_STANDARD, Engine};
use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq;

use crate::server::{
    domain::{Key, Keyring, Solution},
    ports::{CaptchaError, CaptchaVerifier},
    random::{self, Random},
};

/// How long a challenge is valid. A cheap phone solves one within seconds.
const VALID_FOR: SignedDuration = SignedDuration::from_mins(10);
/// The maximum length of a solution, in bytes.
const MAX_BYTES: usize = 1024;
const PURPOSE: &str = "proof of work";

/// Creates challenges and checks their solutions.
#[derive(Debug)]
pub struct ProofOfWork {
    keys: Keyring,
    difficulty: u32,
}

impl ProofOfWork {
    /// Creates a proof of work that takes up to `difficulty` hashes. Challenges are signed with the
    /// first key of `keys`.
    #[must_use]
    pub const fn new(keys: Keyring, difficulty: u32) -> Self {
        Self { keys, difficulty }
    }

    /// Whether one of our keys signed the challenge in a solution for its number.
    fn signed(&self, payload: &Payload) -> bool {
        let own = |key| challenge(key, payload.salt.clone(), payload.number, self.difficulty);
        self.keys.all().filter_map(own).any(|own| {
            let same = own.challenge.as_bytes().ct_eq(payload.challenge.as_bytes());
            (same & own.signature.as_bytes().ct_eq(payload.signature.as_bytes())).into()
        })
    }
}

#[async_trait]
impl CaptchaVerifier for ProofOfWork {
    fn challenge(&self, random: &dyn Random, now: Timestamp) -> Option<String> {
        let expires = now.saturating_add(VALID_FOR).ok()?.as_second();
        let salt = format!(
            "{}?expires={expires}&",
            hex::encode(random::bytes::<12>(random))
        );
        let number = u64::from_be_bytes(random::bytes(random)) % (u64::from(self.difficulty) + 1);
        serde_json::to_string(&challenge(
            self.keys.current(),
            salt,
            number,
            self.difficulty,
        )?)
        .ok()
    }

    async fn check(&self, text: &str, now: Timestamp) -> Result<Option<Solution>, CaptchaError> {
        let payload =
            read(text).filter(|payload| is_good_at(&payload.salt, now) && self.signed(payload));
        // The challenge identifies the solution, because the other parts of a correct solution can
        // be written in more than one way.
        Ok(payload.map(|payload| Solution::new(&payload.challenge, VALID_FOR)))
    }
}

fn challenge(key: &Key, salt: String, number: u64, difficulty: u32) -> Option<Challenge> {
    let hmac_key = hex::encode(key.mac(PURPOSE, &[]));
    let options = ChallengeOptions {
        algorithm: Some(AltchaAlgorithm::Sha256),
        max_number: Some(difficulty.into()),
        hmac_key: &hmac_key,
        salt: Some(salt),
        number: Some(number),
        ..ChallengeOptions::default()
    };
    create_challenge(options).ok()
}

fn read(text: &str) -> Option<Payload> {
    let json = (text.len() <= MAX_BYTES).then(|| BASE64_STANDARD.decode(text).ok())??;
    serde_json::from_slice(&json).ok()
}

/// Whether a challenge has not expired. Our salts end with the expiry and `&`, and the number
/// follows in the hashed text. Without the `&`, digits could be moved between the expiry and the
/// number, so an attacker could change the expiry.
fn is_good_at(salt: &str, now: Timestamp) -> bool {
    let expiry = salt
        .split_once("?expires=")
        .and_then(|(_, rest)| rest.strip_suffix('&')?.parse::<i64>().ok());
    expiry.is_some_and(|expiry| now.as_second() < expiry)
}

#[cfg(test)]
mod tests {
    use altcha_lib_rs::solve_challenge;
    use futures_util::FutureExt;
    use proptest::prelude::*;

    use super::*;
    use crate::server::random::SeededRandom;

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().expect("an instant")
    }

    fn key(byte: u8) -> Key {
        Key::new([byte; 32])
    }

    fn work() -> ProofOfWork {
        ProofOfWork::new(Keyring::new(key(1), vec![]), 1_000)
    }

    fn check(work: &ProofOfWork, text: &str, now: Timestamp) -> Option<Solution> {
        work.check(text, now)
            .now_or_never()
            .expect("no waiting")
            .expect("an answer")
    }

    fn solved(work: &ProofOfWork) -> Payload {
        let json = work
            .challenge(&SeededRandom::new(1), now())
            .expect("a challenge");
        let Challenge {
            algorithm,
            challenge,
            maxnumber,
            salt,
            signature,
        } = serde_json::from_str(&json).expect("a challenge");
        let number =
            solve_challenge(&challenge, &salt, None, Some(maxnumber), 0).expect("a solution");
        Payload {
            algorithm,
            challenge,
            number,
            salt,
            signature,
            took: None,
        }
    }

    fn text(payload: &Payload) -> String {
        BASE64_STANDARD.encode(serde_json::to_vec(payload).expect("JSON"))
    }

    #[test]
    fn a_solution_is_valid_until_its_challenge_expires() {
        let payload = solved(&work());
        assert!(check(&work(), &text(&payload), now()).is_some());
        let expiry = now() + VALID_FOR;
        assert!(
            check(
                &work(),
                &text(&payload),
                expiry - SignedDuration::from_millis(1)
            )
            .is_some()
        );
        assert!(check(&work(), &text(&payload), expiry).is_none());
    }

    #[test]
    fn challenges_of_every_key_in_the_keyring_are_accepted() {
        let payload = solved(&work());
        let replaced = ProofOfWork::new(Keyring::new(key(2), vec![key(1)]), 1_000);
        assert!(check(&replaced, &text(&payload), now()).is_some());
        let removed = ProofOfWork::new(Keyring::new(key(2), vec![]), 1_000);
        assert!(check(&removed, &text(&payload), now()).is_none());
    }

    #[test]
    fn a_modified_solution_is_rejected() {
        let right = solved(&work());
        let later = right.salt.replace("expires=", "expires=9");
        let split = format!("{}{}", right.salt, right.number / 10);
        for wrong in [
            Payload {
                number: right.number + 1,
                ..right.clone()
            },
            Payload {
                number: u64::MAX,
                ..right.clone()
            },
            Payload {
                salt: later,
                ..right.clone()
            },
            Payload {
                salt: format!("{}&", right.salt),
                ..right.clone()
            },
            Payload {
                salt: split,
                number: right.number % 10,
                ..right.clone()
            },
            Payload {
                challenge: right.challenge.replace('a', "b"),
                ..right.clone()
            },
            Payload {
                signature: right.challenge.clone(),
                ..right.clone()
            },
        ] {
            assert!(check(&work(), &text(&wrong), now()).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn a_solution_with_another_encoding_is_the_same_solution() {
        let payload = solved(&work());
        let rewritten = Payload {
            took: Some(7),
            ..payload.clone()
        };
        let (first, second) = (
            check(&work(), &text(&payload), now()),
            check(&work(), &text(&rewritten), now()),
        );
        assert!(first.is_some());
        assert_eq!(first, second);
    }

    #[test]
    fn two_challenges_differ() {
        let random = SeededRandom::new(1);
        assert_ne!(
            work().challenge(&random, now()),
            work().challenge(&random, now())
        );
    }

    proptest! {
        #[test]
        fn arbitrary_input_is_rejected_without_a_panic(text in ".{0,200}", json in r#"\{"algorithm":"SHA-256","challenge":".{0,9}","number":[0-9]{1,30},"salt":"[a-z0-9?=&]{0,30}","signature":".{0,9}"\}"#) {
            prop_assert!(check(&work(), &text, now()).is_none());
            prop_assert!(check(&work(), &BASE64_STANDARD.encode(json), now()).is_none());
        }
    }
}
