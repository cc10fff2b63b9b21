//! `[email]`: how emails are sent.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

use lettre::{Address, message::Mailbox, transport::smtp::extension::ClientId};
use percent_encoding::percent_decode_str;
use rustls::pki_types::ServerName;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de::Error as _};
use url::Url;

use crate::server::{
    config::{
        SettingsError, require,
        sections::{Endpoint, PublicUrl, is_aws_region, is_own_machine},
        setting::section,
        strict::{self, one_of},
    },
    relay::{Credentials, Encryption, OAuth, RelaySettings},
};

one_of!(EmailBackendName, "console" => Self::Console, "file" => Self::File, "smtp" => Self::Smtp);
one_of!(
    Preset,
    "gmail" => Self::Gmail,
    "microsoft365" => Self::Microsoft365,
    "sendgrid" => Self::SendGrid,
    "ses" => Self::Ses,
    "postmark" => Self::Postmark,
    "mailgun" => Self::Mailgun
);

/// The backend that sends emails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailBackendName {
    /// Prints emails in the terminal.
    Console,
    /// Sends emails to mail servers over SMTP.
    Smtp,
    /// Writes emails to a folder.
    File,
}

/// A mail provider whose servers are built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// <https://support.google.com/a/answer/176600>
    Gmail,
    /// <https://learn.microsoft.com/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365>
    Microsoft365,
    /// <https://www.twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api>
    SendGrid,
    /// <https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html>
    Ses,
    /// <https://postmarkapp.com/support/article/811-what-are-the-smtp-details-credentials-i-should-be-using>
    Postmark,
    /// <https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/send-smtp>
    Mailgun,
}

section! {
    /// `[email]`: how emails are sent.
    Email in "email" {
        /// "console" prints emails in the terminal, "file" writes .eml files, "smtp" sends them.
        backend: EmailBackendName = EmailBackendName::Console;
        /// The URL of the mail server for "smtp", if there is only one.
        url: SecretString = SecretString::default(), read: "strict::secret";
        /// The user name for url, if it is not part of it.
        username: String = String::new(), read: "strict::text";
        /// The password for url, if it is not part of it. It is not percent-encoded.
        password: SecretString = SecretString::default(), read: "strict::secret";
        /// The names of several mail servers, in the order in which they are tried. They replace
        /// url.
        relays: Vec<String> = Vec::new(), variable: List;
        /// Each server in relays has its own table.
        relay: BTreeMap<String, RelayTable> = BTreeMap::new();
        /// The sender of emails. Use a domain of your own, if possible the domain of the site.
        from: Mailbox = default_sender(), read: "strict::mailbox";
        /// The address that replies go to. Without it, they go to the sender.
        reply_to: Option<Mailbox> = None, read: "strict::optional_mailbox";
        /// The address that mail servers report undeliverable emails to (the envelope sender).
        /// Without it, they report to the sender.
        bounce_address: Option<Address> = None, read: "strict::optional_address";
        /// The name that Doorcode gives itself to mail servers (EHLO). Without it, that is the host
        /// of `brand.public_url`.
        ehlo_name: Option<ClientId> = None, read: "ehlo_name";
        /// The folder for the backend "file".
        directory: PathBuf = PathBuf::from("data/mail");
        /// Whether the subject contains the code: convenient in a notification, but readable on a
        /// locked screen.
        code_in_subject: bool = false, read: "strict::flag", variable: Flag;
        /// The DKIM signature of emails, for a mail server of your own.
        dkim: Option<Dkim> = None;
    }
}

