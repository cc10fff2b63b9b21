//! Where a mail relay is, and how to talk to it.

use std::{fmt, path::PathBuf};

use rustls::pki_types::ServerName;
use secrecy::{ExposeSecret, SecretString};

/// Where a relay is and how to talk to it.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its name in the settings.
    pub name: String,
    /// Its host name or address. The certificate has to be for it.
    pub host: ServerName<'static>,
    /// Its port.
    pub port: u16,
    /// When the encryption begins.
    pub encryption: Encryption,
    /// The user, if it wants one.
    pub sign_in: Option<SignIn>,
    /// A PEM file with its own certification authorities, trusted instead of the public ones.
    pub ca_file: Option<PathBuf>,
}

/// When the encryption begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// Never; for a relay on this machine.
    None,
    /// After STARTTLS (RFC 3207).
    StartTls,
    /// With the first byte (RFC 8314 section 3.3).
    Tls,
}

/// A relay's user.
#[derive(Clone)]
pub struct SignIn {
    /// The name.
    pub username: String,
    /// The password.
    pub password: SecretString,
}

impl SignIn {
    /// The name, unless it is the password too, as with Postmark.
    #[must_use]
    pub fn shown(&self) -> Option<String> {
        (self.username != self.password.expose_secret()).then(|| self.username.clone())
    }
}

/// Without the password, even where it is the name too.
impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("username", &self.shown())
            .finish_non_exhaustive()
    }
}
