//! The delivery state of a message, by polling and by server-sent events.

use axum::http::Request;
use doorcode::server::{config::UnknownContacts, domain::FailureReason, ports::SendError};

use crate::support::{Browser, EMAIL, Events, MINUTE, PHONE, SECOND, TestApp};

const PATH: &str = "/otp/status/";
/// The event of a queued message. Tests start at 1795348800000
/// (2026-11-22T12:00:00Z). The code expires 5 minutes later, and can be sent again after 1 minute.
const PENDING: &str = "data: {\"state\":\"pending\",\"text\":\"It can take a few minutes. Check your spam folder.\",\
                          \"expires_at\":1795349100000,\"resend_at\":1795348860000}\n\n";
const SENT: &str = "data: {\"state\":\"sent\",\"text\":\"Sent. It can take a few minutes. Check your spam folder.\",\
                    \"expires_at\":1795349100000,\"resend_at\":1795348860000}\n\n";
const OVERDUE: &str = "data: {\"state\":\"overdue\",\"text\":\"Still nothing? Check the address, your spam folder, \
                       or ask for a new code.\",\"expires_at\":1795349100000,\"resend_at\":1795348860000}\n\n";
const NONE: &str = "data: {\"state\":\"none\",\"text\":\"\"}\n\n";

async fn concealing_app() -> TestApp {
    TestApp::with(|settings| settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal))
        .await
}

/// A browser that has requested a code, and its event stream.
async fn browser_with_events(app: &TestApp, kind: &str, contact: &str) -> (Browser, Events) {
    let mut browser = app.hydrated_browser();
    browser.request_code(kind, contact).await;
    let events = browser.events(PATH).await;
    (browser, events)
}

fn permanent_error(reason: FailureReason) -> SendError {
    SendError::Permanent {
        cause: "refused".to_owned(),
        reason,
    }
}

