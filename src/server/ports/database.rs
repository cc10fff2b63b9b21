//! Operations on the database as a whole, and the errors of all stores.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::server::domain::SessionPolicy;

/// The error returned by a store. Its source gives the cause, for the log.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused the operation or is unavailable.
    #[error("the database failed")]
    Database(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// Too many writes are waiting.
    #[error("the database is too busy")]
    Busy,
    /// A row holds a value that no version of this program writes.
    #[error("the database holds a value that cannot be read: {0}")]
    Corrupt(&'static str),
    /// Another customer has this contact.
    #[error("a customer with this contact exists already")]
    ContactTaken,
    /// A newer version of this program wrote the schema.
    #[error(
        "the database was written by a newer version of Doorcode (its schema is {found}, this version knows {known})"
    )]
    NewerSchema {
        /// The schema version of the database.
        found: i64,
        /// The newest schema version that this program knows.
        known: i64,
    },
    /// There is no database, and this program must not create one.
    #[error(
        "it does not exist. If there was one, put it or a backup back; doorcode migrate creates an empty one"
    )]
    Missing,
    /// The file is a database of another program, or it is empty.
    #[error("it is not a database of Doorcode")]
    NotOurs,
    /// The file of the database was deleted or replaced while it was open.
    #[error("its file was deleted or replaced while the program was running; restart the program")]
    Replaced,
    /// The schema is older than the one this program needs.
    #[error(
        "it has to be created or updated first (schema version {found} of {known}): run doorcode migrate"
    )]
    OlderSchema {
        /// The schema version of the database; 0 if it is empty.
        found: i64,
        /// The newest schema version that this program knows.
        known: i64,
    },
}

/// The result of a store operation.
pub type StoreResult<T> = Result<T, StoreError>;

/// The numbers of rows that a cleanup deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Deleted OTPs.
    pub otps: u64,
    /// Deleted sessions.
    pub sessions: u64,
    /// Deleted notices, receipts, suppressions, limit events, contact changes and known devices.
    pub others: u64,
}

/// The cut-off instants of a cleanup.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// OTPs that expired before this instant are deleted.
    pub otps_expired_before: Timestamp,
    /// Pre-auth sessions last seen at or before this instant are deleted.
    pub pre_auth_seen_until: Timestamp,
    /// The timeouts of signed-in sessions.
    pub sessions: SessionPolicy,
    /// Receipts recorded before this instant are deleted.
    pub receipts_before: Timestamp,
    /// Known devices whose last sign-in was at or before this instant are deleted.
    pub devices_seen_until: Timestamp,
    /// Rows with an expiry of their own are deleted if they expire at or before this instant.
    pub now: Timestamp,
}

/// Checks and cleans up the database as a whole.
#[async_trait]
pub trait Database: Send + Sync {
    /// Checks that the database works: commits a small write, then reads. Fails with
    /// [`StoreError::Replaced`] if another file is in its place.
    async fn check(&self, now: Timestamp) -> StoreResult<()>;

    /// Closes the database after the operations in progress. Later operations fail.
    async fn close(&self);

    /// Invalidates everything that was issued under a key that is no longer in the keyring.
    async fn revoke_unknown_keys(&self) -> StoreResult<()>;

    /// Deletes expired rows and returns how many. Waiting writes get their turn after a limited
    /// number of rows.
    async fn delete_expired(&self, retention: &Retention) -> StoreResult<Removed>;
}
