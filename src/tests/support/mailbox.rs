//! A messenger that keeps the messages it is given.

use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use doorcode::{
    server::{
        domain::send::AcceptedMessage,
        ports::{
            Messenger, SendError,
            messenger::{Content, Message},
        },
    },
    shared::{ContactType, Language},
};

use super::trace;

/// A message that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// `code`, `new_sign_in` or `contact_changed`.
    pub kind: &'static str,
    pub to: String,
    /// The code. Empty in a notice.
    pub code: String,
    /// The token of the link "This was not me".
    pub not_me: String,
    /// The token of the link that undoes the reported change.
    pub undo: String,
    pub message_id: String,
    pub language: Language,
}

#[derive(Default)]
pub struct Mailbox {
    arrived: Mutex<Vec<Arrived>>,
    /// The errors that the next attempts return, the last one first.
    failures: Mutex<Vec<SendError>>,
    /// The name that it reports as the transport, instead of "test".
    transport: Mutex<Option<String>>,
}

impl Mailbox {
    pub fn all(&self) -> Vec<Arrived> {
        lock(&self.arrived).clone()
    }

    pub fn newest(&self) -> Arrived {
        lock(&self.arrived).last().expect("a message").clone()
    }

    /// Returns the newest message with a code.
    pub fn newest_code(&self) -> Arrived {
        lock(&self.arrived)
            .iter()
            .rfind(|message| !message.code.is_empty())
            .expect("a code")
            .clone()
    }

    /// Removes the failures that no attempt has used, and returns their number.
    pub fn forget_failures(&self) -> usize {
        lock(&self.failures).drain(..).count()
    }

    /// Accepts messages under the name of a transport.
    pub fn send_as(&self, name: &str) {
        *lock(&self.transport) = Some(name.to_owned());
    }

    /// Makes the next attempt fail.
    pub fn fail_next(&self, error: SendError) {
        lock(&self.failures).push(error);
    }
}

#[async_trait]
impl Messenger for Mailbox {
    async fn send(&self, message: &Message) -> Result<AcceptedMessage, SendError> {
        if let Some(error) = lock(&self.failures).pop() {
            return Err(error);
        }
        let (kind, code, not_me, undo) = match &message.content {
            Content::Code { code, not_me, .. } => (
                "code",
                code.reveal(),
                not_me.as_deref().unwrap_or_default(),
                "",
            ),
            Content::NewSignIn => ("new_sign_in", "", "", ""),
            Content::ContactChanged { undo, .. } => (
                "contact_changed",
                "",
                "",
                undo.as_deref().unwrap_or_default(),
            ),
        };
        [message.to.as_str(), code, not_me]
            .into_iter()
            .filter(|text| !text.is_empty())
            .for_each(trace::secret);
        lock(&self.arrived).push(Arrived {
            kind,
            to: message.to.as_str().to_owned(),
            code: code.to_owned(),
            not_me: not_me.to_owned(),
            undo: undo.to_owned(),
            message_id: message.message_id.clone(),
            language: message.origin.language,
        });
        let AcceptedMessage {
            transport,
            provider_message_id,
        } = accepted();
        Ok(AcceptedMessage {
            transport: lock(&self.transport).clone().unwrap_or(transport),
            provider_message_id,
        })
    }

    fn segments(&self, _: &Message) -> Result<u32, SendError> {
        Ok(1)
    }

    fn is_down(&self, _: ContactType) -> bool {
        false
    }
}

/// Returns the result of a transport that accepts a message.
pub fn accepted() -> AcceptedMessage {
    AcceptedMessage {
        transport: "test".to_owned(),
        provider_message_id: None,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no test panics with the lock")
}
