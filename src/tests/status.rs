//! What a visitor is told of the message to them, at once and while it happens.

use axum::http::Request;
use doorcode::server::{config::UnknownContacts, domain::FailureReason, ports::SendError};

use crate::support::{Browser, EMAIL, Events, MINUTE, PHONE, SECOND, TestApp};

const PATH: &str = "/otp/status/";
/// The code of a test expires 5 minutes after it has begun.
const ON_ITS_WAY: &str = "data: {\"state\":\"on_its_way\",\"text\":\"It can take a few minutes. Check your spam folder.\",\
                          \"expires_at\":1795349100000,\"resend_at\":1795348860000}\n\n";
const SENT: &str = "data: {\"state\":\"sent\",\"text\":\"Sent. It can take a few minutes. Check your spam folder.\",\
                    \"expires_at\":1795349100000,\"resend_at\":1795348860000}\n\n";
const OVERDUE: &str = "data: {\"state\":\"overdue\",\"text\":\"Still nothing? Check the address, your spam folder, \
                       or ask for a new code.\",\"expires_at\":1795349100000,\"resend_at\":1795348860000}\n\n";
const NONE: &str = "data: {\"state\":\"none\",\"text\":\"\"}\n\n";

async fn concealing() -> TestApp {
    TestApp::with(|settings| settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal))
        .await
}

/// A browser that has asked for a code, and its events.
async fn watching(app: &TestApp, kind: &str, contact: &str) -> (Browser, Events) {
    let mut browser = app.hydrated_browser();
    browser.request_code(kind, contact).await;
    let events = browser.events(PATH).await;
    (browser, events)
}

fn refused(reason: FailureReason) -> SendError {
    SendError::Permanent {
        why: "refused".to_owned(),
        reason,
    }
}

#[tokio::test]
async fn who_polls_is_told_how_far_the_message_is_and_the_deadlines() {
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
        format!(r#"{{"state":"on_its_way","text":"{text}",{times}}}"#)
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
async fn the_page_says_the_same_without_javascript() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.request_code("phone", PHONE).await;
    app.mailbox.fail_next(refused(FailureReason::NotMobile));
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
        "the failure is all there is to say"
    );
}