/// `[email.relay.NAME]`: a mail server. An empty value counts as absent.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RelayTable {
    /// The URL of the mail server.
    #[serde(deserialize_with = "strict::secret")]
    pub url: SecretString,
    /// The provider of the mail server, instead of a URL.
    pub preset: Option<Preset>,
    /// The region of the provider, for presets with regions.
    #[serde(deserialize_with = "strict::text")]
    pub region: String,
    /// The user name.
    #[serde(deserialize_with = "strict::text")]
    pub username: String,
    /// The password of the user, without percent-encoding.
    #[serde(deserialize_with = "strict::secret")]
    pub password: SecretString,
    /// The URL of the token server, if the mail server wants OAuth instead of a password.
    pub oauth_token_url: Option<Endpoint>,
    /// The ID of the client at the token server.
    #[serde(deserialize_with = "strict::text")]
    pub oauth_client_id: String,
    /// The secret of the client.
    #[serde(deserialize_with = "strict::secret")]
    pub oauth_client_secret: SecretString,
    /// The refresh token, if the client does not act for itself.
    #[serde(deserialize_with = "strict::secret")]
    pub oauth_refresh_token: SecretString,
    /// The scope of the tokens, as the provider names it (RFC 6749 section 3.3).
    #[serde(deserialize_with = "strict::text")]
    pub oauth_scope: String,
    /// A PEM file with certification authorities to trust instead of the public ones.
    pub ca_file: Option<PathBuf>,
}

/// `[email.dkim]`: the DKIM signature of emails (RFC 6376).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dkim {
    /// The signing domain.
    #[serde(deserialize_with = "strict::text")]
    pub domain: String,
    /// The name of the public key in the DNS of the domain.
    #[serde(deserialize_with = "strict::text")]
    pub selector: String,
    /// The PEM file with the private key.
    pub key_file: PathBuf,
}

fn default_sender() -> Mailbox {
    let address = lettre::Address::new("noreply", "wastebilling.local");
    Mailbox::new(
        None,
        address.unwrap_or_else(|_| unreachable!("the default is an address")),
    )
}

impl Email {
    /// The name of the relay in `email.url`, which has no name of its own.
    const ONLY: &str = "smtp";
    const URL_FORM: &str = "like smtps://user:password@host or smtp://user:password@host:587?tls=required; only a host on \
                            this machine may do without TLS";

    pub(in crate::server::config) fn check(&self) -> Result<(), SettingsError> {
        if self.backend == EmailBackendName::Smtp {
            self.relays()?;
        }
        self.dkim
            .as_ref()
            .map_or(Ok(()), |dkim| dkim.check(self.from.email.domain()))
    }

    /// Returns the mail servers in the order in which they are tried.
    ///
    /// # Errors
    /// Returns [`SettingsError`] if a mail server has missing, superfluous or invalid settings.
    pub fn relays(&self) -> Result<Vec<RelaySettings>, SettingsError> {
        if self.relay.is_empty() && self.relays.is_empty() {
            let server = Server::parse(&self.url);
            let server = server.ok_or(SettingsError::Value {
                key: "email.url",
                allowed: Self::URL_FORM,
            })?;
            let server = server
                .with_user(&self.username, &self.password)
                .map_err(|error| invalid_key("email", error))?;
            return Ok(vec![server.into_settings(Self::ONLY.to_owned(), None)]);
        }
        for (is_empty, key) in [
            (self.url.expose_secret().is_empty(), "email.url"),
            (self.username.is_empty(), "email.username"),
            (self.password.expose_secret().is_empty(), "email.password"),
        ] {
            require(is_empty, key, "empty when there are relays in email.relay")?;
        }
        self.order()?
            .into_iter()
            .map(|name| self.relay_settings(name))
            .collect()
    }

    /// Returns the name for EHLO. It must be a fully-qualified host name or, without one, an address
    /// literal (RFC 5321 section 4.1.4). The address of a site without either is not known, so its
    /// literal is that of this machine.
    #[must_use]
    pub fn ehlo_name(&self, public_url: &PublicUrl) -> ClientId {
        let of_site = || client_id(public_url.host()).filter(is_fully_qualified);
        let name = self.ehlo_name.clone().or_else(of_site);
        name.unwrap_or(ClientId::Ipv4(Ipv4Addr::LOCALHOST))
    }

