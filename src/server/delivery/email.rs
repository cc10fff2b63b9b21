//! Email by lettre.

use std::path::PathBuf;

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

use super::{print_message, templates::EmailTexts};
use crate::server::{domain::EmailAddress, service::SendError};

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

    /// Hands a mail over. Not bounded in time: a server that hangs hangs it.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn send(
        &self,
        to: &EmailAddress,
        texts: EmailTexts,
        message_id: &str,
        date: Timestamp,
    ) -> Result<(), SendError> {
        if matches!(self.transport, Transport::Console) {
            let EmailTexts { subject, text, .. } = texts;
            return print_message("email", &format!("To: {}\nSubject: {subject}\n\n{text}", to.as_str()));
        }
        let message =
            self.message(to, texts, message_id, date).map_err(|error| SendError::Permanent(error.to_string()))?;
        match &self.transport {
            Transport::Console => Ok(()),
            Transport::File(folder) => {
                folder.send(message).await.map(drop).map_err(|error| SendError::Transient(error.to_string()))
            }
            Transport::Smtp(server) => server.send(message).await.map(drop).map_err(|error| smtp_error(&error)),
        }
    }

    fn message(
        &self,
        to: &EmailAddress,
        texts: EmailTexts,
        message_id: &str,
        date: Timestamp,
    ) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
        let to = Mailbox::new(None, to.as_str().parse()?);
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(texts.subject)
            .message_id(Some(format!("<{message_id}@{}>", self.from.email.domain())))
            .date(date.into())
            // RFC 3834: no vacation notices back; X-Entity-Ref-ID: Gmail does not fold one code mail into the next.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "All"))
            .raw_header(header("X-Entity-Ref-ID", message_id))
            .multipart(MultiPart::alternative_plain_html(texts.text, texts.html))?;
        Ok(message)
    }
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// The class of an SMTP failure. What the server wrote stays out of it: it may repeat the address.
fn smtp_error(error: &smtp::Error) -> SendError {
    match error.status() {
        Some(code) if error.is_permanent() => SendError::Permanent(format!("SMTP status {code}")),
        Some(code) => SendError::Transient(format!("SMTP status {code}")),
        None => SendError::Transient(error.to_string()),
    }
}
