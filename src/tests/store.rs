//! Tests of the storage ports. Every backend in [`BACKENDS`] runs all of them.

mod customers;
mod history;
mod limits;
mod messages;
mod model;
mod otps;
mod schema;
mod sessions;

use std::{
    ops::Deref,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use doorcode::{
    server::{
        config::Settings,
        domain::{
            Breaker, ClaimedMessage, Contact, Key, Keyring, Lease, LimitPolicy, Network, Origin,
            Otp, OtpId, OtpPolicy, Policy, Purpose, Region, SessionPolicy, TokenDigest, WorkerId,
            change::Leases,
            check_code::VerifyRequest,
            request_code::{CodeRequest, CodeRequested, TypedContact},
            resend_code::ResendRequest,
            sign_in::{NoticeDraft, SignInRequest},
        },
        ports::{
            CustomerStore, Database, HistoryStore, LimitStore, OtpStore, OutboxStore, SessionStore,
            otps::OtpFilter,
        },
        store::{
            SqliteStore,
            sqlite::{Rules, Schema},
        },
    },
    shared::ContactType,
};
use futures_util::future::LocalBoxFuture;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use crate::support::{DAY, MINUTE};

const BROWSER: TokenDigest = TokenDigest([1; 32]);
const SESSION: TokenDigest = TokenDigest([2; 32]);
const DEVICE: TokenDigest = TokenDigest([4; 32]);
const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);
/// The email address of the customer that [`issue`] adds.
const USER: &str = "user@example.com";

/// Every port that a backend implements.
trait Store:
    OtpStore + SessionStore + CustomerStore + OutboxStore + LimitStore + HistoryStore + Database
{
}

impl<T> Store for T where
    T: OtpStore + SessionStore + CustomerStore + OutboxStore + LimitStore + HistoryStore + Database
{
}

/// Opens the database in a folder, as each process does.
type Backend = fn(PathBuf, Arc<Rules>) -> LocalBoxFuture<'static, Arc<dyn Store>>;

/// All backends.
const BACKENDS: [Backend; 1] = [sqlite];

fn sqlite(folder: PathBuf, rules: Arc<Rules>) -> LocalBoxFuture<'static, Arc<dyn Store>> {
    Box::pin(async move {
        let store: Arc<dyn Store> = Arc::new(
            SqliteStore::open(&sqlite_url(&folder), Schema::Migrate, rules)
                .await
                .expect("a store"),
        );
        store
    })
}

fn sqlite_url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("doorcode.db").display())
}

/// A store with its own database.
struct TestStore {
    store: Arc<dyn Store>,
    backend: Backend,
    rules: Arc<Rules>,
    directory: TempDir,
}

impl TestStore {
    /// Opens the same database as another process does.
    async fn other_process(&self) -> Arc<dyn Store> {
        (self.backend)(self.directory.path().to_owned(), self.rules.clone()).await
    }
}

impl Deref for TestStore {
    type Target = dyn Store;

    fn deref(&self) -> &Self::Target {
        &*self.store
    }
}

/// Returns one store per backend, with limits that tests do not reach.
async fn stores() -> Vec<TestStore> {
    stores_with(policy()).await
}

async fn stores_with(policy: Policy) -> Vec<TestStore> {
    let rules = Arc::new(Rules {
        policy,
        keys: keys(),
    });
    let mut stores = Vec::new();
    for backend in BACKENDS {
        let directory = TempDir::new().expect("a folder");
        let store = backend(directory.path().to_owned(), rules.clone()).await;
        stores.push(TestStore {
            store,
            backend,
            rules: rules.clone(),
            directory,
        });
    }
    stores
}

fn keys() -> Keyring {
    Keyring::new(Key::new([1; 32]), vec![])
}

fn policy() -> Policy {
    let settings = Settings::default();
    Policy {
        otp: OtpPolicy {
            length: 6,
            lifetime: MINUTE * 5,
            max_attempts: 5,
            cooldowns: [MINUTE; 3],
        },
        limits: unlimited(),
        session: SessionPolicy {
            idle: DAY,
            absolute: DAY,
        },
        region: region(),
        sms: settings.sms.policy().expect("rules for text messages"),
        new_sign_in_notice: true,
        reveal_unknown_contacts: false,
    }
}

const fn unlimited() -> LimitPolicy {
    const MAX: u32 = u32::MAX;
    LimitPolicy {
        contact_emails: (MAX, MAX),
        contact_texts: (MAX, MAX),
        contact_guesses: (MAX, MAX),
        phone_guesses: MAX,
        device_messages: MAX,
        device_guesses: (MAX, MAX),
        // A further device replaces the one with the oldest sign-in: none is refused.
        devices: 10,
        browser_codes: MAX,
        browser_guesses: MAX,
        network_messages: (MAX, MAX),
        network_invalid_input: MAX,
        emails: MAX,
        texts: (MAX, MAX),
        range_texts: (MAX, 0),
        breaker: Breaker {
            floor: MAX,
            ceiling: MAX,
            factor: 1,
        },
    }
}

fn start() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().expect("an instant")
}

fn region() -> Region {
    Region::parse("US").expect("a region")
}

