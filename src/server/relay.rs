//! The address of a mail relay, and how to connect to it.

use std::{fmt, path::PathBuf};

use rustls::pki_types::ServerName;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// The address of a mail relay, and how to connect to it.
#[derive(Clone, Debug)]
pub struct RelaySettings {
    /// The relay's name in the settings.
    pub name: String,
    /// The host name or IP address. The relay's certificate must be valid for it.
    pub host: ServerName<'static>,
    /// The port that the relay listens on.
    pub port: u16,
    /// When encryption begins on a connection.
    pub encryption: Encryption,
    /// The credentials, if the relay requires them.
    pub credentials: Option<Credentials>,
    /// How to get access tokens, if the relay requires them instead of a password.
    pub oauth: Option<OAuth>,
    /// A PEM file with certificate authorities to trust instead of the public ones.
    pub ca_file: Option<PathBuf>,
}

/// When encryption begins on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// Never. For a relay on this machine.
    None,
    /// After STARTTLS (RFC 3207).
    StartTls,
    /// With the first byte (implicit TLS, RFC 8314 section 3.3).
    Tls,
}

/// The credentials for a relay.
#[derive(Clone)]
pub struct Credentials {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: SecretString,
}

/// How to get access tokens for a relay (RFC 6749).
#[derive(Clone, Debug)]
pub struct OAuth {
    /// The name of the mailbox.
    pub username: String,
    /// The URL of the token server.
    pub token_url: Url,
    /// The ID of the client, which the provider assigns.
    pub client_id: String,
    /// The secret of the client. It may be empty if there is a refresh token.
    pub client_secret: SecretString,
    /// The token that an administrator's or user's consent gave the client, if the client does not
    /// act for itself.
    pub refresh_token: Option<SecretString>,
    /// The scope of the tokens, as the provider names it (RFC 6749 section 3.3). It may be empty.
    pub scope: String,
}

impl Credentials {
    /// Returns the user name, unless it is also the password, as with Postmark.
    #[must_use]
    pub fn public_username(&self) -> Option<String> {
        (self.username != self.password.expose_secret()).then(|| self.username.clone())
    }
}

/// Omits the password, and also the user name if it equals the password.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("username", &self.public_username())
            .finish_non_exhaustive()
    }
}
