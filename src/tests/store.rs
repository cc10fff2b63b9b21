//! What every store has to do, written against the port: a second backend runs the same tests.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use doorcode::{
    server::{
        config::Settings,
        domain::{
            ChangeId, Contact, CustomerId, DeliveryState, FailureReason, Guess, Key, Keyring, Money, Network, Origin,
            Otp, OtpId, OtpPolicy, OtpState, Purpose, Region, Session, SessionPolicy, SmsBudget, TokenDigest,
        },
        service::{
            Store, StoreError,
            history::HistoryOf,
            ports::{
                Accepted, Answer, ContactChange, Counted, Delivery, DeliverySubject, Expense, NewNotice, NewOtp, NotMe,
                OtpFilter, PreAuth, Receipt, ReceiptOutcome, Renewal, Resent, Settled, SignIn,
            },
        },
        store::SqliteStore,
    },
    shared::{CodeFormat, ContactType},
};
use futures_util::future::join_all;
use jiff::Timestamp;
use tempfile::TempDir;

use crate::support::{DAY, MINUTE, SECOND};

const BROWSER: TokenDigest = TokenDigest([1; 32]);
const SESSION: TokenDigest = TokenDigest([2; 32]);
const DEVICE: TokenDigest = TokenDigest([4; 32]);
const EMAIL: ContactType = ContactType::Email;

/// Every backend there is.
async fn stores() -> Vec<(Arc<dyn Store>, TempDir)> {
    let directory = TempDir::new().expect("a folder");
    let url = format!("sqlite://{}", directory.path().join("doorcode.db").display());
    vec![(
        Arc::new(SqliteStore::open(&url, Keyring::new(Key::new([1; 32]), vec![])).await.expect("a store")),
        directory,
    )]
}

fn start() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().expect("an instant")
}

fn contact(text: &str) -> Contact {
    Contact::parse(ContactType::Email, text, Region::parse("US").expect("a region")).expect("a contact")
}

/// Message-IDs are unique.
fn message_id() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed).to_string()
}

fn new_otp(customer: CustomerId, contact: Contact, (browser, purpose): (TokenDigest, Purpose)) -> NewOtp {
    NewOtp {
        purpose,
        customer_id: Some(customer),
        contact,
        browser,
        known_browser: false,
        device: None,
        format: CodeFormat::Digits(6),
        messages: 1,
        rules: vec![],
        nonce: [7; 16],
        key_id: Key::new([1; 32]).id().clone(),
        policy: OtpPolicy { length: 6, lifetime: MINUTE * 5, max_attempts: 5, cooldowns: [MINUTE; 3] },
        message_id: message_id(),
        now: start(),
        origin: Origin::default(),
    }
}

async fn issue(store: &dyn Store) -> OtpId {
    let email = contact("user@example.com");
    let known = store.customer_by_contact(&email).await.expect("an answer");
    let customer = match known {
        Some(customer) => customer.id,
        None => store.add_customer("User", email.email(), None, start()).await.expect("a customer"),
    };
    let otp = new_otp(customer, email, (BROWSER, Purpose::SignIn));
    let pre_auth =
        PreAuth { browser: BROWSER, contact: (ContactType::Email, "User@Example.com".to_owned()), next: None };
    store.save_pre_auth(&pre_auth, start()).await.expect("saved");
    store.issue(&otp).await.expect("an answer").expect("an OTP")
}

fn answer(id: OtpId, browser: TokenDigest, now: Timestamp) -> Answer {
    let guess = Guess { browser, network: Network::default(), recent: 0 };
    Answer { id, guess, limits: Settings::default().limits.policy(), now, origin: Origin::default() }
}

