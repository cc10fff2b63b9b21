//! `[limits]`: how often things may be done.

use serde::Deserialize;

use super::super::{SettingsError, demand, strict};
use crate::server::domain::{Breaker, LimitPolicy};

/// `[limits]`: how often things may be done. Each is a number of times in the time that its name says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Mails to one contact in an hour that browsers ask for in which its customer has never signed in.
    #[serde(deserialize_with = "strict::whole")]
    pub contact_emails_per_hour: u32,
    /// The same in 24 hours.
    #[serde(deserialize_with = "strict::whole")]
    pub contact_emails_per_day: u32,
    /// Text messages to one contact in an hour, likewise.
    #[serde(deserialize_with = "strict::whole")]
    pub contact_texts_per_hour: u32,
    /// The same in 24 hours.
    #[serde(deserialize_with = "strict::whole")]
    pub contact_texts_per_day: u32,
    /// Wrong guesses of digits per contact on such browsers in 30 days; beyond that, codes have letters.
    #[serde(deserialize_with = "strict::whole")]
    pub contact_guesses_per_30_days: u32,
    /// The same in 365 days.
    #[serde(deserialize_with = "strict::whole")]
    pub contact_guesses_per_year: u32,
    /// The same in 365 days for a phone number: with an email address and a phone number an account has the sum.
    #[serde(deserialize_with = "strict::whole")]
    pub phone_guesses_per_year: u32,
    /// Messages in 24 hours that a browser may ask for in which the customer has signed in before.
    #[serde(deserialize_with = "strict::whole")]
    pub known_messages_per_day: u32,
    /// Wrong guesses of digits on such a browser in 24 hours; beyond that it is a stranger again.
    #[serde(deserialize_with = "strict::whole")]
    pub known_guesses_per_day: u32,
    /// The same in 30 days.
    #[serde(deserialize_with = "strict::whole")]
    pub known_guesses_per_30_days: u32,
    /// Browsers of one customer that are known; the one not used for longest is forgotten.
    #[serde(deserialize_with = "strict::whole")]
    pub known_browsers: u32,
    /// Codes that a browser may ask for in 15 minutes.
    #[serde(deserialize_with = "strict::whole")]
    pub codes_per_sign_in: u32,
    /// Answers of a browser in 15 minutes.
    #[serde(deserialize_with = "strict::whole")]
    pub guesses_per_sign_in: u32,
    /// Messages in an hour that an address may ask for (IPv6: a /64).
    #[serde(deserialize_with = "strict::whole")]
    pub network_messages_per_hour: u32,
    /// Messages in an hour before an address has to prove work for the next.
    #[serde(deserialize_with = "strict::whole")]
    pub network_messages_before_proof: u32,
    /// Ill-formed contacts and answers in an hour of an address.
    #[serde(deserialize_with = "strict::whole")]
    pub network_misses_per_hour: u32,
    /// Mails in an hour that all unknown browsers together may ask for.
    #[serde(deserialize_with = "strict::whole")]
    pub emails_per_hour: u32,
    /// Text messages in an hour, likewise.
    #[serde(deserialize_with = "strict::whole")]
    pub texts_per_hour: u32,
    /// The same in 24 hours.
    #[serde(deserialize_with = "strict::whole")]
    pub texts_per_day: u32,
    /// Text messages in 24 hours to numbers with the same first digits, from which on some have to be used.
    #[serde(deserialize_with = "strict::whole")]
    pub range_texts_per_day: u32,
    /// How many of them, in percent.
    #[serde(deserialize_with = "strict::whole")]
    pub range_texts_used_percent: u32,
    /// Wrong guesses of digits at all contacts together in 24 hours that are never an attack.
    #[serde(deserialize_with = "strict::whole")]
    pub breaker_guesses_per_day: u32,
    /// What times the mean of the last 28 days is one.
    #[serde(deserialize_with = "strict::whole")]
    pub breaker_factor: u32,
    /// Guesses that always are one.
    #[serde(deserialize_with = "strict::whole")]
    pub breaker_ceiling_per_day: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            contact_emails_per_hour: 5,
            contact_emails_per_day: 10,
            contact_texts_per_hour: 3,
            contact_texts_per_day: 5,
            contact_guesses_per_30_days: 10,
            contact_guesses_per_year: 60,
            phone_guesses_per_year: 36,
            known_messages_per_day: 10,
            known_guesses_per_day: 10,
            known_guesses_per_30_days: 50,
            known_browsers: 10,
            codes_per_sign_in: 3,
            guesses_per_sign_in: 10,
            network_messages_per_hour: 60,
            network_messages_before_proof: 10,
            network_misses_per_hour: 60,
            emails_per_hour: 1_000,
            texts_per_hour: 100,
            texts_per_day: 300,
            range_texts_per_day: 50,
            range_texts_used_percent: 30,
            breaker_guesses_per_day: 100,
            breaker_factor: 5,
            breaker_ceiling_per_day: 500,
        }
    }
}

