//! Sessions end when they have to, and stay ended.

use futures_util::future::join_all;

use crate::support::{DAY, MINUTE, SECOND, TestApp};

#[tokio::test]
async fn signing_out_ends_the_session_in_the_database() {
    let app = TestApp::new().await;
    let mut browser = app.signed_in_browser().await;
    let mut copy = browser.clone();
    assert_eq!(
        browser.post("/otp/logout/", &[]).await.location(),
        "/otp/request/"
    );
    assert!(
        browser
            .get("/otp/request/")
            .await
            .says("You are signed out.")
    );
    assert_eq!(copy.get("/account/").await.location(), "/otp/request/");
    assert_eq!(
        app.number("SELECT count(*) FROM sessions WHERE authenticated = 1")
            .await,
        0
    );
    assert_eq!(
        app.number("SELECT count(*) FROM otp_history WHERE event = 'logged_out'")
            .await,
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_in_flight_do_not_revive_an_ended_session() {
    let app = TestApp::new().await;
    for _ in 0..5 {
        let browser = app.signed_in_browser().await;
        // Each visit records that the session is in use, and has to wait for the write lock to do
        // so.
        app.advance(MINUTE);
        let lock = app.lock().await;
        let visits: Vec<_> = (0..50)
            .map(|_| {
                let mut visit = browser.clone();
                tokio::spawn(async move { visit.get("/account/").await.status.as_u16() })
            })
            .collect();
        let mut leaving = browser.clone();
        let logout = tokio::spawn(async move { leaving.post("/otp/logout/", &[]).await.status });
        tokio::task::yield_now().await;
        assert!(!logout.is_finished());
        lock.release().await;
        for status in join_all(visits).await {
            assert!(matches!(status.expect("an answer"), 200 | 303));
        }
        assert_eq!(logout.await.expect("an answer"), 303);
        assert_eq!(
            browser.clone().get("/account/").await.location(),
            "/otp/request/"
        );
        assert_eq!(
            app.number("SELECT count(*) FROM sessions WHERE authenticated = 1")
                .await,
            0
        );
    }
}

#[tokio::test]
async fn an_idle_session_ends() {
    let app = TestApp::new().await;
    let mut browser = app.signed_in_browser().await;
    app.advance(DAY * 7 - SECOND);
    assert_eq!(browser.get("/account/").await.status, 200);
    app.advance(DAY * 7 - SECOND);
    assert_eq!(browser.get("/account/").await.status, 200);
    app.advance(DAY * 7);
    assert_eq!(browser.get("/account/").await.location(), "/otp/request/");
}

#[tokio::test]
async fn a_busy_session_ends_after_the_absolute_timeout() {
    let app = TestApp::new().await;
    let mut browser = app.signed_in_browser().await;
    for _ in 0..29 {
        app.advance(DAY);
        assert_eq!(browser.get("/account/").await.status, 200);
    }
    app.advance(DAY - SECOND);
    assert_eq!(browser.get("/account/").await.status, 200);
    app.advance(SECOND);
    assert_eq!(browser.get("/account/").await.location(), "/otp/request/");
}

#[tokio::test]
async fn cleanup_deletes_only_expired_otps_and_sessions() {
    let app = TestApp::new().await;
    let mut signed_in = app.signed_in_browser().await;
    let (_, _) = app.browser_with_code().await;
    app.advance(MINUTE * 21);
    let (mut live, code) = app.browser_with_code().await;
    let removed = app
        .operator()
        .cleanup(doorcode::server::operator::KEEP_EXPIRED)
        .await
        .expect("cleaned up");
    assert_eq!((removed.otps, removed.sessions), (2, 1));
    assert_eq!(signed_in.get("/account/").await.status, 200);
    assert_eq!(live.verify(&code).await.location(), "/account/");
}
