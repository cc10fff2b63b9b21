//! The pages, one per file: a screen, its title and its markup.

pub mod account;
pub mod confirm;
pub mod contact;
pub mod inbox;
pub mod not_me;
pub mod problem;
pub mod request;
pub mod sessions;
pub mod states;
pub mod step_up;
pub mod undo;
pub mod verify;

pub use account::{AccountPage, AccountScreen};
pub use confirm::{Confirm, ConfirmPage};
pub use contact::{ContactPage, ContactScreen, NewContactPage, NewContactScreen};
pub use inbox::{InboxMessage, InboxPage, InboxScreen};
pub use not_me::{NotMeDonePage, NotMePage, NotMeScreen};
pub use problem::{Problem, ProblemPage};
pub use request::{Pending, RequestPage, RequestScreen, TextMessages};
pub use sessions::{KnownBrowserRow, SessionRow, SessionsPage, SessionsScreen};
pub use states::StatesPage;
pub use step_up::{StepUpPage, StepUpScreen};
pub use undo::{UndoDonePage, UndoPage, UndoScreen};
pub use verify::{DisplayTime, VerifyPage, VerifyScreen};