/// The OTP, if it took an answer that no limit can stop.
async fn count(store: &dyn Store, id: OtpId, browser: TokenDigest, now: Timestamp) -> Option<Box<Otp>> {
    let mut answer = answer(id, browser, now);
    answer.limits.contact_guesses = (u32::MAX, u32::MAX);
    answer.limits.browser_guesses = u32::MAX;
    answer.limits.network_misses = u32::MAX;
    answer.limits.breaker.floor = u32::MAX;
    match store.count_attempt(&answer).await.expect("an answer") {
        Counted::Taken(otp) => Some(otp),
        Counted::NotTaken => None,
        Counted::Limited(full) => panic!("{full:?}"),
    }
}

fn notice() -> NewNotice {
    NewNotice { channel: EMAIL, message_id: message_id(), expires_at: start() + DAY }
}

/// Whether an OTP goes on as before and no code is right any more.
async fn is_void(store: &dyn Store, id: OtpId) -> bool {
    let counted = count(store, id, BROWSER, start()).await;
    counted.expect("an OTP that takes answers").nonce.is_none()
}

fn sign_in(id: OtpId) -> SignIn {
    SignIn {
        id,
        browser: BROWSER,
        session: SESSION,
        device: DEVICE,
        known_browsers: 10,
        notice: Some(notice()),
        now: start(),
        origin: Origin::default(),
    }
}

#[tokio::test]
async fn an_attempt_is_counted_exactly_when_the_domain_calls_the_otp_valid() {
    for (store, _directory) in stores().await {
        for seconds in [0, 299, 300, 301] {
            for attempts in 0..=5 {
                let id = issue(&*store).await;
                for _ in 0..attempts {
                    assert!(count(&*store, id, BROWSER, start()).await.is_some());
                }
                let now = start() + SECOND * seconds;
                let otp = store.latest_otp(BROWSER).await.expect("an answer").expect("an OTP");
                let counted = count(&*store, id, BROWSER, now).await.is_some();
                assert_eq!(counted, otp.is_valid(now), "{seconds} s, {attempts} attempts");
            }
        }
    }
}

#[tokio::test]
async fn another_browser_counts_nothing() {
    for (store, _directory) in stores().await {
        let id = issue(&*store).await;
        assert!(count(&*store, id, SESSION, start()).await.is_none());
        assert_eq!(store.latest_otp(BROWSER).await.expect("an answer").expect("an OTP").attempts, 0);
    }
}

#[tokio::test]
async fn an_otp_signs_in_once_and_its_secrets_go() {
    for (store, _directory) in stores().await {
        let id = issue(&*store).await;
        assert!(store.sign_in(&sign_in(id)).await.expect("an answer"));
        assert!(!store.sign_in(&SignIn { session: TokenDigest([3; 32]), ..sign_in(id) }).await.expect("an answer"));
        let otp = store.latest_otp(BROWSER).await.expect("an answer").expect("an OTP");
        assert_eq!((otp.state(start()), otp.nonce), (OtpState::Verified, None));
        let session = store.new_session(SESSION, start()).await.expect("an answer").expect("a session");
        assert_eq!(session.contact_type, Some(ContactType::Email));
        assert_eq!(session.contact_value.as_deref(), Some("User@Example.com"));
        assert!(session.authenticated && session.customer_id.is_some());
        assert!(store.pre_auth(BROWSER, Timestamp::MIN).await.expect("an answer").is_none());
    }
}

#[tokio::test]
async fn a_withdrawn_otp_signs_nobody_in() {
    for (store, _directory) in stores().await {
        let id = issue(&*store).await;
        store.forget(BROWSER, start(), &Origin::default()).await.expect("forgotten");
        assert!(count(&*store, id, BROWSER, start()).await.is_none());
        assert!(!store.sign_in(&sign_in(id)).await.expect("an answer"));
        assert!(store.new_session(SESSION, start()).await.expect("an answer").is_none());
    }
}

