//! One page a file: a screen, its title and its markup.

pub mod account;
pub mod confirm;
pub mod inbox;
pub mod not_me;
pub mod problem;
pub mod request;
pub mod verify;

pub use account::{AccountPage, AccountScreen};
pub use confirm::{Confirm, ConfirmPage};
pub use inbox::{InboxPage, InboxScreen, ReadableLetter};
pub use not_me::{NotMeDonePage, NotMePage, NotMeScreen};
pub use problem::{Problem, ProblemPage};
pub use request::{Pending, RequestPage, RequestScreen, TextMessages};
pub use verify::{Clock, VerifyPage, VerifyScreen};
