//! The port that sends messages to customers.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::{
    server::domain::{Code, Contact, FailureReason, Origin, Purpose, send::AcceptedMessage},
    shared::ContactType,
};

/// A message on its way to a customer. It has no `Debug`, because it may hold a code.
pub struct Message {
    /// The recipient: a contact that the customer has or had on file, or the new one of a change.
    pub to: Contact,
    /// The name of the customer in the message; empty if the recipient must not learn it.
    pub customer_name: String,
    /// The content.
    pub content: Content,
    /// When the message was requested. Retries keep this time, so that every attempt sends the same
    /// message.
    pub requested_at: Timestamp,
    /// The origin of the request that the message is about.
    pub origin: Origin,
    /// The part of the `Message-ID` before the `@`, also used as a gateway's idempotency key.
    pub message_id: String,
}

/// The content of a message. It has no `Debug`, because it may hold a code.
pub enum Content {
    /// A code to enter.
    Code {
        /// The code.
        code: Code,
        /// The purpose of the code.
        purpose: Purpose,
        /// Whole minutes that the code is valid after `requested_at`, at least 1.
        minutes: i64,
        /// The token of the "this was not me" page, if the message links to it. It consists of
        /// letters only, because a run of digits could be mistaken for the code.
        not_me: Option<String>,
    },
    /// A notice that somebody signed in on a new device.
    NewSignIn,
    /// A notice that a contact of the customer was changed. It goes to the previous contact, or to
    /// the customer's other one if the previous contact cannot be reached.
    ContactChanged {
        /// The new contact. The message shows it masked.
        new: Contact,
        /// The token of the page that undoes the change, in letters only.
        undo: Option<String>,
    },
}

/// The error returned when a message was not handed over. It never contains the message, nor
/// anything that the transport said about the contact.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// A retry may succeed.
    #[error("the transport did not accept the message: {cause}")]
    Transient {
        /// The cause, for the log.
        cause: String,
        /// The wait requested by the transport in `Retry-After`.
        retry_after: Option<SignedDuration>,
        /// Whether the transport may have accepted the message, because its response did not arrive
        /// in time.
        outcome_unknown: bool,
    },
    /// A retry will not succeed.
    #[error("the message was refused: {cause}")]
    Permanent {
        /// The cause, for the log.
        cause: String,
        /// The reason, for the customer.
        reason: FailureReason,
    },
}

impl SendError {
    /// Creates a transient error that has only a cause.
    #[must_use]
    pub fn transient(cause: impl ToString) -> Self {
        Self::Transient {
            cause: cause.to_string(),
            retry_after: None,
            outcome_unknown: false,
        }
    }
}

/// Sends messages to customers.
#[async_trait]
pub trait Messenger: Send + Sync {
    /// Hands a message over to a transport, in a bounded time.
    ///
    /// # Errors
    /// Returns [`SendError`] unless a transport is known to have accepted the message.
    async fn send(&self, message: &Message) -> Result<AcceptedMessage, SendError>;

    /// Returns the number of segments that a text message is billed for; 0 for an email.
    ///
    /// # Errors
    /// [`SendError::Permanent`] if the template of the message does not render.
    fn segments(&self, message: &Message) -> Result<u32, SendError>;

    /// Whether no message of this kind can currently be sent, because every transport for it keeps
    /// failing.
    fn is_down(&self, kind: ContactType) -> bool;
}
