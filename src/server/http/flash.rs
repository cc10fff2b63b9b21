//! What the next page shows once: Post/Redirect/Get with nothing about it in the URL.
//!
//! The flash travels in a cookie that is encrypted and authenticated, because it may hold a
//! contact. Nothing of it is kept on the server. No code and no token ever enters it.

use std::{fmt, sync::Arc};

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use jiff::{SignedDuration, Timestamp};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};

use crate::{
    api::{Notice, OtpError, RequestForm},
    server::{
        clock::Clock,
        domain::{Key, Keyring, NextPath},
        random::{self, Random},
    },
};

/// How long a flash waits for its page.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(5);
/// The most characters of a contact in a draft. No email address or phone number has more.
const MAX_CONTACT: usize = 254;
/// The most bytes of the cookie's value; a longer one goes without the draft.
const MAX_BYTES: usize = 2 * 1024;
/// Bytes of randomness in front of each sealed flash.
const SALT_BYTES: usize = 16;

/// A message for the next page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// The page that shows it. On any other page it is dropped.
    page: String,
    /// Why the last form was not accepted.
    pub error: Option<OtpError>,
    /// What the last form did.
    pub notice: Option<Notice>,
    /// The request form as it was sent, so that nothing typed is lost (WCAG 2.2 SC 3.3.7).
    pub draft: Option<RequestForm>,
}

impl Flash {
    /// Why a form was not accepted.
    #[must_use]
    pub fn error(error: OtpError) -> Self {
        Self {
            error: Some(error),
            ..Self::default()
        }
    }

    /// What a form did.
    #[must_use]
    pub fn notice(notice: Notice) -> Self {
        Self {
            notice: Some(notice),
            ..Self::default()
        }
    }

    /// What was typed.
    #[must_use]
    pub fn draft(form: RequestForm) -> Self {
        Self::default().with_draft(form)
    }

    /// The same with what was typed.
    #[must_use]
    pub fn with_draft(self, form: RequestForm) -> Self {
        Self {
            draft: Some(draft(form)),
            ..self
        }
    }

    /// The same for this page, whatever its query.
    #[must_use]
    pub fn on(self, page: &str) -> Self {
        let path = page.split('?').next().unwrap_or_default();
        Self {
            page: path.to_owned(),
            ..self
        }
    }

    /// Whether this page shows it.
    #[must_use]
    pub fn is_for(&self, page: &str) -> bool {
        self.page == page
    }
}

/// A request form as the next page may fill it in: without the solution, which is worth nothing any
/// more, and bounded.
#[must_use]
pub fn draft(form: RequestForm) -> RequestForm {
    RequestForm {
        contact_value: form
            .contact_value
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_CONTACT)
            .collect(),
        next: NextPath::parse(&form.next)
            .map(|next| next.as_str().to_owned())
            .unwrap_or_default(),
        solution: String::new(),
        ..form
    }
}

/// Seals and opens flashes.
pub struct FlashSealer {
    keys: Keyring,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

/// What is encrypted.
#[derive(Serialize, Deserialize)]
struct Sealed {
    /// In milliseconds since 1970.
    expires_at: i64,
    flash: Flash,
}

impl FlashSealer {
    /// A sealer that seals with the current key of the ring and opens with every key in it.
    #[must_use]
    pub fn new(keys: Keyring, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self {
            keys,
            clock,
            random,
        }
    }

    /// The value for the cookie; `None` if it cannot be made.
    #[must_use]
    pub fn seal(&self, flash: &Flash) -> Option<String> {
        let sealed = self.seal_whole(flash)?;
        if sealed.len() <= MAX_BYTES {
            return Some(sealed);
        }
        self.seal_whole(&Flash {
            draft: None,
            ..flash.clone()
        })
        .filter(|sealed| sealed.len() <= MAX_BYTES)
    }

    fn seal_whole(&self, flash: &Flash) -> Option<String> {
        let expires_at = self
            .clock
            .now()
            .saturating_add(LIFETIME)
            .unwrap_or(Timestamp::MAX)
            .as_millisecond();
        let mut text = serde_json::to_vec(&Sealed {
            expires_at,
            flash: flash.clone(),
        })
        .ok()?;
        let salt: [u8; SALT_BYTES] = random::bytes(&*self.random);
        cipher(self.keys.current(), &salt)?
            .seal_in_place_append_tag(nonce(), Aad::empty(), &mut text)
            .ok()?;
        Some(BASE64_URL_SAFE_NO_PAD.encode([&salt[..], &text].concat()))
    }

