//! Settings: read from `Leptos.toml` and the environment, checked once, each mistake named by its key.

mod sections;
mod strict;

use std::{collections::HashMap, path::Path};

use config::{Config, Environment, File, FileFormat};
use serde::Deserialize;

pub use sections::{
    BirdSettings, BodyFormat, Brand, ClientIp, Database, Email, EmailBackendName, Endpoint, Env, GatewaySettings,
    GenericSettings, Keys, Method, Notices, Otp, PlivoSettings, Privacy, PublicUrl, Server, Session, Sms,
    SmsBackendName, SnsSettings, Templates, TwilioSettings, UnknownContacts, VonageSettings,
};

/// The file in the working directory.
pub const FILE: &str = "Leptos.toml";
/// What the names of overriding environment variables begin with: `DOORCODE__SECTION__KEY`.
const PREFIX: &str = "DOORCODE";
/// What gateways need is text, all of it. Read as a number, `+12025550123` would lose its sign and a token its zeros.
const GATEWAYS_PREFIX: &str = "DOORCODE__SMS__GATEWAY__";

/// All settings, checked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Who the operator is.
    pub brand: Brand,
    /// Where and how the program serves.
    pub server: Server,
    /// The database.
    pub database: Database,
    /// The secret keys.
    pub keys: Keys,
    /// How codes live.
    pub otp: Otp,
    /// Email.
    pub email: Email,
    /// Text messages.
    pub sms: Sms,
    /// The words of messages.
    pub templates: Templates,
    /// What strangers are told.
    pub privacy: Privacy,
    /// How long customers stay signed in.
    pub session: Session,
    /// What customers are told unasked.
    pub notices: Notices,
}

/// Why the settings cannot be used, in one sentence that names the key and what is allowed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is not there or is no TOML.
    #[error("The settings cannot be read: {0}.")]
    Read(String),
    /// A key that does not exist, or a value of another type.
    #[error("The setting {key} is wrong: {problem}.")]
    Type {
        /// `section.key`.
        key: String,
        /// What is wrong and what is allowed.
        problem: String,
    },
    /// A value outside of what is allowed.
    #[error("The setting {key} must be {allowed}.")]
    Value {
        /// `section.key`.
        key: &'static str,
        /// What is allowed.
        allowed: &'static str,
    },
}

impl Settings {
    /// Reads `file` (nothing, if it is the default and not there) and the environment's overrides.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn load(file: Option<&Path>) -> Result<Self, SettingsError> {
        Self::read(
            file,
            std::env::vars_os()
                .filter_map(|(name, value)| name.into_string().ok().zip(value.into_string().ok()))
                .collect(),
        )
    }

    fn read(file: Option<&Path>, variables: HashMap<String, String>) -> Result<Self, SettingsError> {
        let source = File::from(file.unwrap_or(Path::new(FILE))).format(FileFormat::Toml).required(file.is_some());
        let (of_gateways, others): (HashMap<_, _>, _) =
            variables.into_iter().partition(|(name, _)| name.to_ascii_uppercase().starts_with(GATEWAYS_PREFIX));
        let config = Config::builder()
            .add_source(source)
            .add_source(
                environment(others)
                    .try_parsing(true)
                    .list_separator(",")
                    .with_list_parse_key("keys.files")
                    .with_list_parse_key("sms.gateways")
                    .with_list_parse_key("sms.allowed_regions"),
            )
            .add_source(environment(of_gateways))
            .build();
        let config = config.map_err(|error| SettingsError::Read(one_line(&error.to_string())))?;
        let settings: Self = serde_path_to_error::deserialize(config).map_err(|error| type_error(&error))?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), SettingsError> {
        self.brand.check()?;
        self.server.check()?;
        self.database.check()?;
        self.keys.check()?;
        self.otp.check()?;
        self.email.check()?;
        self.sms.check()?;
        self.templates.check()?;
        self.session.check()
    }

    /// Whether a stranger is told that nobody has a contact.
    #[must_use]
    pub fn reveal_unknown_contacts(&self) -> bool {
        match self.privacy.unknown_contacts {
            Some(choice) => choice == UnknownContacts::Reveal,
            None => self.server.env == Env::Dev,
        }
    }
}

