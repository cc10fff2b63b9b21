//! Brings a message to a contact, whatever its kind.

use async_trait::async_trait;

use super::{Failover, Templates, email::Mail, sms::Text};
use crate::server::{
    domain::{Contact, FailureReason},
    service::{
        Messenger, SendError,
        ports::{Accepted, Message},
    },
};

/// The messenger of the running program.
pub struct ContactMessenger {
    templates: Templates,
    email: Failover<Mail>,
    sms: Failover<Text>,
}

impl ContactMessenger {
    /// A messenger over these parts.
    #[must_use]
    pub const fn new(templates: Templates, email: Failover<Mail>, sms: Failover<Text>) -> Self {
        Self { templates, email, sms }
    }
}

#[async_trait]
impl Messenger for ContactMessenger {
    async fn send(&self, message: &Message) -> Result<Accepted, SendError> {
        let message_id = message.message_id.clone();
        match &message.to {
            Contact::Email(to) => {
                let texts = self.templates.email(message).map_err(|error| not_rendered(&error))?;
                self.email.send(&Mail { to: to.clone(), texts, message_id, date: message.asked_at }).await
            }
            Contact::Phone(to) => {
                let body = self.templates.sms(message).map_err(|error| not_rendered(&error))?;
                self.sms.send(&Text { to: to.clone(), body, message_id }).await
            }
        }
    }

    fn segments(&self, message: &Message) -> Result<u32, SendError> {
        match &message.to {
            Contact::Email(_) => Ok(0),
            Contact::Phone(_) => self.templates.sms(message).map(|_| 1).map_err(|error| not_rendered(&error)),
        }
    }
}

/// Every template was rendered at the start, so this is a bug of ours: trying again would not help.
fn not_rendered(error: &minijinja::Error) -> SendError {
    SendError::Permanent { why: error.to_string(), reason: FailureReason::Other }
}
