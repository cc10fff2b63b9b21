//! Settings. They are read from `Leptos.toml` and environment variables and checked once, when they
//! are loaded. An error names the key of the wrong setting.

mod exposure;
mod secret_files;
mod sections;
mod setting;
mod source;
mod strict;
mod variables;

use std::{collections::HashMap, path::Path};

use config::{Config, File, FileFormat};
use serde::Deserialize;

use super::domain::{Chance, ContrastError, Odds};

pub use sections::{
    Address, BirdSettings, BodyFormat, Brand, Captcha, CaptchaKind, ClientIp, Database, Dkim,
    Email, EmailBackendName, Endpoint, EndpointTemplate, Env, GatewaySettings, GenericSettings,
    Keys, Languages, Limits, Method, Notices, Otp, PlivoSettings, Preset, Privacy, PublicUrl,
    RelayTable, Server, Session, Sms, SmsBackendName, SnsSettings, Templates, TwilioSettings,
    UnknownContacts, VonageSettings,
};

pub use setting::{PolicyFigure, Range, Setting, VariableType};
pub use source::Source;

/// The name of the settings file, relative to the working directory.
pub const FILE: &str = "Leptos.toml";
/// The settings that were renamed, with their new names. An old name is refused, because a setting
/// that is ignored would silently fall back to its default.
const RENAMED: [(&str, &str); 6] = [
    ("limits.known_browsers", "limits.known_devices"),
    (
        "limits.known_messages_per_day",
        "limits.known_device_messages_per_day",
    ),
    (
        "limits.known_guesses_per_day",
        "limits.known_device_guesses_per_day",
    ),
    (
        "limits.known_guesses_per_30_days",
        "limits.known_device_guesses_per_30_days",
    ),
    (
        "limits.network_messages_before_proof",
        "limits.network_messages_before_captcha",
    ),
    (
        "limits.network_misses_per_hour",
        "limits.network_invalid_input_per_hour",
    ),
];

/// All settings. [`Settings::load`] checks them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The operator's name, addresses and appearance.
    pub brand: Brand,
    /// The HTTP server.
    pub server: Server,
    /// The location of the database.
    pub database: Database,
    /// The files with the secret keys.
    pub keys: Keys,
    /// The length, lifetime and resend waits of codes.
    pub otp: Otp,
    /// Rate limits.
    pub limits: Limits,
    /// The check for unknown devices in a network beyond its soft limit.
    pub captcha: Captcha,
    /// How emails are sent.
    pub email: Email,
    /// How text messages are sent, and what they may cost.
    pub sms: Sms,
    /// The languages of pages and messages.
    pub languages: Languages,
    /// The operator's own message templates.
    pub templates: Templates,
    /// Whether pages reveal that a contact is unknown.
    pub privacy: Privacy,
    /// How long sessions last.
    pub session: Session,
    /// Messages that customers get without requesting them.
    pub notices: Notices,
}

/// An error in the settings. Its message is one sentence that names the key and what is allowed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is missing or is not valid TOML.
    #[error("The settings cannot be read: {0}.")]
    Read(String),
    /// The key has another name in this version.
    #[error("The setting {old} was renamed to {new}.")]
    Renamed {
        /// The old `section.key`.
        old: &'static str,
        /// The new `section.key`.
        new: &'static str,
    },
    /// The key is unknown, or its value has the wrong type or form.
    #[error("The setting {key} is wrong: {problem}.")]
    Type {
        /// `section.key`.
        key: String,
        /// The problem, and what is allowed.
        problem: String,
    },
    /// The chance that somebody guesses a code is higher than the operator accepts.
    #[error(
        "The settings in [otp] and [limits] leave a chance of {0} that somebody signs in to an account within a year by guessing codes. \
         Set stricter ones, or set otp.accept_odds to the chance that you accept, like 500 for 1 in 500."
    )]
    Odds(Chance),
    /// A colour has too little contrast with its background.
    #[error("The setting {key} is hard to read: {error}.")]
    Contrast {
        /// `section.key`.
        key: &'static str,
        /// The colour, the background and their contrast.
        error: ContrastError,
    },
    /// The value is not allowed.
    #[error("The setting {key} must be {allowed}.")]
    Value {
        /// `section.key`.
        key: &'static str,
        /// The allowed values.
        allowed: &'static str,
    },
}

impl Settings {
    /// Reads `file`, or [`FILE`] if there is no `file`, and the environment variables that override
    /// it. A missing [`FILE`] counts as empty.
    ///
    /// # Errors
    /// Returns [`SettingsError`] if the settings cannot be read or are not valid.
    pub fn load(file: Option<&Path>) -> Result<Self, SettingsError> {
        Self::read(
            file,
            std::env::vars_os()
                .filter_map(|(name, value)| name.into_string().ok().zip(value.into_string().ok()))
                .collect(),
        )
    }

    fn read(
        file: Option<&Path>,
        variables: HashMap<String, String>,
    ) -> Result<Self, SettingsError> {
        let source = File::from(file.unwrap_or(Path::new(FILE)))
            .format(FileFormat::Toml)
            .required(file.is_some());
        let variables = variables::Variables::new(variables, &Self::default().declared());
        let config = Config::builder()
            .add_source(source)
            .add_source(variables)
            .build();
        let mut config =
            config.map_err(|error| SettingsError::Read(first_and_last_line(&error.to_string())))?;
        refuse_renamed(&config)?;
        secret_files::read_secrets(&mut config.cache)?;
        let settings: Self =
            serde_path_to_error::deserialize(config).map_err(|error| type_error(&error))?;
        settings.check()?;
        Ok(settings)
    }

    /// Returns every declared setting, in the order of `doorcode policy`.
    #[must_use]
    pub fn declared(&self) -> Vec<Setting> {
        [
            self.brand.settings(),
            self.server.settings(),
            self.database.settings(),
            self.keys.settings(),
            self.otp.settings(),
            self.limits.settings(),
            self.captcha.settings(),
            self.email.settings(),
            self.sms.settings(),
            self.languages.settings(),
            self.templates.settings(),
            self.privacy.settings(),
            self.session.settings(),
            self.notices.settings(),
        ]
        .concat()
    }

