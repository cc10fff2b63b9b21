//! The sections of the settings, each with its defaults and limits.

mod brand;
mod captcha;
mod email;
mod languages;
mod limits;
mod sms;
mod templates;

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, de::Error as _};

pub use brand::{Address, Brand, PublicUrl};
pub use captcha::{Captcha, CaptchaKind};
pub use email::{Dkim, Email, EmailBackendName, Preset, RelayTable};
pub use languages::Languages;
pub use limits::Limits;
pub use sms::{
    BirdSettings, BodyFormat, Endpoint, GatewaySettings, GenericSettings, Method, PlivoSettings, Sms, SmsBackendName,
    SnsSettings, TwilioSettings, VonageSettings,
};
pub use templates::Templates;

use super::{
    SettingsError, demand,
    strict::{self, one_of},
};
use crate::server::domain::OtpPolicy;

/// Whether a URL's host is this machine.
fn is_own_machine(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// Whether a text has the form of an AWS region, like `eu-central-1` or `us-gov-west-1`: it becomes part of a host's name
/// (<https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>).
fn is_aws_region(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    let is_number = |number: &str| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    text.rsplit_once('-')
        .is_some_and(|(place, number)| place.contains('-') && place.split('-').all(is_word) && is_number(number))
}

/// What the program runs for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Env {
    /// On a developer's machine.
    #[default]
    Dev,
    /// For customers.
    Prod,
}

one_of!(Env, "DEV" => Self::Dev, "PROD" => Self::Prod);
one_of!(UnknownContacts, "conceal" => Self::Conceal, "reveal" => Self::Reveal);

/// Where the client's address is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientIp {
    /// From the connection.
    #[default]
    Socket,
    /// From `X-Forwarded-For`, this many addresses from the right: the number of own proxies in front.
    XForwardedFor(usize),
}

impl<'de> Deserialize<'de> for ClientIp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let hops =
            |text: &str| text.strip_prefix("x-forwarded-for:")?.parse().ok().filter(|hops| (1..=10).contains(hops));
        match text.as_str() {
            "socket" => Ok(Self::Socket),
            other => hops(other)
                .map(Self::XForwardedFor)
                .ok_or_else(|| D::Error::custom("it must be \"socket\" or \"x-forwarded-for:N\" with N from 1 to 10")),
        }
    }
}

/// `[server]`: where and how the program serves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// What the program runs for.
    pub env: Env,
    /// Where it listens.
    pub address: SocketAddr,
    /// The folder with the built site.
    pub site_root: PathBuf,
    /// Where the client's address is read.
    pub client_ip: ClientIp,
    /// Where `/metrics` is served; nowhere without it.
    pub metrics_address: Option<SocketAddr>,
    /// While this file is there, visitors are told that the site is being worked on.
    pub maintenance_file: Option<PathBuf>,
    /// A file with seconds that are added to the clock; DEV only, for tests.
    pub clock_offset_file: Option<PathBuf>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            env: Env::default(),
            address: SocketAddr::from(([127, 0, 0, 1], 3000)),
            site_root: PathBuf::from("target/site"),
            client_ip: ClientIp::default(),
            metrics_address: None,
            maintenance_file: None,
            clock_offset_file: None,
        }
    }
}

impl Server {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let real_time = self.env == Env::Dev || self.clock_offset_file.is_none();
        demand(real_time, "server.clock_offset_file", "absent with server.env = \"PROD\"")
    }
}

/// `[database]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `sqlite://path`, relative to the working directory.
    #[serde(deserialize_with = "strict::text")]
    pub url: String,
}

impl Default for Database {
    fn default() -> Self {
        Self { url: "sqlite://data/doorcode.db".to_owned() }
    }
}

impl Database {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let file = self.url.strip_prefix("sqlite://").unwrap_or_default();
        demand(!file.is_empty() && !file.starts_with('?'), "database.url", "like sqlite://data/doorcode.db")
    }
}

/// `[keys]`: the secret keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    /// One file a key; the first derives, all verify.
    pub files: Vec<PathBuf>,
}