#[tokio::test]
async fn a_contact_belongs_to_one_customer() {
    for (store, _directory) in stores().await {
        let email = contact("user@example.com");
        store.add_customer("One", email.email(), None, start()).await.expect("a customer");
        let second = store.add_customer("Two", email.email(), None, start()).await;
        assert!(matches!(second, Err(StoreError::ContactTaken)));
    }
}

#[tokio::test]
async fn otps_are_listed_and_deleted_by_each_property() {
    for (store, _directory) in stores().await {
        let first = issue(&*store).await;
        store.sign_in(&sign_in(first)).await.expect("signed in");
        let second = issue(&*store).await;
        let by = |filter: OtpFilter| {
            let store = store.clone();
            async move { store.otps(&filter).await.expect("a list").iter().map(|otp| otp.id).collect::<Vec<_>>() }
        };
        let all = OtpFilter::default;
        assert_eq!(by(all()).await, [second, first]);
        assert_eq!(by(OtpFilter { latest: true, ..all() }).await, [second]);
        assert_eq!(by(OtpFilter { id: Some(first), ..all() }).await, [first]);
        assert_eq!(by(OtpFilter { is_verified: Some(true), ..all() }).await, [first]);
        assert_eq!(by(OtpFilter { is_verified: Some(false), ..all() }).await, [second]);
        assert_eq!(by(OtpFilter { otp_type: Some(ContactType::Phone), ..all() }).await, []);
        assert_eq!(by(OtpFilter { contact: Some(contact("user@example.com")), ..all() }).await, [second, first]);
        assert_eq!(by(OtpFilter { contact: Some(contact("other@example.com")), ..all() }).await, []);
        assert_eq!(by(OtpFilter { expired_before: Some(start() + MINUTE * 5), ..all() }).await, []);
        let unverified =
            OtpFilter { is_verified: Some(false), created_before: Some(start() + MINUTE), ..OtpFilter::default() };
        assert_eq!(store.delete_otps(&unverified).await.expect("deleted"), 1);
        let expired = OtpFilter { expired_before: Some(start() + DAY), ..all() };
        assert_eq!(store.delete_otps(&expired).await.expect("deleted"), 1);
        assert_eq!(by(all()).await, []);
        assert!(!store.history(HistoryOf::Otp(first)).await.expect("a history").is_empty(), "the history stays");
    }
}

async fn claim(store: &dyn Store, channel: ContactType, now: Timestamp) -> Option<Delivery> {
    store.claim_delivery(channel, now, now + MINUTE).await.expect("an answer")
}

async fn state(store: &dyn Store, otp: OtpId) -> DeliveryState {
    store.latest_delivery(otp).await.expect("an answer").expect("a message")
}

fn sent() -> Settled {
    Settled::Sent(Accepted { carrier: "relay".to_owned(), reference: Some("queue id".to_owned()) })
}

#[tokio::test]
async fn a_claimed_message_is_nobody_elses_until_its_lease_ends() {
    for (store, _directory) in stores().await {
        issue(&*store).await;
        assert!(claim(&*store, ContactType::Phone, start()).await.is_none(), "each channel has its own workers");
        let delivery = claim(&*store, EMAIL, start()).await.expect("a message");
        assert_eq!(delivery.tries, 1);
        assert!(claim(&*store, EMAIL, start()).await.is_none());
        let leased_until = start() + MINUTE;
        let again = claim(&*store, EMAIL, leased_until).await.expect("a message");
        assert_eq!((again.id, again.tries, &again.message_id), (delivery.id, 2, &delivery.message_id));
        store.settle_delivery(&again, &sent(), leased_until).await.expect("settled");
        assert!(claim(&*store, EMAIL, start() + DAY).await.is_none());
    }
}

