//! The database as a whole.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    batch::{Batch, Statement},
    statements::database,
    store::SqliteStore,
};
use crate::server::ports::{
    Database, StoreResult,
    database::{Removed, Retention},
};

/// Rows of a table that one transaction deletes at most: sign-ins wait for it.
const REMOVED_AT_ONCE: u32 = 1_000;

#[async_trait]
impl Database for SqliteStore {
    async fn check(&self, now: Timestamp) -> StoreResult<()> {
        let mut batch = Batch::default();
        database::write_check(&mut batch, now);
        self.writer().run(batch, |_, _| Box::pin(async { Ok(()) })).await?;
        let mut batch = Batch::default();
        database::select_check(&mut batch);
        self.read(batch).await.map(drop)
    }

    async fn revoke_unknown_keys(&self) -> StoreResult<()> {
        let mut batch = Batch::default();
        database::revoke_unknown_keys(&mut batch, &self.rules().keys);
        self.writer().run_unsynced(batch, |_, _| Box::pin(async { Ok(()) })).await
    }

    async fn delete_expired(&self, retention: &Retention) -> StoreResult<Removed> {
        let mut batch = Batch::default();
        let (otps, sessions, others) = database::delete_expired(&mut batch, retention, REMOVED_AT_ONCE);
        let job = self.writer().run_unsynced(batch, move |_, results| {
            Box::pin(async move {
                let removed = |statement: &Statement| results.changes(*statement);
                let has_more = |statement: &Statement| removed(statement) >= u64::from(REMOVED_AT_ONCE);
                Ok(Removed {
                    otps: removed(&otps),
                    sessions: removed(&sessions),
                    others: others.iter().map(removed).sum(),
                    has_more: others.iter().chain([&otps, &sessions]).any(has_more),
                })
            })
        });
        job.await
    }
}
