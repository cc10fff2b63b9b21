//! The history of events. Changes made through the other ports write their history in the same
//! transaction.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::server::domain::{ChainRow, ChainState, CustomerId, Origin, OtpId};

/// The subject of a history query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryOf {
    /// The history of one OTP.
    Otp(OtpId),
    /// The history of one customer.
    Customer(CustomerId),
}

/// A row of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The number of the row.
    pub id: i64,
    /// The OTP that the event is about.
    pub otp: Option<OtpId>,
    /// The customer that the event is about.
    pub customer: Option<CustomerId>,
    /// The name of the event.
    pub event: String,
    /// The contact, masked.
    pub contact: String,
    /// When the event happened.
    pub at: Timestamp,
    /// The origin of the request that caused the event.
    pub origin: Origin,
}

/// The result of one sealing pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SealedRows {
    /// The number of rows sealed.
    pub sealed: u64,
    /// The last row examined; `None` if there was none.
    pub last: Option<i64>,
}

/// Reads the history and seals its rows.
#[async_trait]
pub trait HistoryStore: Send + Sync {
    /// Returns the history of an OTP or a customer, oldest first.
    async fn history(&self, of: HistoryOf) -> StoreResult<Vec<HistoryEntry>>;

    /// Returns the next rows after row number `after`, as the hash chain covers them, with the
    /// state of their seals. Returns no rows at the end.
    async fn chain(&self, after: i64) -> StoreResult<Vec<(ChainRow, ChainState)>>;

    /// Examines up to `limit` unsealed rows after row number `after`, oldest first, and seals those
    /// with a valid MAC. The write lock lets only one process seal at a time.
    async fn seal(&self, after: i64, limit: u32) -> StoreResult<SealedRows>;
}
