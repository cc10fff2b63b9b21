//! Use cases of the operator: the command line, maintenance and health checks.

mod customers;
mod history;
mod maintenance;
mod otps;

pub use customers::{AddError, NewCustomer};
pub use history::{ChainReport, HistoryError};
pub use maintenance::{KEEP_EXPIRED, LastCheck};
pub use otps::CreateError;

use std::sync::Arc;

use crate::server::{
    codes::Codes,
    ports::{CustomerStore, Database, HistoryStore, OutboxStore},
};

/// The use cases of the operator. Cheap to clone.
#[derive(Clone)]
pub struct Operator {
    /// Issues and checks codes.
    pub codes: Arc<Codes>,
    /// Stores customers.
    pub customers: Arc<dyn CustomerStore>,
    /// Stores outgoing messages.
    pub outbox: Arc<dyn OutboxStore>,
    /// Stores the history.
    pub history: Arc<dyn HistoryStore>,
    /// Checks and cleans up the database.
    pub database: Arc<dyn Database>,
    /// The result of the last database check.
    pub last_check: Arc<LastCheck>,
}
