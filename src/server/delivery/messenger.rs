//! Brings a code to a contact, whatever its kind, in a bounded time.

use std::time::Duration;

use async_trait::async_trait;

use super::{Emailer, Templates, Texter};
use crate::server::{
    domain::Contact,
    service::{Messenger, SendError, ports::CodeMessage},
};

/// The most that one try may take. Our own bound: the mail library's does not fire when a server hangs.
const TRY_TIMEOUT: Duration = Duration::from_secs(15);

/// The messenger of the running program.
pub struct ContactMessenger {
    templates: Templates,
    emailer: Emailer,
    texter: Texter,
}

impl ContactMessenger {
    /// A messenger over these parts.
    #[must_use]
    pub const fn new(templates: Templates, emailer: Emailer, texter: Texter) -> Self {
        Self { templates, emailer, texter }
    }

    async fn hand_over(&self, message: &CodeMessage) -> Result<(), SendError> {
        let rendered = |error: minijinja::Error| SendError::Permanent(error.to_string());
        match &message.to {
            Contact::Email(to) => {
                let texts = self.templates.email(message).map_err(rendered)?;
                self.emailer.send(to, texts, &message.message_id, message.asked_at).await
            }
            Contact::Phone(to) => self.texter.send(to, &self.templates.sms(message).map_err(rendered)?).await,
        }
    }
}

#[async_trait]
impl Messenger for ContactMessenger {
    async fn send(&self, message: &CodeMessage) -> Result<(), SendError> {
        bounded(self.hand_over(message)).await
    }
}

/// Ends a try that takes too long.
///
/// # Errors
/// [`SendError`].
pub async fn bounded(sending: impl Future<Output = Result<(), SendError>>) -> Result<(), SendError> {
    let no_answer = |_| SendError::Transient("no answer in time".to_owned());
    tokio::time::timeout(TRY_TIMEOUT, sending).await.map_err(no_answer)?
}