#[tokio::test]
async fn polling_returns_the_delivery_state_and_the_deadlines() {
    let app = TestApp::new().await;
    let mut browser = app.hydrated_browser();
    let now = "1795348800000";
    assert_eq!(
        browser.get(PATH).await.body,
        format!(r#"{{"state":"none","text":"","server_now":{now}}}"#)
    );
    browser.request_code("email", EMAIL).await;
    let times =
        format!(r#""expires_at":1795349100000,"resend_at":1795348860000,"server_now":{now}"#);
    let text = "It can take a few minutes. Check your spam folder.";
    let reply = browser.get(PATH).await;
    assert_eq!(
        reply.body,
        format!(r#"{{"state":"pending","text":"{text}",{times}}}"#)
    );
    assert_eq!(reply.header("content-type"), "application/json");
    let code = app.newest_code().await;
    assert!(browser.get(PATH).await.says(r#""state":"sent""#));
    app.advance(MINUTE);
    assert!(
        browser
            .get(PATH)
            .await
            .says(r#""state":"overdue","text":"Still nothing? Check the address"#)
    );
    browser.verify(&code).await;
    assert!(browser.get(PATH).await.says(r#""state":"signed_in""#));
}

#[tokio::test]
async fn the_page_shows_the_delivery_state_without_javascript() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.request_code("phone", PHONE).await;
    app.mailbox
        .fail_next(permanent_error(FailureReason::NotMobile));
    app.deliver().await;
    let page = browser.get("/otp/verify/").await;
    assert!(page.says(r#"data-state="failed""#), "{}", page.body);
    assert!(
        page.says("This number looks like a landline. Get the code by email?"),
        "{}",
        page.body
    );
    assert!(
        !page.says("OTP sent successfully."),
        "the failure replaces the notice of the last step"
    );
}

#[tokio::test]
async fn each_failure_is_reported_with_a_next_step() {
    for (kind, contact, reason, expected) in [
        (
            "email",
            EMAIL,
            FailureReason::NoSuchAddress,
            "Nobody has this email address. Check it for typing mistakes. Get the code by text message?",
        ),
        (
            "email",
            EMAIL,
            FailureReason::Blocked,
            "Your email provider turned our message away. Get the code by text message?",
        ),
        (
            "email",
            EMAIL,
            FailureReason::Unreachable,
            "Your mailbox is full or out of order. Get",
        ),
        (
            "email",
            EMAIL,
            FailureReason::Other,
            "We could not deliver the message. Get the code by text message?",
        ),
        (
            "phone",
            PHONE,
            FailureReason::NoSuchAddress,
            "Nobody has this number. Check it",
        ),
        (
            "phone",
            PHONE,
            FailureReason::NotMobile,
            "This number looks like a landline. Get the code by email?",
        ),
        (
            "phone",
            PHONE,
            FailureReason::Blocked,
            "Messages from us are blocked on your phone",
        ),
        (
            "phone",
            PHONE,
            FailureReason::Unreachable,
            "Your phone is switched off or has no signal.",
        ),
        (
            "phone",
            PHONE,
            FailureReason::CountryNotAllowed,
            "We cannot send text messages to numbers of this country.",
        ),
        (
            "phone",
            PHONE,
            FailureReason::BudgetSpent,
            "We cannot send text messages at the moment. Get the code by email?",
        ),
    ] {
        let app = TestApp::new().await;
        let (mut browser, _) = browser_with_events(&app, kind, contact).await;
        app.mailbox.fail_next(permanent_error(reason));
        app.deliver().await;
        let report = browser.get(PATH).await;
        assert!(
            report.says(r#""state":"failed""#) && report.says(expected),
            "{reason:?}: {}",
            report.body
        );
    }
}

#[tokio::test]
async fn private_failure_reasons_look_like_a_late_message() {
    for reason in [
        FailureReason::Suppressed,
        FailureReason::UnknownContact,
        FailureReason::Expired,
    ] {
        let app = TestApp::new().await;
        let (mut browser, _) = browser_with_events(&app, "email", EMAIL).await;
        app.mailbox.fail_next(permanent_error(reason));
        app.deliver().await;
        assert!(
            browser
                .get(PATH)
                .await
                .says(r#""state":"overdue","text":"Still nothing?"#),
            "{reason:?}"
        );
    }
}

#[tokio::test]
async fn events_report_each_state_and_end_when_the_code_expires() {
    let app = TestApp::new().await;
    let (_browser, mut events) = browser_with_events(&app, "email", EMAIL).await;
    assert_eq!(events.headers["content-type"], "text/event-stream");
    assert_eq!(events.headers["cache-control"], "no-store");
    assert_eq!(events.next().await.as_deref(), Some(PENDING));
    app.deliver().await;
    assert_eq!(
        events.try_next(),
        None,
        "the stream reads the status at most once a second"
    );
    app.advance(SECOND);
    assert_eq!(events.next().await.as_deref(), Some(SENT));
    app.advance(MINUTE);
    assert_eq!(events.next().await.as_deref(), Some(OVERDUE));
    app.advance(MINUTE * 4 + SECOND * 4);
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn deliveries_of_other_browsers_send_no_events() {
    let app = TestApp::new().await;
    let (_browser, mut events) = browser_with_events(&app, "email", EMAIL).await;
    events.next().await;
    app.deliver().await;
    app.advance(SECOND);
    assert_eq!(events.next().await.as_deref(), Some(SENT));
    app.browser().request_code("email", EMAIL).await;
    app.deliver().await;
    assert_eq!(events.try_next(), None);
    app.advance(MINUTE);
    assert_eq!(events.next().await.as_deref(), Some(OVERDUE));
}

#[tokio::test]
async fn a_resend_sends_the_new_expiry_to_other_tabs() {
    let app = TestApp::new().await;
    let (mut browser, mut events) = browser_with_events(&app, "email", EMAIL).await;
    events.next().await;
    app.advance(MINUTE * 3);
    assert_eq!(events.next().await.as_deref(), Some(OVERDUE));
    browser.resend().await;
    app.deliver().await;
    app.advance(SECOND);
    let event = events.next().await.expect("an event");
    assert!(event.contains("\"expires_at\":1795349280000"), "{event}");
}

#[tokio::test]
async fn an_action_updates_only_tabs_of_the_same_browser_immediately() {
    for app in [TestApp::new().await, concealing_app().await] {
        let (mut browser, mut events) = browser_with_events(&app, "email", EMAIL).await;
        assert_eq!(events.next().await.as_deref(), Some(PENDING));
        app.advance(MINUTE * 3);
        assert_eq!(events.next().await.as_deref(), Some(OVERDUE));
        app.browser().request_code("email", EMAIL).await;
        assert_eq!(events.try_next(), None);
        browser.resend().await;
        let event = events.next().await.expect("an event");
        assert!(event.contains("\"expires_at\":1795349280000"), "{event}");
        browser.post("/otp/change/", &[]).await;
        assert_eq!(
            (events.next().await.as_deref(), events.next().await),
            (Some(NONE), None)
        );
    }
}

#[tokio::test]
async fn the_status_text_is_in_the_language_of_the_page() {
    let app = TestApp::new().await;
    let mut browser = app.hydrated_browser();
    browser.request_code("email", EMAIL).await;
    browser.choices.insert(
        "doorcode-language".to_owned(),
        "doorcode-language=fr".to_owned(),
    );
    assert!(browser.get(PATH).await.says("envoi peut prendre"));
    for (language, text) in [
        ("en", "It can take a few minutes"),
        ("de", "Das kann"),
        ("xx", "envoi peut prendre"),
    ] {
        let reply = browser.get(&format!("{PATH}?language={language}")).await;
        assert!(reply.says(text), "{language}: {}", reply.body);
    }
}

#[tokio::test]
async fn the_last_event_reports_the_end_of_the_sign_in() {
    let app = TestApp::new().await;
    let (mut browser, mut events) = browser_with_events(&app, "email", EMAIL).await;
    assert_eq!(events.next().await.as_deref(), Some(PENDING));
    browser.post("/otp/change/", &[]).await;
    app.advance(MINUTE);
    assert_eq!(events.next().await.as_deref(), Some(NONE));
    assert_eq!(events.next().await, None);
    let mut other = app.browser().events(PATH).await;
    assert_eq!(
        (other.next().await.as_deref(), other.next().await),
        (Some(NONE), None)
    );
    let mut customer = app.signed_in_browser().await.events(PATH).await;
    let signed_in = "data: {\"state\":\"signed_in\",\"text\":\"\"}\n\n";
    assert_eq!(
        (customer.next().await.as_deref(), customer.next().await),
        (Some(signed_in), None)
    );
}

#[tokio::test]
async fn events_end_when_the_server_shuts_down() {
    let app = TestApp::new().await;
    let (_browser, mut events) = browser_with_events(&app, "email", EMAIL).await;
    assert_eq!(events.next().await.as_deref(), Some(PENDING));
    app.app
        .run_until(std::future::ready(()))
        .await
        .expect("a graceful shutdown");
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn event_streams_of_one_process_are_limited() {
    let app = TestApp::new().await;
    let browser = app.hydrated_browser();
    let mut open = Vec::new();
    for _ in 0..512 {
        open.push(browser.events(PATH).await);
    }
    assert_eq!(browser.events(PATH).await.status, 503);
    open.pop();
    assert_eq!(browser.events(PATH).await.status, 200);
}

#[tokio::test]
async fn event_streams_of_one_browser_are_limited() {
    let app = TestApp::new().await;
    let (browser, first) = browser_with_events(&app, "email", EMAIL).await;
    let mut tabs = Vec::new();
    for _ in 0..3 {
        tabs.push(browser.events(PATH).await);
    }
    assert_eq!(browser.events(PATH).await.status, 503);
    drop(first);
    assert_eq!(browser.events(PATH).await.status, 200);
    assert!(tabs.iter().all(|tab| tab.status == 200));
}

/// Returns what an unknown device sees of a contact by polling and by events, second by second,
/// from the request to the end of the event stream.
async fn observe(app: &TestApp, contact: &str) -> Vec<String> {
    let (mut browser, mut events) = browser_with_events(app, "email", contact).await;
    let mut observed = vec![events.next().await.expect("a first event")];
    app.deliver().await;
    for second in 0..310 {
        let poll = browser.get(PATH).await;
        // A message is overdue after 60 s. The stream ends 5 s after the code, which expires after
        // 300 s. At all other times there must be no event.
        let event = if matches!(second, 60 | 305) {
            events.next().await
        } else {
            events.try_next()
        };
        observed.push(format!("{second} {} {event:?}", poll.body));
        app.advance(SECOND);
    }
    // The next contact has to start at the same time, because the status contains timestamps.
    app.advance(-(SECOND * 310));
    observed
}

#[tokio::test]
async fn with_conceal_known_and_unknown_contacts_get_identical_events() {
    let app = concealing_app().await;
    let known = observe(&app, EMAIL).await;
    assert!(
        !app.mailbox.all().is_empty(),
        "the message to the known contact went out"
    );
    assert_eq!(known, observe(&app, "none@wastebilling.local").await);
    assert_eq!(known[0], PENDING);
    assert_eq!(
        known.iter().filter(|line| line.contains("Some(")).count(),
        1,
        "one event after the first"
    );
    assert!(known[61].contains("overdue"), "{}", known[61]);
}

#[tokio::test]
async fn a_head_request_is_answered_without_a_body() {
    let app = TestApp::new().await;
    let reply = app.browser().send(Request::head(PATH), String::new()).await;
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, ""));
}