#[tokio::test]
async fn who_lost_the_lease_cannot_fail_or_delay_what_another_has_claimed() {
    for (store, _directory) in stores().await {
        let otp = issue(&*store).await;
        let late = claim(&*store, EMAIL, start()).await.expect("a message");
        let ours = claim(&*store, EMAIL, start() + MINUTE).await.expect("a message");
        for settled in [
            Settled::Failed(FailureReason::Other),
            Settled::RetryAt { at: start() + DAY, is_held: false, is_unknown: false },
        ] {
            store.settle_delivery(&late, &settled, start() + MINUTE).await.expect("ignored");
        }
        assert_eq!(state(&*store, otp).await, DeliveryState::Queued);
        store.settle_delivery(&ours, &sent(), start() + MINUTE).await.expect("settled");
        assert_eq!(state(&*store, otp).await, DeliveryState::Sent);
    }
}

#[tokio::test]
async fn waits_are_cut_short_but_for_leases_and_waits_that_the_other_side_named() {
    for (store, _directory) in stores().await {
        for is_held in [false, true] {
            issue(&*store).await;
            let delivery = claim(&*store, EMAIL, start()).await.expect("a message");
            let settled = Settled::RetryAt { at: start() + MINUTE, is_held, is_unknown: false };
            store.settle_delivery(&delivery, &settled, start()).await.expect("settled");
        }
        issue(&*store).await;
        let leased = claim(&*store, EMAIL, start()).await.expect("a message");
        store.hasten(EMAIL, start() + SECOND).await.expect("hastened");
        let hastened = claim(&*store, EMAIL, start() + SECOND).await.expect("a message");
        assert!(hastened.id < leased.id && claim(&*store, EMAIL, start() + SECOND).await.is_none());
    }
}

/// A code that was sent by email and waits to be sent by text message.
async fn by_phone(store: &dyn Store) -> (OtpId, Delivery) {
    let otp = issue(store).await;
    let mail = claim(store, EMAIL, start()).await.expect("a message");
    store.settle_delivery(&mail, &sent(), start()).await.expect("settled");
    let resent = Resent {
        id: otp,
        generation: 1,
        sent_at: start(),
        next_expires_at: None,
        escalates: false,
        rules: vec![],
        channel: ContactType::Phone,
        message_id: message_id(),
        now: start(),
        origin: Origin::default(),
    };
    assert_eq!(store.resend(&resent).await.expect("an answer"), Ok(true));
    (otp, claim(store, ContactType::Phone, start()).await.expect("a message"))
}

#[tokio::test]
async fn a_receipt_counts_once_and_never_backwards() {
    for (store, _directory) in stores().await {
        let (otp, delivery) = by_phone(&*store).await;
        let receipt = |state, digest| Receipt { message_id: delivery.message_id.clone(), state, digest: [digest; 32] };
        let record = async |gateway: &str, receipt: Receipt| {
            store.record_receipt(gateway, &receipt, start()).await.expect("an answer")
        };
        let failed = DeliveryState::Failed(FailureReason::Blocked);
        assert_eq!(record("relay", receipt(failed, 9)).await, ReceiptOutcome::Recorded);
        assert_eq!(state(&*store, otp).await, DeliveryState::Queued, "the next try may take another gateway");
        let delivered = receipt(DeliveryState::Delivered, 1);
        assert_eq!(record("relay", delivered.clone()).await, ReceiptOutcome::Recorded);
        assert_eq!(record("relay", delivered).await, ReceiptOutcome::Replayed);
        // The record of the handover comes after the receipt of the arrival.
        store.settle_delivery(&delivery, &sent(), start()).await.expect("settled");
        assert_eq!(record("other", receipt(failed, 2)).await, ReceiptOutcome::Unknown, "it has another gateway");
        assert_eq!(record("relay", receipt(failed, 3)).await, ReceiptOutcome::Recorded);
        assert_eq!(state(&*store, otp).await, DeliveryState::Delivered);
        let unknown = Receipt { message_id: "nobody's".to_owned(), ..receipt(DeliveryState::Sent, 4) };
        assert_eq!(record("relay", unknown).await, ReceiptOutcome::Unknown);
        let events: Vec<_> =
            store.history(HistoryOf::Otp(otp)).await.expect("a history").into_iter().map(|entry| entry.event).collect();
        assert_eq!(events, ["requested", "sent", "resent", "delivered", "sent"]);
    }
}