fn contact(text: &str) -> Contact {
    let kind = if text.contains('@') {
        ContactType::Email
    } else {
        ContactType::Phone
    };
    Contact::parse(kind, text, region()).expect("a contact")
}

/// Returns a number that no other call returns.
fn unique() -> i64 {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Returns a token that no other call returns.
fn unique_token() -> TokenDigest {
    let mut bytes = [0xaa; 32];
    bytes[..8].copy_from_slice(&unique().to_be_bytes());
    TokenDigest(bytes)
}

/// A lease of a new process.
fn lease_until(until: Timestamp) -> Lease {
    Lease {
        owner: WorkerId(unique()),
        until,
    }
}

fn notice_draft() -> NoticeDraft {
    NoticeDraft {
        message_id: unique().to_string(),
        leases: Leases::default(),
    }
}

/// A request from a browser without a token, which gets `new_browser`.
fn code_request(contact: Contact, new_browser: TokenDigest) -> CodeRequest {
    CodeRequest {
        purpose: Purpose::SignIn,
        typed: Some(TypedContact {
            contact_type: contact.kind(),
            contact_value: "User@Example.com".to_owned(),
            next: None,
        }),
        contact,
        browser: None,
        new_browser,
        customer: None,
        device: None,
        network: Network::default(),
        solution: None,
        nonce: [7; 16],
        key_id: keys().current().id().clone(),
        message_id: unique().to_string(),
        lease: None,
        origin: Origin::default(),
        now: start(),
    }
}

async fn request_code(store: &dyn Store, request: CodeRequest) -> CodeRequested {
    store
        .request_code(request)
        .await
        .expect("an answer")
        .expect("an OTP")
}

/// Issues an OTP for [`USER`] to [`BROWSER`]. Adds the customer first if there is none.
async fn issue(store: &dyn Store) -> OtpId {
    let email = contact(USER);
    if store
        .customer_by_contact(&email)
        .await
        .expect("an answer")
        .is_none()
    {
        store
            .add_customer("User", email.email(), None, start())
            .await
            .expect("a customer");
    }
    request_code(store, code_request(email, BROWSER)).await.otp
}

/// A request from [`BROWSER`] to send its code again.
fn resend_request(now: Timestamp) -> ResendRequest {
    ResendRequest {
        browser: BROWSER,
        channel: None,
        network: Network::default(),
        solution: None,
        message_id: unique().to_string(),
        leases: Leases::default(),
        origin: Origin::default(),
        now,
    }
}

async fn otp(store: &dyn Store, id: OtpId) -> Otp {
    let filter = OtpFilter {
        id: Some(id),
        ..OtpFilter::default()
    };
    store
        .otps(&filter)
        .await
        .expect("a list")
        .pop()
        .expect("an OTP")
}

fn verify_request(browser: TokenDigest, now: Timestamp) -> VerifyRequest {
    VerifyRequest {
        browser,
        contact: None,
        device: None,
        network: Network::default(),
        text: "123456".to_owned(),
        origin: Origin::default(),
        now,
    }
}

/// Submits a code. Returns the newest OTP of the browser if the attempt was counted. A repeated
/// answer after a sign-in is accepted, but not counted.
async fn count_attempt(store: &dyn Store, browser: TokenDigest, now: Timestamp) -> Option<Otp> {
    let counted = store
        .count_attempt(verify_request(browser, now))
        .await
        .expect("an answer");
    counted
        .ok()
        .filter(|counted| !counted.is_replay)
        .map(|counted| counted.otp)
}

/// Returns whether the nonce of an OTP was deleted, so that no code is correct any more. The OTP
/// must be the newest of [`BROWSER`] and must still count attempts: to the visitor, it looks valid.
async fn is_invalidated(store: &dyn Store, id: OtpId) -> bool {
    let otp = count_attempt(store, BROWSER, start())
        .await
        .expect("an OTP that counts attempts");
    assert_eq!(otp.id, id);
    otp.nonce.is_none()
}

fn sign_in_request(otp: OtpId) -> SignInRequest {
    SignInRequest {
        otp,
        browser: BROWSER,
        session: SESSION,
        device: DEVICE,
        notice: notice_draft(),
        origin: Origin::default(),
        now: start(),
    }
}

/// Returns whether the store opened a session.
async fn try_sign_in(store: &dyn Store, request: SignInRequest) -> bool {
    store.sign_in(request).await.expect("an answer").is_some()
}

/// Returns whether a device is known to the customer of an email address. Only an OTP records
/// this, so the device requests a code.
async fn is_known_device(
    store: &dyn Store,
    device: TokenDigest,
    email: &str,
    now: Timestamp,
) -> bool {
    let request = CodeRequest {
        device: Some(device),
        now,
        ..code_request(contact(email), unique_token())
    };
    let id = request_code(store, request).await.otp;
    otp(store, id).await.is_known_device
}

/// Claims the next message for a new process.
async fn claim(store: &dyn Store, channel: ContactType, now: Timestamp) -> Option<ClaimedMessage> {
    store
        .claim(channel, lease_until(now + MINUTE), now)
        .await
        .expect("an answer")
}
