//! Implements [`LimitStore`].

use async_trait::async_trait;
use jiff::Timestamp;

use super::{batch::Batch, statements::limits::Windows, store::SqliteStore};
use crate::server::{
    domain::{Admission, Change, Decision, LimitExceeded, Rule, Usage},
    ports::{LimitStore, StoreResult},
};

#[async_trait]
impl LimitStore for SqliteStore {
    async fn usage(&self, rules: &[Rule], now: Timestamp) -> StoreResult<Usage> {
        let mut batch = Batch::default();
        let windows = Windows::add(&mut batch, rules.to_vec(), now);
        windows.read(&self.read(batch).await?)
    }

    async fn consume(
        &self,
        rules: Vec<Rule>,
        now: Timestamp,
    ) -> StoreResult<Option<LimitExceeded>> {
        let mut load = Batch::default();
        let windows = Windows::add(&mut load, rules.clone(), now);
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                let usage = windows.read(&loaded)?;
                let decision = match usage.admit(&rules, None, now) {
                    Admission::Refused(exceeded) => Decision::unchanged(Some(exceeded)),
                    Admission::Allowed { consumed, .. } => {
                        Decision::new(Change::consume(consumed).into_iter().collect(), None)
                    }
                };
                transaction.apply(decision).await
            })
        });
        job.await
    }
}