#[tokio::test]
async fn no_gateway_speaks_for_a_mail() {
    for (store, _directory) in stores().await {
        issue(&*store).await;
        let mail = claim(&*store, EMAIL, start()).await.expect("a message");
        let state = DeliveryState::Failed(FailureReason::NoSuchAddress);
        let receipt = Receipt { message_id: mail.message_id, state, digest: [1; 32] };
        let outcome = store.record_receipt("main", &receipt, start()).await.expect("an answer");
        assert_eq!(outcome, ReceiptOutcome::Unknown);
    }
}

#[tokio::test]
async fn one_message_that_waits_is_tried_without_losing_a_try() {
    for (store, _directory) in stores().await {
        assert!(!store.hasten_one(EMAIL, start()).await.expect("an answer"), "nothing waits");
        for _ in 0..2 {
            issue(&*store).await;
            let delivery = claim(&*store, EMAIL, start()).await.expect("a message");
            let settled = Settled::RetryAt { at: start() + MINUTE, is_held: false, is_unknown: false };
            store.settle_delivery(&delivery, &settled, start()).await.expect("settled");
        }
        assert!(store.hasten_one(EMAIL, start() + SECOND).await.expect("an answer"));
        let probe = claim(&*store, EMAIL, start() + SECOND).await.expect("a message");
        assert_eq!(probe.tries, 1);
        assert!(claim(&*store, EMAIL, start() + SECOND).await.is_none(), "only one");
    }
}

#[tokio::test]
async fn a_budget_is_kept_to_the_cent_however_many_spend_at_once() {
    for (store, _directory) in stores().await {
        let money = |cents: u64| Money::from_micros(cents * 10_000);
        let budget = Some(SmsBudget { day: money(10), month: money(1_000) });
        let mut deliveries = Vec::new();
        for _ in 0..20 {
            issue(&*store).await;
            deliveries.push(claim(&*store, EMAIL, start()).await.expect("a message"));
        }
        let pay = |delivery: i64, budget| {
            let (store, expense) = (store.clone(), Expense { delivery, price: money(1), budget, now: start() });
            async move { store.spend(&expense).await.expect("an answer") }
        };
        let spent = join_all(deliveries.iter().map(|delivery| pay(delivery.id, budget))).await;
        assert_eq!(spent.iter().filter(|is_paid| **is_paid).count(), 10);
        let total = store.spent(start()).await.expect("a sum");
        assert_eq!((total.day, total.month), (money(10), money(10)));
        let paid = &deliveries[spent.iter().position(|is_paid| *is_paid).expect("one")];
        assert!(pay(paid.id, budget).await, "a second try of the same message costs nothing");
        let refused = &deliveries[spent.iter().position(|is_paid| !*is_paid).expect("one")];
        assert!(pay(refused.id, None).await, "a known browser's goes out over the budget");
        let unknown = Settled::RetryAt { at: start(), is_held: false, is_unknown: true };
        store.settle_delivery(paid, &unknown, start()).await.expect("settled");
        assert!(!pay(paid.id, budget).await, "what may have been sent is to be paid for again");
        let next_day = store.spent(start() + DAY).await.expect("a sum");
        assert_eq!((next_day.day, next_day.month), (money(0), money(11)));
        assert_eq!(store.spent(start() + DAY * 10).await.expect("a sum").month, money(0), "a new month");
    }
}