impl Limits {
    pub(in crate::server::config) fn check(&self) -> Result<(), SettingsError> {
        for (value, most, key, allowed) in [
            (self.contact_guesses_per_30_days, 100, "limits.contact_guesses_per_30_days", "1 to 100"),
            (self.contact_guesses_per_year, 100, "limits.contact_guesses_per_year", "1 to 100"),
            (self.phone_guesses_per_year, 100, "limits.phone_guesses_per_year", "1 to 100"),
            (self.known_guesses_per_day, 100, "limits.known_guesses_per_day", "1 to 100"),
            (self.known_guesses_per_30_days, 100, "limits.known_guesses_per_30_days", "1 to 100"),
            (self.known_browsers, 10, "limits.known_browsers", "1 to 10"),
            (self.range_texts_used_percent, 100, "limits.range_texts_used_percent", "1 to 100"),
            (self.breaker_factor, 100, "limits.breaker_factor", "1 to 100"),
        ] {
            demand((1..=most).contains(&value), key, allowed)?;
        }
        for (value, key) in [
            (self.contact_emails_per_hour, "limits.contact_emails_per_hour"),
            (self.contact_emails_per_day, "limits.contact_emails_per_day"),
            (self.contact_texts_per_hour, "limits.contact_texts_per_hour"),
            (self.contact_texts_per_day, "limits.contact_texts_per_day"),
            (self.known_messages_per_day, "limits.known_messages_per_day"),
            (self.codes_per_sign_in, "limits.codes_per_sign_in"),
            (self.guesses_per_sign_in, "limits.guesses_per_sign_in"),
            (self.network_messages_per_hour, "limits.network_messages_per_hour"),
            (self.network_messages_before_proof, "limits.network_messages_before_proof"),
            (self.network_misses_per_hour, "limits.network_misses_per_hour"),
            (self.emails_per_hour, "limits.emails_per_hour"),
            (self.texts_per_hour, "limits.texts_per_hour"),
            (self.texts_per_day, "limits.texts_per_day"),
            (self.range_texts_per_day, "limits.range_texts_per_day"),
            (self.breaker_guesses_per_day, "limits.breaker_guesses_per_day"),
            (self.breaker_ceiling_per_day, "limits.breaker_ceiling_per_day"),
        ] {
            demand((1..=1_000_000).contains(&value), key, "1 to 1000000")?;
        }
        let is_above = self.breaker_ceiling_per_day >= self.breaker_guesses_per_day;
        demand(is_above, "limits.breaker_ceiling_per_day", "at least limits.breaker_guesses_per_day")
    }

    /// The figures as the rules use them.
    #[must_use]
    pub const fn policy(&self) -> LimitPolicy {
        LimitPolicy {
            contact_emails: (self.contact_emails_per_hour, self.contact_emails_per_day),
            contact_texts: (self.contact_texts_per_hour, self.contact_texts_per_day),
            contact_guesses: (self.contact_guesses_per_30_days, self.contact_guesses_per_year),
            phone_guesses: self.phone_guesses_per_year,
            device_messages: self.known_messages_per_day,
            device_guesses: (self.known_guesses_per_day, self.known_guesses_per_30_days),
            devices: self.known_browsers,
            browser_codes: self.codes_per_sign_in,
            browser_guesses: self.guesses_per_sign_in,
            network_messages: (self.network_messages_before_proof, self.network_messages_per_hour),
            network_misses: self.network_misses_per_hour,
            emails: self.emails_per_hour,
            texts: (self.texts_per_hour, self.texts_per_day),
            range_texts: (self.range_texts_per_day, self.range_texts_used_percent),
            breaker: Breaker {
                floor: self.breaker_guesses_per_day,
                ceiling: self.breaker_ceiling_per_day,
                factor: self.breaker_factor,
            },
        }
    }
}
