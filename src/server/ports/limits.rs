//! The store of the events that limits count.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::server::domain::{LimitExceeded, Rule, Usage};

/// Stores the events that limits count.
#[async_trait]
pub trait LimitStore: Send + Sync {
    /// Returns how much of the windows of these rules is used.
    async fn usage(&self, rules: &[Rule], now: Timestamp) -> StoreResult<Usage>;

    /// Counts an event for these rules. If one of them refuses it, counts nothing and returns the
    /// exceeded limit.
    async fn consume(&self, rules: Vec<Rule>, now: Timestamp)
    -> StoreResult<Option<LimitExceeded>>;
}