    /// Returns the relays' names in their order. Each table must be named exactly once.
    fn order(&self) -> Result<Vec<&String>, SettingsError> {
        let names: Vec<_> = match self.relays.len() {
            0 if self.relay.len() == 1 => self.relay.keys().collect(),
            _ => self.relays.iter().collect(),
        };
        let mut sorted = names.clone();
        sorted.sort();
        let each_once = sorted.into_iter().eq(self.relay.keys());
        require(
            each_once,
            "email.relays",
            "the order of the tables [email.relay.NAME], each named once",
        )?;
        Ok(names)
    }

    fn relay_settings(&self, name: &str) -> Result<RelaySettings, SettingsError> {
        let type_error = |error| invalid_key(&format!("email.relay.{name}"), error);
        let plain = !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if !plain {
            return Err(type_error((
                "",
                "the name of a relay is of lower-case letters and digits",
            )));
        }
        let table = &self.relay[name];
        let server = table.server().map_err(type_error)?;
        Ok(server.into_settings(name.to_owned(), table.ca_file.clone()))
    }
}

/// The address, encryption and credentials of a relay.
struct Server {
    host: ServerName<'static>,
    port: u16,
    encryption: Encryption,
    credentials: Option<Credentials>,
    oauth: Option<OAuth>,
}

impl Server {
    fn into_settings(self, name: String, ca_file: Option<PathBuf>) -> RelaySettings {
        let Self {
            host,
            port,
            encryption,
            credentials,
            oauth,
        } = self;
        RelaySettings {
            name,
            host,
            port,
            encryption,
            credentials,
            oauth,
            ca_file,
        }
    }

    /// Adds a user who is not in the URL, if there is one.
    fn with_user(self, username: &str, password: &SecretString) -> Result<Self, InvalidKey> {
        if username.is_empty() && password.expose_secret().is_empty() {
            return Ok(self);
        }
        if self.credentials.is_some() {
            return Err((
                ".url",
                "credentials belong either in url or in username and password",
            ));
        }
        Ok(Self {
            credentials: Some(user(username.to_owned(), password)?),
            ..self
        })
    }

    fn with_oauth(self, oauth: OAuth) -> Result<Self, InvalidKey> {
        if self.credentials.is_some() {
            return Err((".url", "a relay has either a password or OAuth"));
        }
        Ok(Self {
            oauth: Some(oauth),
            ..self
        })
    }

    /// Parses the URL of a mail server. Encryption is required (OWASP ASVS 5.0, 12.3.1): TLS from
    /// the first byte (`smtps`) or STARTTLS. Only a server on this machine may do without.
    fn parse(url: &SecretString) -> Option<Self> {
        let url = Url::parse(url.expose_secret()).ok()?;
        let host = url.host_str()?;
        let own_machine = is_own_machine(host);
        let host = ServerName::try_from(host.trim_matches(['[', ']']))
            .ok()?
            .to_owned();
        let (encryption, port) = match (url.scheme(), url.query()) {
            ("smtps", None) => (Encryption::Tls, 465),
            ("smtp", None | Some("tls=none")) if own_machine => (Encryption::None, 25),
            ("smtp", None | Some("tls=required")) => (Encryption::StartTls, 587),
            _ => return None,
        };
        let plain = matches!(url.path(), "" | "/") && url.fragment().is_none();
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (username, Some(password)) => Some(credentials(
                decoded(username)?,
                SecretString::from(decoded(password)?),
            )?),
            (_, None) => return None,
        };
        plain.then_some(Self {
            host,
            port: url.port().unwrap_or(port),
            encryption,
            credentials,
            oauth: None,
        })
    }
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(Into::into)
}

/// Returns the credentials, or `None` if one of them is empty or has a control character. On the
/// wire, such a character could end it early (RFC 4616 section 2).
fn credentials(username: String, password: SecretString) -> Option<Credentials> {
    let usable = |text: &str| !text.is_empty() && !text.contains(char::is_control);
    (usable(&username) && usable(password.expose_secret()))
        .then_some(Credentials { username, password })
}

