//! The store on an SQLite file.
//!
//! `statements` has all SQL. The files named after tables implement the ports: load, ask the
//! domain, apply. `writer` owns the connection that writes.

mod apply;
mod batch;
mod customers;
mod database;
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

pub use schema::Schema;
pub use store::{Rules, SqliteStore};
