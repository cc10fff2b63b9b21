//! The link "This was not me".

use axum::http::Request;

use doorcode::server::config::{Settings, UnknownContacts};

use crate::support::{Browser, DAY, EMAIL, TestApp, other_than};

/// An unknown device that has requested a code, and the path of the link in the mail to the owner.
async fn browser_and_link(app: &TestApp) -> (Browser, String) {
    let (unknown_device, _) = app.browser_with_code().await;
    (
        unknown_device,
        format!("/otp/not-me/?token={}", app.mailbox.newest_code().not_me),
    )
}

fn token(path: &str) -> &str {
    path.split_once('=').expect("a token").1
}

#[tokio::test]
async fn the_link_shows_a_button_and_changes_nothing() {
    let app = TestApp::new().await;
    let (mut unknown_device, path) = browser_and_link(&app).await;
    let code = app.mailbox.newest().code;
    let mut scanner = app.browser();
    for _ in 0..3 {
        let page = scanner.get(&path).await;
        assert_eq!(page.status, 200);
        assert!(
            page.says("This was not me")
                && page.says("d***@wastebilling.local")
                && !page.says(EMAIL)
        );
        assert_eq!(
            scanner
                .send(Request::head(&path), String::new())
                .await
                .status,
            200
        );
        let done = path.replace("not-me/", "not-me/done/");
        assert_eq!(scanner.get(&done).await.status, 200);
    }
    assert_eq!(scanner.cookie, None);
    assert_eq!(unknown_device.verify(&code).await.location(), "/account/");
}

#[tokio::test]
async fn the_button_invalidates_the_code_without_a_cookie() {
    let app = TestApp::new().await;
    let (mut unknown_device, path) = browser_and_link(&app).await;
    let code = app.mailbox.newest().code;
    let mut owner = app.browser();
    let reply = owner.post("/otp/not-me/", &[("token", token(&path))]).await;
    assert_eq!(reply.location(), path.replace("not-me/", "not-me/done/"));
    assert_eq!(reply.header("set-cookie"), "");
    let done = owner.get(reply.location()).await;
    assert!(
        done.says("The code no longer works.") && done.says("d***@wastebilling.local"),
        "{}",
        done.body
    );
    assert_eq!(
        unknown_device.verify(&code).await.location(),
        "/otp/verify/",
        "like any wrong code"
    );
    assert!(
        unknown_device
            .get("/otp/verify/")
            .await
            .says("Attempts remaining: 4")
    );
}

#[tokio::test]
async fn the_requesting_browser_cannot_tell_that_the_button_was_used() {
    let conceal = |settings: &mut Settings| {
        settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal);
    };
    let app = TestApp::with(conceal).await;
    let (mut unknown_device, path) = browser_and_link(&app).await;
    let mut of_nobody = app.browser();
    of_nobody
        .request_code("email", "nobody@wastebilling.local")
        .await;
    app.browser()
        .post("/otp/not-me/", &[("token", token(&path))])
        .await;
    for answer in ["000000", "111111"] {
        let status = [
            unknown_device.get("/otp/status/").await.body,
            of_nobody.get("/otp/status/").await.body,
        ];
        assert_eq!(status[0], status[1]);
        let location = [
            unknown_device.verify(answer).await,
            of_nobody.verify(answer).await,
        ]
        .map(|r| r.location().to_owned());
        assert_eq!(location, ["/otp/verify/", "/otp/verify/"]);
    }
    for browser in [&mut unknown_device, &mut of_nobody] {
        assert!(
            browser
                .get("/otp/verify/")
                .await
                .says("Attempts remaining: 3")
        );
        assert_eq!(browser.get("/otp/verify/").await.status, 200);
    }
}

#[tokio::test]
async fn pressing_the_button_twice_gives_the_same_answer() {
    let app = TestApp::new().await;
    let (_, path) = browser_and_link(&app).await;
    let fields = [("token", token(&path))];
    let first = app.browser().post("/otp/not-me/", &fields).await;
    let second = app.browser().post("/otp/not-me/", &fields).await;
    assert_eq!(first.location(), second.location());
    let own = app.browser().post("/otp/not-me/", &fields).await;
    assert_eq!(own.status, 303);
}

#[tokio::test]
async fn the_button_does_not_end_the_owners_session() {
    let app = TestApp::new().await;
    let mut owner = app.signed_in_browser().await;
    let (_, path) = browser_and_link(&app).await;
    owner.post("/otp/not-me/", &[("token", token(&path))]).await;
    assert_eq!(owner.get("/account/").await.status, 200);
}

#[tokio::test]
async fn the_button_forgets_the_browser_of_an_intruder_and_a_link_acts_once() {
    let app = TestApp::new().await;
    app.signed_in_browser().await;
    let mut owner = app.signed_in_browser().await;
    let (_, path) = browser_and_link(&app).await;
    let fields = [("token", token(&path))];
    owner.post("/otp/not-me/", &fields).await;
    assert_eq!(app.number("SELECT count(*) FROM devices").await, 1);
    app.advance(DAY);
    app.signed_in_browser().await;
    let done = app.browser().post("/otp/not-me/", &fields).await;
    assert!(done.location().starts_with("/otp/not-me/done/"));
    assert_eq!(app.number("SELECT count(*) FROM devices").await, 2);
    assert_eq!(
        app.number("SELECT count(*) FROM otp_history WHERE event = 'not_me'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_broken_forged_or_expired_link_does_nothing() {
    let app = TestApp::new().await;
    let (mut unknown_device, path) = browser_and_link(&app).await;
    let code = app.mailbox.newest().code;
    let forged = [
        &path[..path.len() - 1],
        if path.ends_with('a') { "b" } else { "a" },
    ]
    .concat();
    for broken in [
        forged.as_str(),
        &path[..path.len() - 2],
        "/otp/not-me/",
        "/otp/not-me/?token=",
        "/otp/not-me/?token=%FF",
    ] {
        for path in [broken.to_owned(), broken.replace("not-me/", "not-me/done/")] {
            let page = app.browser().get(&path).await;
            assert!(
                page.status == 404 && page.says("This link does not work"),
                "{path}: {}",
                page.body
            );
        }
    }
    let mut attacker = app.browser();
    let reply = attacker
        .post("/otp/not-me/", &[("token", token(&forged))])
        .await;
    assert_eq!(
        (reply.location(), reply.header("set-cookie")),
        ("/otp/not-me/", "")
    );
    assert_eq!(
        attacker.post("/otp/not-me/", &[]).await.location(),
        "/otp/not-me/"
    );
    assert_eq!(unknown_device.verify(&code).await.location(), "/account/");
    app.advance(DAY * 7);
    assert_eq!(app.browser().get(&path).await.status, 404);
}

#[tokio::test]
async fn the_button_works_after_five_wrong_codes() {
    let app = TestApp::new().await;
    let (mut unknown_device, path) = browser_and_link(&app).await;
    let code = app.mailbox.newest().code;
    for _ in 0..5 {
        unknown_device.verify(&other_than(&code)).await;
    }
    let reply = app
        .browser()
        .post("/otp/not-me/", &[("token", token(&path))])
        .await;
    assert!(reply.location().starts_with("/otp/not-me/done/"));
}