/// Returns the credentials, or which of them cannot be used.
fn user(username: String, password: &SecretString) -> Result<Credentials, InvalidKey> {
    const PROBLEM: &str = "it is missing, or has a control character";
    let password = credentials("-".to_owned(), password.clone())
        .ok_or((".password", PROBLEM))?
        .password;
    credentials(username, password).ok_or((".username", PROBLEM))
}

/// A key in `[email]` or in the table of a relay, and the problem with its value.
type InvalidKey = (&'static str, &'static str);

fn invalid_key(table: &str, (key, problem): InvalidKey) -> SettingsError {
    SettingsError::Type {
        key: format!("{table}{key}"),
        problem: problem.to_owned(),
    }
}

impl RelayTable {
    const AWS_REGION: InvalidKey = (".region", "it must be like eu-central-1 for ses");

    fn server(&self) -> Result<Server, InvalidKey> {
        let has_url = !self.url.expose_secret().is_empty();
        match self.preset {
            Some(preset) if !has_url => self.server_from_preset(preset),
            None if has_url => self.server_from_url(),
            _ => Err(("", "a relay has either url or preset")),
        }
    }

    fn server_from_url(&self) -> Result<Server, InvalidKey> {
        let server = Server::parse(&self.url).ok_or((
            ".url",
            "it must be like smtps://host or smtp://host:587?tls=required; only this machine may do without TLS",
        ))?;
        if !self.region.is_empty() {
            return Err((".region", "it is for the presets ses and mailgun only"));
        }
        if self.has_oauth() {
            return server.with_oauth(self.oauth(None)?);
        }
        server.with_user(&self.username, &self.password)
    }

    fn server_from_preset(&self, preset: Preset) -> Result<Server, InvalidKey> {
        let (host, port, encryption) = self.address(preset)?;
        let server = Server {
            host,
            port,
            encryption,
            credentials: None,
            oauth: None,
        };
        if self.has_oauth() {
            return server.with_oauth(self.oauth(Some(preset))?);
        }
        let own_name = match preset {
            Preset::SendGrid => Some("apikey"),
            Preset::Postmark => Some(self.password.expose_secret()),
            Preset::Gmail | Preset::Microsoft365 | Preset::Ses | Preset::Mailgun => None,
        };
        if own_name.is_some() && !self.username.is_empty() {
            return Err((
                ".username",
                "sendgrid and postmark take only a password: the API key or the server token",
            ));
        }
        let user = user(
            own_name.unwrap_or(&self.username).to_owned(),
            &self.password,
        )?;
        Ok(Server {
            credentials: Some(user),
            ..server
        })
    }

    fn has_oauth(&self) -> bool {
        self.oauth_token_url.is_some()
            || !self.oauth_client_id.is_empty()
            || !self.oauth_scope.is_empty()
            || !self.oauth_client_secret.expose_secret().is_empty()
            || !self.oauth_refresh_token.expose_secret().is_empty()
    }

    /// Returns how to get tokens. Presets know the token server or the scope of their provider
    /// (<https://developers.google.com/workspace/gmail/imap/xoauth2-protocol>,
    /// <https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth>).
    fn oauth(&self, preset: Option<Preset>) -> Result<OAuth, InvalidKey> {
        let is_empty = |secret: &SecretString| secret.expose_secret().is_empty();
        if !is_empty(&self.password) {
            return Err((".password", "a relay has either a password or OAuth"));
        }
        let (token_url, scope) = match preset {
            Some(Preset::Gmail) => (Url::parse("https://oauth2.googleapis.com/token").ok(), ""),
            Some(Preset::Microsoft365) => (None, "https://outlook.office365.com/.default"),
            _ => (None, ""),
        };
        let own_url = self.oauth_token_url.as_ref().map(|url| url.url().clone());
        let token_url = own_url.or(token_url).ok_or((
            ".oauth_token_url",
            "it is missing; it is like https://login.microsoftonline.com/TENANT/oauth2/v2.0/token",
        ))?;
        if self.oauth_client_id.is_empty() {
            return Err((".oauth_client_id", "it is missing"));
        }
        if is_empty(&self.oauth_client_secret) && is_empty(&self.oauth_refresh_token) {
            return Err((
                ".oauth_client_secret",
                "it is missing, and there is no oauth_refresh_token either",
            ));
        }
        let scope = Some(self.oauth_scope.as_str())
            .filter(|scope| !scope.is_empty())
            .unwrap_or(scope);
        Ok(OAuth {
            username: user(self.username.clone(), &"-".into())?.username,
            token_url,
            client_id: self.oauth_client_id.clone(),
            client_secret: self.oauth_client_secret.clone(),
            refresh_token: Some(self.oauth_refresh_token.clone()).filter(|token| !is_empty(token)),
            scope: scope.to_owned(),
        })
    }

