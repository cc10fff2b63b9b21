//! The store: its connections, and the rules that it passes to the domain.
//!
//! One connection writes and a few read. A connection that fails is closed and replaced.

use std::sync::Arc;

use sqlx::SqlitePool;

use super::{
    batch::{Batch, Results},
    file::DatabaseFile,
    writer::Writer,
};
use crate::server::{
    domain::{Keyring, Policy},
    ports::{StoreError, StoreResult},
};

/// The policy and the keys that the store passes to the domain.
#[derive(Debug)]
pub struct Rules {
    /// The rules from the settings.
    pub policy: Policy,
    /// The current key and the older keys that are still accepted.
    pub keys: Keyring,
}

/// A store in an SQLite file. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    readers: SqlitePool,
    writer: Writer,
    rules: Arc<Rules>,
    file: Arc<DatabaseFile>,
}

impl SqliteStore {
    pub(super) fn new(
        readers: SqlitePool,
        writer: Writer,
        rules: Arc<Rules>,
        file: DatabaseFile,
    ) -> Self {
        Self {
            readers,
            writer,
            rules,
            file: Arc::new(file),
        }
    }

    /// Returns the policy and the keys that the store passes to the domain.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Returns the file of the database.
    pub(super) fn database_file(&self) -> &DatabaseFile {
        &self.file
    }

    /// Closes all connections. The last one to close copies the write-ahead log into the file and
    /// deletes the log, unless another process uses the database.
    pub(super) async fn close_connections(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Returns the connection that writes.
    pub(super) const fn writer(&self) -> &Writer {
        &self.writer
    }

    /// Runs read statements in one round trip. They all see the same state of the database.
    pub(super) async fn read(&self, mut batch: Batch) -> StoreResult<Results> {
        if batch.is_single() {
            return read(self.readers.clone(), batch).await;
        }
        batch.prepend("BEGIN;", 1);
        batch.add("COMMIT");
        // A spawned task runs to its end even if the caller is dropped: a connection must not
        // return to the pool inside a transaction.
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
