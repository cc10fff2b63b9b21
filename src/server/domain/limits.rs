//! Rate limits: how often an action is allowed, and what happens beyond the limit.
//!
//! A limit is a [`Rule`]: a subject, a sliding window and the consequence of a full window. The
//! store reports how much of each window is used ([`Usage`]). This module decides which rules
//! apply, whether they allow an action, and what the action adds to the windows. Subjects are
//! digests, so the counters identify nobody.

mod guess;
mod message;
mod usage;

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::{contact::Contact, network::Network, token::TokenDigest};

pub use guess::{Breaker, Guess};
pub use message::{MessageRequest, Solution, texts_to_range, texts_used_in_range};
pub use usage::{Admission, Consumption, Usage, WindowUsage};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// The maximum duration of one sign-in attempt of a browser.
const SIGN_IN: SignedDuration = SignedDuration::from_mins(15);
/// The limits of a wide network are this many times those of a narrow one.
const WIDE: u32 = 4;

/// The subject of a limit, such as the guesses at one contact: half of a SHA-256 digest.
///
/// The digest is not keyed, because replacing the key would reset every counter.
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

    /// Returns the bytes that identify the subject in the database.
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

/// The kind of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Codes and attempts per browser, for one sign-in attempt.
    Browser,
    /// Messages and guesses per contact, for all unknown devices together.
    Contact,
    /// Messages and guesses per customer on a known device.
    Device,
    /// Messages per network before the network must solve a captcha.
    NetworkCaptcha,
    /// Messages and invalid input per network.
    Network,
    /// Messages requested by all unknown devices together.
    Global,
    /// Uses of one captcha solution. Each solution is accepted once.
    CaptchaSolution,
    /// Wrong guesses at all contacts together.
    Breaker,
}

impl Limit {
    /// Returns the name of the limit in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Contact => "contact",
            Self::Device => "device",
            Self::NetworkCaptcha => "network_captcha",
            Self::Network => "network",
            Self::Global => "global",
            Self::CaptchaSolution => "captcha_solution",
            Self::Breaker => "breaker",
        }
    }

    /// Whether a withheld message counts. It is not sent, so it counts neither towards the limits
    /// of its contact nor towards global limits.
    #[must_use]
    pub const fn counts_withheld(self) -> bool {
        match self {
            Self::Contact | Self::Global => false,
            Self::Browser
            | Self::Device
            | Self::NetworkCaptcha
            | Self::Network
            | Self::CaptchaSolution
            | Self::Breaker => true,
        }
    }
}

/// The consequence of a full window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// The action is refused until the window has room again.
    Refuse,
    /// The action is allowed, but its message is not sent. This way nobody learns what others have
    /// requested for a contact.
    Withhold,
    /// Numeric codes are no longer secure enough, so only letter codes are accepted.
    Escalate,
}

/// A sliding window: at most `limit` events in any `span`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The maximum number of events.
    pub limit: u32,
    /// The length of the window.
    pub span: SignedDuration,
}

/// One limit for one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The kind of limit.
    pub limit: Limit,
    /// The subject whose events are counted.
    pub subject: Subject,
    /// The sliding window.
    pub window: Window,
    /// How long added events are stored: at least the span of the window.
    pub retention: SignedDuration,
    /// The number of events that the action adds. A rule with weight 0 adds nothing and only checks
    /// that there is room for one event.
    pub weight: u32,
    /// The consequence if the window has no room.
    pub consequence: Consequence,
}

/// A window that has no room for an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitExceeded {
    /// The kind of limit.
    pub limit: Limit,
    /// The consequence of the full window.
    pub consequence: Consequence,
    /// The time at which the window has room again.
    pub until: Timestamp,
}

impl LimitExceeded {
    /// Returns the seconds until there is room, rounded up, at least 1.
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
            retention: span,
            weight: 1,
            consequence,
        }
    }

    const fn with_weight(self, weight: u32) -> Self {
        Self { weight, ..self }
    }

    /// Returns the maximum number of events that the window may already hold for this rule to allow
    /// the action. Returns `None` if the rule never allows it.
    #[must_use]
    pub fn max_used(&self) -> Option<u32> {
        self.window.limit.checked_sub(self.weight.max(1))
    }
}

