//! The outbox: claims, results, receipts and the budget.

use doorcode::{
    server::{
        codes::Queue,
        domain::{
            ClaimedMessage, DeliveryState, FailureReason, Lease, Money, OtpId, Policy, RetryCause,
            SmsBudget, WorkerId,
            issue::Queued,
            request_code::CodeRequest,
            resend_code::ResendRequest,
            send::{AcceptedMessage, AttemptResult, Expense, Receipt, ReceiptOutcome},
        },
        ports::{history::HistoryOf, outbox::PendingWork},
    },
    shared::ContactType,
};
use futures_util::future::join_all;
use jiff::Timestamp;

use super::{
    BROWSER, MILLISECOND, Store, USER, claim, code_request, contact, issue, lease_until, policy,
    request_code, resend_request, start, stores, stores_with, unique, unique_token,
};
use crate::support::{DAY, MINUTE, SECOND};

/// Returns the delivery state of the newest message of an OTP, which is the newest of [`BROWSER`].
async fn state(store: &dyn Store, otp: OtpId) -> DeliveryState {
    let rows = store
        .sign_in_rows(BROWSER, &[], start())
        .await
        .expect("an answer")
        .0;
    assert_eq!(rows.otp.map(|newest| newest.id), Some(otp));
    rows.delivery.expect("a message")
}

fn sent() -> AttemptResult {
    AttemptResult::Sent(AcceptedMessage {
        transport: "relay".to_owned(),
        provider_message_id: Some("queue id".to_owned()),
    })
}

fn retry(at: Timestamp, has_retry_after: bool) -> AttemptResult {
    AttemptResult::RetryAt {
        at,
        cause: RetryCause::Transport { has_retry_after },
    }
}

async fn finishes(
    store: &dyn Store,
    claimed: &ClaimedMessage,
    result: &AttemptResult,
    now: Timestamp,
) -> bool {
    store
        .finish_attempts(&[(claimed.clone(), result.clone())], now)
        .await
        .expect("an answer")
        == [true]
}

#[tokio::test]
async fn a_claimed_message_cannot_be_claimed_until_its_lease_ends() {
    for store in stores().await {
        issue(&*store).await;
        assert!(
            claim(&*store, ContactType::Phone, start()).await.is_none(),
            "each channel has its own workers"
        );
        let claimed = claim(&*store, ContactType::Email, start())
            .await
            .expect("a message");
        assert_eq!(claimed.attempts, 1);
        let leased_until = start() + MINUTE;
        assert!(
            claim(&*store, ContactType::Email, leased_until - MILLISECOND)
                .await
                .is_none()
        );
        let again = claim(&*store, ContactType::Email, leased_until)
            .await
            .expect("a message");
        assert_eq!(
            (again.id, again.attempts, &again.message_id),
            (claimed.id, 2, &claimed.message_id)
        );
        assert!(finishes(&*store, &again, &sent(), leased_until).await);
        assert!(
            claim(&*store, ContactType::Email, start() + DAY)
                .await
                .is_none()
        );
    }
}

#[tokio::test]
async fn a_message_queued_with_a_claim_is_free_two_seconds_later_if_its_owner_is_dead() {
    for store in stores().await {
        issue(&*store).await;
        let first = claim(&*store, ContactType::Email, start())
            .await
            .expect("a message");
        assert!(finishes(&*store, &first, &sent(), start()).await);
        let lease = Queue::new(WorkerId(unique())).lease(start());
        let queued = CodeRequest {
            lease: Some(lease.clone()),
            ..code_request(contact(USER), unique_token())
        };
        let queued = match request_code(&*store, queued).await.queued {
            Some(Queued::Claimed(claimed)) => claimed,
            other => unreachable!("{other:?}"),
        };
        assert_eq!(queued.attempts, 1);
        assert_eq!(
            store.pending_work().await.expect("an answer").email_due_at,
            Some(lease.until)
        );
        let other = store.other_process().await;
        let claim_as = async |owner, now| {
            let lease = Lease {
                owner,
                until: now + SECOND * 2,
            };
            other
                .claim(ContactType::Email, lease, now)
                .await
                .expect("an answer")
        };
        let dead = start() + SECOND * 2;
        assert!(
            claim_as(WorkerId(unique()), dead - MILLISECOND)
                .await
                .is_none()
        );
        assert!(
            claim_as(lease.owner, dead).await.is_none(),
            "its owner is still sending it"
        );
        let claimed = claim_as(WorkerId(unique()), dead).await.expect("a message");
        assert_eq!(
            (claimed.id, claimed.attempts, &claimed.message_id),
            (queued.id, 2, &queued.message_id)
        );
        assert!(
            !finishes(&*store, &queued, &retry(dead, false), dead).await,
            "its owner no longer has the claim"
        );
    }
}