    fn check(&self) -> Result<(), SettingsError> {
        self.declared().iter().try_for_each(Setting::check)?;
        self.brand.check()?;
        self.server.check()?;
        self.database.check()?;
        self.keys.check()?;
        self.otp.check()?;
        self.limits.check()?;
        self.captcha.check()?;
        self.email.check()?;
        self.sms.check()?;
        self.languages.check()?;
        self.templates.check()?;
        self.check_odds()
    }

    fn check_odds(&self) -> Result<(), SettingsError> {
        let chance = self.odds().account_year;
        let accepted = self
            .otp
            .accept_odds
            .unwrap_or(Odds::ACCEPTED)
            .min(Odds::ACCEPTED);
        if chance.is_above_one_in(accepted) {
            Err(SettingsError::Odds(chance))
        } else {
            Ok(())
        }
    }

    /// Returns the chances that these settings leave to somebody who guesses codes.
    #[must_use]
    pub fn odds(&self) -> Odds {
        Odds::of(
            &self.otp.policy(),
            &self.limits.policy(),
            self.sms.backend != SmsBackendName::None,
        )
    }

    /// Whether pages say that a contact is unknown.
    #[must_use]
    pub fn reveal_unknown_contacts(&self) -> bool {
        match self.privacy.unknown_contacts {
            Some(choice) => choice == UnknownContacts::Reveal,
            None => self.server.env == Env::Dev,
        }
    }
}

/// Refuses a setting under its old name. The names of environment variables are already those of
/// settings here.
fn refuse_renamed(config: &Config) -> Result<(), SettingsError> {
    let renamed = RENAMED
        .into_iter()
        .find(|(old, _)| config.get::<config::Value>(old).is_ok());
    renamed.map_or(Ok(()), |(old, new)| {
        Err(SettingsError::Renamed { old, new })
    })
}

/// Shortens a parser's multi-line error message to its first line, which says where the error is,
/// and its last line, which says what it is.
fn first_and_last_line(message: &str) -> String {
    let mut lines = message
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    lines
        .next_back()
        .map_or_else(|| first.to_owned(), |last| format!("{first}: {last}"))
}

fn type_error(error: &serde_path_to_error::Error<config::ConfigError>) -> SettingsError {
    let problem = error.inner().to_string();
    let problem = problem
        .split(" for key `")
        .next()
        .unwrap_or_default()
        .to_owned();
    SettingsError::Type {
        key: error.path().to_string(),
        problem,
    }
}

