//! Sent messages, kept in memory for developers to read. There is no inbox in PROD.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use tokio::sync::watch;

use crate::shared::ContactType;

/// The maximum number of messages in the inbox.
pub const CAPACITY: usize = 100;

/// A message as the customer sees it. It does not implement `Debug`, because it may contain a code.
#[derive(Clone)]
pub struct SentMessage {
    /// When a relay or gateway accepted the message.
    pub at: Timestamp,
    /// Whether it is an email or a text message.
    pub kind: ContactType,
    /// The contact that the message was sent to, unmasked.
    pub to: String,
    /// The subject of an email.
    pub subject: Option<String>,
    /// The plain part of an email, or the text message.
    pub text: String,
    /// The HTML part of an email.
    pub html: Option<String>,
}

/// The newest [`CAPACITY`] messages. Cheap to clone; clones share the same messages.
#[derive(Clone, Default)]
pub struct Inbox(Arc<Shared>);

#[derive(Default)]
struct Shared {
    messages: Mutex<VecDeque<(u64, SentMessage)>>,
    newest: watch::Sender<u64>,
}

impl Inbox {
    /// Adds a message under the next number. If the inbox is full, the oldest message is dropped.
    pub fn keep(&self, message: SentMessage) {
        let mut messages = self.messages();
        let number = messages.front().map_or(1, |(newest, _)| newest + 1);
        messages.push_front((number, message));
        messages.truncate(CAPACITY);
        drop(messages);
        self.0.newest.send_replace(number);
    }

    /// Returns the messages in the inbox with their numbers, newest first.
    #[must_use]
    pub fn all(&self) -> Vec<(u64, SentMessage)> {
        self.messages().iter().cloned().collect()
    }

    /// Returns the message with this number, if it is still in the inbox.
    #[must_use]
    pub fn find(&self, number: u64) -> Option<SentMessage> {
        self.messages()
            .iter()
            .find(|(kept, _)| *kept == number)
            .map(|(_, message)| message.clone())
    }

    /// Returns a receiver for the number of the newest message. The number is 0 before the first
    /// message and changes with each one.
    #[must_use]
    pub fn newest(&self) -> watch::Receiver<u64> {
        self.0.newest.subscribe()
    }

    fn messages(&self) -> MutexGuard<'_, VecDeque<(u64, SentMessage)>> {
        self.0
            .messages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> SentMessage {
        SentMessage {
            at: Timestamp::UNIX_EPOCH,
            kind: ContactType::Phone,
            to: "+12025550123".to_owned(),
            subject: None,
            text: text.to_owned(),
            html: None,
        }
    }

    #[test]
    fn the_newest_hundred_messages_keep_their_numbers() {
        let inbox = Inbox::default();
        for number in 1..=101 {
            inbox.keep(message(&format!("message {number}")));
        }
        let all = inbox.all();
        assert_eq!(
            (all.len(), all[0].0, all[0].1.text.as_str()),
            (100, 101, "message 101")
        );
        assert_eq!(
            inbox.find(2).map(|message| message.text).as_deref(),
            Some("message 2")
        );
        assert!(inbox.find(1).is_none());
        assert_eq!(*inbox.newest().borrow(), 101);
    }
}
