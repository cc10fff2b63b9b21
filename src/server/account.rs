//! A customer who is signed in.

mod confirm;
mod contacts;
mod sessions;

pub use confirm::Denied;
pub use contacts::{NewContactError, Undone};

use std::sync::Arc;

use crate::server::{
    codes::Codes,
    domain::{Browser, Customer, Session},
    ports::{CustomerStore, OutboxStore, SessionStore},
};

/// The use cases of a customer who is signed in. Cheap to clone.
#[derive(Clone)]
pub struct Account {
    /// Issues and checks codes.
    pub codes: Arc<Codes>,
    /// Where sessions are kept.
    pub sessions: Arc<dyn SessionStore>,
    /// Where customers are kept.
    pub customers: Arc<dyn CustomerStore>,
    /// Where messages and their costs are kept.
    pub outbox: Arc<dyn OutboxStore>,
}

/// Who is signed in on a browser.
#[derive(Clone, Debug)]
pub struct SignedInCustomer {
    /// The customer.
    pub customer: Customer,
    /// The browser's session.
    pub session: Session,
}
