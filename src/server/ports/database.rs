//! The database as a whole.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::server::domain::SessionPolicy;

/// Why a store could not do its work. The source says why, for the log.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or is not there.
    #[error("the database failed")]
    Database(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// Too many writes are waiting.
    #[error("the database is too busy")]
    Busy,
    /// A row holds what no version of this program writes.
    #[error("the database holds a value that cannot be read: {0}")]
    Corrupt(&'static str),
    /// Another customer has this contact.
    #[error("a customer with this contact exists already")]
    ContactTaken,
    /// A newer version of this program has written the schema.
    #[error(
        "the database was written by a newer version of Doorcode (its schema is {found}, this version knows {known})"
    )]
    NewerSchema {
        /// The version in the database.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// The schema is older than this program.
    #[error(
        "it has to be created or updated first (schema version {found} of {known}): run doorcode migrate"
    )]
    OlderSchema {
        /// The version in the database; 0 if it is empty.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
}

/// What a store answers.
pub type StoreResult<T> = Result<T, StoreError>;

/// What cleaning up removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// OTPs.
    pub otps: u64,
    /// Sessions.
    pub sessions: u64,
    /// Notices, receipts, suppressions, limit events, changes of contacts and known browsers.
    pub others: u64,
}

/// The ends after which rows are deleted.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// OTPs that expired before this instant are deleted.
    pub otps_expired_before: Timestamp,
    /// Pre-auth sessions that were last seen up to this instant are deleted.
    pub pre_auth_seen_until: Timestamp,
    /// The timeouts of signed-in sessions.
    pub sessions: SessionPolicy,
    /// Receipts that were taken before this instant are forgotten.
    pub receipts_before: Timestamp,
    /// Browsers whose last sign-in was up to this instant are forgotten.
    pub devices_seen_until: Timestamp,
    /// What has an expiry of its own is deleted if that has passed by this instant.
    pub now: Timestamp,
}

/// The database as a whole.
#[async_trait]
pub trait Database: Send + Sync {
    /// Commits a small write and reads.
    async fn check(&self, now: Timestamp) -> StoreResult<()>;

    /// Ends what was opened by a key that is not in the ring any more.
    async fn revoke_unknown_keys(&self) -> StoreResult<()>;

    /// Deletes what is over and tells how much. Writes that wait get their turn after a limited
    /// number of rows.
    async fn delete_expired(&self, retention: &Retention) -> StoreResult<Removed>;
}
