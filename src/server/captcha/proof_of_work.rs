//! A proof of work: the browser searches for the number that has a given hash
//! (<https://altcha.org/docs/v2/proof-of-work>).
//!
//! A challenge is signed and kept nowhere. `altcha-lib-rs` makes it and makes it again from a
//! solution; what it would take from the machine (time, randomness) it is given, and the two are
//! compared here, in constant time.

use altcha_lib_rs::{
    Challenge, ChallengeOptions, Payload, algorithm::AltchaAlgorithm, create_challenge,
};
use async_trait::async_trait;
use base64::prelude::{BASE64_STANDARD, Engine};
use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq;

use crate::server::{
    domain::{Key, Keyring, Solution},
    ports::{Captcha, CaptchaError},
    random::{self, Random},
};

/// How long a challenge is good. A cheap phone needs seconds.
const VALID_FOR: SignedDuration = SignedDuration::from_mins(10);
/// The most of a solution that is read.
const MAX_BYTES: usize = 1024;
const PURPOSE: &str = "proof of work";

/// Makes challenges and checks their solutions.
#[derive(Debug)]
pub struct ProofOfWork {
    keys: Keyring,
    difficulty: u32,
}

impl ProofOfWork {
    /// Challenges that take up to so many hashes, signed with the ring's first key.
    #[must_use]
    pub const fn new(keys: Keyring, difficulty: u32) -> Self {
        Self { keys, difficulty }
    }

    /// The challenge in a solution, if one of our keys signed it for this number.
    fn signed(&self, payload: &Payload) -> bool {
        let own = |key| challenge(key, payload.salt.clone(), payload.number, self.difficulty);
        self.keys.all().filter_map(own).any(|own| {
            let same = own.challenge.as_bytes().ct_eq(payload.challenge.as_bytes());
            (same & own.signature.as_bytes().ct_eq(payload.signature.as_bytes())).into()
        })
    }
}

#[async_trait]
impl Captcha for ProofOfWork {
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
        // Known by its challenge: the other parts of a right solution can be written in more than
        // one way.
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

/// Our salts end with their expiry and `&`. The number follows in what is hashed: without the `&`
/// the two could be told apart in more than one way, and an expiry could be moved.
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
    fn a_solved_challenge_is_a_solution_until_it_expires() {
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
    fn a_challenge_of_a_key_that_is_still_in_the_ring_counts() {
        let payload = solved(&work());
        let replaced = ProofOfWork::new(Keyring::new(key(2), vec![key(1)]), 1_000);
        assert!(check(&replaced, &text(&payload), now()).is_some());
        let removed = ProofOfWork::new(Keyring::new(key(2), vec![]), 1_000);
        assert!(check(&removed, &text(&payload), now()).is_none());
    }

    #[test]
    fn what_was_changed_is_no_solution() {
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
    fn a_solution_written_in_another_way_is_the_same_solution() {
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
        fn whatever_is_sent_is_no_solution_and_no_panic(text in ".{0,200}", json in r#"\{"algorithm":"SHA-256","challenge":".{0,9}","number":[0-9]{1,30},"salt":"[a-z0-9?=&]{0,30}","signature":".{0,9}"\}"#) {
            prop_assert!(check(&work(), &text, now()).is_none());
            prop_assert!(check(&work(), &BASE64_STANDARD.encode(json), now()).is_none());
        }
    }
}
