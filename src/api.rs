//! The contract of browser and server: wire types, and the server functions, one a file.
//!
//! A plain form gets `303 See Other` and a page (Post/Redirect/Get); an island that calls the same function gets the
//! `Result` as JSON.

pub mod change_contact;
pub mod confirm;
pub mod customer_logout;
pub mod delivery;
pub mod end_all_sessions;
pub mod end_session;
pub mod error;
pub mod new_contact;
pub mod not_me;
pub mod request_otp;
pub mod resend_otp;
pub mod send_confirmation;
pub mod set_language;
pub mod undo_contact;
pub mod verify_contact;
pub mod verify_otp;

pub use change_contact::change_contact;
pub use confirm::confirm;
pub use customer_logout::customer_logout;
pub use delivery::{Delivery, Undelivered};
pub use end_all_sessions::end_all_sessions;
pub use end_session::end_session;
pub use error::OtpError;
pub use new_contact::new_contact;
pub use not_me::not_me;
pub use request_otp::request_otp;
pub use resend_otp::resend_otp;
pub use send_confirmation::send_confirmation;
pub use set_language::set_language;
pub use undo_contact::undo_contact;
pub use verify_contact::verify_contact;
pub use verify_otp::verify_otp;

use serde::{Deserialize, Serialize};

/// The header that says an error in the language of the visitor, percent-encoded. The error itself is a closed enum without any
/// text; a script shows what stands here and needs no sentences of its own.
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
