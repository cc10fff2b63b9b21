//! This version continues from the data of earlier versions.

use doorcode::server::{domain::FailureReason, operator::ChainReport};
use serde::Deserialize;

use crate::support::{Browser, EMAIL, MINUTE, TestApp, other_than, trace};

/// A database of version eff26df, its key, and the cookies of its customer's browsers, all written
/// by `end2end/tools/snapshot.mjs`.
const DUMP: &str = include_str!("fixtures/eff26df/dump.sql");
const KEY: &str = include_str!("fixtures/eff26df/doorcode.key");
const BROWSERS: &str = include_str!("fixtures/eff26df/browsers.json");

/// The browsers, each with its cookies in the format of a `Cookie` header.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Browsers {
    /// The time at which the earlier version stopped.
    now: String,
    /// The browser of the signed-in customer.
    signed_in: String,
    /// A browser that has received its code and entered three wrong ones. Another browser has
    /// entered five.
    waiting: String,
    code: String,
    /// A browser whose message has not been sent.
    unsent: String,
}

/// Starts this version on the database a minute later, and sends the queued message.
async fn upgraded() -> (TestApp, Browsers) {
    let browsers: Browsers = serde_json::from_str(BROWSERS).expect("the browsers");
    trace::secret(&browsers.code);
    let now = browsers.now.parse().expect("an instant");
    let app = TestApp::restored(DUMP, KEY, now).await;
    app.advance(MINUTE);
    app.deliver().await;
    (app, browsers)
}

fn holding(app: &TestApp, cookies: &str) -> Browser {
    let mut browser = app.browser();
    for cookie in cookies.split("; ") {
        match cookie.split_once('=').expect("a cookie") {
            ("doorcode-device", token) => {
                trace::secret(token);
                browser.device = Some(cookie.to_owned());
            }
            ("doorcode-contact" | "doorcode-language", _) => {}
            (_, token) => {
                trace::secret(token);
                browser.cookie = Some(cookie.to_owned());
            }
        }
    }
    browser
}

/// Signs in and returns whether the customer gets a notice.
async fn sign_in_is_noticed(app: &TestApp, mut browser: Browser) -> bool {
    browser.request_code("email", EMAIL).await;
    let code = app.newest_code().await;
    assert_eq!(browser.verify(&code).await.location(), "/account/");
    app.deliver().await;
    app.mailbox.newest().kind == "new_sign_in"
}

#[tokio::test]
async fn a_signed_in_customer_stays_signed_in() {
    let (app, browsers) = upgraded().await;
    let page = holding(&app, &browsers.signed_in).get("/account/").await;
    assert_eq!(page.status, 200);
    assert!(page.says("Demo"), "{}", page.body);
}

#[tokio::test]
async fn a_pending_code_still_signs_in() {
    let (app, browsers) = upgraded().await;
    let mut browser = holding(&app, &browsers.waiting);
    assert_eq!(browser.verify(&browsers.code).await.location(), "/account/");
    assert_eq!(browser.get("/account/").await.status, 200);
}

#[tokio::test]
async fn an_unsent_message_is_sent() {
    let (app, browsers) = upgraded().await;
    let code = app.mailbox.newest_code().code;
    assert_eq!(
        holding(&app, &browsers.unsent)
            .verify(&code)
            .await
            .location(),
        "/account/"
    );
}

#[tokio::test]
async fn the_history_is_intact_and_continues() {
    let (app, browsers) = upgraded().await;
    let verify = async || -> ChainReport {
        app.operator().seal_history().await.expect("sealed");
        app.operator()
            .verify_history(None)
            .await
            .expect("a whole history")
    };
    let before = verify().await;
    assert!(before.rows >= 10, "{}", before.rows);
    holding(&app, &browsers.waiting)
        .verify(&browsers.code)
        .await;
    assert!(verify().await.rows > before.rows);
}

