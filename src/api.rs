//! The contract between browser and server: the fields that forms send and the replies to them.
//!
//! Forms are posted to the server functions in `server/http/actions/`. A plain form receives a `303
//! See Other` to the next page (Post/Redirect/Get). An island that posts the same fields receives
//! the function's `Result` as JSON.

pub mod delivery;
pub mod error;
pub mod fields;
pub mod forms;

pub use delivery::{DeliveryFailure, DeliveryStatus};
pub use error::OtpError;
pub use forms::{ConfirmForm, LanguageForm, NewContactForm, RequestForm, ResendForm};

use serde::{Deserialize, Serialize};

/// The response header that carries the message of an error, percent-encoded and in the visitor's
/// language. The error itself is a closed enum without text. A script shows the value of this
/// header and needs no sentences of its own.
pub const MESSAGE_HEADER: &str = "doorcode-message";

/// The request header in which an island states the language of its page, as a BCP 47 tag.
pub const LANGUAGE_HEADER: &str = "doorcode-language";

/// A successful reply: the page that the customer goes to next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// An absolute path on this site, never another host.
    pub location: String,
}

/// A flash message: a notice, shown once on the next page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// A code is on its way.
    CodeSent,
    /// A code is on its way again. Earlier codes of this sign-in also work until they expire.
    CodeResent,
    /// The customer is signed in.
    SignedIn,
    /// The session has ended.
    SignedOut,
    /// All sessions of the customer have ended.
    SignedOutEverywhere,
    /// Another session of the customer has ended.
    SessionEnded,
    /// The contact was changed.
    ContactChanged,
    /// The submitted contact already belongs to the customer.
    ContactUnchanged,
}