fn environment(variables: HashMap<String, String>) -> Environment {
    Environment::with_prefix(PREFIX).prefix_separator("__").separator("__").source(Some(variables))
}

/// The first and the last line of a parser's picture of a mistake: where it is and what it is.
fn one_line(picture: &str) -> String {
    let mut lines = picture.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    lines.next_back().map_or_else(|| first.to_owned(), |last| format!("{first}: {last}"))
}

fn type_error(error: &serde_path_to_error::Error<config::ConfigError>) -> SettingsError {
    let problem = error.inner().to_string();
    let problem = problem.split(" for key `").next().unwrap_or_default().to_owned();
    SettingsError::Type { key: error.path().to_string(), problem }
}

/// Demands `condition` of the value of `key`.
fn demand(condition: bool, key: &'static str, allowed: &'static str) -> Result<(), SettingsError> {
    if condition { Ok(()) } else { Err(SettingsError::Value { key, allowed }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let variables = variables.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let nothing = tempfile::NamedTempFile::new().expect("a file");
        Settings::read(Some(nothing.path()), variables.collect())
    }

    fn complaint(key: &str, value: &str) -> String {
        read(&[(key, value)]).expect_err("a mistake").to_string()
    }

    #[test]
    fn without_a_word_the_defaults_hold() {
        let settings = read(&[]).expect("defaults");
        assert_eq!(settings.brand.name, "Waste Billing");
        assert_eq!((settings.otp.length, settings.otp.expiry_minutes, settings.otp.max_attempts), (6, 5, 5));
        assert_eq!(settings.email.from.to_string(), "noreply@wastebilling.local");
        assert!(settings.reveal_unknown_contacts());
    }

    #[test]
    fn the_shipped_file_says_the_defaults() {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
        let shipped = Settings::read(Some(&shipped), HashMap::new()).expect("a file that holds");
        assert_eq!(format!("{shipped:?}"), format!("{:?}", read(&[]).expect("defaults")));
    }

    #[test]
    fn production_conceals_unless_told_otherwise() {
        assert!(!read(&[("DOORCODE__SERVER__ENV", "PROD")]).expect("settings").reveal_unknown_contacts());
        let told = [("DOORCODE__SERVER__ENV", "PROD"), ("DOORCODE__PRIVACY__UNKNOWN_CONTACTS", "reveal")];
        assert!(read(&told).expect("settings").reveal_unknown_contacts());
    }

    #[test]
    fn the_environment_overrides_and_lists_are_comma_separated() {
        let settings =
            read(&[("DOORCODE__KEYS__FILES", "a.key,b.key"), ("DOORCODE__OTP__LENGTH", "8")]).expect("settings");
        assert_eq!(settings.keys.files.len(), 2);
        assert_eq!(settings.otp.length, 8);
    }

    #[test]
    fn an_unknown_key_is_refused_by_name_with_what_there_is() {
        let complaint = complaint("DOORCODE__OTP__LENGHT", "8");
        assert!(
            complaint.contains("otp") && complaint.contains("lenght") && complaint.contains("`length`"),
            "{complaint}"
        );
    }

    #[test]
    fn a_wrong_type_is_refused_by_name() {
        let complaint = complaint("DOORCODE__OTP__LENGTH", "six");
        assert_eq!(complaint, "The setting otp.length is wrong: it must be a whole number that is not negative.");
    }

    #[test]
    fn a_wrong_choice_is_refused_with_what_is_allowed() {
        let complaint = complaint("DOORCODE__SERVER__ENV", "production");
        assert!(complaint.contains("server.env") && complaint.contains(r#""DEV" "PROD""#), "{complaint}");
    }

    #[test]
    fn values_outside_their_limits_are_refused_with_the_limits() {
        for (key, value, words) in [
            ("DOORCODE__OTP__LENGTH", "5", "otp.length must be 6 to 10"),
            ("DOORCODE__OTP__EXPIRY_MINUTES", "11", "otp.expiry_minutes must be 1 to 10"),
            ("DOORCODE__OTP__MAX_ATTEMPTS", "0", "otp.max_attempts must be 1 to 10"),
            ("DOORCODE__OTP__RESEND_COOLDOWN_SECONDS", "0", "otp.resend_cooldown_seconds must be 1 to 3600"),
            ("DOORCODE__SESSION__IDLE_DAYS", "31", "session.idle_days must be 1 to 30"),
            ("DOORCODE__BRAND__PUBLIC_URL", "pay.example.com", "brand.public_url"),
            ("DOORCODE__BRAND__PUBLIC_URL", "https://pay.example.com/path", "brand.public_url"),
            ("DOORCODE__BRAND__NAME", "", "brand.name"),
            ("DOORCODE__OTP__LENGTH", "6.7", "otp.length is wrong: it must be a whole number"),
            ("DOORCODE__OTP__LENGTH", "-1", "otp.length is wrong: it must be a whole number"),
            ("DOORCODE__OTP__LENGTH", "true", "otp.length is wrong: it must be a whole number"),
            ("DOORCODE__EMAIL__CODE_IN_SUBJECT", "2", "email.code_in_subject is wrong: it must be true or false"),
            ("DOORCODE__BRAND__NAME", "007", "brand.name is wrong: it must be text"),
            ("DOORCODE__DATABASE__URL", "postgres://u:p@h/x", "database.url must be like sqlite://data/doorcode.db"),
            ("DOORCODE__DATABASE__URL", "sqlite://", "database.url"),
            ("DOORCODE__KEYS__FILES", "", "keys.files must be"),
            ("DOORCODE__EMAIL__FROM", "nobody", "email.from is wrong: it must be like noreply@example.com"),
            ("DOORCODE__TEMPLATES__DIRECTORY", "", "templates.directory must be the name of a folder"),
            ("DOORCODE__SMS__DEFAULT_REGION", "XX", "sms.default_region"),
            ("DOORCODE__SERVER__CLIENT_IP", "cloudflare", "server.client_ip"),
            ("DOORCODE__SERVER__ADDRESS", "localhost", "server.address"),
        ] {
            let complaint = complaint(key, value);
            assert!(complaint.contains(words), "{complaint}");
        }
    }

    #[test]
    fn mail_leaves_unencrypted_only_to_this_machine() {
        let smtp = |url: &'static str| {
            read(&[("DOORCODE__EMAIL__BACKEND", "smtp"), ("DOORCODE__EMAIL__URL", url)])
                .map(|settings| settings.email.smtp_url())
        };
        assert!(smtp("smtp://127.0.0.1:1025?tls=none").is_ok());
        assert!(smtp("smtp://localhost:1025").is_ok());
        assert!(smtp("smtps://mail.example.com").is_ok());
        assert!(smtp("smtp://mail.example.com?tls=required").is_ok());
        let assumed = smtp("smtp://u:p@mail.example.com:587").expect("TLS is assumed").expect("a URL");
        assert!(secrecy::ExposeSecret::expose_secret(&assumed).ends_with("?tls=required"));
        for url in ["smtp://mail.example.com?tls=none", "smtp://mail.example.com?tls=opportunistic", "http://mail", ""]
        {
            assert!(smtp(url).expect_err("refused").to_string().contains("email.url"), "{url}");
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
    fn a_gateway_is_read_from_the_environment_as_text_however_numeric_it_looks() {
        let settings = with_twilio(&[("DOORCODE__SMS__GATEWAY__MAIN__FROM", "+12025550100")]).expect("settings");
        let (name, GatewaySettings::Twilio(twilio)) = settings.sms.in_order().next().expect("a gateway") else {
            panic!("another kind");
        };
        assert_eq!((name, twilio.from.as_deref()), ("main", Some("+12025550100")));
        assert_eq!(secrecy::ExposeSecret::expose_secret(&twilio.auth_token), "0012e5");
        assert!(!format!("{settings:?}").contains("0012e5"));
    }

    #[test]
    fn gateways_are_tried_in_the_order_of_the_list() {
        let more = [
            ("DOORCODE__SMS__GATEWAYS", "spare,main"),
            ("DOORCODE__SMS__GATEWAY__MAIN__FROM", "Brand"),
            ("DOORCODE__SMS__GATEWAY__SPARE__KIND", "generic"),
            ("DOORCODE__SMS__GATEWAY__SPARE__ENDPOINT", "http://127.0.0.1:9/send?key=hunter2"),
            ("DOORCODE__SMS__GATEWAY__SPARE__BODY", "{}"),
            ("DOORCODE__SMS__GATEWAY__SPARE__HEADERS__AUTHORIZATION", "Bearer hunter2"),
        ];
        let settings = with_twilio(&more).expect("settings");
        assert_eq!(settings.sms.in_order().map(|(name, _)| name).collect::<Vec<_>>(), ["spare", "main"]);
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn a_mistake_in_a_gateway_is_named_by_its_table_and_key() {
        const FROM: (&str, &str) = ("DOORCODE__SMS__GATEWAY__MAIN__FROM", "Brand");
        for (more, words) in [
            (&[][..], "sms.gateway.main is wrong: it needs either from or messaging_service_sid."),
            (&[FROM, ("DOORCODE__SMS__GATEWAY__MAIN__AUTH_TOKN", "x")], "`auth_tokn`"),
            (
                &[FROM, ("DOORCODE__SMS__GATEWAY__MAIN__AUTH_TOKEN", "")],
                "sms.gateway.main is wrong: auth_token: it must not be empty.",
            ),
            (
                &[FROM, ("DOORCODE__SMS__GATEWAY__MAIN__KIND", "twillio")],
                "sms.gateway.main is wrong: kind: it must be one of \"twilio\"",
            ),
            (&[FROM, ("DOORCODE__SMS__GATEWAY__MAIN__KIND", "plivo")], "`account_sid`"),
            (
                &[FROM, ("DOORCODE__SMS__GATEWAY__MAIN__ENDPOINT", "http://sms.example.com")],
                "sms.gateway.main is wrong: endpoint: it must be like https://",
            ),
            (
                &[FROM, ("DOORCODE__SMS__GATEWAYS", "main,spare")],
                "sms.gateways is wrong: there is no table [sms.gateway.spare].",
            ),
            (&[FROM, ("DOORCODE__SMS__GATEWAYS", "main,main")], "sms.gateways is wrong: it names main twice."),
            (&[FROM, ("DOORCODE__SMS__GATEWAY__SPARE__KIND", "generic")], "missing"),
        ] {
            let complaint = with_twilio(more).expect_err(words).to_string();
            assert!(complaint.contains(words) && complaint.contains("sms.gateway"), "{complaint}");
        }
        let complaint = complaint("DOORCODE__SMS__BACKEND", "gateways");
        assert!(complaint.contains("sms.gateways is wrong: with sms.backend"), "{complaint}");
        let unused = [
            ("DOORCODE__SMS__GATEWAYS", "main"),
            FROM,
            ("DOORCODE__SMS__GATEWAY__B__KIND", "bird"),
            ("DOORCODE__SMS__GATEWAY__B__WORKSPACE_ID", "w"),
            ("DOORCODE__SMS__GATEWAY__B__CHANNEL_ID", "c"),
            ("DOORCODE__SMS__GATEWAY__B__ACCESS_KEY", "k"),
        ];
        let complaint = with_twilio(&unused).expect_err("unused").to_string();
        assert!(complaint.contains("it does not name b, which has a table [sms.gateway.b]"), "{complaint}");
    }

    #[test]
    fn a_test_clock_is_refused_in_production() {
        let complaint = read(&[("DOORCODE__SERVER__ENV", "PROD"), ("DOORCODE__SERVER__CLOCK_OFFSET_FILE", "/tmp/x")]);
        assert!(complaint.expect_err("refused").to_string().contains("server.clock_offset_file"));
    }

    #[test]
    fn debug_shows_no_password() {
        let settings = read(&[("DOORCODE__EMAIL__URL", "smtps://u:hunter2@mail.example.com")]).expect("settings");
        assert!(!format!("{settings:?}").contains("hunter2"));
    }
}