/// The values of all limits. Settings choose them within hard limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitPolicy {
    /// Emails to one contact that unknown devices may request, per hour and per day.
    pub contact_emails: (u32, u32),
    /// Text messages to one contact that unknown devices may request, per hour and per day.
    pub contact_texts: (u32, u32),
    /// Guesses at a contact's numeric codes from unknown devices, in 30 and in 365 days. A
    /// successful sign-in refunds its guesses.
    pub contact_guesses: (u32, u32),
    /// The same for a phone number in 365 days. An account has two contacts, so an attacker can use
    /// the guesses of both.
    pub phone_guesses: u32,
    /// Messages that a known device may request per day.
    pub device_messages: u32,
    /// Guesses at numeric codes on a known device, in a day and in 30 days.
    pub device_guesses: (u32, u32),
    /// Known devices per customer.
    pub devices: u32,
    /// Codes per sign-in.
    pub browser_codes: u32,
    /// Attempts to enter a code, per sign-in.
    pub browser_guesses: u32,
    /// Messages that a network may request per hour: before it must solve a captcha, and at most.
    pub network_messages: (u32, u32),
    /// Invalid contacts and codes per network and hour.
    pub network_invalid_input: u32,
    /// Emails per hour that all unknown devices together may request.
    pub emails: u32,
    /// Text messages that all unknown devices together may request, per hour and per day.
    pub texts: (u32, u32),
    /// Text messages to one range of numbers: the number per day at which some of them must have
    /// been used, and the required percentage.
    pub range_texts: (u32, u32),
    /// The daily limit on guesses at all contacts together. Beyond it, unknown devices get no
    /// numeric codes. The limit is a multiple of the daily mean of 28 days, between a floor and a
    /// ceiling.
    pub breaker: Breaker,
}

impl LimitPolicy {
    /// Returns the rules that check whether a browser is still treated as a known device.
    #[must_use]
    pub fn known_device(&self, device: TokenDigest, contact: &Contact) -> Vec<Rule> {
        let rules = self
            .device_guess(device, contact)
            .into_iter()
            .chain(self.device_messages(device, contact, contact.kind()));
        rules.map(|rule| rule.with_weight(0)).collect()
    }

    /// Returns the rules for invalid input: malformed contacts and codes, incorrect solutions, and
    /// unknown contacts where the settings reveal them.
    #[must_use]
    pub fn invalid_input(&self, network: Network) -> Vec<Rule> {
        // The subjects of stored events depend on this text, so it keeps the name of earlier
        // versions.
        networks("misses of network", network, self.network_invalid_input).to_vec()
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

/// Identifies one contact on one device, so that customers who share a device have separate limits.
fn device_contact_key(device: TokenDigest, contact: &Contact) -> Vec<u8> {
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
            network_invalid_input: 60,
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
    fn checks_consume_nothing() {
        let email = contact("user@example.com");
        let device = TokenDigest([2; 32]);
        let asked = [
            limits().digits_for_unknown_devices(&email, 0),
            limits().digits_on_device(device, &email),
            limits().known_device(device, &email),
            limits().captcha(Network::default()),
        ];
        assert!(asked.iter().all(|rules| !rules.is_empty()));
        assert!(
            asked.iter().flatten().all(
                |rule| rule.weight == 0 && rule.max_used() == rule.window.limit.checked_sub(1)
            )
        );
    }

    #[test]
    fn each_limit_has_its_own_name_in_the_log() {
        let limits = [
            Limit::Browser,
            Limit::Contact,
            Limit::Device,
            Limit::NetworkCaptcha,
            Limit::Network,
            Limit::Global,
            Limit::CaptchaSolution,
            Limit::Breaker,
        ];
        let names: std::collections::BTreeSet<_> = limits.map(Limit::as_str).into();
        assert_eq!(names.len(), limits.len());
        assert_eq!(Limit::NetworkCaptcha.as_str(), "network_captcha");
    }

    #[test]
    fn subjects_differ_by_kind_and_owner() {
        let subject = |what: &str, whose: &[u8]| Subject::new(what, whose);
        assert_eq!(subject("a", b"b"), subject("a", b"b"));
        assert_ne!(subject("a", b"b"), subject("a", b"c"));
        assert_ne!(subject("a", b"b"), subject("ab", b""));
        assert_eq!(format!("{:?}", subject("a", b"b")), "Subject(..)");
    }

    #[test]
    fn a_wait_is_rounded_up_to_at_least_one_second() {
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
