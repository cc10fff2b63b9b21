//! All SQL lives here.

pub mod sqlite;

pub use sqlite::SqliteStore;
