//! What happened, for the operator: written by all use cases, listed and proven here.

use crate::server::domain::{
    ChainDigest, CustomerId, Event, Origin, Otp, OtpId,
    chain::{Broken, Verifier},
};

use super::{
    Service, StoreError,
    ports::{HistoryEntry, StoreResult},
    verify_otp::VerifyError,
};

/// Whose history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryOf {
    /// An OTP's.
    Otp(OtpId),
    /// A customer's.
    Customer(CustomerId),
}

/// A history that is whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whole {
    /// How many rows there are.
    pub rows: u64,
    /// The number of the oldest.
    pub first: i64,
    /// The number of the newest.
    pub last: i64,
    /// The digest of the newest, which stands for all of them.
    pub head: ChainDigest,
    /// Whether the digest that was noted earlier is the one of a row.
    pub holds_noted: bool,
}

/// Why a history does not count as whole.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A row does not fit.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Service {
    /// What happened to an OTP or a customer, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn history(&self, of: HistoryOf) -> StoreResult<Vec<HistoryEntry>> {
        self.store.history(of).await
    }

    /// Proves the whole history, row by row. That its newest rows are missing shows only against a digest that was `noted`
    /// when they were there.
    ///
    /// # Errors
    /// [`HistoryError::Broken`] names the first row that does not fit.
    pub async fn verify_history(&self, noted: Option<ChainDigest>) -> Result<Whole, HistoryError> {
        let (mut verifier, mut whole, mut after) = (Verifier::new(&self.keys), Whole::default(), i64::MIN);
        loop {
            let page = self.store.chain(after).await?;
            if page.is_empty() {
                verifier.finish()?;
                return Ok(whole);
            }
            for (row, link) in &page {
                after = row.id;
                verifier.check(row, link.as_ref())?;
                let head = link.as_ref().map(|link| link.digest);
                whole = Whole {
                    rows: whole.rows + 1,
                    first: if whole.rows == 0 { row.id } else { whole.first },
                    last: row.id,
                    head: head.unwrap_or_default(),
                    holds_noted: whole.holds_noted || (noted.is_some() && head == noted),
                };
            }
        }
    }

    /// Records an answer that signs nobody in, in the same way whether somebody has the contact or not.
    pub(super) async fn refused(
        &self,
        otp: &Otp,
        error: VerifyError,
        origin: &Origin,
    ) -> Result<VerifyError, StoreError> {
        let event = match error {
            VerifyError::Wrong { .. } => Event::Wrong,
            VerifyError::Expired => Event::Expired,
            VerifyError::Exhausted => Event::Exhausted,
            _ => return Ok(error),
        };
        self.store.record_answer(otp, event, self.now(), origin).await?;
        Ok(error)
    }
}
