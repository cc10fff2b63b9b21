//! The history is listed, sealed and verified.

use super::Operator;
use crate::server::{
    domain::{
        ChainDigest, ChainState,
        chain::{Broken, Flaw, Verifier},
    },
    ports::{
        StoreError, StoreResult,
        history::{HistoryEntry, HistoryOf},
    },
};

/// Rows that are sealed in one transaction: few enough that a request hardly waits for it.
const SEALED_AT_ONCE: u32 = 256;

/// What was found of a history in which every seal is right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChainReport {
    /// How many sealed rows there are.
    pub rows: u64,
    /// The number of the oldest.
    pub first: i64,
    /// The number of the newest sealed one.
    pub last: i64,
    /// The digest of the newest, which stands for all of them.
    pub head: ChainDigest,
    /// Whether the digest that was noted earlier is the one of a row.
    pub holds_noted: bool,
    /// How many of the newest rows wait for their seals.
    pub unsealed: u64,
}

/// Why a history cannot be verified.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A row does not fit.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Operator {
    /// What happened to an OTP or a customer, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn history(&self, of: HistoryOf) -> StoreResult<Vec<HistoryEntry>> {
        self.history.history(of).await
    }

    /// Verifies the whole history, row by row. That its newest rows are missing shows only against
    /// a digest that was `noted` when they were there.
    ///
    /// # Errors
    /// [`HistoryError::Broken`] names the first row that does not fit.
    pub async fn verify_history(
        &self,
        noted: Option<ChainDigest>,
    ) -> Result<ChainReport, HistoryError> {
        match self.verify_pages(noted).await {
            // A row that was sealed between two pages looks like a gap before it.
            Err(HistoryError::Broken(Broken {
                flaw: Flaw::Unsealed,
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

    /// Seals the rows that wait for their seals.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn seal_history(&self) -> StoreResult<()> {
        let mut after = 0;
        while let Some(last) = self.history.seal(after, SEALED_AT_ONCE).await?.last {
            after = last;
        }
        Ok(())
    }
}