#[tokio::test]
async fn a_message_claimed_when_queued_equals_the_loaded_one() {
    for store in stores().await {
        let phone = contact("+12025550123");
        store
            .add_customer("User", contact(USER).email(), phone.phone(), start())
            .await
            .expect("a customer");
        let lease = lease_until(start() + MINUTE);
        let queued = CodeRequest {
            lease: Some(lease),
            ..code_request(contact(USER), unique_token())
        };
        let queued = request_code(&*store, queued).await.queued;
        let loaded = claim(&*store, ContactType::Email, start() + MINUTE)
            .await
            .expect("a message");
        let again = ClaimedMessage {
            attempts: 1,
            ..loaded
        };
        assert_eq!(
            format!("{queued:?}"),
            format!("{:?}", Some(Queued::Claimed(Box::new(again))))
        );
    }
}

#[tokio::test]
async fn leases_are_renewed_only_for_their_owner() {
    for store in stores().await {
        let (ours, theirs) = (
            lease_until(start() + SECOND * 2),
            lease_until(start() + SECOND * 2),
        );
        for lease in [&ours, &theirs] {
            issue(&*store).await;
            store
                .claim(ContactType::Email, lease.clone(), start())
                .await
                .expect("an answer")
                .expect("a message");
        }
        store
            .renew_leases(ours.owner, start() + SECOND * 4)
            .await
            .expect("renewed");
        let freed = claim(&*store, ContactType::Email, start() + SECOND * 2)
            .await
            .expect("a message");
        assert!(
            claim(
                &*store,
                ContactType::Email,
                start() + SECOND * 4 - MILLISECOND
            )
            .await
            .is_none()
        );
        let ours_freed = claim(&*store, ContactType::Email, start() + SECOND * 4)
            .await
            .expect("a message");
        assert_ne!(freed.id, ours_freed.id);
    }
}

#[tokio::test]
async fn a_claim_can_be_renewed_until_the_message_is_claimed_again() {
    for store in stores().await {
        issue(&*store).await;
        let (ours, theirs) = (
            lease_until(start() + SECOND * 2),
            lease_until(start() + SECOND * 6),
        );
        let claimed = store
            .claim(ContactType::Email, ours.clone(), start())
            .await
            .expect("an answer")
            .expect("a message");
        let renewed = async |now| {
            let lease = Lease {
                until: now + SECOND * 2,
                ..ours.clone()
            };
            store
                .renew_claim(&claimed, lease, now)
                .await
                .expect("an answer")
        };
        let late = start() + SECOND * 3;
        let again = renewed(late).await.expect("the message is not claimed");
        assert_eq!((again.id, again.attempts), (claimed.id, claimed.attempts));
        assert!(
            claim(&*store, ContactType::Email, late + SECOND * 2 - MILLISECOND)
                .await
                .is_none()
        );
        let claimed_again = store
            .claim(ContactType::Email, theirs, late + SECOND * 2)
            .await
            .expect("an answer");
        assert_eq!(claimed_again.map(|message| message.id), Some(claimed.id));
        assert!(renewed(late + SECOND * 2).await.is_none());
        // After the other process has put the message back, we claim it again. The first claim
        // stays lost.
        let theirs = ClaimedMessage {
            attempts: 2,
            ..claimed.clone()
        };
        assert!(
            finishes(
                &*store,
                &theirs,
                &retry(late + SECOND * 2, false),
                late + SECOND * 2
            )
            .await
        );
        let ours = Lease {
            until: late + SECOND * 4,
            ..ours.clone()
        };
        let again = store
            .claim(ContactType::Email, ours, late + SECOND * 2)
            .await
            .expect("an answer")
            .expect("a message");
        assert_eq!((again.id, again.attempts), (claimed.id, 3));
        assert!(renewed(late + SECOND * 2).await.is_none());
    }
}