    /// Returns host, port and encryption. It chooses TLS from the first byte if the provider
    /// supports it (RFC 8314 section 3).
    fn address(
        &self,
        preset: Preset,
    ) -> Result<(ServerName<'static>, u16, Encryption), InvalidKey> {
        let host = match (preset, self.region.as_str()) {
            (Preset::Gmail, "") => "smtp.gmail.com".to_owned(),
            (Preset::Microsoft365, "") => "smtp.office365.com".to_owned(),
            (Preset::SendGrid, "") => "smtp.sendgrid.net".to_owned(),
            (Preset::Postmark, "") => "smtp.postmarkapp.com".to_owned(),
            (Preset::Mailgun, "" | "us") => "smtp.mailgun.org".to_owned(),
            (Preset::Mailgun, "eu") => "smtp.eu.mailgun.org".to_owned(),
            (Preset::Mailgun, _) => return Err((".region", "it must be us or eu for mailgun")),
            (Preset::Ses, region) if is_aws_region(region) => {
                format!("email-smtp.{region}.amazonaws.com")
            }
            (Preset::Ses, _) => return Err(Self::AWS_REGION),
            _ => return Err((".region", "it is for the presets ses and mailgun only")),
        };
        let host = ServerName::try_from(host).map_err(|_| Self::AWS_REGION)?;
        match preset {
            Preset::Microsoft365 | Preset::Postmark => Ok((host, 587, Encryption::StartTls)),
            _ => Ok((host, 465, Encryption::Tls)),
        }
    }
}

fn ehlo_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ClientId>, D::Error> {
    let name = client_id(&strict::text(deserializer)?);
    name.map(Some).ok_or_else(|| {
        D::Error::custom("it must be a host name like pay.example.com, or an IP address")
    })
}

/// Parses a host name or an IP address, with or without the brackets of an address literal (RFC
/// 5321 section 4.1.3).
fn client_id(text: &str) -> Option<ClientId> {
    let address = text.trim_matches(['[', ']']);
    let address = address.strip_prefix("IPv6:").unwrap_or(address);
    match address.parse() {
        Ok(IpAddr::V4(address)) => Some(ClientId::Ipv4(address)),
        Ok(IpAddr::V6(address)) => Some(ClientId::Ipv6(address)),
        Err(_) => {
            let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
            is_dns_name(&name).then_some(ClientId::Domain(name))
        }
    }
}

fn is_fully_qualified(name: &ClientId) -> bool {
    !matches!(name, ClientId::Domain(name) if !name.contains('.'))
}

fn is_dns_name(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(label)
}

impl Dkim {
    /// Checks the names. DMARC ignores signatures of domains other than the sender's (RFC 7489
    /// section 3.1.1).
    fn check(&self, from: &str) -> Result<(), SettingsError> {
        let from = from.to_ascii_lowercase();
        let own = from == self.domain || from.ends_with(&format!(".{}", self.domain));
        require(
            is_dns_name(&self.domain) && own,
            "email.dkim.domain",
            "the domain of email.from, or one above it",
        )?;
        require(
            is_dns_name(&self.selector),
            "email.dkim.selector",
            "a DNS name like mail2026",
        )
    }
}
