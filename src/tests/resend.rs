//! Asking once more.

use crate::support::{MINUTE, SECOND, TestApp};

#[tokio::test]
async fn a_resend_waits_for_the_cooldown_and_says_so() {
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
async fn an_early_resend_brings_the_same_code_again() {
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
async fn a_late_resend_brings_the_next_code_and_the_first_works_until_its_own_expiry() {
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
async fn the_first_code_ends_at_its_own_expiry_and_the_next_goes_on() {
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
async fn an_expired_code_is_followed_by_a_new_one_with_one_tap() {
    let app = TestApp::new().await;
    let (mut browser, _) = app.browser_with_code().await;
    app.advance(MINUTE * 14);
    assert_eq!(browser.resend().await.location(), "/otp/verify/");
    let code = app.newest_code().await;
    app.advance(MINUTE * 4);
    assert_eq!(browser.verify(&code).await.location(), "/account/");
}

#[tokio::test]
async fn after_a_quarter_of_an_hour_one_starts_again() {
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
async fn two_resends_at_once_send_one_message() {
    let app = TestApp::new().await;
    let (browser, _) = app.browser_with_code().await;
    app.advance(MINUTE);
    let (mut one, mut two) = (browser.clone(), browser.clone());
    tokio::join!(one.resend(), two.resend());
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 2);
}
