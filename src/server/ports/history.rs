//! What happened. Every change of the other ports writes it, in its own transaction.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::server::domain::{ChainRow, ChainState, CustomerId, Origin, OtpId};

/// Whose history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryOf {
    /// An OTP's.
    Otp(OtpId),
    /// A customer's.
    Customer(CustomerId),
}

/// A row of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The number of the row.
    pub id: i64,
    /// The OTP it is about.
    pub otp: Option<OtpId>,
    /// The customer it is about.
    pub customer: Option<CustomerId>,
    /// The event's name.
    pub event: String,
    /// The contact, masked.
    pub contact: String,
    /// When.
    pub at: Timestamp,
    /// Where the request came from.
    pub origin: Origin,
}

/// What one pass of the sealer has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SealedRows {
    /// How many rows it has sealed.
    pub sealed: u64,
    /// The last row that it has looked at; `None` if there was none.
    pub last: Option<i64>,
}

/// What happened.
#[async_trait]
pub trait HistoryStore: Send + Sync {
    /// The history of an OTP or a customer, oldest first.
    async fn history(&self, of: HistoryOf) -> StoreResult<Vec<HistoryEntry>>;

    /// The next rows after a number, as the chain covers them; none at the end.
    async fn chain(&self, after: i64) -> StoreResult<Vec<(ChainRow, ChainState)>>;

    /// Looks at the oldest rows after `after` that wait for their seals, up to `limit`, and seals
    /// those whose MAC is right. The write lock lets one process seal at a time.
    async fn seal(&self, after: i64, limit: u32) -> StoreResult<SealedRows>;
}
