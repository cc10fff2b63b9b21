//! The history is sealed in order, and each row once.

use doorcode::server::domain::{ChainRow, ChainState, chain::Verifier};
use futures_util::future::join_all;

use super::{Store, issue, keys, stores};

/// Verifies the chain. Returns the ids of the sealed rows and the number of unsealed rows.
async fn verified(store: &dyn Store) -> (Vec<i64>, u64) {
    let keys = keys();
    let (mut verifier, mut sealed) = (Verifier::new(&keys), Vec::new());
    for (row, state) in chain(store).await {
        verifier.check(&row, &state).expect("a chain");
        sealed.extend(matches!(state, ChainState::Sealed(_)).then_some(row.id));
    }
    (sealed, verifier.finish().expect("a chain"))
}

async fn chain(store: &dyn Store) -> Vec<(ChainRow, ChainState)> {
    let mut rows: Vec<(ChainRow, ChainState)> = Vec::new();
    loop {
        let after = rows.last().map_or(i64::MIN, |(row, _)| row.id);
        let page = store.chain(after).await.expect("rows");
        if page.is_empty() {
            return rows;
        }
        rows.extend(page);
    }
}

async fn record(store: &dyn Store, rows: usize) {
    for _ in 0..rows {
        issue(store).await;
    }
}

#[tokio::test]
async fn rows_are_sealed_in_order_and_once() {
    for store in stores().await {
        record(&*store, 5).await;
        assert_eq!(verified(&*store).await, (vec![], 5));
        assert_eq!(store.seal(0, 3).await.expect("sealed").sealed, 3);
        assert_eq!(verified(&*store).await, (vec![1, 2, 3], 2));
        let before = chain(&*store).await;
        record(&*store, 1).await;
        assert_eq!(store.seal(0, 100).await.expect("sealed").sealed, 3);
        assert_eq!(store.seal(0, 100).await.expect("sealed").sealed, 0);
        assert_eq!(verified(&*store).await, (vec![1, 2, 3, 4, 5, 6], 0));
        assert_eq!(
            chain(&*store).await[..3],
            before[..3],
            "a seal stays as it is"
        );
    }
}

#[tokio::test]
async fn two_concurrent_sealers_make_one_chain() {
    for store in stores().await {
        record(&*store, 40).await;
        let other = store.other_process().await;
        let seals = (0..20).map(|at| {
            if at % 2 == 0 {
                store.seal(0, 3)
            } else {
                other.seal(0, 3)
            }
        });
        let sealed: u64 = join_all(seals)
            .await
            .into_iter()
            .map(|sealed| sealed.expect("sealed").sealed)
            .sum();
        assert_eq!(sealed, 40);
        assert_eq!(verified(&*store).await, ((1..=40).collect(), 0));
    }
}

#[tokio::test]
async fn a_long_history_is_read_page_by_page() {
    for store in stores().await {
        record(&*store, 1_005).await;
        assert_eq!(store.seal(0, 1_003).await.expect("sealed").sealed, 1_003);
        assert_eq!(store.chain(i64::MIN).await.expect("rows").len(), 1_000);
        assert_eq!(verified(&*store).await, ((1..=1_003).collect(), 2));
    }
}

#[tokio::test]
async fn sealing_starts_after_the_given_row() {
    for store in stores().await {
        record(&*store, 4).await;
        let sealed = store.seal(2, 10).await.expect("sealed");
        assert_eq!((sealed.sealed, sealed.last), (2, Some(4)));
        assert_eq!(store.seal(4, 10).await.expect("sealed").last, None);
    }
}
