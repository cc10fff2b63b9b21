//! `[email]`: how mails leave.

use std::path::PathBuf;

use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use crate::server::config::{
    SettingsError, demand,
    sections::is_own_machine,
    strict::{self, one_of},
};

one_of!(EmailBackendName, "console" => Self::Console, "file" => Self::File, "smtp" => Self::Smtp);

/// How mails leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmailBackendName {
    /// Into the terminal.
    #[default]
    Console,
    /// To a mail server.
    Smtp,
    /// Into a folder.
    File,
}

/// `[email]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Email {
    /// How mails leave.
    pub backend: EmailBackendName,
    /// The mail server, for `smtp`. It holds a password.
    pub url: SecretString,
    /// Whom mails come from.
    #[serde(deserialize_with = "strict::mailbox")]
    pub from: Mailbox,
    /// The folder, for `file`.
    pub directory: PathBuf,
    /// Whether the subject holds the code.
    #[serde(deserialize_with = "strict::flag")]
    pub code_in_subject: bool,
}

impl Default for Email {
    fn default() -> Self {
        let from = lettre::Address::new("noreply", "wastebilling.local");
        Self {
            backend: EmailBackendName::default(),
            url: SecretString::from(""),
            from: Mailbox::new(None, from.unwrap_or_else(|_| unreachable!("the default is an address"))),
            directory: PathBuf::from("data/mail"),
            code_in_subject: false,
        }
    }
}

impl Email {
    const URL_FORM: &str = "like smtps://user:password@host or smtp://user:password@host:587?tls=required; only a host on \
                            this machine may do without TLS";

    pub(in crate::server::config) fn check(&self) -> Result<(), SettingsError> {
        let usable = self.backend != EmailBackendName::Smtp || self.smtp_url().is_some();
        demand(usable, "email.url", Self::URL_FORM)
    }

    /// The mail server's URL with its encryption made sure of (OWASP ASVS 5.0, 12.3.1): TLS from the first byte (`smtps`) or
    /// STARTTLS or nothing, but for a server on this machine. `None` if the URL does not allow that.
    #[must_use]
    pub fn smtp_url(&self) -> Option<SecretString> {
        let mut url = Url::parse(self.url.expose_secret()).ok()?;
        let tls = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
        let host = url.host_str()?;
        let own_machine = is_own_machine(host);
        match (url.scheme(), tls.as_deref()) {
            ("smtps", None) | ("smtp", Some("required")) => {}
            ("smtp", None | Some("none")) if own_machine => url.set_query(None),
            ("smtp", None) => url.set_query(Some("tls=required")),
            _ => return None,
        }
        Some(SecretString::from(url.to_string()))
    }
}
