//! How often something may be done, and what happens beyond that.
//!
//! A limit is a [`Rule`]: a subject, a sliding window, and what follows when it is full. The store
//! says how much of each window is used ([`Usage`]); which rules apply, whether they allow
//! something, and what then counts is decided here. Subjects are digests, so the counts identify
//! nobody.

mod guess;
mod message;
mod usage;

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::{contact::Contact, network::Network, token::TokenDigest};

pub use guess::{Breaker, Guess};
pub use message::{MessageAsk, Solution, texts_to_range, texts_used_in_range};
pub use usage::{Admission, Consumption, Usage, WindowUsage};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// How long one attempt of a browser to sign in lasts, at most.
const SIGN_IN: SignedDuration = SignedDuration::from_mins(15);
/// A wide network has as many times the limits of a narrow one.
const WIDE: u32 = 4;

/// What is counted, and whose: half of a SHA-256.
///
/// Without a key: a key that is replaced would give every guess back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject([u8; 16]);

impl Subject {
    fn new(what: &str, whose: &[u8]) -> Self {
        let digest = Sha256::new()
            .chain_update(what)
            .chain_update([0])
            .chain_update(whose)
            .finalize();
        Self(std::array::from_fn(|at| digest[at]))
    }

    /// What the database knows the subject by.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(..)")
    }
}

/// Which limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Of one browser, for one attempt to sign in.
    Browser,
    /// Of one contact, for all browsers that do not know its customer.
    Contact,
    /// Of a customer on a browser that they have signed in on.
    Device,
    /// Of a network, up to which nothing is asked of it.
    NetworkSoft,
    /// Of a network.
    Network,
    /// Of all networks.
    Everybody,
    /// Of one solution of a challenge: it is taken once.
    Solution,
    /// Of wrong guesses at all contacts.
    Breaker,
}

impl Limit {
    /// The name in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Contact => "contact",
            Self::Device => "device",
            Self::NetworkSoft => "network_soft",
            Self::Network => "network",
            Self::Everybody => "everybody",
            Self::Solution => "solution",
            Self::Breaker => "breaker",
        }
    }
}

/// What follows when a window is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// It is refused until there is room again.
    Refuse,
    /// It is done, but for the message: nobody may see what others have asked for a contact.
    Withhold,
    /// Six digits are not enough any more: only codes of letters are compared.
    Escalate,
}

/// A sliding window: at most `limit` events in any `span`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The most events.
    pub limit: u32,
    /// The length of the window.
    pub span: SignedDuration,
}

/// One limit for one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Which limit it is.
    pub limit: Limit,
    /// What is counted.
    pub subject: Subject,
    /// How many there may be.
    pub window: Window,
    /// For how long what is added is remembered: at least as long as the window.
    pub memory: SignedDuration,
    /// How many events are about to be added. With 0, the question is only whether there is room
    /// for one.
    pub weight: u32,
    /// What follows when there is no room.
    pub consequence: Consequence,
}

/// A window that has no room for what is about to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitExceeded {
    /// Which limit it is.
    pub limit: Limit,
    /// What follows.
    pub consequence: Consequence,
    /// When there is room again.
    pub until: Timestamp,
}

impl LimitExceeded {
    /// Seconds until there is room, rounded up, at least 1.
    #[must_use]
    pub fn seconds(&self, now: Timestamp) -> u32 {
        let wait = self
            .until
            .duration_since(now)
            .as_millis()
            .max(1)
            .unsigned_abs();
        u32::try_from(wait.div_ceil(1_000)).unwrap_or(u32::MAX)
    }
}

impl Rule {
    fn new(
        limit: Limit,
        subject: Subject,
        window: (u32, SignedDuration),
        consequence: Consequence,
    ) -> Self {
        let (limit_of_window, span) = window;
        Self {
            limit,
            subject,
            window: Window {
                limit: limit_of_window,
                span,
            },
            memory: span,
            weight: 1,
            consequence,
        }
    }

    const fn with_weight(self, weight: u32) -> Self {
        Self { weight, ..self }
    }

    /// The most events that the window may hold for this one to be allowed; `None` if it is never
    /// allowed.
    #[must_use]
    pub fn remaining(&self) -> Option<u32> {
        self.window.limit.checked_sub(self.weight.max(1))
    }
}

