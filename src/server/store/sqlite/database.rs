//! Implements [`Database`].

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    batch::Batch,
    statements::database::{self, Expired},
    store::SqliteStore,
};
use crate::server::ports::{
    Database, StoreResult,
    database::{Removed, Retention},
};

/// The maximum number of rows deleted in one transaction. Sign-ins wait for the transaction.
const BATCH_SIZE: u32 = 1_000;

#[async_trait]
impl Database for SqliteStore {
    async fn check(&self, now: Timestamp) -> StoreResult<()> {
        self.database_file().check().await?;
        let mut batch = Batch::default();
        database::write_check(&mut batch, now);
        self.writer()
            .run(batch, |_, _| Box::pin(async { Ok(()) }))
            .await?;
        self.database_file().check_log().await?;
        let mut batch = Batch::default();
        database::select_check(&mut batch);
        self.read(batch).await.map(drop)
    }

    async fn close(&self) {
        self.close_connections().await;
    }

    async fn revoke_unknown_keys(&self) -> StoreResult<()> {
        let mut batch = Batch::default();
        database::revoke_unknown_keys(&mut batch, &self.rules().keys);
        self.writer()
            .run_unsynced(batch, |_, _| Box::pin(async { Ok(()) }))
            .await
    }

    async fn delete_expired(&self, retention: &Retention) -> StoreResult<Removed> {
        let (otps, sessions, others) = database::expired(retention);
        Ok(Removed {
            otps: self.delete_all(&[otps]).await?,
            sessions: self.delete_all(&sessions).await?,
            others: self.delete_all(&others).await?,
        })
    }
}

impl SqliteStore {
    /// Deletes rows in portions, each in its own transaction.
    async fn delete_all(&self, expired: &[Expired]) -> StoreResult<u64> {
        let mut removed = 0;
        for expired in expired {
            loop {
                let mut batch = Batch::default();
                let delete = database::delete(&mut batch, *expired, BATCH_SIZE);
                let job = self.writer().run_unsynced(batch, move |_, results| {
                    Box::pin(async move { Ok(results.changes(delete)) })
                });
                let portion = job.await?;
                removed += portion;
                if portion < u64::from(BATCH_SIZE) {
                    break;
                }
            }
        }
        Ok(removed)
    }
}
