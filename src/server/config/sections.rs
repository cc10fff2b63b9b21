//! The sections of the settings.

mod brand;
mod captcha;
mod email;
mod languages;
mod limits;
mod sms;
mod templates;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
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
    BirdSettings, BodyFormat, Endpoint, EndpointTemplate, GatewaySettings, GenericSettings, Method,
    PlivoSettings, Sms, SmsBackendName, SnsSettings, TwilioSettings, VonageSettings,
};
pub use templates::Templates;

use super::{
    SettingsError, require,
    setting::section,
    strict::{self, one_of},
};
use crate::server::domain::OtpPolicy;

/// Whether the host of a URL is this machine: `localhost` or a loopback address.
fn is_own_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse()
            .is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// Whether a text has the form of an AWS region, like `eu-central-1` or `us-gov-west-1`
/// (<https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>). The
/// region becomes part of a host name, so nothing else is accepted.
fn is_aws_region(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    let is_number = |number: &str| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    text.rsplit_once('-').is_some_and(|(place, number)| {
        place.contains('-') && place.split('-').all(is_word) && is_number(number)
    })
}

/// The environment that the program runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Env {
    /// A developer's machine.
    Dev,
    /// A server for customers.
    Prod,
}

one_of!(Env, "DEV" => Self::Dev, "PROD" => Self::Prod);
one_of!(UnknownContacts, "conceal" => Self::Conceal, "reveal" => Self::Reveal);

/// The source of a client's IP address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientIp {
    /// The peer address of the connection.
    Socket,
    /// The address at this position from the right in `X-Forwarded-For`. The position is the number
    /// of the operator's proxies in front of the program.
    XForwardedFor(usize),
}

impl<'de> Deserialize<'de> for ClientIp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let hops = |text: &str| {
            text.strip_prefix("x-forwarded-for:")?
                .parse()
                .ok()
                .filter(|hops| (1..=10).contains(hops))
        };
        match text.as_str() {
            "socket" => Ok(Self::Socket),
            other => hops(other).map(Self::XForwardedFor).ok_or_else(|| {
                D::Error::custom(
                    "it must be \"socket\" or \"x-forwarded-for:N\" with N from 1 to 10",
                )
            }),
        }
    }
}

section! {
    /// `[server]`: the HTTP server.
    Server in "server" {
        /// The environment: "DEV" for a developer's machine, "PROD" for a server with customers.
        env: Env = Env::Dev;
        /// The address and port that the server listens on.
        address: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 3000));
        /// The folder with the built site.
        site_root: PathBuf = PathBuf::from("target/site");
        /// The source of a client's IP address: "socket" for the connection, or "x-forwarded-for:N"
        /// behind N proxies of your own.
        client_ip: ClientIp = ClientIp::Socket;
        /// Whether browsers are told to use only https for all subdomains of the site's host, too.
        /// They remember it for two years.
        hsts_include_subdomains: bool = false, read: "strict::flag", variable: Flag;
        /// The address and port that serve /metrics for Prometheus. Without it, metrics are not
        /// served.
        metrics_address: Option<SocketAddr> = None;
        /// While this file exists, visitors get a maintenance page (503).
        maintenance_file: Option<PathBuf> = None;
        /// A file with the number of seconds to add to the clock, for tests. Not allowed in PROD.
        clock_offset_file: Option<PathBuf> = None;
    }
}

impl Server {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let real_time = self.env == Env::Dev || self.clock_offset_file.is_none();
        require(
            real_time,
            "server.clock_offset_file",
            "absent with server.env = \"PROD\"",
        )
    }
}

section! {
    /// `[database]`: the location of the database.
    Database in "database" {
        /// The database: sqlite:// and the path of a file. `doorcode migrate` creates the file, and
        /// in DEV also the first start.
        url: String = "sqlite://data/doorcode.db".to_owned(), read: "strict::text";
    }
}

impl Database {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let file = self.url.strip_prefix("sqlite://").unwrap_or_default();
        require(
            !file.is_empty() && !file.starts_with('?'),
            "database.url",
            "like sqlite://data/doorcode.db",
        )
    }
}

section! {
    /// `[keys]`: the files with the secret keys.
    Keys in "keys" {
        /// The files with the secret keys. Each file contains one key of 64 hexadecimal digits. The
        /// first key derives new codes; all keys verify codes.
        files: Vec<PathBuf> = vec![PathBuf::from("data/doorcode.key")], variable: List;
    }
}

impl Keys {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let named =
            !self.files.is_empty() && self.files.iter().all(|file| !file.as_os_str().is_empty());
        require(named, "keys.files", "one or more file names")
    }
}

section! {
    /// `[otp]`: the length, lifetime and resend waits of codes.
    Otp in "otp" {
        /// The number of digits in a code.
        length: u8 = 6, range: 6 to 10, policy: "Code" => format!("{length} digits");
        /// The number of minutes that a code is valid.
        expiry_minutes: u8 = 5, range: 1 to 10, policy: "A code works for" => format!("{expiry_minutes} min");
        /// The number of attempts to enter a code, right or wrong.
        max_attempts: u32 = 5, range: 1 to 10, policy: "Attempts per code" => max_attempts.to_string();
        /// Seconds that a browser must wait between its first and its second message.
        resend_cooldown_seconds: u32 = 60, range: 30 to 3600,
            policy: "From message to message of one browser" => format!("{resend_cooldown_seconds},");
        /// Seconds that a browser must wait before its third message, and before each later
        /// message.
        later_cooldowns_seconds: [u32; 2] = [120, 300], variable: List,
            policy_continued: format!("{}, then {} s", later_cooldowns_seconds[0], later_cooldowns_seconds[1]);
        /// The highest chance that you accept of somebody signing in to an account within a year by
        /// guessing codes, as 1 in this number.
        accept_odds: Option<u32> = None, read: "strict::optional_unsigned", variable: Number;
    }
}

impl Otp {
    /// Returns the policy that the domain rules use.
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
        let later = self
            .later_cooldowns_seconds
            .iter()
            .all(|seconds| (30..=3600).contains(seconds));
        require(
            later,
            "otp.later_cooldowns_seconds",
            "two numbers, each 30 to 3600",
        )
    }
}

/// The answer to a request with an unknown contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownContacts {
    /// The answer says that the contact is unknown.
    Reveal,
    /// The answer is the same as for a known contact.
    Conceal,
}

section! {
    /// `[privacy]`: whether pages reveal that a contact is unknown.
    Privacy in "privacy" {
        /// The answer to a request with an unknown contact: "reveal" says that it is unknown,
        /// "conceal" answers as if the contact were known.
        unknown_contacts: Option<UnknownContacts> = None;
    }
}

section! {
    /// `[session]`: how long customers stay signed in.
    Session in "session" {
        /// Days without a visit after which a session ends.
        idle_days: u8 = 7, range: 1 to 30, policy: "A session ends without use after" => format!("{idle_days} d");
        /// Days after which a session ends in any case.
        absolute_days: u8 = 30, range: 1 to 30,
            policy: "A session ends in any case after" => format!("{absolute_days} d");
    }
}

section! {
    /// `[notices]`: messages that customers get without requesting them.
    Notices in "notices" {
        /// Whether customers are notified of a sign-in on a new device, at their other contact if
        /// they have one.
        new_sign_in: bool = true, read: "strict::flag", variable: Flag;
    }
}
