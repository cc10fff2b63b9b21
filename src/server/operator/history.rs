//! Listing, sealing and verifying the history.

use super::Operator;
use crate::server::{
    domain::{
        ChainDigest, ChainState,
        chain::{Broken, ChainFault, Verifier},
    },
    ports::{
        StoreError, StoreResult,
        history::{HistoryEntry, HistoryOf},
    },
};

/// The maximum number of rows that one transaction seals. It is small, so that requests hardly wait
/// for the transaction.
const SEAL_BATCH: u32 = 256;

/// The result of verifying a history whose seals are all valid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChainReport {
    /// The number of sealed rows.
    pub rows: u64,
    /// The id of the oldest sealed row.
    pub first: i64,
    /// The id of the newest sealed row.
    pub last: i64,
    /// The digest of the newest sealed row. It covers all earlier rows.
    pub head: ChainDigest,
    /// Whether the digest that was noted earlier is the digest of a row.
    pub holds_noted: bool,
    /// The number of newer rows that are not sealed yet.
    pub unsealed: u64,
}

/// The reason why the history could not be verified.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A row breaks the chain.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Operator {
    /// Returns the history of an OTP or a customer, oldest first.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database fails.
    pub async fn history(&self, of: HistoryOf) -> StoreResult<Vec<HistoryEntry>> {
        self.history.history(of).await
    }

    /// Verifies the whole history, row by row. The rows alone do not show whether the newest ones
    /// were removed. To detect this, pass a digest that was `noted` while they existed.
    ///
    /// # Errors
    /// Returns [`HistoryError::Broken`] with the first row that breaks the chain, or
    /// [`HistoryError::Store`] if the database fails.
    pub async fn verify_history(
        &self,
        noted: Option<ChainDigest>,
    ) -> Result<ChainReport, HistoryError> {
        match self.verify_pages(noted).await {
            // If rows are sealed between two page reads, those on the earlier page look unsealed.
            // Verify once more to tell this from a real gap.
            Err(HistoryError::Broken(Broken {
                fault: ChainFault::Unsealed,
                ..
            })) => self.verify_pages(noted).await,
            verified => verified,
        }
    }

    async fn verify_pages(&self, noted: Option<ChainDigest>) -> Result<ChainReport, HistoryError> {
        let (mut verifier, mut report, mut after) = (
            Verifier::new(&self.codes.keys),
            ChainReport::default(),
            i64::MIN,
        );
        loop {
            let page = self.history.chain(after).await?;
            if page.is_empty() {
                report.unsealed = verifier.finish()?;
                return Ok(report);
            }
            for (row, state) in &page {
                after = row.id;
                verifier.check(row, state)?;
                let ChainState::Sealed(link) = state else {
                    continue;
                };
                report = ChainReport {
                    rows: report.rows + 1,
                    first: if report.rows == 0 {
                        row.id
                    } else {
                        report.first
                    },
                    last: row.id,
                    head: link.digest,
                    holds_noted: report.holds_noted || Some(link.digest) == noted,
                    unsealed: 0,
                };
            }
        }
    }

    /// Seals the rows that are waiting for their seals.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database fails.
    pub async fn seal_history(&self) -> StoreResult<()> {
        let mut after = 0;
        while let Some(last) = self.history.seal(after, SEAL_BATCH).await?.last {
            after = last;
        }
        Ok(())
    }
}
