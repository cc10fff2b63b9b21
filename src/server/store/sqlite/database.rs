//! The database as a whole.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{batch::Batch, statements::database, store::SqliteStore};
use crate::server::ports::{
    Database, StoreResult,
    database::{Removed, Retention},
};

#[async_trait]
impl Database for SqliteStore {
    async fn check(&self, now: Timestamp) -> StoreResult<()> {
        let mut batch = Batch::default();
        database::write_check(&mut batch, now);
        self.writer().run(|transaction| Box::pin(async { transaction.run(batch).await.map(drop) })).await?;
        let mut batch = Batch::default();
        database::select_check(&mut batch);
        self.read(batch).await.map(drop)
    }

    async fn revoke_unknown_keys(&self) -> StoreResult<()> {
        let mut batch = Batch::default();
        database::revoke_unknown_keys(&mut batch, &self.rules().keys);
        self.writer().run_unsynced(|transaction| Box::pin(async { transaction.run(batch).await.map(drop) })).await
    }

    async fn delete_expired(&self, retention: &Retention) -> StoreResult<Removed> {
        let mut batch = Batch::default();
        let (otps, sessions, others) = database::delete_expired(&mut batch, retention);
        let job = self.writer().run_unsynced(move |transaction| {
            Box::pin(async move {
                let results = transaction.run(batch).await?;
                Ok(Removed {
                    otps: results.changes(otps),
                    sessions: results.changes(sessions),
                    others: others.into_iter().map(|statement| results.changes(statement)).sum(),
                })
            })
        });
        job.await
    }
}