#[tokio::test]
async fn a_browser_is_known_to_the_customer_who_signed_in_there_and_gets_one_notice() {
    for (store, _directory) in stores().await {
        let known = async |customer| store.is_known(DEVICE, customer, start() - DAY).await.expect("an answer");
        let first = issue(&*store).await;
        let customer = store.customers().await.expect("an answer")[0].id;
        assert!(!known(Some(customer)).await);
        assert!(store.sign_in(&sign_in(first)).await.expect("an answer"));
        assert!(known(Some(customer)).await && known(None).await);
        assert!(!known(Some(CustomerId(customer.0 + 1))).await);
        assert!(!store.is_known(DEVICE, Some(customer), start()).await.expect("an answer"), "it was too long ago");
        let second = issue(&*store).await;
        let again = SignIn { session: TokenDigest([9; 32]), ..sign_in(second) };
        assert!(store.sign_in(&again).await.expect("an answer"));
        let notices = store.outbox(10).await.expect("an outbox");
        assert_eq!(notices.iter().filter(|entry| entry.kind == "new_sign_in").count(), 1);
    }
}

#[tokio::test]
async fn changing_a_contact_ends_codes_sessions_and_browsers_and_tells_the_contact_as_it_was() {
    for (store, _directory) in stores().await {
        assert!(store.sign_in(&sign_in(issue(&*store).await)).await.expect("an answer"));
        let live = issue(&*store).await;
        let customer = store.customers().await.expect("an answer")[0].id;
        let change = ContactChange {
            customer,
            by: None,
            new: contact("new@example.com"),
            notice: Some((notice(), contact("user@example.com"))),
            undo_until: start() + DAY,
            now: start(),
            origin: Origin::default(),
        };
        assert!(store.change_contact_of(&change).await.expect("an answer"));
        assert!(!store.change_contact_of(&change).await.expect("an answer"), "it is so already");
        assert!(store.new_session(SESSION, Timestamp::MIN).await.expect("an answer").is_none());
        assert!(!store.is_known(DEVICE, Some(customer), start() - DAY).await.expect("an answer"));
        assert!(is_void(&*store, live).await);
        let mut told = None;
        while let Some(delivery) = claim(&*store, EMAIL, start()).await {
            if let DeliverySubject::ContactChanged { to, changed, .. } = delivery.subject {
                told = Some((to, changed));
            }
        }
        assert_eq!(told, Some((contact("user@example.com"), EMAIL)));
        store.add_customer("Other", contact("other@example.com").email(), None, start()).await.expect("a customer");
        let taken = ContactChange { new: contact("other@example.com"), notice: None, ..change };
        assert!(matches!(store.change_contact_of(&taken).await, Err(StoreError::ContactTaken)));
    }
}

const POLICY: SessionPolicy = SessionPolicy { idle: DAY, absolute: DAY };
const RENEWED: TokenDigest = TokenDigest([5; 32]);

/// The customer of [`issue`], signed in as [`SESSION`], and an OTP for another purpose in that session.
async fn signed_in(store: &dyn Store, purpose: Purpose) -> (CustomerId, Renewal) {
    let id = issue(store).await;
    assert!(store.sign_in(&sign_in(id)).await.expect("an answer"));
    let customer = store.customers().await.expect("customers")[0].id;
    let otp = new_otp(customer, contact("new@example.com"), (TokenDigest([6; 32]), purpose));
    let otp = store.issue(&otp).await.expect("an answer").expect("an OTP");
    (customer, Renewal { otp, purpose, session: SESSION, renewed: RENEWED, device: Some(DEVICE) })
}

fn change(customer: CustomerId, by: Option<Renewal>) -> ContactChange {
    ContactChange {
        customer,
        by,
        new: contact("new@example.com"),
        notice: Some((notice(), contact("user@example.com"))),
        undo_until: start() + DAY,
        now: start(),
        origin: Origin::default(),
    }
}

async fn live(store: &dyn Store, token: TokenDigest) -> Option<Session> {
    store.live_session(token, &POLICY, start()).await.expect("an answer")
}

