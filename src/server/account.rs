//! Use cases of a customer who is signed in.

mod confirm;
mod contacts;
mod sessions;

pub use confirm::AccessDenied;
pub use contacts::{NewContactError, UndoOutcome};

use std::sync::Arc;

use crate::server::{
    codes::Codes,
    domain::{Browser, Customer, Session},
    ports::{CustomerStore, SessionStore},
};

/// The use cases of a customer who is signed in. Cheap to clone.
#[derive(Clone)]
pub struct Account {
    /// Issues and checks codes.
    pub codes: Arc<Codes>,
    /// Stores sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Stores customers.
    pub customers: Arc<dyn CustomerStore>,
}

/// A signed-in customer and the session of their browser.
#[derive(Clone, Debug)]
pub struct SignedInCustomer {
    /// The customer.
    pub customer: Customer,
    /// The browser's session.
    pub session: Session,
}
