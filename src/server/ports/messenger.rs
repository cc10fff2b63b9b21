//! The port that sends messages to customers.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::{
    server::domain::{
        Code, Contact, Deferral, FailureReason, Origin, Purpose, send::AcceptedMessage,
    },
    shared::ContactType,
};

/// Tells that the content of a message is being handed over to a transport. From then on, until the
/// transport responds, nobody knows whether it has the message.
#[derive(Clone, Debug, Default)]
pub struct HandoverSignal(Arc<watch::Sender<bool>>);

impl HandoverSignal {
    /// Raises the signal. A transport calls this immediately before it sends the content.
    pub fn raise(&self) {
        self.0.send_replace(true);
    }

    /// Whether the signal was raised.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        *self.0.borrow()
    }

    /// Resolves when the signal is raised.
    pub async fn raised(&self) {
        // The sender is in `self`, so the channel stays open.
        drop(self.0.subscribe().wait_for(|is_raised| *is_raised).await);
    }
}

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
    /// Raised when the content is handed over.
    pub handover: HandoverSignal,
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

/// The error returned unless a transport is known to have accepted the message. It never contains
/// the message, nor anything that the transport said about the contact.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The transports fail. A retry may succeed.
    #[error("the transport did not accept the message: {cause}")]
    Transient {
        /// The cause, for the log.
        cause: String,
        /// The wait requested by the transport in `Retry-After`.
        retry_after: Option<SignedDuration>,
    },
    /// The message is not accepted for this recipient at present. A later retry may succeed.
    #[error("the message was deferred: {cause}")]
    Deferred {
        /// The cause, for the log.
        cause: String,
        /// The reason, as far as it is known.
        deferral: Deferral,
    },
    /// The content was handed over, but the response did not come. The transport may have accepted
    /// the message, so a retry may send it a second time.
    #[error("the outcome is unknown: {cause}")]
    OutcomeUnknown {
        /// The cause, for the log.
        cause: String,
        /// The name of the transport in the settings, if it is known.
        transport: Option<String>,
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
        }
    }
}

/// Sends messages to customers.
#[async_trait]
pub trait Messenger: Send + Sync {
    /// Hands a message over to a transport, in a bounded time. Raises the message's
    /// [`HandoverSignal`] before that.
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
