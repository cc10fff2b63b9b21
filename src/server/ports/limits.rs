//! What counts for limits.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::server::domain::{LimitExceeded, Rule, Usage};

/// What counts for limits.
#[async_trait]
pub trait LimitStore: Send + Sync {
    /// How much of the windows of these rules is used.
    async fn usage(&self, rules: &[Rule], now: Timestamp) -> StoreResult<Usage>;

    /// Counts what happens, unless one of the rules refuses it: then it answers which.
    async fn consume(&self, rules: Vec<Rule>, now: Timestamp)
    -> StoreResult<Option<LimitExceeded>>;
}