#[tokio::test]
async fn each_failure_is_told_with_the_best_way_on() {
    for (kind, contact, reason, words) in [
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
        let (mut browser, _) = watching(&app, kind, contact).await;
        app.mailbox.fail_next(refused(reason));
        app.deliver().await;
        let report = browser.get(PATH).await;
        assert!(
            report.says(r#""state":"failed""#) && report.says(words),
            "{reason:?}: {}",
            report.body
        );
    }
}

#[tokio::test]
async fn what_is_nobodys_business_reads_like_a_message_that_is_late() {
    for reason in [
        FailureReason::Muted,
        FailureReason::NoCustomer,
        FailureReason::TooLate,
    ] {
        let app = TestApp::new().await;
        let (mut browser, _) = watching(&app, "email", EMAIL).await;
        app.mailbox.fail_next(refused(reason));
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
async fn events_tell_it_while_it_happens_and_end_with_the_code() {
    let app = TestApp::new().await;
    let (_browser, mut events) = watching(&app, "email", EMAIL).await;
    assert_eq!(events.headers["content-type"], "text/event-stream");
    assert_eq!(events.headers["cache-control"], "no-store");
    assert_eq!(events.next().await.as_deref(), Some(ON_ITS_WAY));
    app.deliver().await;
    assert_eq!(events.now(), None, "looks are a second apart");
    app.advance(SECOND);
    assert_eq!(events.next().await.as_deref(), Some(SENT));
    app.advance(MINUTE);
    assert_eq!(events.next().await.as_deref(), Some(OVERDUE));
    app.advance(MINUTE * 4 + SECOND * 4);
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_delivery_that_is_not_ones_own_is_no_news() {
    let app = TestApp::new().await;
    let (_browser, mut events) = watching(&app, "email", EMAIL).await;
    events.next().await;
    app.deliver().await;
    app.advance(SECOND);
    assert_eq!(events.next().await.as_deref(), Some(SENT));
    app.browser().request_code("email", EMAIL).await;
    app.deliver().await;
    assert_eq!(events.now(), None);
    app.advance(MINUTE);
    assert_eq!(events.next().await.as_deref(), Some(OVERDUE));
}

#[tokio::test]
async fn another_tab_hears_that_a_new_code_has_another_end() {
    let app = TestApp::new().await;
    let (mut browser, mut events) = watching(&app, "email", EMAIL).await;
    events.next().await;
    app.advance(MINUTE * 3);
    assert_eq!(events.next().await.as_deref(), Some(OVERDUE));
    browser.resend().await;
    app.deliver().await;
    app.advance(SECOND);
    let told = events.next().await.expect("an event");
    assert!(told.contains("\"expires_at\":1795349280000"), "{told}");
}

#[tokio::test]
async fn the_tabs_of_a_browser_hear_at_once_what_it_does_and_of_nobody_else() {
    for app in [TestApp::new().await, concealing().await] {
        let (mut browser, mut events) = watching(&app, "email", EMAIL).await;
        assert_eq!(events.next().await.as_deref(), Some(ON_ITS_WAY));
        app.advance(MINUTE * 3);
        assert_eq!(events.next().await.as_deref(), Some(OVERDUE));
        app.browser().request_code("email", EMAIL).await;
        assert_eq!(events.now(), None);
        browser.resend().await;
        let told = events.next().await.expect("an event");
        assert!(told.contains("\"expires_at\":1795349280000"), "{told}");
        browser.post("/otp/change/", &[]).await;
        assert_eq!(
            (events.next().await.as_deref(), events.next().await),
            (Some(NONE), None)
        );
    }
}

#[tokio::test]
async fn a_page_is_told_in_its_own_language() {
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
        let told = browser.get(&format!("{PATH}?language={language}")).await;
        assert!(told.says(text), "{language}: {}", told.body);
    }
}

#[tokio::test]
async fn the_last_event_says_that_the_sign_in_is_over() {
    let app = TestApp::new().await;
    let (mut browser, mut events) = watching(&app, "email", EMAIL).await;
    assert_eq!(events.next().await.as_deref(), Some(ON_ITS_WAY));
    browser.post("/otp/change/", &[]).await;
    app.advance(MINUTE);
    assert_eq!(events.next().await.as_deref(), Some(NONE));
    assert_eq!(events.next().await, None);
    let mut stranger = app.browser().events(PATH).await;
    assert_eq!(
        (stranger.next().await.as_deref(), stranger.next().await),
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
async fn events_end_when_the_program_stops() {
    let app = TestApp::new().await;
    let (_browser, mut events) = watching(&app, "email", EMAIL).await;
    assert_eq!(events.next().await.as_deref(), Some(ON_ITS_WAY));
    app.app
        .run_until(std::future::ready(()))
        .await
        .expect("a program that stops");
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn who_comes_when_all_streams_are_taken_has_to_poll() {
    let app = TestApp::new().await;
    let browser = app.hydrated_browser();
    let mut taken = Vec::new();
    for _ in 0..512 {
        taken.push(browser.events(PATH).await);
    }
    assert_eq!(browser.events(PATH).await.status, 503);
    taken.pop();
    assert_eq!(browser.events(PATH).await.status, 200);
}

#[tokio::test]
async fn one_browser_cannot_take_all_streams() {
    let app = TestApp::new().await;
    let (browser, first) = watching(&app, "email", EMAIL).await;
    let mut tabs = Vec::new();
    for _ in 0..3 {
        tabs.push(browser.events(PATH).await);
    }
    assert_eq!(browser.events(PATH).await.status, 503);
    drop(first);
    assert_eq!(browser.events(PATH).await.status, 200);
    assert!(tabs.iter().all(|tab| tab.status == 200));
}

/// What a stranger sees of a contact by polls and by events, second for second, while a message may
/// go out.
async fn seen(app: &TestApp, contact: &str) -> Vec<String> {
    let (mut browser, mut events) = watching(app, "email", contact).await;
    let mut seen = vec![events.next().await.expect("a first event")];
    app.deliver().await;
    for second in 0..310 {
        let poll = browser.get(PATH).await;
        // At the instants at which something is due the stream is waited for; at the others nothing
        // may be there.
        let event = if matches!(second, 60 | 305) {
            events.next().await
        } else {
            events.now()
        };
        seen.push(format!("{second} {} {event:?}", poll.body));
        app.advance(SECOND);
    }
    app.advance(-(SECOND * 310));
    seen
}

#[tokio::test]
async fn where_unknown_contacts_are_concealed_every_byte_and_instant_is_alike() {
    let app = concealing().await;
    let known = seen(&app, EMAIL).await;
    assert!(
        !app.mailbox.all().is_empty(),
        "the message to the known contact went out"
    );
    assert_eq!(known, seen(&app, "none@wastebilling.local").await);
    assert_eq!(known[0], ON_ITS_WAY);
    assert_eq!(
        known.iter().filter(|line| line.contains("Some(")).count(),
        1,
        "one event, a minute later"
    );
    assert!(known[61].contains("overdue"), "{}", known[61]);
}

#[tokio::test]
async fn a_head_request_is_answered_without_a_body() {
    let app = TestApp::new().await;
    let reply = app.browser().send(Request::head(PATH), String::new()).await;
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, ""));
}
