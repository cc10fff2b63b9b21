//! Sending a code again.

use crate::support::{MINUTE, SECOND, TestApp};

#[tokio::test]
async fn a_resend_within_the_cooldown_shows_the_wait_and_sends_nothing() {
    let app = TestApp::new().await;
    let (mut browser, _) = app.browser_with_code().await;
    app.advance(SECOND * 35);
    let reply = browser.resend().await;
    assert_eq!(
        (reply.location(), reply.header("retry-after")),
        ("/otp/verify/", "25")
    );
    assert!(
        browser
            .get("/otp/verify/")
            .await
            .says("You can ask for another code in 25 seconds.")
    );
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 1);
}

#[tokio::test]
async fn an_early_resend_sends_the_same_code_again() {
    let app = TestApp::new().await;
    let (mut browser, code) = app.browser_with_code().await;
    app.advance(MINUTE);
    assert_eq!(browser.resend().await.location(), "/otp/verify/");
    assert_eq!(app.newest_code().await, code);
    assert_eq!(app.mailbox.all().len(), 2);
    app.advance(MINUTE * 4);
    assert_eq!(
        browser.verify(&code).await.location(),
        "/otp/verify/",
        "the same code keeps its expiry"
    );
}

#[tokio::test]
async fn a_late_resend_sends_a_new_code_and_the_first_works_until_its_own_expiry() {
    let app = TestApp::new().await;
    let (mut browser, first) = app.browser_with_code().await;
    app.advance(MINUTE * 3);
    browser.resend().await;
    let second = app.newest_code().await;
    assert_ne!(first, second);
    let mut with_first = browser.clone();
    app.advance(MINUTE * 2 - SECOND / 1000);
    assert_eq!(with_first.verify(&first).await.location(), "/account/");
}

#[tokio::test]
async fn the_first_code_expires_while_the_new_one_still_works() {
    let app = TestApp::new().await;
    let (mut browser, first) = app.browser_with_code().await;
    app.advance(MINUTE * 3);
    browser.resend().await;
    let second = app.newest_code().await;
    app.advance(MINUTE * 2);
    assert_eq!(browser.verify(&first).await.location(), "/otp/verify/");
    assert_eq!(browser.verify(&second).await.location(), "/account/");
}

#[tokio::test]
async fn one_tap_replaces_an_expired_code() {
    let app = TestApp::new().await;
    let (mut browser, _) = app.browser_with_code().await;
    app.advance(MINUTE * 14);
    assert_eq!(browser.resend().await.location(), "/otp/verify/");
    let code = app.newest_code().await;
    app.advance(MINUTE * 4);
    assert_eq!(browser.verify(&code).await.location(), "/account/");
}

#[tokio::test]
async fn a_sign_in_has_to_be_restarted_after_fifteen_minutes() {
    let app = TestApp::new().await;
    let (mut browser, _) = app.browser_with_code().await;
    app.advance(MINUTE * 15);
    assert_eq!(browser.resend().await.location(), "/otp/request/");
    assert!(
        browser
            .get("/otp/request/")
            .await
            .says("Session expired. Please request OTP again.")
    );
}

#[tokio::test]
async fn an_exhausted_code_is_not_sent_again() {
    let app = TestApp::new().await;
    let (mut browser, code) = app.browser_with_code().await;
    for _ in 0..5 {
        browser.verify(&crate::support::other_than(&code)).await;
    }
    app.advance(MINUTE * 2);
    browser.resend().await;
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 1);
}

#[tokio::test]
async fn two_concurrent_resends_send_one_message() {
    let app = TestApp::new().await;
    let (browser, _) = app.browser_with_code().await;
    app.advance(MINUTE);
    let (mut one, mut two) = (browser.clone(), browser.clone());
    tokio::join!(one.resend(), two.resend());
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 2);
}
