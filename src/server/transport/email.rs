//! Emails, and the transports that send them to a relay, write them to a folder or print them.

mod auth;
mod capped;
mod compose;
mod error;
mod oauth;
mod relay;
mod reply;
mod session;
mod tls;

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use lettre::{AsyncFileTransport, AsyncTransport, Tokio1Executor};

pub use compose::{Composer, Sender, Signature};
pub use error::SmtpError;
pub use relay::Relay;
pub use session::{StageLimits, Step};

use super::{
    failover::{Addressed, Transport, TransportError},
    print_message,
    templates::EmailTexts,
};
use crate::server::{domain::EmailAddress, ports::messenger::HandoverSignal};

/// An email. It does not implement `Debug` because it may contain a code.
pub struct Mail {
    /// The address of the recipient.
    pub to: EmailAddress,
    /// The subject and both parts.
    pub texts: EmailTexts,
    /// The part of the `Message-ID` before the `@`. It is the same for every attempt.
    pub message_id: String,
    /// The time at which the message was requested. It is the same for every attempt.
    pub date: Timestamp,
    /// Raised when the content is handed over.
    pub handover: HandoverSignal,
}

impl Addressed for Mail {
    fn recipient(&self) -> &str {
        self.to.as_str()
    }
}

/// An error while setting up email. Each message begins with the key of the setting.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The folder for `.eml` files cannot be created.
    #[error("email.directory cannot be created: {0}")]
    Directory(#[from] std::io::Error),
    /// The certification authority of a relay cannot be read.
    #[error("email.relay.{0}.ca_file must be a readable PEM file with one or more certificates")]
    Authority(String),
    /// The client of a token server cannot be set up.
    #[error("email.relay.{relay}.oauth_token_url cannot be used: {cause}")]
    TokenServer {
        /// The name of the relay.
        relay: String,
        /// The reason.
        cause: String,
    },
    /// The DKIM key cannot be used.
    #[error(
        "email.dkim.key_file must be a readable PEM file with an RSA key of 1024 bits or more, or an Ed25519 key"
    )]
    SigningKey,
}

/// A transport that prints emails to standard output.
#[derive(Debug)]
pub struct Console;

#[async_trait]
impl Transport<Mail> for Console {
    fn name(&self) -> &'static str {
        "console"
    }

    async fn send(&self, mail: &Mail) -> Result<Option<String>, TransportError> {
        let EmailTexts { subject, text, .. } = &mail.texts;
        let letter = format!("To: {}\nSubject: {subject}\n\n{text}", mail.to.as_str());
        print_message("email", &letter).map(|()| None)
    }
}

/// A transport that writes each email to an `.eml` file in a folder. Its ID for an email is
/// the name of the file without `.eml`.
pub struct Folder {
    files: AsyncFileTransport<Tokio1Executor>,
    composer: Arc<Composer>,
}

impl Folder {
    /// Creates a transport that writes to `directory`. Creates the folder if it is missing.
    ///
    /// # Errors
    /// Returns [`SetupError::Directory`] if the folder cannot be created.
    pub fn new(directory: &Path, composer: Arc<Composer>) -> Result<Self, SetupError> {
        std::fs::create_dir_all(directory)?;
        Ok(Self {
            files: AsyncFileTransport::new(directory),
            composer,
        })
    }
}

#[async_trait]
impl Transport<Mail> for Folder {
    fn name(&self) -> &'static str {
        "file"
    }

    async fn send(&self, mail: &Mail) -> Result<Option<String>, TransportError> {
        let message = self.composer.compose(mail)?;
        self.files
            .send(message)
            .await
            .map(Some)
            .map_err(TransportError::unavailable)
    }
}
