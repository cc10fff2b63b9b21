//! What brings messages to customers.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::{
    server::domain::{Code, Contact, FailureReason, Origin, Purpose, send::Accepted},
    shared::ContactType,
};

/// A message on its way to a customer. It has no `Debug`: it may hold a code.
pub struct Message {
    /// A contact that the customer has, or had, in store.
    pub to: Contact,
    /// What the customer is called.
    pub customer_name: String,
    /// What it says.
    pub content: Content,
    /// When this message was asked for. Not when it is tried: a second try says the same.
    pub asked_at: Timestamp,
    /// Where the request came from that it is about.
    pub origin: Origin,
    /// The `Message-ID`'s own part, and a gateway's idempotency key.
    pub message_id: String,
}

/// What a message says. It has no `Debug`: it may hold a code.
pub enum Content {
    /// Here is your code.
    Code {
        /// The code.
        code: Code,
        /// What it is for.
        purpose: Purpose,
        /// Whole minutes that it works after `asked_at`, at least 1.
        minutes: i64,
        /// The token of the "this was not me" page, if the message links to it: in letters only, as
        /// a run of digits could be taken for the code.
        not_me: Option<String>,
    },
    /// Somebody signed in on a browser that had not signed in before.
    NewSignIn,
    /// The customer's contact was changed; this is what it was before.
    ContactChanged {
        /// The new contact, shown masked.
        new: Contact,
        /// The token of the page that undoes it, in letters only.
        undo: Option<String>,
    },
}

/// Why a message was not handed over. It never holds the message, nor what the other side said of
/// the contact.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Trying again may help.
    #[error("the message was not taken: {why}")]
    Transient {
        /// For the log.
        why: String,
        /// The wait that the other side asked for.
        retry_after: Option<SignedDuration>,
        /// Whether the message may have been taken all the same: the answer did not come in time.
        outcome_unknown: bool,
    },
    /// Trying again will not.
    #[error("the message was refused: {why}")]
    Permanent {
        /// For the log.
        why: String,
        /// For the person.
        reason: FailureReason,
    },
}

impl SendError {
    /// Trying again may help.
    #[must_use]
    pub fn transient(why: impl ToString) -> Self {
        Self::Transient {
            why: why.to_string(),
            retry_after: None,
            outcome_unknown: false,
        }
    }
}

/// What brings messages to customers.
#[async_trait]
pub trait Messenger: Send + Sync {
    /// Hands a message over, in a bounded time.
    ///
    /// # Errors
    /// [`SendError`].
    async fn send(&self, message: &Message) -> Result<Accepted, SendError>;

    /// How many segments a text message takes, which is what it is paid by; 0 for an email.
    ///
    /// # Errors
    /// [`SendError::Permanent`] if its template does not render.
    fn segments(&self, message: &Message) -> Result<u32, SendError>;

    /// Whether no message of this kind gets out at the moment: everything that takes them keeps
    /// failing.
    fn is_down(&self, kind: ContactType) -> bool;
}
