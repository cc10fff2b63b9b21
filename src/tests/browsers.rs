//! A code belongs to the browser that requested it.

use futures_util::future::join_all;

use crate::support::{EMAIL, SECOND, TestApp, other_than};

#[tokio::test]
async fn a_code_fails_in_another_browser_and_costs_its_own_browser_no_attempt() {
    let app = TestApp::new().await;
    let (mut own, code) = app.browser_with_code().await;
    let mut other = app.browser();
    other.request_code("email", EMAIL).await;
    let others_code = app.newest_code().await;
    assert_eq!(other.verify(&code).await.location(), "/otp/verify/");
    assert!(
        other
            .get("/otp/verify/")
            .await
            .says("Invalid OTP. Attempts remaining: 4")
    );
    assert_eq!(
        app.number("SELECT attempts FROM otps ORDER BY id LIMIT 1")
            .await,
        0
    );
    assert_eq!(own.verify(&code).await.location(), "/account/");
    assert_eq!(other.verify(&others_code).await.location(), "/account/");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_requests_by_unknown_devices_leave_the_customers_code_valid() {
    let app = TestApp::new().await;
    let (mut customer, code) = app.browser_with_code().await;
    let unknown_devices = (0..1_000).map(|_| {
        let mut unknown_device = app.browser();
        tokio::spawn(async move {
            unknown_device.request_code("email", EMAIL).await;
            unknown_device.verify("000000").await.status
        })
    });
    for status in join_all(unknown_devices).await {
        assert_eq!(status.expect("an answer"), 303);
    }
    assert_eq!(
        app.number("SELECT attempts FROM otps ORDER BY id LIMIT 1")
            .await,
        0
    );
    assert_eq!(customer.verify(&code).await.location(), "/account/");
}

#[tokio::test]
async fn a_double_tap_succeeds_twice_and_opens_one_session() {
    let app = TestApp::new().await;
    let (mut first, code) = app.browser_with_code().await;
    let mut second = first.clone();
    for _ in 0..4 {
        first.verify(&other_than(&code)).await;
    }
    assert_eq!(first.verify(&code).await.location(), "/account/");
    app.advance(SECOND * 10);
    assert_eq!(second.verify(&code).await.location(), "/account/");
    assert_eq!(first.cookie, second.cookie);
    assert_eq!(second.get("/account/").await.status, 200);
    assert_eq!(
        app.number("SELECT count(*) FROM sessions WHERE authenticated = 1")
            .await,
        1
    );
}

#[tokio::test]
async fn a_used_code_is_refused_after_ten_seconds() {
    let app = TestApp::new().await;
    let (mut first, code) = app.browser_with_code().await;
    let mut late = first.clone();
    first.verify(&code).await;
    app.advance(SECOND * 10 + SECOND / 1000);
    let reply = late.verify(&code).await;
    assert_eq!(reply.location(), "/otp/request/");
    assert_eq!(
        reply.header("set-cookie"),
        "",
        "the session's cookie, if the browser has it, must stay"
    );
}

#[tokio::test]
async fn guesses_after_a_sign_in_use_up_the_allowed_repeats() {
    let app = TestApp::new().await;
    let (mut first, code) = app.browser_with_code().await;
    let thief = first.clone();
    first.verify(&code).await;
    for _ in 0..7 {
        let mut thief = thief.clone();
        assert_eq!(
            thief.verify(&other_than(&code)).await.location(),
            "/otp/request/"
        );
    }
    let mut thief = thief;
    assert_eq!(
        thief.verify(&code).await.location(),
        "/otp/request/",
        "the repeats are used up"
    );
}

#[tokio::test]
async fn signing_in_invalidates_the_previous_token() {
    let app = TestApp::new().await;
    let (mut browser, code) = app.browser_with_code().await;
    let before = browser.cookie.clone();
    browser.verify(&code).await;
    assert_ne!(browser.cookie, before);
    let mut thief = app.browser();
    thief.cookie = before;
    assert_eq!(thief.get("/account/").await.location(), "/otp/request/");
}

#[tokio::test]
async fn a_token_made_up_by_the_client_is_replaced() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    let planted = format!("doorcode={}", "ab".repeat(32));
    browser.cookie = Some(planted.clone());
    browser.request_code("email", EMAIL).await;
    assert_ne!(browser.cookie, Some(planted));
}

#[tokio::test]
async fn a_request_for_another_contact_revokes_the_first_code() {
    let app = TestApp::new().await;
    let (mut browser, first) = app.browser_with_code().await;
    browser.request_code("phone", crate::support::PHONE).await;
    let second = app.newest_code().await;
    assert_eq!(browser.verify(&first).await.location(), "/otp/verify/");
    assert_eq!(browser.verify(&second).await.location(), "/account/");
}
