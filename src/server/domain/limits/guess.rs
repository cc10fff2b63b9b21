//! Limits on guesses at codes.

use jiff::{SignedDuration, Timestamp};

use super::{
    Consequence, Consumption, DAY, Limit, LimitExceeded, LimitPolicy, Network, Rule, SIGN_IN,
    Subject, Usage, device_contact_key, refuse,
};
use crate::{
    server::domain::{Contact, Otp, TokenDigest},
    shared::{CodeFormat, ContactType},
};

/// The thresholds at which guesses at all contacts together count as an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaker {
    /// Guesses per day that never count as an attack.
    pub floor: u32,
    /// The number of guesses per day beyond which they always count as an attack, whatever the
    /// mean. Without this ceiling, an attacker could slowly raise the mean.
    pub ceiling: u32,
    /// The multiple of the daily mean over [`Breaker::SPAN`] beyond which guesses count as an
    /// attack.
    pub factor: u32,
}

impl Breaker {
    /// The period over which the mean is taken.
    pub const SPAN: SignedDuration = SignedDuration::from_hours(28 * 24);

    /// Returns the number of guesses allowed per day, given the number of `guesses` in
    /// [`Breaker::SPAN`].
    #[must_use]
    pub fn daily(&self, guesses: u32) -> u32 {
        (guesses.saturating_mul(self.factor) / 28).clamp(self.floor, self.ceiling.max(self.floor))
    }

    /// Returns the subject that the mean is computed from: every guess at a contact's numeric code
    /// from an unknown device.
    #[must_use]
    pub fn subject() -> Subject {
        Subject::new("guesses at all contacts", &[])
    }

    /// Returns a rule that reads the number of guesses in [`Breaker::SPAN`] and allows any number.
    #[must_use]
    pub fn mean() -> Rule {
        Rule::new(
            Limit::Breaker,
            Self::subject(),
            (u32::MAX, Self::SPAN),
            Consequence::Escalate,
        )
        .with_weight(0)
    }

    /// Returns the event to add when a limit on guesses at all contacts is exceeded: it keeps the
    /// breaker tripped for a day. Returns `None` if the breaker is already tripped, or if
    /// `exceeded` is another limit.
    #[must_use]
    pub fn trip(exceeded: &LimitExceeded, usage: &Usage, now: Timestamp) -> Option<Consumption> {
        let trips =
            exceeded.limit == Limit::Breaker && usage.exceeded(&Self::tripped(), now).is_none();
        trips.then(|| Consumption::of(&Self::tripped(), None, now))
    }

    /// Returns the rule that keeps the breaker tripped for a day.
    #[must_use]
    pub fn tripped() -> Rule {
        Rule::new(
            Limit::Breaker,
            Subject::new("breaker tripped", &[]),
            (1, DAY),
            Consequence::Escalate,
        )
    }
}

/// A guess at a code.
#[derive(Clone, Copy, Debug)]
pub struct Guess {
    /// The token of the browser.
    pub browser: TokenDigest,
    /// The network of the browser.
    pub network: Network,
    /// The number of guesses at all contacts in [`Breaker::SPAN`].
    pub recent: u32,
}

impl LimitPolicy {
    /// Returns the rules for comparing a code. They count the guess before it is known to be right
    /// or wrong.
    #[must_use]
    pub fn guess(&self, otp: &Otp, guess: &Guess, now: Timestamp) -> Vec<Rule> {
        if guess.browser == TokenDigest::COMMAND_LINE {
            return vec![];
        }
        let of_browser = ("guesses of browser", &guess.browser.0[..]);
        let mut rules = vec![refuse(
            Limit::Browser,
            of_browser,
            (self.browser_guesses, SIGN_IN),
        )];
        rules.extend(if otp.device.is_some() {
            vec![]
        } else {
            self.invalid_input(guess.network)
        });
        if otp.format != CodeFormat::Letters {
            // A guess is compared with every live code, so it counts as one guess for each.
            let weight = otp.live_codes(now).max(1);
            rules.extend(
                self.digits(otp, guess.recent)
                    .into_iter()
                    .map(|rule| rule.with_weight(weight)),
            );
            rules.extend(
                otp.device
                    .is_none()
                    .then(|| Breaker::tripped().with_weight(0)),
            );
        }
        rules
    }

    /// Returns the rules for a guess at a numeric code.
    fn digits(&self, otp: &Otp, recent: u32) -> Vec<Rule> {
        match otp.device {
            Some(device) => self.device_guess(device, &otp.contact).to_vec(),
            None => self.unknown_device_guess(&otp.contact, recent),
        }
    }

    fn unknown_device_guess(&self, contact: &Contact, recent: u32) -> Vec<Rule> {
        let of_contact = Subject::new("guesses at contact", contact.as_str().as_bytes());
        let (month, year) = match contact.kind() {
            ContactType::Email => self.contact_guesses,
            ContactType::Phone => (self.contact_guesses.0, self.phone_guesses),
        };
        let contact = [(month, DAY * 30), (year, DAY * 365)];
        let all = (self.breaker.daily(recent), DAY);
        contact
            .map(|window| Rule::new(Limit::Contact, of_contact, window, Consequence::Escalate))
            .into_iter()
            .chain([Rule {
                retention: Breaker::SPAN,
                ..Rule::new(
                    Limit::Breaker,
                    Breaker::subject(),
                    all,
                    Consequence::Escalate,
                )
            }])
            .collect()
    }

