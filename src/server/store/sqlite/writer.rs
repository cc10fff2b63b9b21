//! A transaction that writes, and what the log hears of it once it is committed.

use std::ops::{Deref, DerefMut};

use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::server::{
    domain::Key,
    service::{events::SecurityEvent, ports::StoreResult},
};

/// A transaction that holds the write lock. Dropped, it changes nothing.
pub(super) struct Writer {
    transaction: Transaction<'static, Sqlite>,
    /// What rows of the history are sealed with.
    pub(super) key: Key,
    events: Vec<SecurityEvent>,
}

impl Writer {
    pub(super) const fn new(transaction: Transaction<'static, Sqlite>, key: Key) -> Self {
        Self { transaction, key, events: Vec::new() }
    }

    /// Tells the log, if all goes well.
    pub(super) fn tell(&mut self, event: SecurityEvent) {
        self.events.push(event);
    }

    pub(super) async fn commit(self) -> StoreResult<()> {
        self.transaction.commit().await?;
        self.events.into_iter().for_each(SecurityEvent::record);
        Ok(())
    }
}

impl Deref for Writer {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.transaction
    }
}

impl DerefMut for Writer {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }
}
