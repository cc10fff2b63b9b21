//! Attempts are counted exactly, both in sequence and in parallel.

use futures_util::future::join_all;

use crate::support::{EMAIL, MINUTE, PHONE, SECOND, TestApp, other_than};

#[tokio::test]
async fn five_wrong_codes_exhaust_an_otp() {
    let app = TestApp::new().await;
    let (mut browser, code) = app.browser_with_code().await;
    for remaining in [4, 3, 2, 1] {
        assert_eq!(
            browser.verify(&other_than(&code)).await.location(),
            "/otp/verify/"
        );
        let page = browser.get("/otp/verify/").await;
        assert!(
            page.says(&format!("Invalid OTP. Attempts remaining: {remaining}")),
            "{}",
            page.body
        );
    }
    assert_eq!(
        browser.verify(&other_than(&code)).await.location(),
        "/otp/verify/"
    );
    let page = browser.get("/otp/verify/").await;
    assert!(
        page.says("Please request a new one.") && !page.says("name=\"otp_code\""),
        "{}",
        page.body
    );
    assert_eq!(browser.verify(&code).await.location(), "/otp/verify/");
    assert_eq!(browser.get("/account/").await.location(), "/otp/request/");
}

#[tokio::test]
async fn a_request_after_the_last_attempt_waits_for_the_cooldown() {
    let app = TestApp::new().await;
    let (mut browser, code) = app.browser_with_code().await;
    for _ in 0..5 {
        browser.verify(&other_than(&code)).await;
    }
    let reply = browser.request_code("email", EMAIL).await;
    assert_eq!(
        (reply.location(), reply.header("retry-after")),
        ("/otp/request/", "60")
    );
    assert!(
        browser
            .get("/otp/request/")
            .await
            .says("You can ask for another code in 60 seconds.")
    );
    app.advance(MINUTE);
    assert_eq!(
        browser.request_code("email", EMAIL).await.location(),
        "/otp/verify/"
    );
    let code = app.newest_code().await;
    assert_eq!(browser.verify(&code).await.location(), "/account/");
}

#[tokio::test]
async fn a_code_works_until_the_last_millisecond_before_its_expiry() {
    let app = TestApp::new().await;
    let (mut early, code) = app.browser_with_code().await;
    let mut late = early.clone();
    app.advance(MINUTE * 5 - SECOND / 1000);
    assert_eq!(early.verify(&code).await.location(), "/account/");
    app.advance(SECOND / 1000);
    let (mut browser, code) = app.browser_with_code().await;
    app.advance(MINUTE * 5);
    assert_eq!(browser.verify(&code).await.location(), "/otp/verify/");
    let page = browser.get("/otp/verify/").await;
    assert!(
        page.says("OTP has expired. Please request a new one.") && page.says("name=\"otp_code\"")
    );
    assert_eq!(late.get("/account/").await.location(), "/otp/request/");
}

#[tokio::test]
async fn resending_restores_no_attempts() {
    let app = TestApp::new().await;
    let (mut browser, code) = app.browser_with_code().await;
    for _ in 0..4 {
        browser.verify(&other_than(&code)).await;
    }
    app.advance(MINUTE);
    assert_eq!(browser.resend().await.location(), "/otp/verify/");
    browser.verify(&other_than(&code)).await;
    assert!(
        browser
            .get("/otp/verify/")
            .await
            .says("Please request a new one.")
    );
    for _ in 0..3 {
        browser.verify(&other_than(&code)).await;
    }
    assert_eq!(app.number("SELECT attempts FROM otps").await, 5);
    assert_eq!(browser.verify(&code).await.location(), "/otp/verify/");
}

#[tokio::test]
async fn requesting_a_code_again_restores_no_attempts() {
    let app = TestApp::new().await;
    let (mut browser, code) = app.browser_with_code().await;
    for _ in 0..4 {
        browser.verify(&other_than(&code)).await;
    }
    app.advance(MINUTE * 6);
    browser.request_code("email", EMAIL).await;
    assert_eq!(app.number("SELECT count(*) FROM otps").await, 1);
    assert_eq!(
        app.number("SELECT max_attempts - attempts FROM otps").await,
        1
    );
}

