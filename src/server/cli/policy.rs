//! `doorcode policy`

use super::{Done, print};
use crate::server::{
    config::{Limits, Settings},
    domain::policy::{DEVICE_LIFETIME, PRE_AUTH_LIFETIME, STEP_UP_LIFETIME},
};

/// Prints the policy as a Markdown table.
pub(super) fn run(settings: &Settings) -> Done {
    print::line(format_args!("| What | In force | Setting |\n|---|---|---|"))?;
    for (what, figure, setting) in otp(settings).into_iter().chain(limits(&settings.limits)).chain(sessions(settings)) {
        print::line(format_args!("| {what} | {figure} | {setting} |"))?;
    }
    Ok(())
}

type Row = (&'static str, String, &'static str);

fn otp(settings: &Settings) -> Vec<Row> {
    let otp = &settings.otp;
    let [third, later] = otp.later_cooldowns_seconds;
    vec![
        ("Code", format!("{} digits", otp.length), "`otp.length`"),
        ("Code once guesses are spent", "8 of 20 letters".to_owned(), "none"),
        ("A code works for", format!("{} min", otp.expiry_minutes), "`otp.expiry_minutes`"),
        ("Answers to a code", otp.max_attempts.to_string(), "`otp.max_attempts`"),
        (
            "From message to message of one browser",
            format!("{}, {third}, then {later} s", otp.resend_cooldown_seconds),
            "`otp.resend_cooldown_seconds`, `otp.later_cooldowns_seconds`",
        ),
    ]
}

fn limits(limits: &Limits) -> Vec<Row> {
    vec![
        (
            "Codes and answers of one browser in 15 min",
            format!("{} and {}", limits.codes_per_sign_in, limits.guesses_per_sign_in),
            "`limits.codes_per_sign_in`, `limits.guesses_per_sign_in`",
        ),
        (
            "Mails to one contact for unknown browsers",
            format!("{}/h, {}/24 h", limits.contact_emails_per_hour, limits.contact_emails_per_day),
            "`limits.contact_emails_per_hour`, `limits.contact_emails_per_day`",
        ),
        (
            "Text messages to one contact for unknown browsers",
            format!("{}/h, {}/24 h", limits.contact_texts_per_hour, limits.contact_texts_per_day),
            "`limits.contact_texts_per_hour`, `limits.contact_texts_per_day`",
        ),
        (
            "Wrong guesses of digits per contact on unknown browsers",
            format!("{}/30 d, {}/365 d", limits.contact_guesses_per_30_days, limits.contact_guesses_per_year),
            "`limits.contact_guesses_per_30_days`, `limits.contact_guesses_per_year`",
        ),
        (
            "The same for a phone number",
            format!("{}/365 d", limits.phone_guesses_per_year),
            "`limits.phone_guesses_per_year`",
        ),
        (
            "Messages for a known browser",
            format!("{}/24 h", limits.known_messages_per_day),
            "`limits.known_messages_per_day`",
        ),
        (
            "Wrong guesses of digits on a known browser",
            format!("{}/24 h, {}/30 d", limits.known_guesses_per_day, limits.known_guesses_per_30_days),
            "`limits.known_guesses_per_day`, `limits.known_guesses_per_30_days`",
        ),
        ("Known browsers of a customer", limits.known_browsers.to_string(), "`limits.known_browsers`"),
        (
            "Messages per IPv4 address or IPv6 /64 (times 4 for /24 and /48)",
            format!(
                "{}/h, then proof; {}/h at most",
                limits.network_messages_before_proof, limits.network_messages_per_hour
            ),
            "`limits.network_messages_before_proof`, `limits.network_messages_per_hour`",
        ),
        (
            "Ill-formed contacts and answers, likewise",
            format!("{}/h", limits.network_misses_per_hour),
            "`limits.network_misses_per_hour`",
        ),
        ("Mails for all unknown browsers", format!("{}/h", limits.emails_per_hour), "`limits.emails_per_hour`"),
        (
            "Text messages for all unknown browsers",
            format!("{}/h, {}/24 h", limits.texts_per_hour, limits.texts_per_day),
            "`limits.texts_per_hour`, `limits.texts_per_day`",
        ),
        (
            "Text messages to numbers with the same first digits",
            format!("{}/24 h unless {} % are used", limits.range_texts_per_day, limits.range_texts_used_percent),
            "`limits.range_texts_per_day`, `limits.range_texts_used_percent`",
        ),
        (
            "Wrong guesses of digits at all contacts before unknown browsers get letters for 24 h",
            format!(
                "{} times the mean of 28 d, at least {} and at most {} in 24 h",
                limits.breaker_factor, limits.breaker_guesses_per_day, limits.breaker_ceiling_per_day
            ),
            "`limits.breaker_factor`, `limits.breaker_guesses_per_day`, `limits.breaker_ceiling_per_day`",
        ),
    ]
}

fn sessions(settings: &Settings) -> Vec<Row> {
    let session = &settings.session;
    vec![
        ("A session ends without use after", format!("{} d", session.idle_days), "`session.idle_days`"),
        ("A session ends in any case after", format!("{} d", session.absolute_days), "`session.absolute_days`"),
        ("From asking for a code to signing in", format!("{} min", PRE_AUTH_LIFETIME.as_mins()), "none"),
        ("A browser is known after a sign-in for", format!("{} d", DEVICE_LIFETIME.as_hours() / 24), "none"),
        (
            "A fresh code for sessions and contacts is one of the last",
            format!("{} min", STEP_UP_LIFETIME.as_mins()),
            "none",
        ),
    ]
}