#[tokio::test]
async fn a_session_is_renewed_once_by_an_otp_for_that() {
    for (store, _directory) in stores().await {
        let (customer, renewal) = signed_in(&*store, Purpose::StepUp).await;
        let origin = Origin::default();
        let later = start() + MINUTE;
        for wrong in [
            Renewal { purpose: Purpose::SignIn, ..renewal.clone() },
            Renewal { purpose: Purpose::ChangeContact, ..renewal.clone() },
            Renewal { session: BROWSER, ..renewal.clone() },
        ] {
            assert!(!store.renew_session(&wrong, later, &origin).await.expect("an answer"), "{wrong:?}");
        }
        assert!(store.renew_session(&renewal, later, &origin).await.expect("an answer"));
        assert!(!store.renew_session(&renewal, later, &origin).await.expect("an answer"));
        assert!(live(&*store, SESSION).await.is_none());
        let session = live(&*store, RENEWED).await.expect("a session");
        assert_eq!((session.customer_id, session.confirmed_at), (Some(customer), Some(later)));
        assert_eq!(session.created_at, start(), "the absolute timeout runs on");
    }
}

#[tokio::test]
async fn an_otp_that_was_made_worthless_renews_and_opens_nothing() {
    for (store, _directory) in stores().await {
        let (customer, renewal) = signed_in(&*store, Purpose::StepUp).await;
        let stale = issue(&*store).await;
        assert!(store.change_contact_of(&change(customer, None)).await.expect("an answer"));
        assert!(!store.renew_session(&renewal, start(), &Origin::default()).await.expect("an answer"));
        assert!(!store.sign_in(&SignIn { session: RENEWED, ..sign_in(stale) }).await.expect("an answer"));
    }
}

#[tokio::test]
async fn sessions_are_listed_and_ended_for_their_customer_only() {
    for (store, _directory) in stores().await {
        let (customer, _) = signed_in(&*store, Purpose::StepUp).await;
        let (other, origin) = (CustomerId(customer.0 + 1), Origin::default());
        let sessions = store.sessions_of(customer, &POLICY, start()).await.expect("sessions");
        assert_eq!(sessions.len(), 1);
        assert!(
            store.sessions_of(customer, &POLICY, start() + DAY).await.expect("sessions").is_empty(),
            "they are over"
        );
        for session in [None, Some(sessions[0].id)] {
            assert_eq!(store.end_sessions(other, session, start(), &origin).await.expect("an answer"), 0);
        }
        assert!(live(&*store, SESSION).await.is_some());
        assert_eq!(store.end_sessions(customer, Some(sessions[0].id), start(), &origin).await.expect("an answer"), 1);
        assert_eq!(store.end_sessions(customer, None, start(), &origin).await.expect("an answer"), 0);
        assert!(live(&*store, SESSION).await.is_none());
    }
}

#[tokio::test]
async fn a_customers_own_change_keeps_their_session_and_browser_and_can_be_undone_once() {
    for (store, _directory) in stores().await {
        let (customer, renewal) = signed_in(&*store, Purpose::ChangeContact).await;
        let change = change(customer, Some(renewal));
        assert!(store.change_contact_of(&change).await.expect("an answer"));
        assert!(!store.change_contact_of(&change).await.expect("an answer"), "the code is used");
        assert!(live(&*store, SESSION).await.is_none() && live(&*store, RENEWED).await.is_some());
        assert!(store.is_known(DEVICE, Some(customer), start() - DAY).await.expect("an answer"));
        let mut told = None;
        while let Some(delivery) = claim(&*store, EMAIL, start()).await {
            if let DeliverySubject::ContactChanged { change, .. } = delivery.subject {
                told = change;
            }
        }
        let id = told.expect("a notice of the change");
        let past = store.contact_change(id).await.expect("an answer").expect("a change");
        assert_eq!((past.customer, past.old, past.new), (customer, Some(contact("user@example.com")), change.new));
        let origin = Origin::default();
        assert!(!store.undo_contact_change(id, start() + DAY, &origin).await.expect("an answer"), "too late");
        assert!(store.undo_contact_change(id, start() + DAY - SECOND, &origin).await.expect("an answer"));
        assert!(!store.undo_contact_change(id, start(), &origin).await.expect("an answer"), "undone already");
        assert!(live(&*store, RENEWED).await.is_none());
        let found = store.customer_by_contact(&contact("user@example.com")).await.expect("an answer");
        assert_eq!(found.map(|found| found.id), Some(customer));
    }
}

