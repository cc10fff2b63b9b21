//! Implements [`HistoryStore`].
//!
//! A row is written in the transaction of the change that it records. Rows are sealed later, in
//! batches: each seal covers its row and the digest of the previous row. The write lock lets only
//! one process seal at a time, so no other row can come in between.

use async_trait::async_trait;
use sqlx::Row;

use super::{batch::Batch, rows, statements::history, store::SqliteStore, writer::Transaction};
use crate::server::{
    domain::{ChainDigest, ChainRow, ChainState, Keyring},
    ports::{
        HistoryStore, StoreResult,
        history::{HistoryEntry, HistoryOf, SealedRows},
    },
};

/// The kind of unsealed rows to seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unsealed {
    /// Rows with a valid MAC.
    WithMac,
    /// Rows written by versions that had no seals.
    Legacy,
}

/// Seals the oldest unsealed rows after row number `after`, up to `limit`.
pub(super) async fn seal(
    transaction: &mut Transaction<'_, '_>,
    keys: &Keyring,
    unsealed: Unsealed,
    (after, limit): (i64, u32),
) -> StoreResult<SealedRows> {
    let mut batch = Batch::default();
    let head = history::select_head(&mut batch);
    let waiting = history::select_unsealed(&mut batch, after, limit);
    let results = transaction.run(batch).await?;
    let digest = results
        .optional(head, |row| Ok(row.try_get::<Option<Vec<u8>>, _>("digest")?))?
        .flatten();
    // An unreadable digest must not block sign-ins. Verifying the history reports its row.
    let mut previous: ChainDigest = digest
        .and_then(|digest| digest.try_into().ok())
        .unwrap_or_default();
    let rows = results.all(waiting, rows::chained)?;
    let mut links = Vec::new();
    for (row, state) in &rows {
        if unsealed == Unsealed::WithMac && !row.may_be_sealed(state, keys) {
            tracing::error!(
                row = row.id,
                "a row of the history was not written by this program and is not sealed"
            );
            continue;
        }
        let link = row.link(previous, keys.current());
        previous = link.digest;
        links.push((row.id, link));
    }
    let mut batch = Batch::default();
    if !links.is_empty() {
        history::seal(&mut batch, &links);
        transaction.run(batch).await?;
    }
    Ok(SealedRows {
        sealed: u64::try_from(links.len()).unwrap_or(u64::MAX),
        last: rows.last().map(|(row, _)| row.id),
    })
}

#[async_trait]
impl HistoryStore for SqliteStore {
    async fn history(&self, of: HistoryOf) -> StoreResult<Vec<HistoryEntry>> {
        let mut batch = Batch::default();
        let entries = match of {
            HistoryOf::Otp(id) => history::select_of_otp(&mut batch, id),
            HistoryOf::Customer(id) => history::select_of_customer(&mut batch, id),
        };
        self.read(batch).await?.all(entries, rows::history_entry)
    }

    async fn chain(&self, after: i64) -> StoreResult<Vec<(ChainRow, ChainState)>> {
        let mut batch = Batch::default();
        let page = history::select_after(&mut batch, after);
        self.read(batch).await?.all(page, rows::chained)
    }

    async fn seal(&self, after: i64, limit: u32) -> StoreResult<SealedRows> {
        let keys = self.rules().keys.clone();
        let job = self
            .writer()
            .run_unsynced(Batch::default(), move |transaction, _| {
                Box::pin(async move {
                    seal(transaction, &keys, Unsealed::WithMac, (after, limit)).await
                })
            });
        job.await
    }
}
