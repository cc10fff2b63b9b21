//! Records the messages that transports accept, so that a developer can read them with any backend.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    email::Mail,
    failover::{Transport, TransportError},
    sms::TextMessage,
};
use crate::{
    server::{
        clock::Clock,
        inbox::{Inbox, SentMessage},
    },
    shared::ContactType,
};

/// A transport that records accepted messages in an inbox.
pub struct Recorded<M> {
    transport: Arc<dyn Transport<M>>,
    inbox: Inbox,
    clock: Arc<dyn Clock>,
}

impl<M: InboxMessage + 'static> Recorded<M> {
    /// Wraps the transports so that `inbox` records the messages that they accept.
    #[must_use]
    pub fn all(
        transports: Vec<Arc<dyn Transport<M>>>,
        inbox: &Inbox,
        clock: &Arc<dyn Clock>,
    ) -> Vec<Arc<dyn Transport<M>>> {
        let record = |transport| -> Arc<dyn Transport<M>> {
            Arc::new(Self {
                transport,
                inbox: inbox.clone(),
                clock: clock.clone(),
            })
        };
        transports.into_iter().map(record).collect()
    }
}

#[async_trait]
impl<M: InboxMessage> Transport<M> for Recorded<M> {
    fn name(&self) -> &str {
        self.transport.name()
    }

    async fn send(&self, message: &M) -> Result<Option<String>, TransportError> {
        let provider_message_id = self.transport.send(message).await?;
        self.inbox.keep(message.message(self.clock.now()));
        Ok(provider_message_id)
    }
}

/// A message that can be shown as the customer sees it.
pub trait InboxMessage: Send + Sync {
    /// Returns the message as it arrives. `at` is the time at which the transport accepted it.
    fn message(&self, at: Timestamp) -> SentMessage;
}

impl InboxMessage for Mail {
    fn message(&self, at: Timestamp) -> SentMessage {
        SentMessage {
            at,
            kind: ContactType::Email,
            to: self.to.as_str().to_owned(),
            subject: Some(self.texts.subject.clone()),
            text: self.texts.text.clone(),
            html: Some(self.texts.html.clone()),
        }
    }
}

impl InboxMessage for TextMessage {
    fn message(&self, at: Timestamp) -> SentMessage {
        SentMessage {
            at,
            kind: ContactType::Phone,
            to: self.to.as_str().to_owned(),
            subject: None,
            text: self.body.clone(),
            html: None,
        }
    }
}
