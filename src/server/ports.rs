//! The ports: traits for what the use cases need from outside, one per file.
//!
//! Rules for a store: a method that changes something is one transaction, which loads its facts,
//! calls one function of the domain and applies its decision. A missing row is `None`, never an
//! error. Instants are arguments.

pub mod captcha;
pub mod customers;
pub mod database;
pub mod history;
pub mod limits;
pub mod messenger;
pub mod otps;
pub mod outbox;
pub mod receipts;
pub mod sessions;

pub use captcha::{CaptchaError, CaptchaVerifier};
pub use customers::CustomerStore;
pub use database::{Database, StoreError, StoreResult};
pub use history::HistoryStore;
pub use limits::LimitStore;
pub use messenger::{Messenger, SendError};
pub use otps::OtpStore;
pub use outbox::OutboxStore;
pub use sessions::SessionStore;
