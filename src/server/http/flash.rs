//! Flash messages: the next page shows them once. The response to a form redirects to that page
//! (Post/Redirect/Get), and the URL contains nothing of the message.
//!
//! A flash message travels in an encrypted and authenticated cookie, because it may contain a
//! contact. The server does not store it. It never contains a code or a token.

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

/// The time after which a flash message expires.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(5);
/// The maximum number of characters of a contact in a draft. No email address or phone number is
/// longer.
const MAX_CONTACT: usize = 254;
/// The maximum size of the cookie's value in bytes. A larger flash is sealed without its draft.
const MAX_BYTES: usize = 2 * 1024;
/// The number of random bytes in front of each sealed flash.
const SALT_BYTES: usize = 16;

/// A message for the next page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// The page that shows the message. Any other page drops it.
    page: String,
    /// The error of the last form, if it was refused.
    pub error: Option<OtpError>,
    /// The notice about the last form, if it has one.
    pub notice: Option<Notice>,
    /// The request form as submitted, so that the visitor loses no input (WCAG 2.2 SC 3.3.7).
    pub draft: Option<RequestForm>,
}

impl Flash {
    /// Creates a flash with the error of a form.
    #[must_use]
    pub fn error(error: OtpError) -> Self {
        Self {
            error: Some(error),
            ..Self::default()
        }
    }

    /// Creates a flash with the notice of a form.
    #[must_use]
    pub fn notice(notice: Notice) -> Self {
        Self {
            notice: Some(notice),
            ..Self::default()
        }
    }

    /// Creates a flash with the visitor's input.
    #[must_use]
    pub fn draft(form: RequestForm) -> Self {
        Self::default().with_draft(form)
    }

    /// Adds the visitor's input.
    #[must_use]
    pub fn with_draft(self, form: RequestForm) -> Self {
        Self {
            draft: Some(draft(form)),
            ..self
        }
    }

    /// Sets the page that shows the flash. The query of `page` is ignored.
    #[must_use]
    pub fn on(self, page: &str) -> Self {
        let path = page.split('?').next().unwrap_or_default();
        Self {
            page: path.to_owned(),
            ..self
        }
    }

    /// Whether `page` shows this flash.
    #[must_use]
    pub fn is_for(&self, page: &str) -> bool {
        self.page == page
    }
}

/// Prepares a request form for the next page: bounds its fields and drops the solution, which is no
/// longer of use.
#[must_use]
pub fn draft(form: RequestForm) -> RequestForm {
    // Without `..`, so that a new field has to be bounded here, too.
    let RequestForm {
        contact_type,
        contact_value,
        next,
        solution: _,
        remember,
    } = form;
    RequestForm {
        contact_type,
        contact_value: contact_value
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_CONTACT)
            .collect(),
        next: NextPath::parse(&next)
            .map(|next| next.as_str().to_owned())
            .unwrap_or_default(),
        solution: String::new(),
        remember,
    }
}

/// Encrypts and decrypts flash messages.
pub struct FlashSealer {
    keys: Keyring,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

/// The content of the cookie before encryption.
#[derive(Serialize, Deserialize)]
struct Sealed {
    /// Milliseconds since 1970.
    expires_at: i64,
    flash: Flash,
}

impl FlashSealer {
    /// Creates a sealer that encrypts with the current key of the keyring and decrypts with any of
    /// its keys.
    #[must_use]
    pub fn new(keys: Keyring, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self {
            keys,
            clock,
            random,
        }
    }

    /// Returns the cookie's value; `None` if it cannot be created.
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

    /// Returns the flash in a cookie's value. Returns `None` if the flash has expired, was sealed
    /// with a key that is not in the keyring, or was created by a forger or another version.
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

/// Derives a separate key for each flash from its salt. The nonce can therefore be constant, and
/// anonymous visitors can have any number of flashes sealed (NIST SP 800-38D section 8.3 limits the
/// number of random nonces under one key).
fn cipher(key: &Key, salt: &[u8]) -> Option<LessSafeKey> {
    let secret = key.mac("doorcode flash v1", &[salt]);
    UnboundKey::new(&AES_256_GCM, &secret)
        .ok()
        .map(LessSafeKey::new)
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

/// Omits the keys.
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
    fn flash_opens_until_it_expires() {
        let clock = clock();
        let cookies = with(&clock, Keyring::new(key(1), vec![]));
        let sealed = cookies.seal(&typed("ada@example.com")).expect("a value");
        clock.advance(LIFETIME - SignedDuration::from_millis(1));
        assert_eq!(cookies.open(&sealed), Some(typed("ada@example.com")));
        clock.advance(SignedDuration::from_millis(1));
        assert_eq!(cookies.open(&sealed), None);
    }

    #[test]
    fn flash_opens_only_with_keys_of_the_ring() {
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
    fn modified_or_truncated_value_does_not_open() {
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
    fn same_flash_is_sealed_differently_each_time() {
        let cookies = with(&clock(), Keyring::new(key(1), vec![]));
        assert_ne!(cookies.seal(&typed("a")), cookies.seal(&typed("a")));
    }

    #[test]
    fn draft_is_bounded_and_drops_the_solution() {
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
    fn value_never_exceeds_two_kilobytes() {
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
