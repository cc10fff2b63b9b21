//! What an earlier version left behind goes on in this one.

use doorcode::server::operator::ChainReport;
use serde::Deserialize;

use crate::support::{Browser, EMAIL, MINUTE, TestApp, other_than, trace};

/// A database of version eff26df, its key, and what the browsers of its customer held; by
/// `end2end/tools/snapshot.mjs`.
const DUMP: &str = include_str!("fixtures/eff26df/dump.sql");
const KEY: &str = include_str!("fixtures/eff26df/doorcode.key");
const BROWSERS: &str = include_str!("fixtures/eff26df/browsers.json");

/// Cookies as a browser sends them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Browsers {
    /// When the earlier version ended.
    now: String,
    /// Of the customer, signed in.
    signed_in: String,
    /// Of a browser whose code has come; it has entered three wrong ones. Another one has entered
    /// five.
    waiting: String,
    code: String,
    /// Of a browser whose message has not been sent.
    unsent: String,
}

/// The database in this version, a minute later; the message that waited has gone out.
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

/// Signs in, and tells whether the customer gets a notice of it.
async fn sign_in_is_noticed(app: &TestApp, mut browser: Browser) -> bool {
    browser.request_code("email", EMAIL).await;
    let code = app.newest_code().await;
    assert_eq!(browser.verify(&code).await.location(), "/account/");
    app.deliver().await;
    app.mailbox.newest().kind == "new_sign_in"
}

#[tokio::test]
async fn who_was_signed_in_still_is() {
    let (app, browsers) = upgraded().await;
    let page = holding(&app, &browsers.signed_in).get("/account/").await;
    assert_eq!(page.status, 200);
    assert!(page.says("Demo"), "{}", page.body);
}

#[tokio::test]
async fn a_code_that_waits_for_its_answer_signs_in() {
    let (app, browsers) = upgraded().await;
    let mut browser = holding(&app, &browsers.waiting);
    assert_eq!(browser.verify(&browsers.code).await.location(), "/account/");
    assert_eq!(browser.get("/account/").await.status, 200);
}

#[tokio::test]
async fn a_message_that_was_not_sent_is_sent() {
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
async fn the_history_is_whole_and_goes_on() {
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
async fn wrong_answers_of_before_count() {
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
    // With those of the other browser they are ten, as many as a contact's digits get in a month.
    app.browser().request_code("email", EMAIL).await;
    let code = app.newest_code().await;
    assert!(code.chars().any(char::is_alphabetic), "{code}");
}

#[tokio::test]
async fn the_browser_of_a_sign_in_is_known() {
    let (app, browsers) = upgraded().await;
    let mut known = holding(&app, &browsers.signed_in);
    known.cookie = None;
    assert!(known.device.is_some());
    assert!(!sign_in_is_noticed(&app, known).await);
    assert!(sign_in_is_noticed(&app, app.browser()).await);
}
