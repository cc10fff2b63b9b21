//! Email: composed in one place, then carried to a relay, into a folder or onto the terminal.

mod compose;
mod failure;
mod relay;
mod reply;
mod session;
mod tls;

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use lettre::{AsyncFileTransport, AsyncTransport, Tokio1Executor};

pub use compose::{Composer, Signature};
pub use failure::Failure;
pub use relay::Relay;
pub use reply::{Reply, Stage};
pub use session::Step;

use super::{
    carrier::{Carrier, CarrierError},
    print_message,
    templates::EmailTexts,
};
use crate::server::domain::EmailAddress;

/// A mail. It has no `Debug`: it may hold a code.
pub struct Mail {
    /// Where to.
    pub to: EmailAddress,
    /// What it says.
    pub texts: EmailTexts,
    /// The `Message-ID`'s own part, the same for each try.
    pub message_id: String,
    /// When it was asked for, the same for each try.
    pub date: Timestamp,
}

/// The mails could not be set up. Each begins with the key.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The folder for files.
    #[error("email.directory cannot be created: {0}")]
    Directory(#[from] std::io::Error),
    /// A relay's own certification authority.
    #[error("email.relay.{0}.ca_file must be a readable PEM file with one or more certificates")]
    Authority(String),
    /// The key that signs.
    #[error(
        "email.dkim.key_file must be a readable PEM file with an RSA key of 1024 bits or more, or an Ed25519 key"
    )]
    SigningKey,
}

/// The terminal of who runs the program.
#[derive(Debug)]
pub struct Console;

#[async_trait]
impl Carrier<Mail> for Console {
    fn name(&self) -> &'static str {
        "console"
    }

    async fn carry(&self, mail: &Mail) -> Result<Option<String>, CarrierError> {
        let EmailTexts { subject, text, .. } = &mail.texts;
        let letter = format!("To: {}\nSubject: {subject}\n\n{text}", mail.to.as_str());
        print_message("email", &letter).map(|()| None)
    }
}

/// A folder, one `.eml` file a mail. The reference of a mail is the file's name without `.eml`.
pub struct Folder {
    files: AsyncFileTransport<Tokio1Executor>,
    composer: Arc<Composer>,
}

impl Folder {
    /// Mails into `directory`, which is made if it is not there.
    ///
    /// # Errors
    /// [`SetupError::Directory`].
    pub fn new(directory: &Path, composer: Arc<Composer>) -> Result<Self, SetupError> {
        std::fs::create_dir_all(directory)?;
        Ok(Self {
            files: AsyncFileTransport::new(directory),
            composer,
        })
    }
}

#[async_trait]
impl Carrier<Mail> for Folder {
    fn name(&self) -> &'static str {
        "file"
    }

    async fn carry(&self, mail: &Mail) -> Result<Option<String>, CarrierError> {
        let message = self.composer.compose(mail)?;
        self.files
            .send(message)
            .await
            .map(Some)
            .map_err(CarrierError::unavailable)
    }
}
