//! The server functions that forms are posted to, one file each.
//!
//! A function reads the request, calls its use case, and returns the [`Outcome`]: 303 and a flash
//! message for a plain form, JSON for an island. Islands post by URL, so the browser build needs no
//! code of these functions, and no module above `http` names them.

pub mod change_contact;
pub mod confirm;
pub mod customer_logout;
pub mod end_all_sessions;
pub mod end_session;
mod guards;
pub mod new_contact;
pub mod not_me;
mod outcome;
pub mod request_otp;
pub mod resend_otp;
pub mod send_confirmation;
#[expect(
    clippy::unused_async,
    reason = "server functions are asynchronous, and this one waits for nothing"
)]
pub mod set_language;
pub mod undo_contact;
pub mod verify_contact;
pub mod verify_otp;

pub use outcome::{Accepted, Outcome, Refused};