impl Default for Keys {
    fn default() -> Self {
        Self { files: vec![PathBuf::from("data/doorcode.key")] }
    }
}

impl Keys {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let named = !self.files.is_empty() && self.files.iter().all(|file| !file.as_os_str().is_empty());
        demand(named, "keys.files", "one or more file names")
    }
}

/// `[otp]`: how codes live.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Otp {
    /// Digits in a code.
    #[serde(deserialize_with = "strict::whole")]
    pub length: u8,
    /// Minutes from issue to expiry.
    #[serde(deserialize_with = "strict::whole")]
    pub expiry_minutes: u8,
    /// Answers per OTP.
    #[serde(deserialize_with = "strict::whole")]
    pub max_attempts: u32,
    /// Seconds from the first to the second message to one browser.
    #[serde(deserialize_with = "strict::whole")]
    pub resend_cooldown_seconds: u32,
    /// Seconds from the second to the third, and from each later one to the next.
    pub later_cooldowns_seconds: [u32; 2],
    /// The chance that has to be accepted, as one in so many sign-ins of an account and year, if it is above
    /// [`crate::server::domain::Odds::ACCEPTED`].
    #[serde(deserialize_with = "strict::optional_whole")]
    pub accept_odds: Option<u32>,
}

impl Default for Otp {
    fn default() -> Self {
        Self {
            length: 6,
            expiry_minutes: 5,
            max_attempts: 5,
            resend_cooldown_seconds: 60,
            later_cooldowns_seconds: [120, 300],
            accept_odds: None,
        }
    }
}

impl Otp {
    /// The figures as the rules use them.
    #[must_use]
    pub fn policy(&self) -> OtpPolicy {
        let seconds = |seconds: u32| SignedDuration::from_secs(seconds.into());
        let [second, later] = self.later_cooldowns_seconds;
        OtpPolicy {
            length: self.length,
            lifetime: SignedDuration::from_mins(self.expiry_minutes.into()),
            max_attempts: self.max_attempts,
            cooldowns: [self.resend_cooldown_seconds, second, later].map(seconds),
        }
    }

    pub(super) fn check(&self) -> Result<(), SettingsError> {
        demand((6..=10).contains(&self.length), "otp.length", "6 to 10")?;
        demand((1..=10).contains(&self.expiry_minutes), "otp.expiry_minutes", "1 to 10")?;
        demand((1..=10).contains(&self.max_attempts), "otp.max_attempts", "1 to 10")?;
        demand((30..=3600).contains(&self.resend_cooldown_seconds), "otp.resend_cooldown_seconds", "30 to 3600")?;
        let later = self.later_cooldowns_seconds.iter().all(|seconds| (30..=3600).contains(seconds));
        demand(later, "otp.later_cooldowns_seconds", "two numbers, each 30 to 3600")
    }
}

/// What a stranger is told who asks with a contact that nobody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownContacts {
    /// That nobody has it.
    Reveal,
    /// The same as if somebody had it.
    Conceal,
}

/// `[privacy]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Privacy {
    /// `reveal` in DEV and `conceal` in PROD unless it is said.
    pub unknown_contacts: Option<UnknownContacts>,
}

/// `[session]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Session {
    /// Days without a request.
    #[serde(deserialize_with = "strict::whole")]
    pub idle_days: u8,
    /// Days however busy.
    #[serde(deserialize_with = "strict::whole")]
    pub absolute_days: u8,
}

impl Default for Session {
    fn default() -> Self {
        Self { idle_days: 7, absolute_days: 30 }
    }
}

impl Session {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        demand((1..=30).contains(&self.idle_days), "session.idle_days", "1 to 30")?;
        demand((1..=30).contains(&self.absolute_days), "session.absolute_days", "1 to 30")
    }
}

/// `[notices]`: what customers are told unasked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Notices {
    /// Whether a sign-in on a new browser is told.
    #[serde(deserialize_with = "strict::flag")]
    pub new_sign_in: bool,
}

impl Default for Notices {
    fn default() -> Self {
        Self { new_sign_in: true }
    }
}
