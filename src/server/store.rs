//! The database. All SQL is in this module.

pub mod sqlite;

pub use sqlite::SqliteStore;