#[tokio::test]
async fn two_processes_claim_each_message_once() {
    for store in stores().await {
        for _ in 0..40 {
            issue(&*store).await;
        }
        let other = store.other_process().await;
        let claims = (0..60).map(|at| {
            let (process, lease) = (
                if at % 2 == 0 { &*store } else { &*other },
                lease_until(start() + MINUTE),
            );
            process.claim(ContactType::Email, lease, start())
        });
        let claimed = join_all(claims)
            .await
            .into_iter()
            .filter_map(|claimed| claimed.expect("an answer"));
        let mut ids: Vec<_> = claimed.map(|message| message.id.0).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 40);
    }
}

#[tokio::test]
async fn a_process_without_the_lease_cannot_fail_or_delay_a_message() {
    for store in stores().await {
        let otp = issue(&*store).await;
        let late = claim(&*store, ContactType::Email, start())
            .await
            .expect("a message");
        let ours = claim(&*store, ContactType::Email, start() + MINUTE)
            .await
            .expect("a message");
        for result in [
            AttemptResult::Failed(FailureReason::Other),
            retry(start() + DAY, false),
        ] {
            assert!(!finishes(&*store, &late, &result, start() + MINUTE).await);
        }
        assert_eq!(state(&*store, otp).await, DeliveryState::Queued);
        assert!(finishes(&*store, &ours, &sent(), start() + MINUTE).await);
        assert_eq!(state(&*store, otp).await, DeliveryState::Sent);
    }
}

#[tokio::test]
async fn a_sent_message_counts_once_even_without_the_lease() {
    for store in stores().await {
        let otp = issue(&*store).await;
        let late = claim(&*store, ContactType::Email, start())
            .await
            .expect("a message");
        let ours = claim(&*store, ContactType::Email, start() + MINUTE)
            .await
            .expect("a message");
        assert!(
            finishes(&*store, &late, &sent(), start() + MINUTE).await,
            "the message is out"
        );
        assert!(!finishes(&*store, &ours, &sent(), start() + MINUTE).await);
        assert!(
            !finishes(
                &*store,
                &ours,
                &retry(start() + DAY, false),
                start() + MINUTE
            )
            .await
        );
        assert_eq!(state(&*store, otp).await, DeliveryState::Sent);
    }
}

#[tokio::test]
async fn retry_now_shortens_waits_except_leases_and_retry_after() {
    for store in stores().await {
        for has_retry_after in [false, true] {
            issue(&*store).await;
            let claimed = claim(&*store, ContactType::Email, start())
                .await
                .expect("a message");
            assert!(
                finishes(
                    &*store,
                    &claimed,
                    &retry(start() + MINUTE, has_retry_after),
                    start()
                )
                .await
            );
        }
        issue(&*store).await;
        let leased = claim(&*store, ContactType::Email, start())
            .await
            .expect("a message");
        store
            .retry_now(ContactType::Email, start() + SECOND)
            .await
            .expect("an answer");
        let retried = claim(&*store, ContactType::Email, start() + SECOND)
            .await
            .expect("a message");
        assert!(
            retried.id.0 < leased.id.0
                && claim(&*store, ContactType::Email, start() + SECOND)
                    .await
                    .is_none()
        );
    }
}