#[tokio::test]
async fn changing_the_contact_does_not_skip_the_cooldown() {
    let app = TestApp::new().await;
    let (mut browser, _) = app.browser_with_code().await;
    browser.post("/otp/change/", &[]).await;
    assert_eq!(
        browser
            .request_code("email", EMAIL)
            .await
            .header("retry-after"),
        "60"
    );
    assert_eq!(
        browser.request_code("phone", PHONE).await.location(),
        "/otp/verify/"
    );
    assert_eq!(
        browser
            .request_code("email", EMAIL)
            .await
            .header("retry-after"),
        "60"
    );
    app.advance(MINUTE);
    assert_eq!(
        browser.request_code("email", EMAIL).await.location(),
        "/otp/verify/"
    );
}

#[tokio::test]
async fn a_request_within_the_cooldown_shows_the_wait_and_sends_nothing() {
    let app = TestApp::new().await;
    let (mut browser, _) = app.browser_with_code().await;
    app.advance(SECOND * 35);
    assert_eq!(
        browser.request_code("email", EMAIL).await.location(),
        "/otp/verify/"
    );
    let page = browser.get("/otp/verify/").await;
    assert!(
        page.says("You can ask for another code in 25 seconds.")
            && !page.says("OTP sent successfully.")
    );
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn only_five_of_ten_thousand_parallel_guesses_are_compared() {
    let app = TestApp::new().await;
    let (browser, code) = app.browser_with_code().await;
    let mut hydrated = app.hydrated_browser();
    hydrated.cookie = browser.cookie;
    let guess = other_than(&code);
    let guesses = (0..10_000).map(|_| {
        let (mut browser, guess) = (hydrated.clone(), guess.clone());
        tokio::spawn(async move { browser.verify(&guess).await })
    });
    let replies: Vec<_> = join_all(guesses)
        .await
        .into_iter()
        .map(|reply| reply.expect("an answer"))
        .collect();
    // The first four compared guesses report the remaining attempts. The fifth, and every guess
    // that is not compared, only reports that the code is exhausted.
    let compared = replies
        .iter()
        .filter(|reply| reply.says("code_invalid"))
        .count();
    let refused = replies
        .iter()
        .filter(|reply| reply.body == r#"{"code":"code_exhausted","redirect_to":"/otp/verify/"}"#)
        .count();
    assert_eq!((compared, refused), (4, 9_996));
    assert_eq!(app.number("SELECT attempts FROM otps").await, 5);
    assert!(hydrated.verify(&code).await.says("code_exhausted"));
    assert_eq!(
        app.number("SELECT count(*) FROM sessions WHERE authenticated = 1")
            .await,
        0
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_parallel_correct_codes_open_one_session() {
    let app = TestApp::new().await;
    let (browser, code) = app.browser_with_code().await;
    let answers = (0..1_000).map(|_| {
        let (mut browser, code) = (browser.clone(), code.clone());
        tokio::spawn(async move {
            browser.verify(&code).await;
            browser.cookie
        })
    });
    let mut cookies: Vec<_> = join_all(answers)
        .await
        .into_iter()
        .map(|cookie| cookie.expect("an answer"))
        .collect();
    assert_eq!(
        app.number("SELECT count(*) FROM sessions WHERE authenticated = 1")
            .await,
        1
    );
    assert_eq!(
        app.number("SELECT count(*) FROM otp_history WHERE event = 'verified'")
            .await,
        1
    );
    cookies.retain(|cookie| *cookie != browser.cookie);
    let mut signed_in = 0;
    for cookie in cookies {
        let mut tap = app.browser();
        tap.cookie = cookie;
        signed_in += usize::from(tap.get("/account/").await.status == 200);
    }
    assert!(signed_in >= 1, "the one session's cookie was given out");
}
