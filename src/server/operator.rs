//! The operator, on the command line.

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
    /// Where customers are kept.
    pub customers: Arc<dyn CustomerStore>,
    /// Where messages are kept.
    pub outbox: Arc<dyn OutboxStore>,
    /// What happened.
    pub history: Arc<dyn HistoryStore>,
    /// The database as a whole.
    pub database: Arc<dyn Database>,
    /// The last check of the database.
    pub last_check: Arc<LastCheck>,
}
