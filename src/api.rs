//! The contract of browser and server: what forms send and what they are answered.
//!
//! Forms are posted to the server functions in `server/http/actions/`. A plain form gets `303 See
//! Other` and a page (Post/Redirect/Get); an island that posts the same fields gets the `Result` of
//! the function as JSON.

pub mod delivery;
pub mod error;
pub mod fields;
pub mod forms;

pub use delivery::{Delivery, Undelivered};
pub use error::OtpError;
pub use forms::{ConfirmForm, LanguageForm, NewContactForm, RequestForm, ResendForm};

use serde::{Deserialize, Serialize};

/// The header that says an error in the language of the visitor, percent-encoded. The error itself
/// is a closed enum without any text; a script shows what stands here and needs no sentences of its
/// own.
pub const WORDS_HEADER: &str = "doorcode-words";

/// Header in which an island says the language of its page, as a BCP 47 tag.
pub const LANGUAGE_HEADER: &str = "doorcode-language";

/// A success: the own path where the customer goes next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// Absolute path on this site, never another host.
    pub location: String,
}

/// Good news shown once on the next page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// A code is on its way.
    CodeSent,
    /// A code is on its way again; an earlier one of this sign-in works until its own expiry.
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
    /// The contact that was given is the customer's already.
    ContactUnchanged,
}