#[tokio::test]
async fn what_is_taken_meanwhile_does_not_come_back_and_nothing_else_changes() {
    for (store, _directory) in stores().await {
        let (customer, renewal) = signed_in(&*store, Purpose::ChangeContact).await;
        assert!(store.change_contact_of(&change(customer, Some(renewal))).await.expect("an answer"));
        store.add_customer("Other", contact("user@example.com").email(), None, start()).await.expect("a customer");
        let undone = store.undo_contact_change(ChangeId(1), start(), &Origin::default()).await;
        assert!(matches!(undone, Err(StoreError::ContactTaken)));
        let past = store.contact_change(ChangeId(1)).await.expect("an answer").expect("a change");
        assert!(past.can_be_undone(start()), "should the contact be free again");
    }
}

#[tokio::test]
async fn a_disabled_customer_has_contacts_and_nothing_else() {
    for (store, _directory) in stores().await {
        let (customer, _) = signed_in(&*store, Purpose::StepUp).await;
        let (email, pending) = (contact("user@example.com"), issue(&*store).await);
        assert!(store.set_disabled(customer, true, start()).await.expect("an answer"));
        assert!(!store.set_disabled(customer, true, start()).await.expect("an answer"));
        assert!(live(&*store, SESSION).await.is_none() && is_void(&*store, pending).await);
        assert!(store.customer_by_contact(&email).await.expect("an answer").is_none());
        assert!(store.is_taken(&email).await.expect("an answer"));
        assert!(!store.is_taken(&contact("free@example.com")).await.expect("an answer"));
        assert!(store.set_disabled(customer, false, start()).await.expect("an answer"));
        assert!(store.customer_by_contact(&email).await.expect("an answer").is_some());
    }
}

#[tokio::test]
async fn not_me_ends_strangers_codes_and_mutes_the_next_ones() {
    for (store, _directory) in stores().await {
        let otp = issue(&*store).await;
        let not_me = NotMe {
            otp,
            contact: contact("user@example.com"),
            until: start() + DAY,
            ends_sessions_of: None,
            now: start(),
            origin: Origin::default(),
        };
        store.not_me(&not_me).await.expect("done");
        assert!(is_void(&*store, otp).await);
        issue(&*store).await;
        let muted = async |now| {
            let mut newest = None;
            while let Some(delivery) = claim(&*store, EMAIL, now).await {
                newest = Some(delivery);
            }
            match newest.expect("a message").subject {
                DeliverySubject::Code { is_muted, .. } => is_muted,
                _ => false,
            }
        };
        assert!(muted(start() + MINUTE).await);
        assert!(!muted(start() + DAY).await, "it ends");
        let removed = store.delete_old_records(start() + DAY, start(), start()).await.expect("deleted");
        assert_eq!(removed, 4, "the mute, and what was counted of an answer for less than four weeks");
    }
}

#[tokio::test]
async fn a_flash_is_taken_once_and_opens_no_door() {
    for (store, _directory) in stores().await {
        store.put_flash(SESSION, "word", start()).await.expect("left");
        assert_eq!(store.take_flash(SESSION).await.expect("an answer").as_deref(), Some("word"));
        assert_eq!(store.take_flash(SESSION).await.expect("an answer"), None);
        assert!(store.new_session(SESSION, Timestamp::MIN).await.expect("an answer").is_none());
    }
}