#[tokio::test]
async fn a_process_may_claim_a_message_again_after_a_failed_attempt() {
    for store in stores().await {
        issue(&*store).await;
        let lease = lease_until(start() + SECOND * 2);
        let first = store
            .claim(ContactType::Email, lease.clone(), start())
            .await
            .expect("an answer")
            .expect("a message");
        assert!(finishes(&*store, &first, &retry(start() + SECOND, false), start()).await);
        let again = store
            .claim(ContactType::Email, lease, start() + SECOND)
            .await
            .expect("an answer")
            .expect("a message");
        assert_eq!((again.id, again.attempts), (first.id, 2));
    }
}

/// A policy that reveals unknown contacts, so that a code may be sent to the customer's other
/// contact.
fn revealing() -> Policy {
    Policy {
        reveal_unknown_contacts: true,
        ..policy()
    }
}

/// Sends a code by email, requests it again by text message, and claims the text message.
async fn by_phone(store: &dyn Store) -> (OtpId, ClaimedMessage) {
    let phone = contact("+12025550123");
    store
        .add_customer("User", contact(USER).email(), phone.phone(), start())
        .await
        .expect("a customer");
    let otp = issue(store).await;
    let mail = claim(store, ContactType::Email, start())
        .await
        .expect("a message");
    assert!(finishes(store, &mail, &sent(), start()).await);
    let request = ResendRequest {
        channel: Some(ContactType::Phone),
        ..resend_request(start() + MINUTE)
    };
    store
        .resend_code(request)
        .await
        .expect("an answer")
        .expect("a message");
    (
        otp,
        claim(store, ContactType::Phone, start() + MINUTE)
            .await
            .expect("a message"),
    )
}

#[tokio::test]
async fn a_receipt_counts_once_and_never_moves_a_state_back() {
    for store in stores_with(revealing()).await {
        let (otp, claimed) = by_phone(&*store).await;
        let receipt = |state, digest| Receipt {
            message_id: claimed.message_id.clone(),
            state,
            digest: [digest; 32],
        };
        let record = async |gateway: &str, receipt: Receipt| {
            store
                .record_receipt(gateway, receipt, start())
                .await
                .expect("an answer")
        };
        let failed = DeliveryState::Failed(FailureReason::Blocked);
        assert_eq!(
            record("relay", receipt(failed, 9)).await,
            ReceiptOutcome::Recorded
        );
        assert_eq!(
            state(&*store, otp).await,
            DeliveryState::Queued,
            "the next attempt may take another gateway"
        );
        let delivered = receipt(DeliveryState::Delivered, 1);
        assert_eq!(
            record("relay", delivered.clone()).await,
            ReceiptOutcome::Recorded
        );
        assert_eq!(record("relay", delivered).await, ReceiptOutcome::Replayed);
        // The result of the attempt is recorded after the receipt of the delivery.
        assert!(finishes(&*store, &claimed, &sent(), start()).await);
        assert_eq!(
            record("other", receipt(failed, 2)).await,
            ReceiptOutcome::Unknown,
            "it has another gateway"
        );
        assert_eq!(
            record("relay", receipt(failed, 3)).await,
            ReceiptOutcome::Recorded
        );
        assert_eq!(state(&*store, otp).await, DeliveryState::Delivered);
        let unknown = Receipt {
            message_id: "nobody's".to_owned(),
            ..receipt(DeliveryState::Sent, 4)
        };
        assert_eq!(record("relay", unknown).await, ReceiptOutcome::Unknown);
        let history = store.history(HistoryOf::Otp(otp)).await.expect("a history");
        let events: Vec<_> = history.iter().map(|entry| entry.event.as_str()).collect();
        assert_eq!(events, ["requested", "sent", "resent", "delivered", "sent"]);
    }
}

#[tokio::test]
async fn receipts_do_not_apply_to_emails() {
    for store in stores().await {
        issue(&*store).await;
        let mail = claim(&*store, ContactType::Email, start())
            .await
            .expect("a message");
        let state = DeliveryState::Failed(FailureReason::NoSuchAddress);
        let receipt = Receipt {
            message_id: mail.message_id,
            state,
            digest: [1; 32],
        };
        let outcome = store
            .record_receipt("main", receipt, start())
            .await
            .expect("an answer");
        assert_eq!(outcome, ReceiptOutcome::Unknown);
    }
}

