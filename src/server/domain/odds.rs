//! The chance that an attacker with any number of addresses guesses a code under given settings.
//!
//! For each live code, a compared guess is right with a chance of one in the number of all codes. A
//! limit on comparisons therefore limits the chance. Two live codes count as two comparisons. Only
//! letter codes, whose comparisons are not counted one by one, need a factor for that.

use std::fmt;

use super::{limits::LimitPolicy, policy::OtpPolicy};
use crate::shared::CodeFormat;

const DAYS: f64 = 365.0;
/// The maximum number of live codes of one OTP.
const LIVE_CODES: f64 = 2.0;

/// A probability.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Chance(f64);

impl Chance {
    /// Returns the chance of at least one hit in `guesses` guesses.
    fn of(guesses: f64, chance_of_one: f64) -> Self {
        Self(-(guesses * (-chance_of_one).ln_1p()).exp_m1())
    }

    fn or(self, other: Self) -> Self {
        Self(1.0 - (1.0 - self.0) * (1.0 - other.0))
    }

    /// Whether the chance is greater than one in `number`.
    #[must_use]
    pub fn is_above_one_in(self, number: u32) -> bool {
        self.0 * f64::from(number) > 1.0
    }
}

/// Formats the chance like `1 in 10200`, never smaller than it is.
impl fmt::Display for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1 in {:.0}", (1.0 / self.0).floor())
    }
}

/// The chances that settings leave to an attacker.
#[derive(Clone, Copy, Debug)]
pub struct Odds {
    /// The chance of signing in to one account within a year by guessing codes. The account has an
    /// email address and a phone number.
    pub account_year: Chance,
    /// The same in a day.
    pub account_day: Chance,
    /// The chance of signing in to any account within a year by guessing codes, however many
    /// accounts there are, while wrong codes are otherwise rare.
    pub deployment_year: Chance,
    /// The same if the attacker has slowly raised the number of wrong codes that counts as usual.
    pub deployment_year_at_worst: Chance,
}

impl Odds {
    /// Settings that leave a chance above one in this number, per account and year, need the
    /// explicit acceptance of the operator.
    pub const ACCEPTED: u32 = 1_000;

    /// Returns the odds of these settings. Without text messages an account has one contact.
    #[must_use]
    pub fn of(otp: &OtpPolicy, limits: &LimitPolicy, text_messages: bool) -> Self {
        let digit = 10_f64.powi(-i32::from(otp.length));
        let letters = LIVE_CODES * 20_f64.powi(-i32::from(CodeFormat::LETTER_COUNT));
        let (month, year) = limits.contact_guesses;
        let phone_year = if text_messages {
            limits.phone_guesses
        } else {
            0
        };
        let phone_month = if text_messages { month } else { 0 };
        let messages = limits.contact_emails.1
            + if text_messages {
                limits.contact_texts.1
            } else {
                0
            };
        let letters_a_day = f64::from(messages) * f64::from(otp.max_attempts);
        // A year overlaps with thirteen windows of 30 days.
        let in_a_year = |year: u32| f64::from(year.min(month.saturating_mul(13)));
        let in_a_day = f64::from(month.min(year)) + f64::from(phone_month.min(phone_year));
        let deployment = |a_day: u32| Chance::of(f64::from(a_day) * DAYS, digit);
        Self {
            account_year: Chance::of(in_a_year(year) + in_a_year(phone_year), digit)
                .or(Chance::of(letters_a_day * DAYS, letters)),
            account_day: Chance::of(in_a_day, digit).or(Chance::of(letters_a_day, letters)),
            deployment_year: deployment(limits.breaker.floor),
            deployment_year_at_worst: deployment(limits.breaker.ceiling),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::domain::limits::tests::limits;
    use jiff::SignedDuration;

    fn otp(length: u8) -> OtpPolicy {
        let minute = SignedDuration::from_mins(1);
        OtpPolicy {
            length,
            lifetime: minute * 5,
            max_attempts: 5,
            cooldowns: [minute; 3],
        }
    }

    #[test]
    fn the_default_odds_are_at_most_one_in_ten_thousand_a_year() {
        let odds = Odds::of(&otp(6), &limits(), true);
        assert!(
            !odds.account_year.is_above_one_in(10_000),
            "{}",
            odds.account_year
        );
        assert!(
            odds.account_year.is_above_one_in(10_300),
            "{}",
            odds.account_year
        );
        assert_eq!(
            Odds::of(&otp(6), &limits(), false).account_year.to_string(),
            "1 in 16280"
        );
        assert_eq!(odds.deployment_year.to_string(), "1 in 27");
    }

    #[test]
    fn longer_codes_and_stricter_limits_lower_the_odds() {
        let odds = Odds::of(&otp(6), &limits(), true).account_year;
        assert!(Odds::of(&otp(8), &limits(), true).account_year < odds);
        let stricter = LimitPolicy {
            contact_guesses: (5, 30),
            ..limits()
        };
        assert!(Odds::of(&otp(6), &stricter, true).account_year < odds);
    }

    #[test]
    fn unlimited_letter_codes_exceed_the_accepted_odds() {
        let endless = LimitPolicy {
            contact_emails: (1_000_000, 1_000_000),
            ..limits()
        };
        assert!(
            Odds::of(&otp(6), &endless, true)
                .account_year
                .is_above_one_in(Odds::ACCEPTED)
        );
    }

    #[test]
    fn a_small_chance_is_not_lost_to_rounding() {
        let chance = Chance::of(1.0, 1e-12);
        assert_eq!(chance.to_string(), "1 in 1000000000000");
        assert!(Chance::of(1e12, 1e-6).is_above_one_in(2));
    }
}
