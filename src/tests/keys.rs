//! Key rotation: existing codes and sessions work as long as their key is present.

use std::path::PathBuf;

use doorcode::server::config::Settings;

use crate::support::{EMAIL, MINUTE, TestApp};

/// Adds a new key before the original one.
fn both(settings: &mut Settings) {
    settings.keys.files.insert(0, new_file(settings));
}

/// Removes the original key.
fn new_only(settings: &mut Settings) {
    settings.keys.files = vec![new_file(settings)];
}

fn new_file(settings: &Settings) -> PathBuf {
    settings.keys.files[0].with_file_name("new.key")
}

async fn keys_of_codes(app: &TestApp) -> i64 {
    app.number("SELECT count(DISTINCT key_id) FROM otps").await
}

#[tokio::test]
async fn with_both_keys_existing_codes_and_sessions_work_and_new_codes_use_the_new_key() {
    let app = TestApp::new().await;
    let signed_in = app.signed_in_browser().await;
    app.advance(MINUTE);
    let (pending, code) = app.browser_with_code().await;
    let app = app.restarted_with(both).await;
    let mut signed_in = signed_in.at(&app);
    assert_eq!(signed_in.get("/account/").await.status, 200);
    assert_eq!(pending.at(&app).verify(&code).await.location(), "/account/");
    assert_eq!(keys_of_codes(&app).await, 1);
    signed_in.post("/otp/logout/", &[]).await;
    app.advance(MINUTE);
    signed_in.request_code("email", EMAIL).await;
    assert_eq!(keys_of_codes(&app).await, 2);
    let code = app.newest_code().await;
    assert_eq!(signed_in.verify(&code).await.location(), "/account/");
    assert_eq!(
        app.number("SELECT count(*) FROM otps WHERE is_known_device = 1")
            .await,
        1
    );
    assert!(app.operator().verify_history(None).await.is_ok());
}

#[tokio::test]
async fn without_the_old_key_its_codes_count_as_expired_and_can_be_replaced() {
    let app = TestApp::new().await;
    let (browser, code) = app.browser_with_code().await;
    let app = app
        .restarted_with(both)
        .await
        .restarted_with(new_only)
        .await;
    let mut browser = browser.at(&app);
    assert_eq!(browser.verify(&code).await.location(), "/otp/verify/");
    let page = browser.get("/otp/verify/").await;
    assert!(
        page.says("OTP has expired. Please request a new one."),
        "{}",
        page.body
    );
    assert_eq!(app.number("SELECT attempts FROM otps").await, 0);
    app.advance(MINUTE);
    browser.resend().await;
    let next = app.newest_code().await;
    assert_ne!(next, code);
    assert_eq!(
        browser.verify(&code).await.location(),
        "/otp/verify/",
        "the old one stays over"
    );
    assert_eq!(browser.verify(&next).await.location(), "/account/");
}

#[tokio::test]
async fn without_the_old_key_its_sessions_end_and_its_browsers_are_unknown() {
    let app = TestApp::new().await;
    let old = app.signed_in_browser().await;
    app.operator().seal_history().await.expect("sealed");
    let app = app.restarted_with(both).await;
    app.advance(MINUTE);
    let new = app.signed_in_browser().await;
    app.operator().seal_history().await.expect("sealed");
    let app = app.restarted_with(new_only).await;
    let (mut old, mut new) = (old.at(&app), new.at(&app));
    assert_eq!(new.get("/account/").await.status, 200);
    assert_eq!(old.get("/account/").await.location(), "/otp/request/");
    app.advance(MINUTE);
    old.request_code("email", EMAIL).await;
    assert_eq!(
        app.number("SELECT is_known_device FROM otps ORDER BY id DESC LIMIT 1")
            .await,
        0
    );
    assert!(
        app.operator().verify_history(None).await.is_ok(),
        "what the new key sealed proves what was before"
    );
}

#[tokio::test]
async fn a_queued_message_is_not_sent_once_the_key_of_its_code_is_gone() {
    let app = TestApp::new().await;
    app.browser().request_code("email", EMAIL).await;
    let app = app.restarted_with(new_only).await;
    app.deliver().await;
    assert!(app.mailbox.all().is_empty());
    assert_eq!(
        app.number("SELECT count(*) FROM outbox WHERE reason = 'expired'")
            .await,
        1
    );
}

#[tokio::test]
async fn restoring_the_old_key_restores_its_sessions() {
    let app = TestApp::new().await;
    let browser = app.signed_in_browser().await;
    let app = app.restarted_with(new_only).await;
    assert_eq!(
        browser.at(&app).get("/account/").await.location(),
        "/otp/request/"
    );
    let app = app.restarted_with(both).await;
    assert_eq!(browser.at(&app).get("/account/").await.status, 200);
}

#[tokio::test]
async fn sessions_without_a_key_id_end_with_the_oldest_key() {
    let app = TestApp::new().await;
    let browser = app.signed_in_browser().await;
    app.execute("UPDATE sessions SET key_id = NULL; UPDATE devices SET key_id = NULL")
        .await;
    let app = app.restarted_with(both).await;
    assert_eq!(browser.at(&app).get("/account/").await.status, 200);
    let app = app.restarted_with(new_only).await;
    assert_eq!(
        browser.at(&app).get("/account/").await.location(),
        "/otp/request/"
    );
}
