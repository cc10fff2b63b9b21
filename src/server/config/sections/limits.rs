//! `[limits]`: rate limits.

use super::super::{SettingsError, require, setting::section};
use crate::server::domain::{Breaker, LimitPolicy};

section! {
    /// `[limits]`: rate limits in sliding windows. The name of a setting gives the length of its
    /// window.
    Limits in "limits" {
        /// Codes that a browser may request in 15 minutes.
        codes_per_sign_in: u32 = 3, range: 1 to 1_000_000,
            policy: "Codes and attempts of one browser in 15 min" => format!("{codes_per_sign_in} and");
        /// Attempts to enter a code that a browser may make in 15 minutes.
        guesses_per_sign_in: u32 = 10, range: 1 to 1_000_000, policy_continued: guesses_per_sign_in.to_string();
        /// Emails per hour to one contact that unknown devices may request.
        contact_emails_per_hour: u32 = 5, range: 1 to 1_000_000,
            policy: "Mails to one contact for unknown devices" => format!("{contact_emails_per_hour}/h,");
        /// Emails per 24 hours to one contact that unknown devices may request.
        contact_emails_per_day: u32 = 10, range: 1 to 1_000_000,
            policy_continued: format!("{contact_emails_per_day}/24 h");
        /// Text messages per hour to one contact that unknown devices may request.
        contact_texts_per_hour: u32 = 3, range: 1 to 1_000_000,
            policy: "Text messages to one contact for unknown devices" => format!("{contact_texts_per_hour}/h,");
        /// Text messages per 24 hours to one contact that unknown devices may request.
        contact_texts_per_day: u32 = 5, range: 1 to 1_000_000, policy_continued: format!("{contact_texts_per_day}/24 h");
        /// Wrong guesses of numeric codes per contact in 30 days from unknown devices. Beyond this
        /// limit, codes consist of letters.
        contact_guesses_per_30_days: u32 = 10, range: 1 to 100,
            policy: "Wrong guesses of digits per contact on unknown devices" =>
                format!("{contact_guesses_per_30_days}/30 d,");
        /// The same limit for 365 days.
        contact_guesses_per_year: u32 = 60, range: 1 to 100,
            policy_continued: format!("{contact_guesses_per_year}/365 d");
        /// The same limit for 365 days if the contact is a phone number. An account with an email
        /// address and a phone number has the sum of both limits.
        phone_guesses_per_year: u32 = 36, range: 1 to 100,
            policy: "The same for a phone number" => format!("{phone_guesses_per_year}/365 d");
        /// Messages per 24 hours that a known device may request.
        known_device_messages_per_day: u32 = 10, range: 1 to 1_000_000,
            policy: "Messages for a known device" => format!("{known_device_messages_per_day}/24 h");
        /// Wrong guesses of numeric codes per 24 hours from a known device. Beyond this limit, the
        /// device counts as unknown.
        known_device_guesses_per_day: u32 = 10, range: 1 to 100,
            policy: "Wrong guesses of digits on a known device" => format!("{known_device_guesses_per_day}/24 h,");
        /// The same limit for 30 days.
        known_device_guesses_per_30_days: u32 = 50, range: 1 to 100,
            policy_continued: format!("{known_device_guesses_per_30_days}/30 d");
        /// Known devices per customer. A further device replaces the least recently used one.
        known_devices: u32 = 10, range: 1 to 10, policy: "Known devices of a customer" => known_devices.to_string();
        /// Messages per hour that a network (an IPv4 address or an IPv6 /64) may request before its
        /// unknown devices must pass the captcha.
        network_messages_before_captcha: u32 = 10, range: 1 to 1_000_000,
            policy: "Messages per IPv4 address or IPv6 /64 (times 4 for /24 and /48)" =>
                format!("{network_messages_before_captcha}/h, then captcha;");
        /// The most messages per hour that a network may request.
        network_messages_per_hour: u32 = 60, range: 1 to 1_000_000,
            policy_continued: format!("{network_messages_per_hour}/h at most");
        /// Invalid contacts and codes per hour that a network may submit.
        network_invalid_input_per_hour: u32 = 60, range: 1 to 1_000_000,
            policy: "Invalid contacts and codes, likewise" => format!("{network_invalid_input_per_hour}/h");
        /// Emails per hour that all unknown devices together may request.
        emails_per_hour: u32 = 1_000, range: 1 to 1_000_000,
            policy: "Mails for all unknown devices" => format!("{emails_per_hour}/h");
        /// Text messages per hour that all unknown devices together may request.
        texts_per_hour: u32 = 100, range: 1 to 1_000_000,
            policy: "Text messages for all unknown devices" => format!("{texts_per_hour}/h,");
        /// Text messages per 24 hours that all unknown devices together may request.
        texts_per_day: u32 = 300, range: 1 to 1_000_000, policy_continued: format!("{texts_per_day}/24 h");
        /// Text messages per 24 hours to phone numbers with the same first digits. Beyond this
        /// limit, a share of their codes must have been used.
        range_texts_per_day: u32 = 50, range: 1 to 1_000_000,
            policy: "Text messages to numbers with the same first digits" =>
                format!("{range_texts_per_day}/24 h unless");
        /// That share, in percent.
        range_texts_used_percent: u32 = 30, range: 1 to 100,
            policy_continued: format!("{range_texts_used_percent} % are used");
        /// The daily limit of wrong guesses of numeric codes for all contacts together, as a
        /// multiple of the daily mean of the last 28 days. Beyond this limit, unknown devices get
        /// codes of letters for 24 hours.
        breaker_factor: u32 = 5, range: 1 to 100,
            policy: "Wrong guesses of digits at all contacts before unknown devices get letters for 24 h" =>
                format!("{breaker_factor} times the mean of 28 d,");
        /// The lower bound of that daily limit.
        breaker_guesses_per_day: u32 = 100, range: 1 to 1_000_000,
            policy_continued: format!("at least {breaker_guesses_per_day}");
        /// The upper bound of that daily limit.
        breaker_ceiling_per_day: u32 = 500, range: 1 to 1_000_000,
            policy_continued: format!("and at most {breaker_ceiling_per_day} in 24 h");
    }
}

impl Limits {
    pub(in crate::server::config) fn check(&self) -> Result<(), SettingsError> {
        let is_above = self.breaker_ceiling_per_day >= self.breaker_guesses_per_day;
        require(
            is_above,
            "limits.breaker_ceiling_per_day",
            "at least limits.breaker_guesses_per_day",
        )
    }

    /// Returns the policy that the domain rules use.
    #[must_use]
    pub const fn policy(&self) -> LimitPolicy {
        LimitPolicy {
            contact_emails: (self.contact_emails_per_hour, self.contact_emails_per_day),
            contact_texts: (self.contact_texts_per_hour, self.contact_texts_per_day),
            contact_guesses: (
                self.contact_guesses_per_30_days,
                self.contact_guesses_per_year,
            ),
            phone_guesses: self.phone_guesses_per_year,
            device_messages: self.known_device_messages_per_day,
            device_guesses: (
                self.known_device_guesses_per_day,
                self.known_device_guesses_per_30_days,
            ),
            devices: self.known_devices,
            browser_codes: self.codes_per_sign_in,
            browser_guesses: self.guesses_per_sign_in,
            network_messages: (
                self.network_messages_before_captcha,
                self.network_messages_per_hour,
            ),
            network_invalid_input: self.network_invalid_input_per_hour,
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