/// The figures of all limits; settings fill them inside hard limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitPolicy {
    /// Mails to one contact that unknown browsers may ask for, an hour and a day.
    pub contact_emails: (u32, u32),
    /// Text messages likewise.
    pub contact_texts: (u32, u32),
    /// Guesses of a contact's digits on unknown browsers, in 30 and in 365 days. What a sign-in
    /// ends well is given back.
    pub contact_guesses: (u32, u32),
    /// The same in 365 days for a phone number: an account has two contacts, and both together are
    /// its chance.
    pub phone_guesses: u32,
    /// Messages that a known browser may ask for, a day.
    pub device_messages: u32,
    /// Guesses of digits on a known browser, in a day and in 30 days.
    pub device_guesses: (u32, u32),
    /// Known browsers of a customer.
    pub devices: u32,
    /// Codes of one attempt to sign in.
    pub browser_codes: u32,
    /// Answers of one attempt to sign in.
    pub browser_guesses: u32,
    /// Messages that a network may ask for in an hour before it has to prove work, and at all.
    pub network_messages: (u32, u32),
    /// Ill-formed contacts and answers of a network in an hour.
    pub network_misses: u32,
    /// Mails that all unknown browsers may ask for, an hour.
    pub emails: u32,
    /// Text messages likewise, an hour and a day.
    pub texts: (u32, u32),
    /// Text messages to one range of numbers in a day of which some have to be used, and how many
    /// percent.
    pub range_texts: (u32, u32),
    /// Guesses at all contacts in a day before codes of digits stop on unknown browsers: always so
    /// many, never more than so many, and in between so many times the mean of 28 days.
    pub breaker: Breaker,
}

impl LimitPolicy {
    /// Asks whether a browser is still treated as a known one.
    #[must_use]
    pub fn known(&self, device: TokenDigest, contact: &Contact) -> Vec<Rule> {
        let rules = self
            .device_guess(device, contact)
            .into_iter()
            .chain(self.device_messages(device, contact, contact.kind()));
        rules.map(|rule| rule.with_weight(0)).collect()
    }

    /// The rules for input that customers rarely get wrong: a contact or an answer in the wrong
    /// form.
    #[must_use]
    pub fn invalid_input(&self, network: Network) -> Vec<Rule> {
        networks("misses of network", network, self.network_misses).to_vec()
    }
}

fn refuse(limit: Limit, (what, whose): (&str, &[u8]), window: (u32, SignedDuration)) -> Rule {
    Rule::new(
        limit,
        Subject::new(what, whose),
        window,
        Consequence::Refuse,
    )
}

fn networks(what: &str, network: Network, an_hour: u32) -> [Rule; 2] {
    [
        (network.narrow(), an_hour),
        (network.wide(), an_hour.saturating_mul(WIDE)),
    ]
    .map(|(prefix, limit)| refuse(Limit::Network, (what, &prefix), (limit, HOUR)))
}

/// One customer on one browser: somebody else on the same browser is a stranger to this lane.
fn lane(device: TokenDigest, contact: &Contact) -> Vec<u8> {
    [&device.0, contact.as_str().as_bytes()].concat()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::shared::ContactType;

    pub(in crate::server::domain) fn limits() -> LimitPolicy {
        LimitPolicy {
            contact_emails: (5, 10),
            contact_texts: (3, 5),
            contact_guesses: (10, 60),
            phone_guesses: 36,
            device_messages: 10,
            device_guesses: (10, 50),
            devices: 10,
            browser_codes: 3,
            browser_guesses: 10,
            network_messages: (10, 60),
            network_misses: 60,
            emails: 1_000,
            texts: (100, 300),
            range_texts: (50, 30),
            breaker: Breaker {
                floor: 100,
                ceiling: 500,
                factor: 5,
            },
        }
    }

    pub(in crate::server::domain) fn contact(text: &str) -> Contact {
        let kind = if text.contains('@') {
            ContactType::Email
        } else {
            ContactType::Phone
        };
        Contact::parse(
            kind,
            text,
            crate::server::domain::Region::parse("US").expect("a region"),
        )
        .expect("a contact")
    }

    pub(super) fn windows(rules: &[Rule], limit: Limit) -> Vec<(u32, SignedDuration, Consequence)> {
        let of_limit = rules.iter().filter(|rule| rule.limit == limit);
        of_limit
            .map(|rule| (rule.window.limit, rule.window.span, rule.consequence))
            .collect()
    }

    #[test]
    fn asking_adds_nothing() {
        let email = contact("user@example.com");
        let device = TokenDigest([2; 32]);
        let asked = [
            limits().digits_for_strangers(&email, 0),
            limits().digits_on_device(device, &email),
            limits().known(device, &email),
        ];
        assert!(
            asked.iter().flatten().all(
                |rule| rule.weight == 0 && rule.remaining() == rule.window.limit.checked_sub(1)
            )
        );
    }

    #[test]
    fn subjects_tell_contacts_devices_and_kinds_apart() {
        let subject = |what: &str, whose: &[u8]| Subject::new(what, whose);
        assert_eq!(subject("a", b"b"), subject("a", b"b"));
        assert_ne!(subject("a", b"b"), subject("a", b"c"));
        assert_ne!(subject("a", b"b"), subject("ab", b""));
        assert_eq!(format!("{:?}", subject("a", b"b")), "Subject(..)");
    }

    #[test]
    fn a_wait_is_rounded_up_and_never_nothing() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("an instant");
        let wait = |milliseconds| {
            let until = now + SignedDuration::from_millis(milliseconds);
            LimitExceeded {
                limit: Limit::Contact,
                consequence: Consequence::Refuse,
                until,
            }
            .seconds(now)
        };
        assert_eq!([0, 1, 1_000, 1_001].map(wait), [1, 1, 1, 2]);
    }
}