    pub(super) fn device_guess(&self, device: TokenDigest, contact: &Contact) -> [Rule; 2] {
        let subject = Subject::new("guesses of device", &device_contact_key(device, contact));
        let (day, month) = self.device_guesses;
        [(day, DAY), (month, DAY * 30)]
            .map(|window| Rule::new(Limit::Device, subject, window, Consequence::Escalate))
    }

    /// Returns the rules that check whether unknown devices may still guess at a contact's numeric
    /// codes.
    #[must_use]
    pub fn digits_for_unknown_devices(&self, contact: &Contact, recent: u32) -> Vec<Rule> {
        let rules = self
            .unknown_device_guess(contact, recent)
            .into_iter()
            .chain([Breaker::tripped()]);
        rules.map(|rule| rule.with_weight(0)).collect()
    }

    /// Returns the rules that check whether a customer may still guess at numeric codes on a known
    /// device.
    #[must_use]
    pub fn digits_on_device(&self, device: TokenDigest, contact: &Contact) -> Vec<Rule> {
        self.device_guess(device, contact)
            .map(|rule| rule.with_weight(0))
            .to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::domain::{
        limits::tests::{contact, limits, windows},
        otp::tests::otp,
    };

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn guess() -> Guess {
        Guess {
            browser: TokenDigest([1; 32]),
            network: Network::default(),
            recent: 0,
        }
    }

    fn guesses(otp: &Otp) -> Vec<Rule> {
        limits().guess(otp, &guess(), otp.created_at)
    }

    #[test]
    fn guesses_at_numeric_codes_of_a_contact_are_limited() {
        let rules = guesses(&otp());
        let escalate = Consequence::Escalate;
        assert_eq!(
            windows(&rules, Limit::Contact),
            [(10, DAY * 30, escalate), (60, DAY * 365, escalate)]
        );
        assert_eq!(
            windows(&rules, Limit::Breaker),
            [(100, DAY, escalate), (1, DAY, escalate)]
        );
        let phone = Otp {
            contact: contact("+12025550123"),
            ..otp()
        };
        assert_eq!(
            windows(&guesses(&phone), Limit::Contact),
            [(10, DAY * 30, escalate), (36, DAY * 365, escalate)]
        );
    }

    #[test]
    fn guesses_at_all_contacts_are_stored_for_the_mean() {
        let breaker = guesses(&otp())
            .into_iter()
            .find(|rule| rule.subject == Breaker::subject())
            .expect("a rule");
        assert_eq!(
            (breaker.window.span, breaker.retention),
            (DAY, Breaker::SPAN)
        );
        assert_eq!(Breaker::SPAN, DAY * 28);
    }

    #[test]
    fn letter_codes_have_browser_and_network_limits_only() {
        let rules = guesses(&Otp {
            format: CodeFormat::Letters,
            ..otp()
        });
        assert!(
            windows(&rules, Limit::Contact).is_empty()
                && windows(&rules, Limit::Breaker).is_empty()
        );
        assert_eq!(
            windows(&rules, Limit::Browser),
            [(10, SIGN_IN, Consequence::Refuse)]
        );
        assert_eq!(
            windows(&rules, Limit::Network),
            [
                (60, HOUR, Consequence::Refuse),
                (240, HOUR, Consequence::Refuse)
            ]
        );
    }

    #[test]
    fn a_guess_counts_once_for_each_live_code() {
        let now = otp().created_at;
        let two = Otp {
            generation: 2,
            previous_expires_at: Some(now + HOUR),
            ..otp()
        };
        let weights = |otp: &Otp| {
            let of_contact = guesses(otp)
                .into_iter()
                .filter(|rule| rule.limit == Limit::Contact);
            of_contact
                .map(|rule| (rule.weight, rule.max_used()))
                .collect::<Vec<_>>()
        };
        assert_eq!(weights(&otp()), [(1, Some(9)), (1, Some(59))]);
        assert_eq!(weights(&two), [(2, Some(8)), (2, Some(58))]);
    }

    #[test]
    fn guesses_on_a_known_device_have_separate_limits() {
        let rules = guesses(&Otp {
            device: Some(TokenDigest([2; 32])),
            ..otp()
        });
        assert_eq!(
            windows(&rules, Limit::Device),
            [
                (10, DAY, Consequence::Escalate),
                (50, DAY * 30, Consequence::Escalate)
            ]
        );
        for limit in [Limit::Contact, Limit::Breaker, Limit::Network] {
            assert!(windows(&rules, limit).is_empty(), "{limit:?}");
        }
    }

    #[test]
    fn command_line_guesses_have_no_limits() {
        let guess = Guess {
            browser: TokenDigest::COMMAND_LINE,
            ..guess()
        };
        assert!(limits().guess(&otp(), &guess, otp().created_at).is_empty());
    }

    #[test]
    fn the_breaker_limit_follows_the_mean_between_floor_and_ceiling() {
        let breaker = limits().breaker;
        assert_eq!(breaker.daily(0), 100);
        assert_eq!(breaker.daily(28 * 20), 100);
        assert_eq!(breaker.daily(28 * 50), 250);
        assert_eq!(breaker.daily(28 * 100), 500);
        assert_eq!(breaker.daily(u32::MAX), 500);
    }
}