/// Returns [`SettingsError::Value`] for `key` unless `condition` holds.
fn require(condition: bool, key: &'static str, allowed: &'static str) -> Result<(), SettingsError> {
    if condition {
        Ok(())
    } else {
        Err(SettingsError::Value { key, allowed })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::server::relay::{Credentials, Encryption, RelaySettings};

    fn read(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        read_file("", variables)
    }

    fn error_text(key: &str, value: &str) -> String {
        read(&[(key, value)]).expect_err("a mistake").to_string()
    }

    /// Reads a file with this content, and variables that override it.
    fn read_file(toml: &str, variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(toml.as_bytes()).expect("written");
        let variables = variables
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Settings::read(Some(file.path()), variables.collect())
    }

    /// Returns the name of the variable that sets a key.
    fn variable(key: &str) -> String {
        format!(
            "{}{}",
            variables::PREFIX,
            key.to_ascii_uppercase().replace('.', "__")
        )
    }

    #[test]
    fn empty_settings_use_the_defaults() {
        let settings = read(&[]).expect("defaults");
        assert_eq!(settings.brand.name, "Waste Billing");
        assert_eq!(
            (
                settings.otp.length,
                settings.otp.expiry_minutes,
                settings.otp.max_attempts
            ),
            (6, 5, 5)
        );
        assert_eq!(
            settings.email.from.to_string(),
            "noreply@wastebilling.local"
        );
        assert!(settings.reveal_unknown_contacts());
    }

    #[test]
    fn shipped_file_equals_the_defaults() {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
        let shipped = Settings::read(Some(&shipped), HashMap::new()).expect("a file that holds");
        assert_eq!(
            format!("{shipped:?}"),
            format!("{:?}", read(&[]).expect("defaults"))
        );
    }

    #[test]
    fn production_conceals_unknown_contacts_by_default() {
        assert!(
            !read(&[("DOORCODE__SERVER__ENV", "PROD")])
                .expect("settings")
                .reveal_unknown_contacts()
        );
        let overridden = [
            ("DOORCODE__SERVER__ENV", "PROD"),
            ("DOORCODE__PRIVACY__UNKNOWN_CONTACTS", "reveal"),
        ];
        assert!(
            read(&overridden)
                .expect("settings")
                .reveal_unknown_contacts()
        );
    }

    #[test]
    fn environment_variables_override_and_lists_are_comma_separated() {
        let settings = read(&[
            ("DOORCODE__KEYS__FILES", "a.key,b.key"),
            ("DOORCODE__OTP__LENGTH", "8"),
        ])
        .expect("settings");
        assert_eq!(settings.keys.files.len(), 2);
        assert_eq!(settings.otp.length, 8);
    }

    #[test]
    fn text_variables_may_look_like_numbers_or_flags() {
        for text in [
            "360", "007", "1e5", "0x10", "true", "FALSE", "1.50", "+1", "null", "[1]",
        ] {
            let settings = read(&[
                ("DOORCODE__BRAND__NAME", text),
                ("DOORCODE__CAPTCHA__KIND", "turnstile"),
                ("DOORCODE__CAPTCHA__SITE_KEY", text),
                ("DOORCODE__CAPTCHA__SECRET", text),
                ("DOORCODE__SERVER__MAINTENANCE_FILE", text),
            ])
            .expect(text);
            let secret = settings.captcha.secret.as_ref().expect("a secret");
            let secret = secrecy::ExposeSecret::expose_secret(secret);
            assert_eq!((settings.brand.name.as_str(), secret), (text, text));
            assert_eq!(settings.captcha.site_key.as_deref(), Some(text));
            let file = settings.server.maintenance_file.as_deref();
            assert_eq!(file, Some(Path::new(text)));
        }
        let settings = read(&[
            ("DOORCODE__EMAIL__FROM", "noreply@example.com"),
            ("DOORCODE__EMAIL__DKIM__DOMAIN", "example.com"),
            ("DOORCODE__EMAIL__DKIM__SELECTOR", "20230601"),
            ("DOORCODE__EMAIL__DKIM__KEY_FILE", "1"),
        ])
        .expect("settings");
        assert_eq!(settings.email.dkim.expect("DKIM").selector, "20230601");
    }

    #[test]
    fn numbers_flags_lists_and_amounts_are_read_from_variables() {
        let settings = read(&[
            ("DOORCODE__OTP__LENGTH", " 8 "),
            ("DOORCODE__OTP__ACCEPT_ODDS", "500"),
            ("DOORCODE__OTP__LATER_COOLDOWNS_SECONDS", "60, 90"),
            ("DOORCODE__EMAIL__CODE_IN_SUBJECT", "True"),
            ("DOORCODE__NOTICES__NEW_SIGN_IN", "false"),
            ("DOORCODE__SMS__ALLOWED_REGIONS", " US, CA ,,MX,"),
            ("DOORCODE__LANGUAGES__OFFERED", "en, de"),
            ("DOORCODE__SMS__DAILY_BUDGET", "12.50"),
            ("DOORCODE__SMS__PRICES__US", "0.0079"),
        ])
        .expect("settings");
        assert_eq!(
            (
                settings.otp.length,
                settings.otp.accept_odds,
                settings.otp.later_cooldowns_seconds
            ),
            (8, Some(500), [60, 90])
        );
        assert!(settings.email.code_in_subject && !settings.notices.new_sign_in);
        assert_eq!(settings.sms.allowed_regions, ["US", "CA", "MX"]);
        assert_eq!(settings.languages.offered.len(), 2);
        assert_eq!(settings.sms.daily_budget.to_string(), "12.50");
        assert_eq!(settings.sms.prices["US"].to_string(), "0.0079");
    }

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        let defaults = format!("{:?}", read(&[]).expect("defaults"));
        let keys = Settings::default().declared();
        let in_tables = [
            "email.dkim.selector",
            "email.relay.main.password",
            "email.relay.main.password_file",
            "sms.gateway.main.kind",
            "sms.prices.us",
        ];
        let keys = keys.iter().map(|setting| setting.key).chain(in_tables);
        for name in keys.map(variable).chain(["LEPTOS_SITE_ADDR".to_owned()]) {
            for nothing in ["", " ", "\t\r\n"] {
                let settings = read(&[(&name, nothing)]).expect(&name);
                assert_eq!(format!("{settings:?}"), defaults, "{name}");
            }
        }
        let file = "brand.name = \"Ada\"\nsms.allowed_regions = [\"CA\"]";
        let empty = [
            ("DOORCODE__BRAND__NAME", ""),
            ("DOORCODE__SMS__ALLOWED_REGIONS", ""),
        ];
        let settings = read_file(file, &empty).expect("settings");
        assert_eq!(settings.brand.name, "Ada");
        assert_eq!(settings.sms.allowed_regions, ["CA"]);
        let comma = [("DOORCODE__SMS__ALLOWED_REGIONS", ",")];
        let settings = read_file(file, &comma).expect("settings");
        assert!(settings.sms.allowed_regions.is_empty());
    }

    #[test]
    fn an_empty_value_in_the_file_is_refused_where_it_has_no_meaning() {
        for (file, expected) in [
            ("brand.name = \"\"", "brand.name must be 1 to 50"),
            ("keys.files = []", "keys.files must be"),
            ("templates.directory = \"\"", "templates.directory must be"),
            ("languages.directory = \"\"", "languages.directory must be"),
            (
                "brand.name = 360",
                "brand.name is wrong: it must be text, in quotes",
            ),
        ] {
            let error_text = read_file(file, &[]).expect_err(file).to_string();
            assert!(error_text.contains(expected), "{error_text}");
        }
    }

    #[test]
    fn a_secret_can_be_in_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, content: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).expect("written");
            path.to_str().expect("a path").to_owned()
        };
        let (number, url) = (
            file("number", "\n 0012e5 \r\n"),
            file("url", "smtps://u:hunter2@mail.example.com\n"),
        );
        let toml = format!(
            "email.backend = \"smtp\"\nemail.relay.main.preset = \"postmark\"\n\
             email.relay.main.password_file = {number:?}\n\
             captcha = {{ kind = \"turnstile\", site_key = \"k\" }}"
        );
        let variables = [
            ("DOORCODE__CAPTCHA__SECRET_FILE", number.as_str()),
            ("DOORCODE__SMS__BACKEND", "gateways"),
            ("DOORCODE__SMS__GATEWAYS", "main"),
            ("DOORCODE__SMS__GATEWAY__MAIN__KIND", "twilio"),
            ("DOORCODE__SMS__GATEWAY__MAIN__ACCOUNT_SID", "AC1"),
            ("DOORCODE__SMS__GATEWAY__MAIN__FROM", "Brand"),
            ("DOORCODE__SMS__GATEWAY__MAIN__AUTH_TOKEN_FILE", &number),
        ];
        let settings = read_file(&toml, &variables).expect("settings");
        let expose = secrecy::ExposeSecret::expose_secret;
        let relay = settings.email.relays().expect("a relay").remove(0);
        let Some((_, GatewaySettings::Twilio(twilio))) = settings.sms.in_order().next() else {
            panic!("another kind");
        };
        for secret in [
            &relay.credentials.as_ref().expect("a user").password,
            settings.captcha.secret.as_ref().expect("a secret"),
            &twilio.auth_token,
        ] {
            assert_eq!(expose(secret), "0012e5");
        }
        assert!(!format!("{settings:?}").contains("0012e5"));
        // Leptos.toml has an empty url as the default.
        let settings = read_file(
            "[email]\nbackend = \"smtp\"\nurl = \"\"",
            &[("DOORCODE__EMAIL__URL_FILE", &url)],
        );
        let settings = settings.expect("settings");
        let relay = settings.email.relays().expect("a relay").remove(0);
        assert_eq!(
            expose(&relay.credentials.expect("a user").password),
            "hunter2"
        );
        let generic = format!(
            "[sms]\ngateways = [\"main\"]\n[sms.gateway.main]\nkind = \"generic\"\n\
             endpoint = \"https://sms.example.com\"\nbody = \"{{}}\"\nreceipt_secret_file = {number:?}\n\
             [sms.gateway.main.headers]\nx-key_file = {number:?}"
        );
        let settings = read_file(&generic, &[]).expect("settings");
        let Some((_, GatewaySettings::Generic(generic))) = settings.sms.in_order().next() else {
            panic!("another kind");
        };
        let receipt_secret = generic.receipt_secret.as_ref().expect("a secret");
        assert_eq!(expose(receipt_secret), "0012e5");
        assert_eq!(expose(&generic.headers["x-key"]), "0012e5");
    }

    #[test]
    fn an_error_about_a_secret_in_a_file_names_the_key_and_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| {
            folder
                .path()
                .join(name)
                .to_str()
                .expect("a path")
                .to_owned()
        };
        std::fs::write(path("empty"), " \n").expect("written");
        std::fs::write(path("binary"), [0xff, 0xfe]).expect("written");
        std::fs::write(path("good"), "hunter2").expect("written");
        let good = path("good");
        for (key, file, problem) in [
            (
                "captcha.secret_file",
                path("missing"),
                "cannot be read: No such file",
            ),
            (
                "email.url_file",
                path("."),
                "cannot be read: Is a directory",
            ),
            ("email.password_file", path("binary"), "cannot be read: "),
            ("email.relay.main.password_file", path("empty"), "is empty"),
            (
                "sms.gateway.main.auth_token_file",
                path("missing"),
                "cannot be read: No such file",
            ),
        ] {
            let error_text = error_text(&variable(key), &file);
            let expected = format!("The setting {key} is wrong: the file {file} {problem}");
            assert!(error_text.starts_with(&expected), "{error_text}");
        }
        for (key, both) in [
            ("email.url", "DOORCODE__EMAIL__URL"),
            ("email.relay.main.url", "DOORCODE__EMAIL__RELAY__MAIN__URL"),
            (
                "sms.gateway.main.access_key",
                "DOORCODE__SMS__GATEWAY__MAIN__ACCESS_KEY",
            ),
        ] {
            let file_key = format!("{both}_FILE");
            let error = read(&[(both, "s3cret"), (&file_key, &good)]).expect_err(key);
            assert_eq!(
                error.to_string(),
                format!(
                    "The setting {key}_file is wrong: {key} is set as well; set only one of them."
                )
            );
        }
        let unknown = error_text("DOORCODE__BRAND__NAME_FILE", &good);
        assert!(unknown.contains("`name_file`"), "{unknown}");
    }

    #[test]
    fn variables_of_cargo_leptos_override_the_file_but_not_our_own_variables() {
        let cargo_leptos = ("LEPTOS_SITE_ADDR", "127.0.0.1:4400");
        let own = ("DOORCODE__SERVER__ADDRESS", "127.0.0.1:5500");
        let settings = read(&[cargo_leptos]).expect("settings");
        assert_eq!(settings.server.address.port(), 4400);
        let settings = read(&[cargo_leptos, own]).expect("settings");
        assert_eq!(settings.server.address.port(), 5500);
        let settings = read(&[("LEPTOS_SITE_ROOT", "target/debug/site")]).expect("settings");
        assert_eq!(settings.server.site_root, Path::new("target/debug/site"));
    }

    #[test]
    fn support_is_a_page_an_email_address_or_a_phone_number() {
        for (written, address) in [
            ("https://example.com/help", "https://example.com/help"),
            ("help@example.com", "mailto:help@example.com"),
            ("mailto:help@example.com", "mailto:help@example.com"),
            ("+1 202 555 0100", "tel:+12025550100"),
            ("+12025550100", "tel:+12025550100"),
            ("\u{202a}+1 202 555 0100\u{202c}", "tel:+12025550100"),
            ("\u{feff}help\u{ff20}example.com", "mailto:help@example.com"),
        ] {
            let settings = read(&[("DOORCODE__BRAND__SUPPORT", written)]).expect("settings");
            assert_eq!(settings.brand.support.expect("an address").0, address);
        }
    }

    #[test]
    fn pasted_sender_is_read_like_a_typed_one() {
        for written in [
            "Pay <noreply@example.com>",
            "\u{feff}Pay <noreply@example.com\u{200b}>",
            "Pay \u{ff1c}noreply\u{ff20}example.com\u{ff1e}\u{202c}",
        ] {
            let settings = read(&[("DOORCODE__EMAIL__FROM", written)]).expect("settings");
            let from = settings.email.from.to_string();
            assert_eq!(from, "Pay <noreply@example.com>", "{written:?}");
        }
    }

    #[test]
    fn unknown_key_error_names_the_key_and_the_known_keys() {
        let error_text = error_text("DOORCODE__OTP__LENGHT", "8");
        assert!(
            error_text.contains("otp")
                && error_text.contains("lenght")
                && error_text.contains("`length`"),
            "{error_text}"
        );
    }

    #[test]
    fn a_renamed_setting_is_refused_with_its_new_name() {
        let declared = Settings::default().declared();
        for (old, new) in RENAMED {
            assert!(declared.iter().any(|setting| setting.key == new), "{new}");
            assert!(declared.iter().all(|setting| setting.key != old), "{old}");
            let refused = format!("The setting {old} was renamed to {new}.");
            assert_eq!(error_text(&variable(old), "10"), refused);
            let settings = read_file(&format!("{old} = 10"), &[]);
            assert_eq!(
                settings.expect_err("a renamed setting").to_string(),
                refused
            );
        }
    }

    #[test]
    fn wrong_type_error_names_the_key() {
        let error_text = error_text("DOORCODE__OTP__LENGTH", "six");
        assert_eq!(
            error_text,
            "The setting otp.length is wrong: it must be a whole number that is not negative."
        );
    }

    #[test]
    fn wrong_choice_error_lists_the_allowed_values() {
        let error_text = error_text("DOORCODE__SERVER__ENV", "production");
        assert!(
            error_text.contains("server.env") && error_text.contains(r#""DEV" "PROD""#),
            "{error_text}"
        );
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table of cases")]
    fn invalid_value_error_names_the_key_and_what_is_allowed() {
        for (key, value, expected) in [
            ("DOORCODE__OTP__LENGTH", "5", "otp.length must be 6 to 10"),
            (
                "DOORCODE__OTP__EXPIRY_MINUTES",
                "11",
                "otp.expiry_minutes must be 1 to 10",
            ),
            (
                "DOORCODE__OTP__MAX_ATTEMPTS",
                "0",
                "otp.max_attempts must be 1 to 10",
            ),
            (
                "DOORCODE__OTP__RESEND_COOLDOWN_SECONDS",
                "0",
                "otp.resend_cooldown_seconds must be 30 to 3600",
            ),
            (
                "DOORCODE__OTP__RESEND_COOLDOWN_SECONDS",
                "29",
                "otp.resend_cooldown_seconds must be 30 to 3600",
            ),
            (
                "DOORCODE__OTP__LATER_COOLDOWNS_SECONDS",
                "60,20",
                "otp.later_cooldowns_seconds must be two numbers",
            ),
            (
                "DOORCODE__LIMITS__CONTACT_GUESSES_PER_YEAR",
                "101",
                "limits.contact_guesses_per_year must be 1 to 100",
            ),
            (
                "DOORCODE__LIMITS__CONTACT_GUESSES_PER_30_DAYS",
                "0",
                "limits.contact_guesses_per_30_days must be 1 to 100",
            ),
            (
                "DOORCODE__LIMITS__KNOWN_DEVICES",
                "11",
                "limits.known_devices must be 1 to 10",
            ),
            (
                "DOORCODE__LIMITS__EMAILS_PER_HOUR",
                "0",
                "limits.emails_per_hour must be 1 to 1000000",
            ),
            (
                "DOORCODE__LIMITS__BREAKER_CEILING_PER_DAY",
                "99",
                "limits.breaker_ceiling_per_day must be at least",
            ),
            (
                "DOORCODE__SESSION__IDLE_DAYS",
                "31",
                "session.idle_days must be 1 to 30",
            ),
            (
                "DOORCODE__BRAND__PUBLIC_URL",
                "pay.example.com",
                "brand.public_url",
            ),
            (
                "DOORCODE__BRAND__PUBLIC_URL",
                "https://pay.example.com/path",
                "brand.public_url",
            ),
            (
                "DOORCODE__BRAND__TIME_ZONE",
                "Nowhere/Town",
                "brand.time_zone must be the name of a time zone",
            ),
            (
                "DOORCODE__BRAND__ACCENT",
                "teal",
                "brand.accent is wrong: it must be a colour like \"#0b5d57\"",
            ),
            (
                "DOORCODE__BRAND__ACCENT",
                "#ff9900",
                "brand.accent is hard to read: #ff9900 has a contrast of 1.96 to 1",
            ),
            (
                "DOORCODE__BRAND__ACCENT_DARK",
                "#9db8ff",
                "brand.accent must be set if brand.accent_dark is set",
            ),
            (
                "DOORCODE__BRAND__SUPPORT",
                "javascript:alert(1)",
                "brand.support is wrong: it must be the address of a page",
            ),
            (
                "DOORCODE__BRAND__SUPPORT",
                "+",
                "brand.support is wrong: it must be the address of a page",
            ),
            (
                "DOORCODE__BRAND__TERMS_URL",
                "tel:+12025550100",
                "brand.terms_url must be the address of a page",
            ),
            (
                "DOORCODE__LANGUAGES__OFFERED",
                "en,xx",
                "languages.offered is wrong: it must be one of en, es, fr",
            ),
            (
                "DOORCODE__LANGUAGES__OFFERED",
                "de,fr",
                "languages.default must be one of languages.offered",
            ),
            (
                "DOORCODE__LANGUAGES__DEFAULT",
                "en-XA",
                "languages.default is wrong: it must be one of en, es",
            ),
            (
                "DOORCODE__OTP__LENGTH",
                "6.7",
                "otp.length is wrong: it must be a whole number",
            ),
            (
                "DOORCODE__OTP__LENGTH",
                "-1",
                "otp.length is wrong: it must be a whole number",
            ),
            (
                "DOORCODE__OTP__LENGTH",
                "true",
                "otp.length is wrong: it must be a whole number",
            ),
            (
                "DOORCODE__EMAIL__CODE_IN_SUBJECT",
                "2",
                "email.code_in_subject is wrong: it must be true or false",
            ),
            (
                "DOORCODE__DATABASE__URL",
                "postgres://u:p@h/x",
                "database.url must be like sqlite://data/doorcode.db",
            ),
            ("DOORCODE__DATABASE__URL", "sqlite://", "database.url"),
            ("DOORCODE__KEYS__FILES", ",", "keys.files must be"),
            (
                "DOORCODE__EMAIL__FROM",
                "nobody",
                "email.from is wrong: it must be like noreply@example.com",
            ),
            ("DOORCODE__SMS__DEFAULT_REGION", "XX", "sms.default_region"),
            (
                "DOORCODE__CAPTCHA__KIND",
                "recaptcha",
                r#""proof-of-work" "turnstile" "hcaptcha" "none""#,
            ),
            (
                "DOORCODE__CAPTCHA__KIND",
                "turnstile",
                "captcha.site_key must be set with the kinds turnstile and hcaptcha",
            ),
            ("DOORCODE__CAPTCHA__SECRET", "s", "captcha.secret must be"),
            (
                "DOORCODE__CAPTCHA__DIFFICULTY",
                "10",
                "captcha.difficulty must be 1000 to 10000000",
            ),
            (
                "DOORCODE__CAPTCHA__ENDPOINT",
                "http://example.com",
                "captcha.endpoint is wrong",
            ),
            (
                "DOORCODE__SERVER__CLIENT_IP",
                "cloudflare",
                "server.client_ip",
            ),
            ("DOORCODE__SERVER__ADDRESS", "localhost", "server.address"),
        ] {
            let error_text = error_text(key, value);
            assert!(error_text.contains(expected), "{error_text}");
        }
    }

    fn first_relay(variables: &[(&str, &str)]) -> Result<RelaySettings, String> {
        let smtp = [("DOORCODE__EMAIL__BACKEND", "smtp")];
        let settings = read(&[&smtp, variables].concat()).map_err(|error| error.to_string())?;
        Ok(settings.email.relays().expect("checked").swap_remove(0))
    }

    #[test]
    fn unencrypted_mail_is_allowed_only_to_this_machine() {
        let place = |url: &str| {
            first_relay(&[("DOORCODE__EMAIL__URL", url)]).map(|relay| {
                (
                    relay.host.to_str().into_owned(),
                    relay.port,
                    relay.encryption,
                )
            })
        };
        let at = |host: &str, port, encryption| Ok((host.to_owned(), port, encryption));
        assert_eq!(
            place("smtp://127.0.0.1:1025?tls=none"),
            at("127.0.0.1", 1025, Encryption::None)
        );
        assert_eq!(
            place("smtp://localhost"),
            at("localhost", 25, Encryption::None)
        );
        assert_eq!(place("smtp://[::1]:25"), at("::1", 25, Encryption::None));
        assert_eq!(
            place("smtp://localhost?tls=required"),
            at("localhost", 587, Encryption::StartTls)
        );
        assert_eq!(
            place("smtps://mail.example.com"),
            at("mail.example.com", 465, Encryption::Tls)
        );
        assert_eq!(
            place("smtp://mail.example.com?tls=required"),
            at("mail.example.com", 587, Encryption::StartTls)
        );
        assert_eq!(
            place("smtp://u:p@mail.example.com:2525"),
            at("mail.example.com", 2525, Encryption::StartTls)
        );
        for url in [
            "smtp://mail.example.com?tls=none",
            "smtp://mail.example.com?tls=opportunistic",
            "smtp://localhost.example.com?tls=none",
            "smtps://mail.example.com/name",
            "smtps://user@mail.example.com",
            "smtps://",
            "http://mail",
            "",
        ] {
            assert!(
                place(url).expect_err("refused").contains("email.url"),
                "{url}"
            );
        }
    }

    const TWILIO: [(&str, &str); 5] = [
        ("DOORCODE__SMS__BACKEND", "gateways"),
        ("DOORCODE__SMS__GATEWAYS", "main"),
        ("DOORCODE__SMS__GATEWAY__MAIN__KIND", "twilio"),
        ("DOORCODE__SMS__GATEWAY__MAIN__ACCOUNT_SID", "AC1"),
        ("DOORCODE__SMS__GATEWAY__MAIN__AUTH_TOKEN", "0012e5"),
    ];

    fn with_twilio(more: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        read(&[&TWILIO[..], more].concat())
    }

    #[test]
    fn gateway_variables_are_read_as_text_even_if_numeric() {
        let settings = with_twilio(&[("DOORCODE__SMS__GATEWAY__MAIN__FROM", "+12025550100")])
            .expect("settings");
        let (name, GatewaySettings::Twilio(twilio)) =
            settings.sms.in_order().next().expect("a gateway")
        else {
            panic!("another kind");
        };
        assert_eq!(
            (name, twilio.from.as_deref()),
            ("main", Some("+12025550100"))
        );
        assert_eq!(
            secrecy::ExposeSecret::expose_secret(&twilio.auth_token),
            "0012e5"
        );
        assert!(!format!("{settings:?}").contains("0012e5"));
    }

    #[test]
    fn gateways_are_tried_in_the_order_of_the_list() {
        let more = [
            ("DOORCODE__SMS__GATEWAYS", "spare,main"),
            ("DOORCODE__SMS__GATEWAY__MAIN__FROM", "Brand"),
            ("DOORCODE__SMS__GATEWAY__SPARE__KIND", "generic"),
            (
                "DOORCODE__SMS__GATEWAY__SPARE__ENDPOINT",
                "http://127.0.0.1:9/send?key=hunter2",
            ),
            ("DOORCODE__SMS__GATEWAY__SPARE__BODY", "{}"),
            (
                "DOORCODE__SMS__GATEWAY__SPARE__HEADERS__AUTHORIZATION",
                "Bearer hunter2",
            ),
        ];
        let settings = with_twilio(&more).expect("settings");
        assert_eq!(
            settings
                .sms
                .in_order()
                .map(|(name, _)| name)
                .collect::<Vec<_>>(),
            ["spare", "main"]
        );
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn shipped_file_has_an_example_of_each_kind_of_gateway() {
        let shipped = include_str!("../../Leptos.toml");
        let error = error_text("DOORCODE__SMS__GATEWAY__MAIN__KIND", "none");
        let kinds: Vec<_> = error.split('"').skip(1).step_by(2).collect();
        assert!(kinds.contains(&"generic"), "{error}");
        for kind in kinds {
            assert!(shipped.contains(&format!("# kind = \"{kind}\"")), "{kind}");
        }
    }

    #[test]
    fn gateway_error_names_the_table_and_key() {
        const FROM: (&str, &str) = ("DOORCODE__SMS__GATEWAY__MAIN__FROM", "Brand");
        for (more, expected) in [
            (
                &[][..],
                "sms.gateway.main is wrong: it needs either from or messaging_service_sid.",
            ),
            (
                &[FROM, ("DOORCODE__SMS__GATEWAY__MAIN__AUTH_TOKN", "x")],
                "`auth_tokn`",
            ),
            (
                &[FROM, ("DOORCODE__SMS__GATEWAY__MAIN__AUTH_TOKEN", "")],
                "sms.gateway.main is wrong: missing configuration field \"auth_token\".",
            ),
            (
                &[FROM, ("DOORCODE__SMS__GATEWAY__MAIN__KIND", "twillio")],
                "sms.gateway.main is wrong: kind: it must be one of \"twilio\"",
            ),
            (
                &[FROM, ("DOORCODE__SMS__GATEWAY__MAIN__KIND", "plivo")],
                "`account_sid`",
            ),
            (
                &[
                    FROM,
                    (
                        "DOORCODE__SMS__GATEWAY__MAIN__ENDPOINT",
                        "http://sms.example.com",
                    ),
                ],
                "sms.gateway.main is wrong: endpoint: it must be like https://",
            ),
            (
                &[FROM, ("DOORCODE__SMS__GATEWAYS", "main,spare")],
                "sms.gateways is wrong: there is no table [sms.gateway.spare].",
            ),
            (
                &[FROM, ("DOORCODE__SMS__GATEWAYS", "main,main")],
                "sms.gateways is wrong: it names main twice.",
            ),
            (
                &[FROM, ("DOORCODE__SMS__GATEWAY__SPARE__KIND", "generic")],
                "missing",
            ),
        ] {
            let error_text = with_twilio(more).expect_err(expected).to_string();
            assert!(
                error_text.contains(expected) && error_text.contains("sms.gateway"),
                "{error_text}"
            );
        }
        let error_text = error_text("DOORCODE__SMS__BACKEND", "gateways");
        assert!(
            error_text.contains("sms.gateways is wrong: with sms.backend"),
            "{error_text}"
        );
        let unused = [
            ("DOORCODE__SMS__GATEWAYS", "main"),
            FROM,
            ("DOORCODE__SMS__GATEWAY__B__KIND", "bird"),
            ("DOORCODE__SMS__GATEWAY__B__WORKSPACE_ID", "w"),
            ("DOORCODE__SMS__GATEWAY__B__CHANNEL_ID", "c"),
            ("DOORCODE__SMS__GATEWAY__B__ACCESS_KEY", "k"),
        ];
        let error_text = with_twilio(&unused).expect_err("unused").to_string();
        assert!(
            error_text.contains("it does not name b, which has a table [sms.gateway.b]"),
            "{error_text}"
        );
    }

    #[test]
    fn preset_gives_the_providers_server_and_credentials() {
        for (table, place) in [
            (
                "PRESET=gmail USERNAME=you@gmail.com PASSWORD=abcd",
                "smtp.gmail.com:465 Tls you@gmail.com abcd",
            ),
            (
                "PRESET=sendgrid PASSWORD=SG.x",
                "smtp.sendgrid.net:465 Tls apikey SG.x",
            ),
            (
                "PRESET=ses REGION=eu-central-1 USERNAME=AK PASSWORD=s%+",
                "email-smtp.eu-central-1.amazonaws.com:465 Tls AK s%+",
            ),
            (
                "PRESET=postmark PASSWORD=token",
                "smtp.postmarkapp.com:587 StartTls token token",
            ),
            (
                "PRESET=mailgun USERNAME=u PASSWORD=p",
                "smtp.mailgun.org:465 Tls u p",
            ),
            (
                "PRESET=mailgun REGION=eu USERNAME=u PASSWORD=p",
                "smtp.eu.mailgun.org:465 Tls u p",
            ),
            (
                "URL=smtps://u%40x:p%2Bq@mail.example.com",
                "mail.example.com:465 Tls u@x p+q",
            ),
            (
                "URL=smtp://mail.example.com USERNAME=u PASSWORD=p%41",
                "mail.example.com:587 StartTls u p%41",
            ),
        ] {
            let RelaySettings {
                host,
                port,
                encryption,
                credentials,
                ..
            } = first_relay(&relay(table)).expect(table);
            let Credentials { username, password } = credentials.expect("a user");
            let password = secrecy::ExposeSecret::expose_secret(&password).to_owned();
            let host = host.to_str();
            assert_eq!(
                format!("{host}:{port} {encryption:?} {username} {password}"),
                place
            );
        }
    }

    #[test]
    fn presets_know_the_token_server_or_the_scope_of_their_provider() {
        for (table, expected) in [
            (
                "PRESET=gmail USERNAME=me@example.com OAUTH_CLIENT_ID=c OAUTH_CLIENT_SECRET=s OAUTH_REFRESH_TOKEN=r",
                "smtp.gmail.com:465 Tls https://oauth2.googleapis.com/token ",
            ),
            (
                "PRESET=microsoft365 USERNAME=me@example.com OAUTH_CLIENT_ID=c OAUTH_CLIENT_SECRET=s \
                 OAUTH_TOKEN_URL=https://login.microsoftonline.com/t/oauth2/v2.0/token",
                "smtp.office365.com:587 StartTls https://login.microsoftonline.com/t/oauth2/v2.0/token \
                 https://outlook.office365.com/.default",
            ),
        ] {
            let relay = first_relay(&relay(table)).expect(table);
            let oauth = relay.oauth.as_ref().expect("OAuth");
            let place = format!(
                "{}:{} {:?} {} {}",
                relay.host.to_str(),
                relay.port,
                relay.encryption,
                oauth.token_url,
                oauth.scope
            );
            assert_eq!(place, expected);
            assert!(relay.credentials.is_none());
        }
    }

    fn relay(table: &str) -> Vec<(&str, &str)> {
        let key = |name: &str| -> &str {
            Box::leak(format!("DOORCODE__EMAIL__RELAY__MAIN__{name}").into_boxed_str())
        };
        table
            .split(' ')
            .map(|word| {
                word.split_once('=')
                    .map(|(name, value)| (key(name), value))
                    .expect("KEY=value")
            })
            .collect()
    }

    #[test]
    fn relay_error_names_the_missing_or_superfluous_key() {
        for (table, expected) in [
            (
                "USERNAME=u",
                "email.relay.main is wrong: a relay has either url or preset.",
            ),
            (
                "PRESET=gmail URL=smtps://host",
                "email.relay.main is wrong: a relay has either url or preset.",
            ),
            (
                "PRESET=gmail PASSWORD=p",
                "email.relay.main.username is wrong: it is missing",
            ),
            (
                "PRESET=gmail USERNAME=u",
                "email.relay.main.password is wrong: it is missing",
            ),
            (
                "PRESET=gmail REGION=eu USERNAME=u PASSWORD=p",
                "email.relay.main.region is wrong: it is for",
            ),
            (
                "PRESET=mailgun REGION=asia USERNAME=u PASSWORD=p",
                "email.relay.main.region is wrong: it must be us or eu",
            ),
            (
                "PRESET=ses USERNAME=u PASSWORD=p",
                "email.relay.main.region is wrong: it must be like eu-central-1",
            ),
            (
                "PRESET=ses REGION=evil.example/a-b-c USERNAME=u PASSWORD=p",
                "email.relay.main.region",
            ),
            (
                "PRESET=sendgrid USERNAME=u PASSWORD=p",
                "email.relay.main.username is wrong: sendgrid and postmark",
            ),
            ("PRESET=hotmail PASSWORD=p", "email.relay.main.preset"),
            (
                "URL=smtps://u:p@host USERNAME=u PASSWORD=p",
                "email.relay.main.url is wrong: credentials belong either",
            ),
            ("URL=smtps://host REGION=eu", "email.relay.main.region"),
            (
                "URL=smtp://mail.example.com?tls=none",
                "email.relay.main.url is wrong: it must be like smtps://",
            ),
            ("PRESET=gmail PASWORD=p", "unknown field `pasword`"),
            (
                "PRESET=microsoft365 USERNAME=u OAUTH_CLIENT_ID=c OAUTH_CLIENT_SECRET=s",
                "email.relay.main.oauth_token_url is wrong: it is missing; it is like https://login.microsoftonline.com/",
            ),
            (
                "PRESET=gmail USERNAME=u OAUTH_REFRESH_TOKEN=r",
                "email.relay.main.oauth_client_id is wrong: it is missing",
            ),
            (
                "PRESET=gmail USERNAME=u OAUTH_CLIENT_ID=c",
                "email.relay.main.oauth_client_secret is wrong: it is missing, and there is no oauth_refresh_token",
            ),
            (
                "PRESET=gmail OAUTH_CLIENT_ID=c OAUTH_CLIENT_SECRET=s",
                "email.relay.main.username is wrong: it is missing",
            ),
            (
                "PRESET=gmail USERNAME=u PASSWORD=p OAUTH_CLIENT_ID=c",
                "email.relay.main.password is wrong: a relay has either a password or OAuth",
            ),
            (
                "URL=smtps://u:p@host OAUTH_TOKEN_URL=https://t/ OAUTH_CLIENT_ID=c OAUTH_CLIENT_SECRET=s USERNAME=u",
                "email.relay.main.url is wrong: a relay has either a password or OAuth",
            ),
            (
                "URL=smtps://host OAUTH_TOKEN_URL=http://t/",
                "email.relay.main.oauth_token_url is wrong: it must be like https://",
            ),
        ] {
            let error_text = first_relay(&relay(table)).expect_err(table);
            assert!(error_text.contains(expected), "{error_text}");
        }
    }

    #[test]
    fn numeric_password_keeps_its_zeros_and_is_not_shown_as_username() {
        let settings = read(&[
            ("DOORCODE__EMAIL__BACKEND", "smtp"),
            ("DOORCODE__EMAIL__RELAY__MAIN__PRESET", "postmark"),
            ("DOORCODE__EMAIL__RELAY__MAIN__PASSWORD", "00123"),
        ]);
        let relay = settings
            .expect("settings")
            .email
            .relays()
            .expect("a relay")
            .remove(0);
        let credentials = relay.credentials.as_ref().expect("a user");
        assert_eq!(
            secrecy::ExposeSecret::expose_secret(&credentials.password),
            "00123"
        );
        assert!(!format!("{relay:?}").contains("00123"));
    }

    #[test]
    fn relay_order_must_name_each_relay_once() {
        let relays = |order: &str| {
            let tables = [
                ("DOORCODE__EMAIL__RELAY__MAIN__PRESET", "postmark"),
                ("DOORCODE__EMAIL__RELAY__MAIN__PASSWORD", "token"),
                (
                    "DOORCODE__EMAIL__RELAY__SPARE__URL",
                    "smtps://mail.example.com",
                ),
                ("DOORCODE__EMAIL__BACKEND", "smtp"),
                ("DOORCODE__EMAIL__RELAYS", order),
            ];
            let relays = read(&tables).map(|settings| settings.email.relays().expect("checked"));
            relays.map(|relays| {
                relays
                    .into_iter()
                    .map(|relay| relay.name)
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(relays("spare,main").expect("an order"), ["spare", "main"]);
        for order in ["", "main", "main,main", "main,spare,main", "main,other"] {
            assert!(
                relays(order)
                    .expect_err("refused")
                    .to_string()
                    .contains("email.relays must be the order"),
                "{order}"
            );
        }
        let both = [
            relay("PRESET=postmark PASSWORD=p"),
            vec![("DOORCODE__EMAIL__URL", "smtps://host")],
        ]
        .concat();
        assert!(
            first_relay(&both)
                .expect_err("refused")
                .contains("email.url must be empty")
        );
        let unset = first_relay(&[("DOORCODE__EMAIL__RELAYS", "main")]).expect_err("refused");
        assert!(unset.contains("email.relays must be the order"), "{unset}");
    }

    #[test]
    fn dkim_domain_must_be_the_senders_domain_or_a_parent() {
        let dkim = |domain: &str, selector: &str| {
            read(&[
                ("DOORCODE__EMAIL__FROM", "Pay <noreply@mail.example.com>"),
                ("DOORCODE__EMAIL__DKIM__DOMAIN", domain),
                ("DOORCODE__EMAIL__DKIM__SELECTOR", selector),
                ("DOORCODE__EMAIL__DKIM__KEY_FILE", "dkim.key"),
            ])
            .map_err(|error| error.to_string())
        };
        assert!(dkim("mail.example.com", "a1").is_ok() && dkim("example.com", "mail.a1").is_ok());
        for domain in ["example.org", "ample.com", "x; s=y", "."] {
            assert!(
                dkim(domain, "a1")
                    .expect_err("refused")
                    .contains("email.dkim.domain must be"),
                "{domain}"
            );
        }
        assert!(
            dkim("example.com", "a;b")
                .expect_err("refused")
                .contains("email.dkim.selector must be")
        );
        let half = error_text("DOORCODE__EMAIL__DKIM__DOMAIN", "example.com");
        assert!(
            half.contains("email.dkim") && half.contains("selector"),
            "{half}"
        );
    }

    #[test]
    fn clock_offset_file_is_rejected_in_production() {
        let error_text = read(&[
            ("DOORCODE__SERVER__ENV", "PROD"),
            ("DOORCODE__SERVER__CLOCK_OFFSET_FILE", "/tmp/x"),
        ]);
        assert!(
            error_text
                .expect_err("refused")
                .to_string()
                .contains("server.clock_offset_file")
        );
    }

    #[test]
    fn debug_output_contains_no_password() {
        let variables = [
            ("DOORCODE__EMAIL__URL", "smtps://u:hunter2@mail.example.com"),
            ("DOORCODE__EMAIL__RELAY__MAIN__PASSWORD", "hunter2"),
        ];
        assert!(!format!("{:?}", read(&variables).expect("settings")).contains("hunter2"));
    }
}
