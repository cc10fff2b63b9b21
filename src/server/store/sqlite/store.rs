//! The store: its connections and what it asks the domain with.
//!
//! One connection writes, a few read. A connection that fails is closed and replaced.

use std::sync::Arc;

use sqlx::SqlitePool;

use super::{
    batch::{Batch, Results},
    writer::Writer,
};
use crate::server::{
    domain::{Keyring, Policy},
    ports::{StoreError, StoreResult},
};

/// What the store asks the domain with.
#[derive(Debug)]
pub struct Rules {
    /// The rules that the settings choose.
    pub policy: Policy,
    /// The keys.
    pub keys: Keyring,
}

/// The store on an SQLite file. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    readers: SqlitePool,
    writer: Writer,
    rules: Arc<Rules>,
}

impl SqliteStore {
    /// The store with these connections.
    pub(super) const fn new(readers: SqlitePool, writer: Writer, rules: Arc<Rules>) -> Self {
        Self {
            readers,
            writer,
            rules,
        }
    }

    /// What the store asks the domain with.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The connection that writes.
    pub(super) const fn writer(&self) -> &Writer {
        &self.writer
    }

    /// Runs statements that read, in one round trip. They see one state of the database.
    pub(super) async fn read(&self, mut batch: Batch) -> StoreResult<Results> {
        if batch.is_single() {
            return read(self.readers.clone(), batch).await;
        }
        batch.prepend("BEGIN;", 1);
        batch.add("COMMIT");
        // To its end even if whoever asked has gone: a connection that goes back to the pool must
        // not be in a transaction.
        let reading = tokio::spawn(read(self.readers.clone(), batch));
        reading
            .await
            .map_err(|_| StoreError::from(sqlx::Error::WorkerCrashed))?
    }
}

async fn read(readers: SqlitePool, batch: Batch) -> StoreResult<Results> {
    let mut connection = readers.acquire().await?;
    let results = batch.run(&mut connection).await;
    if results.is_err() {
        connection.close_on_drop();
    }
    results
}
