//! What every store has to do, written against the port: a second backend runs the same tests.

use std::sync::Arc;

use doorcode::{
    server::{
        domain::{Contact, Key, Origin, OtpId, OtpPolicy, OtpState, Region, TokenDigest},
        service::{
            Store, StoreError,
            ports::{NewOtp, OtpFilter, PreAuth, Settled, SignIn},
        },
        store::SqliteStore,
    },
    shared::ContactType,
};
use jiff::Timestamp;
use tempfile::TempDir;

use crate::support::{DAY, MINUTE, SECOND};

const BROWSER: TokenDigest = TokenDigest([1; 32]);
const SESSION: TokenDigest = TokenDigest([2; 32]);

/// Every backend there is.
async fn stores() -> Vec<(Arc<dyn Store>, TempDir)> {
    let directory = TempDir::new().expect("a folder");
    let url = format!("sqlite://{}", directory.path().join("doorcode.db").display());
    vec![(Arc::new(SqliteStore::open(&url).await.expect("a store")), directory)]
}

fn start() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().expect("an instant")
}

fn contact(text: &str) -> Contact {
    Contact::parse(ContactType::Email, text, Region::parse("US").expect("a region")).expect("a contact")
}

async fn issue(store: &dyn Store) -> OtpId {
    let email = contact("user@example.com");
    let known = store.customer_by_contact(&email).await.expect("an answer");
    let customer_id = match known {
        Some(customer) => customer.id,
        None => store.add_customer("User", email.email(), None, start()).await.expect("a customer"),
    };
    let policy = OtpPolicy { length: 6, lifetime: MINUTE * 5, max_attempts: 5, resend_cooldown: MINUTE };
    let otp = NewOtp {
        customer_id: Some(customer_id),
        contact: email,
        browser: BROWSER,
        nonce: [7; 16],
        key_id: Key::new([1; 32]).id().clone(),
        policy,
        message_id: "m".to_owned(),
        now: start(),
        origin: Origin::default(),
    };
    let pre_auth =
        PreAuth { browser: BROWSER, contact: (ContactType::Email, "User@Example.com".to_owned()), next: None };
    store.save_pre_auth(&pre_auth, start()).await.expect("saved");
    store.issue(&otp).await.expect("an OTP")
}

fn sign_in(id: OtpId) -> SignIn {
    SignIn { id, browser: BROWSER, session: SESSION, now: start(), origin: Origin::default() }
}

#[tokio::test]
async fn an_attempt_is_counted_exactly_when_the_domain_calls_the_otp_valid() {
    for (store, _directory) in stores().await {
        for seconds in [0, 299, 300, 301] {
            for attempts in 0..=5 {
                let id = issue(&*store).await;
                for _ in 0..attempts {
                    assert!(store.count_attempt(id, BROWSER, start()).await.expect("an answer").is_some());
                }
                let now = start() + SECOND * seconds;
                let otp = store.latest_otp(BROWSER).await.expect("an answer").expect("an OTP");
                let counted = store.count_attempt(id, BROWSER, now).await.expect("an answer").is_some();
                assert_eq!(counted, otp.is_valid(now), "{seconds} s, {attempts} attempts");
            }
        }
    }
}

#[tokio::test]
async fn another_browser_counts_nothing() {
    for (store, _directory) in stores().await {
        let id = issue(&*store).await;
        assert!(store.count_attempt(id, SESSION, start()).await.expect("an answer").is_none());
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
        assert!(store.count_attempt(id, BROWSER, start()).await.expect("an answer").is_none());
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
        assert!(!store.history(first).await.expect("a history").is_empty(), "the history stays");
    }
}

#[tokio::test]
async fn a_claimed_message_is_nobody_elses_until_its_lease_ends() {
    for (store, _directory) in stores().await {
        issue(&*store).await;
        let leased_until = start() + MINUTE;
        let delivery = store.claim_delivery(start(), leased_until).await.expect("an answer").expect("a message");
        assert_eq!(delivery.tries, 1);
        assert!(store.claim_delivery(start(), leased_until).await.expect("an answer").is_none());
        let again =
            store.claim_delivery(leased_until, leased_until + MINUTE).await.expect("an answer").expect("a message");
        assert_eq!((again.id, again.tries, &again.message_id), (delivery.id, 2, &delivery.message_id));
        store.settle_delivery(again.id, Settled::Sent, leased_until).await.expect("settled");
        assert!(store.claim_delivery(start() + DAY, start() + DAY).await.expect("an answer").is_none());
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