    /// The flash in a cookie. One that is expired, was sealed with a key that is not in the ring,
    /// or was made by somebody else or another version, is none.
    #[must_use]
    pub fn open(&self, value: &str) -> Option<Flash> {
        if value.len() > MAX_BYTES {
            return None;
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(value).ok()?;
        let (salt, text) = bytes.split_at_checked(SALT_BYTES)?;
        let sealed = self.keys.all().find_map(|key| open(key, salt, text))?;
        (self.clock.now().as_millisecond() < sealed.expires_at).then_some(sealed.flash)
    }
}

fn open(key: &Key, salt: &[u8], text: &[u8]) -> Option<Sealed> {
    let mut text = text.to_vec();
    let opened = cipher(key, salt)?
        .open_in_place(nonce(), Aad::empty(), &mut text)
        .ok()?;
    serde_json::from_slice(opened).ok()
}

/// Each flash has a key of its own, derived with its salt. So the nonce may be constant, and
/// anonymous visitors can have as many sealed as they like (NIST SP 800-38D section 8.3 bounds
/// random nonces under one key).
fn cipher(key: &Key, salt: &[u8]) -> Option<LessSafeKey> {
    let secret = key.mac("doorcode flash v1", &[salt]);
    UnboundKey::new(&AES_256_GCM, &secret)
        .ok()
        .map(LessSafeKey::new)
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

/// Without the keys.
impl fmt::Debug for FlashSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlashSealer").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        server::{clock::ManualClock, random::SeededRandom},
        shared::{ContactType, routes},
    };

    fn with(clock: &Arc<ManualClock>, keys: Keyring) -> FlashSealer {
        FlashSealer::new(keys, clock.clone(), Arc::new(SeededRandom::new(1)))
    }

    fn key(byte: u8) -> Key {
        Key::new([byte; 32])
    }

    fn clock() -> Arc<ManualClock> {
        Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH))
    }

    fn typed(contact_value: &str) -> Flash {
        let form = RequestForm {
            contact_value: contact_value.to_owned(),
            ..RequestForm::default()
        };
        Flash::error(OtpError::ContactInvalid(ContactType::Email))
            .with_draft(form)
            .on(routes::OTP_REQUEST)
    }

    #[test]
    fn a_flash_is_opened_until_it_expires() {
        let clock = clock();
        let cookies = with(&clock, Keyring::new(key(1), vec![]));
        let sealed = cookies.seal(&typed("ada@example.com")).expect("a value");
        clock.advance(LIFETIME - SignedDuration::from_millis(1));
        assert_eq!(cookies.open(&sealed), Some(typed("ada@example.com")));
        clock.advance(SignedDuration::from_millis(1));
        assert_eq!(cookies.open(&sealed), None);
    }

    #[test]
    fn it_is_opened_with_an_older_key_of_the_ring_and_with_no_other() {
        let clock = clock();
        let sealed = with(&clock, Keyring::new(key(1), vec![]))
            .seal(&typed("a"))
            .expect("a value");
        assert!(
            with(&clock, Keyring::new(key(2), vec![key(1)]))
                .open(&sealed)
                .is_some()
        );
        assert!(
            with(&clock, Keyring::new(key(2), vec![]))
                .open(&sealed)
                .is_none()
        );
    }

    #[test]
    fn a_changed_byte_makes_it_unreadable() {
        let cookies = with(&clock(), Keyring::new(key(1), vec![]));
        let sealed = cookies.seal(&typed("ada@example.com")).expect("a value");
        for at in 0..sealed.len() {
            let other = if sealed.as_bytes()[at] == b'A' {
                "B"
            } else {
                "A"
            };
            let changed = [&sealed[..at], other, &sealed[at + 1..]].concat();
            assert_eq!(cookies.open(&changed), None, "{at}");
            assert_eq!(cookies.open(&sealed[..at]), None, "{at}");
        }
        assert_eq!(cookies.open("ä"), None);
    }

    #[test]
    fn the_same_flash_is_sealed_differently_each_time() {
        let cookies = with(&clock(), Keyring::new(key(1), vec![]));
        assert_ne!(cookies.seal(&typed("a")), cookies.seal(&typed("a")));
    }

    #[test]
    fn a_draft_is_cut_and_keeps_no_solution() {
        let form = RequestForm {
            contact_type: "phone".to_owned(),
            contact_value: format!("\u{0}{}", "é".repeat(300)),
            next: "//evil.example".to_owned(),
            solution: "x".repeat(4_000),
            remember: "yes".to_owned(),
        };
        let expected = RequestForm {
            contact_value: "é".repeat(254),
            next: String::new(),
            solution: String::new(),
            ..form.clone()
        };
        assert_eq!(draft(form), expected);
    }

    #[test]
    fn the_value_stays_below_two_kilobytes_whatever_was_typed() {
        let cookies = with(&clock(), Keyring::new(key(1), vec![]));
        for (contact, next, keeps_draft) in [
            ("a".repeat(300), "/".to_owned() + &"b".repeat(511), true),
            ("🦀".repeat(300), "/".to_owned() + &"\"".repeat(511), false),
        ] {
            let form = RequestForm {
                contact_value: contact,
                next,
                ..RequestForm::default()
            };
            let flash = Flash::error(OtpError::CustomerNotFound)
                .with_draft(form)
                .on(routes::OTP_REQUEST);
            let sealed = cookies.seal(&flash).expect("a value");
            assert!(sealed.len() <= MAX_BYTES);
            let opened = cookies.open(&sealed).expect("a flash");
            assert_eq!(
                (opened.error, opened.draft.is_some()),
                (flash.error, keeps_draft)
            );
        }
    }
}
