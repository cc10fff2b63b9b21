//! The usage of sliding windows, exact to the millisecond.

use doorcode::server::domain::{Consequence, LimitExceeded, Network, Rule, Window};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::{MILLISECOND, Store, start, stores, unlimited};
use crate::support::{MINUTE, SECOND};

const SPAN: SignedDuration = MINUTE;

/// A sliding window of at most `limit` events in any [`SPAN`]. The rule asks for `weight` more.
fn rule(limit: u32, weight: u32) -> Rule {
    let rule = unlimited().invalid_input(Network::default())[0];
    Rule {
        window: Window { limit, span: SPAN },
        retention: SPAN * 2,
        weight,
        ..rule
    }
}

async fn used(store: &dyn Store, now: Timestamp) -> u32 {
    let rule = rule(1, 0);
    store
        .usage(&[rule], now)
        .await
        .expect("an answer")
        .used(rule.subject, SPAN)
}

async fn exceeded(store: &dyn Store, rule: Rule, now: Timestamp) -> Option<LimitExceeded> {
    store
        .usage(&[rule], now)
        .await
        .expect("an answer")
        .exceeded(&rule, now)
}

async fn consume(store: &dyn Store, rule: Rule, now: Timestamp) -> Option<Timestamp> {
    store
        .consume(vec![rule], now)
        .await
        .expect("an answer")
        .map(|exceeded| exceeded.until)
}

#[tokio::test]
async fn an_event_counts_until_the_last_millisecond_of_the_span() {
    for store in stores().await {
        assert_eq!(used(&*store, start()).await, 0);
        assert_eq!(consume(&*store, rule(1, 1), start()).await, None);
        let end = start() + SPAN;
        for (now, is_in) in [
            (start(), true),
            (end - MILLISECOND, true),
            (end, false),
            (end + MILLISECOND, false),
        ] {
            assert_eq!(used(&*store, now).await, u32::from(is_in));
            let exceeded = exceeded(&*store, rule(1, 1), now).await;
            assert_eq!(
                exceeded.map(|exceeded| exceeded.until),
                is_in.then_some(end)
            );
        }
        assert_eq!(
            consume(&*store, rule(1, 1), end - MILLISECOND).await,
            Some(end)
        );
        assert_eq!(consume(&*store, rule(1, 1), end).await, None);
        assert_eq!(consume(&*store, rule(1, 1), end).await, Some(end + SPAN));
    }
}

#[tokio::test]
async fn the_wait_ends_when_enough_events_have_left_the_window() {
    for store in stores().await {
        for (second, weight) in [(0, 1), (10, 2), (20, 1)] {
            assert_eq!(
                consume(&*store, rule(9, weight), start() + SECOND * second).await,
                None
            );
        }
        let now = start() + SECOND * 30;
        let until = async |limit, weight| {
            let exceeded = exceeded(&*store, rule(limit, weight), now).await;
            exceeded.map(|exceeded| exceeded.until.duration_since(start()))
        };
        assert_eq!(until(5, 1).await, None);
        assert_eq!(until(4, 0).await, Some(SPAN), "to ask is like one event");
        assert_eq!(until(4, 1).await, Some(SPAN));
        assert_eq!(until(4, 2).await, Some(SPAN + SECOND * 10));
        assert_eq!(
            until(3, 1).await,
            Some(SPAN + SECOND * 10),
            "two events that count at once leave at once"
        );
        assert_eq!(until(2, 1).await, Some(SPAN + SECOND * 10));
        assert_eq!(until(1, 1).await, Some(SPAN + SECOND * 20));
        assert_eq!(
            until(1, 2).await,
            Some(SPAN + SECOND * 30),
            "what is never allowed"
        );
    }
}

#[tokio::test]
async fn concurrent_events_are_allowed_exactly_up_to_the_limit() {
    for store in stores().await {
        let answers = join_all((0..200).map(|_| consume(&*store, rule(50, 1), start()))).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_none()).count(), 50);
        assert!(
            answers
                .iter()
                .flatten()
                .all(|until| *until == start() + SPAN)
        );
        assert_eq!(used(&*store, start()).await, 50);
    }
}

#[tokio::test]
async fn two_processes_share_the_windows() {
    for store in stores().await {
        let other = store.other_process().await;
        let asks = (0..60).map(|at| {
            consume(
                if at % 2 == 0 { &*store } else { &*other },
                rule(20, 1),
                start(),
            )
        });
        assert_eq!(
            join_all(asks)
                .await
                .iter()
                .filter(|answer| answer.is_none())
                .count(),
            20
        );
        assert_eq!(
            (used(&*store, start()).await, used(&*other, start()).await),
            (20, 20)
        );
    }
}

#[tokio::test]
async fn an_event_refused_by_one_rule_counts_for_no_rule() {
    for store in stores().await {
        let other = Rule {
            limit: rule(9, 1).limit,
            ..unlimited().invalid_input(Network::default())[1]
        };
        let both = |limit| {
            vec![
                Rule {
                    window: Window {
                        limit: 9,
                        span: SPAN,
                    },
                    ..other
                },
                rule(limit, 1),
            ]
        };
        assert!(
            store
                .consume(both(1), start())
                .await
                .expect("an answer")
                .is_none()
        );
        let refused = store
            .consume(both(1), start())
            .await
            .expect("an answer")
            .expect("refused");
        assert_eq!(refused.consequence, Consequence::Refuse);
        let usage = store.usage(&both(1), start()).await.expect("an answer");
        assert_eq!(
            (
                usage.used(other.subject, SPAN),
                usage.used(rule(1, 1).subject, SPAN)
            ),
            (1, 1)
        );
    }
}

#[tokio::test]
async fn a_clock_that_goes_back_loses_no_events() {
    for store in stores().await {
        let earlier = start() - SECOND * 10;
        for now in [start(), earlier, start(), earlier] {
            assert_eq!(consume(&*store, rule(9, 1), now).await, None);
            assert!(used(&*store, earlier).await >= 1);
        }
        assert_eq!(
            (used(&*store, earlier).await, used(&*store, start()).await),
            (4, 4)
        );
        assert_eq!(
            used(&*store, start() + SPAN - MILLISECOND).await,
            4,
            "an event is never before the one before it"
        );
        assert_eq!(used(&*store, start() + SPAN).await, 0);
    }
}
