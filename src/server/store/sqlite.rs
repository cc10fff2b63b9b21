//! The store in an SQLite file.
//!
//! `statements` contains all SQL. The modules named after tables implement the ports: each method
//! loads facts, calls the domain and applies its decision. `writer` owns the connection that
//! writes.

mod apply;
mod backup;
mod batch;
mod customers;
mod database;
mod file;
mod history;
mod limits;
mod open;
mod otps;
mod outbox;
mod rows;
mod schema;
mod sessions;
mod statements;
mod store;
mod writer;

pub use backup::{BackupError, back_up, restore};
pub use file::folder;
pub use schema::Schema;
pub use store::{Rules, SqliteStore};