#[tokio::test]
async fn a_probe_retries_one_waiting_message_without_counting_an_attempt() {
    for store in stores().await {
        assert!(
            !store
                .probe_one(ContactType::Email, start())
                .await
                .expect("an answer"),
            "nothing waits"
        );
        for _ in 0..2 {
            issue(&*store).await;
            let claimed = claim(&*store, ContactType::Email, start())
                .await
                .expect("a message");
            assert!(finishes(&*store, &claimed, &retry(start() + MINUTE, false), start()).await);
        }
        assert!(
            store
                .probe_one(ContactType::Email, start() + SECOND)
                .await
                .expect("an answer")
        );
        let probe = claim(&*store, ContactType::Email, start() + SECOND)
            .await
            .expect("a message");
        assert_eq!(probe.attempts, 1);
        assert!(
            claim(&*store, ContactType::Email, start() + SECOND)
                .await
                .is_none(),
            "only one"
        );
    }
}

#[tokio::test]
async fn pending_work_is_reported_with_its_due_times() {
    for store in stores_with(revealing()).await {
        let pending = async || store.pending_work().await.expect("an answer");
        assert_eq!(pending().await, PendingWork::default());
        let (_, text) = by_phone(&*store).await;
        issue(&*store).await;
        let work = PendingWork {
            email_due_at: Some(start()),
            phone_due_at: Some(start() + MINUTE * 2),
            has_unsealed_history: true,
        };
        assert_eq!(
            pending().await,
            work,
            "the text message is claimed for a minute"
        );
        assert!(finishes(&*store, &text, &sent(), start()).await);
        let mail = claim(&*store, ContactType::Email, start())
            .await
            .expect("a message");
        assert!(
            finishes(
                &*store,
                &mail,
                &AttemptResult::Failed(FailureReason::Other),
                start()
            )
            .await
        );
        store.seal(0, 100).await.expect("sealed");
        assert_eq!(pending().await, PendingWork::default());
    }
}

#[tokio::test]
async fn concurrent_spending_never_exceeds_the_budget() {
    for store in stores().await {
        let money = |cents: u64| Money::from_micros(cents * 10_000);
        let budget = Some(SmsBudget {
            day: money(10),
            month: money(1_000),
        });
        let mut messages = Vec::new();
        for _ in 0..20 {
            issue(&*store).await;
            messages.push(
                claim(&*store, ContactType::Email, start())
                    .await
                    .expect("a message"),
            );
        }
        let pays = async |claimed: &ClaimedMessage, budget| {
            let expense = Expense {
                message: claimed.id,
                price: money(1),
                budget,
                now: start(),
            };
            store.spend(expense).await.expect("an answer")
        };
        let spent = join_all(messages.iter().map(|message| pays(message, budget))).await;
        assert_eq!(
            spent
                .iter()
                .filter(|is_cost_reserved| **is_cost_reserved)
                .count(),
            10
        );
        let total = store.spent(start()).await.expect("a sum");
        assert_eq!((total.day, total.month), (money(10), money(10)));
        let paid = &messages[spent
            .iter()
            .position(|is_cost_reserved| *is_cost_reserved)
            .expect("one")];
        assert!(
            pays(paid, budget).await,
            "a second attempt to send the same message costs nothing"
        );
        let refused = &messages[spent
            .iter()
            .position(|is_cost_reserved| !*is_cost_reserved)
            .expect("one")];
        assert!(
            pays(refused, None).await,
            "a message to a known device is sent even over the budget"
        );
        let unknown = AttemptResult::RetryAt {
            at: start(),
            cause: RetryCause::OutcomeUnknown,
        };
        assert!(finishes(&*store, paid, &unknown, start()).await);
        assert!(
            !pays(paid, budget).await,
            "what may have been sent is to be paid for again"
        );
        let next_day = store.spent(start() + DAY).await.expect("a sum");
        assert_eq!((next_day.day, next_day.month), (money(0), money(11)));
        assert_eq!(
            store.spent(start() + DAY * 10).await.expect("a sum").month,
            money(0),
            "a new month"
        );
    }
}