#[tokio::test]
async fn earlier_wrong_codes_still_count() {
    let (app, browsers) = upgraded().await;
    let mut browser = holding(&app, &browsers.waiting);
    let wrong = other_than(&browsers.code);
    browser.verify(&wrong).await;
    assert!(
        browser
            .get("/otp/verify/")
            .await
            .says("Invalid OTP. Attempts remaining: 1")
    );
    browser.verify(&wrong).await;
    // With the five of the other browser these are ten wrong codes, the limit of a contact for
    // digits in 30 days.
    app.browser().request_code("email", EMAIL).await;
    let code = app.newest_code().await;
    assert!(code.chars().any(char::is_alphabetic), "{code}");
}

#[tokio::test]
async fn the_browser_of_a_sign_in_stays_known() {
    let (app, browsers) = upgraded().await;
    let mut known = holding(&app, &browsers.signed_in);
    known.cookie = None;
    assert!(known.device.is_some());
    assert!(!sign_in_is_noticed(&app, known).await);
    assert!(sign_in_is_noticed(&app, app.browser()).await);
}

/// Messages, an OTP and a suppression as schema 7 stored them, under their former names.
const SCHEMA_7: &str = "
    INSERT INTO customers (id, name, email, created_at) VALUES (1, 'Demo', 'demo@wastebilling.local', 0);
    INSERT INTO otps (id, customer_id, email, otp_type, created_at, expires_at, pre_auth_digest, length, key_id, sent_at, known_browser)
    VALUES (1, 1, 'demo@wastebilling.local', 'email', 1795348800000, 1795349100000, zeroblob(32), 6, 'key', 1795348800000, 1);
    INSERT INTO outbox (id, kind, otp_id, generation, channel, message_id, created_at, expires_at, tries, state, reason, carrier,
                        reference, is_held, is_paid)
    VALUES (1, 'code', 1, 1, 'email', 'a', 1795348800000, 1795349100000, 0, 'failed', 'muted', NULL, NULL, 0, 0),
           (2, 'code', 1, 1, 'email', 'b', 1795348800000, 1795349100000, 0, 'failed', 'too_late', NULL, NULL, 0, 0),
           (3, 'code', 1, 1, 'email', 'c', 1795348800000, 1795349100000, 0, 'failed', 'no_customer', NULL, NULL, 0, 0),
           (4, 'code', 1, 1, 'email', 'd', 1795348800000, 1795349100000, 3, 'failed', 'blocked', 'main', 'id', 1, 1);
    INSERT INTO mutes (contact, until) VALUES ('demo@wastebilling.local', 1795435200000)";

#[tokio::test]
async fn rows_with_former_names_keep_their_meaning() {
    let now = "2026-11-22T12:00:00Z".parse().expect("an instant");
    let app = TestApp::upgraded(7, SCHEMA_7, now).await;
    let mut messages = app.operator().outbox(9).await.expect("messages");
    messages.reverse();
    let reasons: Vec<_> = messages.iter().map(|it| it.state.reason()).collect();
    assert_eq!(
        reasons,
        [
            FailureReason::Suppressed,
            FailureReason::Expired,
            FailureReason::UnknownContact,
            FailureReason::Blocked
        ]
        .map(Some)
    );
    let message = &messages[3];
    assert_eq!(
        (
            message.attempts,
            message.transport.as_deref(),
            message.provider_message_id.as_deref()
        ),
        (3, Some("main"), Some("id"))
    );
    for kept in [
        "SELECT count(*) FROM outbox WHERE id = 4 AND has_retry_after AND is_cost_reserved",
        "SELECT count(*) FROM otps WHERE is_known_device",
    ] {
        assert_eq!(app.number(kept).await, 1, "{kept}");
    }
    app.browser().request_code("email", EMAIL).await;
    app.deliver().await;
    let newest = app.operator().outbox(1).await.expect("messages");
    assert_eq!(
        newest[0].state.reason(),
        Some(FailureReason::Suppressed),
        "codes for the contact are still suppressed"
    );
}
