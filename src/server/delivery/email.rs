//! Email by lettre.

use std::path::PathBuf;

use async_trait::async_trait;
use jiff::Timestamp;
use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp,
};
use secrecy::{ExposeSecret, SecretString};

use super::{
    carrier::{Carrier, CarrierError},
    print_message,
    templates::EmailTexts,
};
use crate::server::domain::{EmailAddress, FailureReason};

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

/// Where mails go.
#[derive(Clone, Debug)]
pub enum EmailBackend {
    /// The terminal of who runs the program.
    Console,
    /// A folder, one `.eml` file a message.
    File(PathBuf),
    /// A mail server, by a URL as lettre reads it; the settings have made sure of its TLS.
    Smtp(SecretString),
}

enum Transport {
    Console,
    File(AsyncFileTransport<Tokio1Executor>),
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
}

/// Sends mails.
pub struct Emailer {
    transport: Transport,
    from: Mailbox,
}

/// The mails could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The folder for files.
    #[error("email.directory cannot be created: {0}")]
    Directory(#[from] std::io::Error),
    /// The mail server's URL.
    #[error("email.url is not understood: {0}")]
    Url(#[from] smtp::Error),
}

impl Emailer {
    /// Mails from `from` through `backend`.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn new(backend: &EmailBackend, from: Mailbox) -> Result<Self, SetupError> {
        let transport = match backend {
            EmailBackend::Console => Transport::Console,
            EmailBackend::File(directory) => {
                std::fs::create_dir_all(directory)?;
                Transport::File(AsyncFileTransport::new(directory))
            }
            EmailBackend::Smtp(url) => {
                Transport::Smtp(Box::new(AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())?.build()))
            }
        };
        Ok(Self { transport, from })
    }

    fn message(&self, mail: &Mail) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
        let Mail { to, texts, message_id, date } = mail;
        let to = Mailbox::new(None, to.as_str().parse()?);
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&texts.subject)
            .message_id(Some(format!("<{message_id}@{}>", self.from.email.domain())))
            .date((*date).into())
            // RFC 3834: no vacation notices back; X-Entity-Ref-ID: Gmail does not fold one code mail into the next.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "All"))
            .raw_header(header("X-Entity-Ref-ID", message_id))
            .multipart(MultiPart::alternative_plain_html(texts.text.clone(), texts.html.clone()))?;
        Ok(message)
    }
}

#[async_trait]
impl Carrier<Mail> for Emailer {
    fn name(&self) -> &'static str {
        "email"
    }

    async fn carry(&self, mail: &Mail) -> Result<Option<String>, CarrierError> {
        let message = || self.message(mail).map_err(|error| refused(&*error));
        match &self.transport {
            Transport::Console => {
                let EmailTexts { subject, text, .. } = &mail.texts;
                print_message("email", &format!("To: {}\nSubject: {subject}\n\n{text}", mail.to.as_str()))?;
            }
            Transport::File(folder) => drop(folder.send(message()?).await.map_err(CarrierError::unavailable)?),
            Transport::Smtp(server) => drop(server.send(message()?).await.map_err(|error| smtp_error(&error))?),
        }
        Ok(None)
    }
}

fn refused(error: &dyn std::error::Error) -> CarrierError {
    CarrierError::Refused { why: error.to_string(), reason: FailureReason::Other }
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// The class of an SMTP failure. What the server wrote stays out of it: it may repeat the address.
fn smtp_error(error: &smtp::Error) -> CarrierError {
    match error.status() {
        Some(code) if error.is_permanent() => {
            CarrierError::Refused { why: format!("SMTP status {code}"), reason: FailureReason::NoSuchAddress }
        }
        Some(code) => CarrierError::unavailable(format!("SMTP status {code}")),
        None => CarrierError::unavailable(error),
    }
}
