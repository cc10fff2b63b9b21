//! The log records what happened and contains no secrets.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use doorcode::server::{
    config::Env,
    domain::{Contact, CustomerId, DeliveryState, FailureReason, Region, send::Receipt},
    ports::SendError,
    telemetry,
};
use doorcode::shared::ContactType;
use serde_json::Value;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::{fmt::MakeWriter, util::SubscriberInitExt};

use crate::support::{EMAIL, MINUTE, PHONE, TestApp, other_than, trace, without_contact_limits};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("the lines").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Lines {
    /// Captures the log of this thread.
    fn capture(&self, filter: &str) -> DefaultGuard {
        // The log of the suite enables every event. Otherwise `tracing` could mark an event as
        // unwanted when another thread reaches it first.
        trace::start();
        telemetry::log(Env::Prod, filter, self.clone()).set_default()
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("the lines").clone()).expect("text")
    }

    fn json(&self) -> Vec<Value> {
        self.text()
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }
}

#[tokio::test]
async fn a_sign_in_at_trace_level_logs_its_events_and_no_secrets() {
    let lines = Lines::default();
    let _while_in_scope = lines.capture("trace");
    let app = TestApp::new().await;
    let (mut browser, code) = app.browser_with_code().await;
    let pre_auth = browser.cookie.clone().expect("a cookie");
    browser.verify(&other_than(&code)).await;
    let not_me = app.mailbox.newest().not_me;
    browser.get(&format!("/otp/not-me/?token={not_me}")).await;
    app.browser()
        .post("/otp/not-me/", &[("token", "forged")])
        .await;
    app.advance(MINUTE);
    browser.resend().await;
    app.deliver().await;
    browser.verify(&code).await;
    let session = browser.cookie.clone().expect("a cookie");
    browser.post("/otp/logout/", &[]).await;

    let log = lines.text();
    for event in [
        "authn_token_created",
        "authn_login_fail",
        "authn_login_success",
        "session_expired",
        "d***@wastebilling.local",
    ] {
        assert!(log.contains(event), "{event} is not in the log");
    }
    for secret in [
        code.as_str(),
        not_me.as_str(),
        &pre_auth["doorcode=".len()..],
        &session["doorcode=".len()..],
        EMAIL,
    ] {
        assert!(!log.contains(secret), "a secret is in the log");
    }
}

/// Runs a scenario that produces every kind of event.
async fn produce_every_event(app: &TestApp) {
    let mut signed_in = app.signed_in_browser().await;
    app.advance(MINUTE * 6);
    signed_in.post("/account/confirm/send/", &[]).await;
    let code = app.newest_code().await;
    signed_in
        .post("/account/confirm/", &[("otp_code", &code)])
        .await;
    signed_in
        .post(
            "/account/contact/",
            &[
                ("contact_type", "email"),
                ("contact_value", "own@example.com"),
            ],
        )
        .await;
    let code = app.newest_code().await;
    signed_in
        .post("/account/contact/verify/", &[("otp_code", &code)])
        .await;
    app.deliver().await;
    let notice = app
        .mailbox
        .all()
        .into_iter()
        .rfind(|message| !message.undo.is_empty())
        .expect("a notice");
    app.browser()
        .post("/account/undo/", &[("token", &notice.undo)])
        .await;
    let mut signed_in = app.signed_in_browser().await;
    signed_in.post("/account/sessions/all/", &[]).await;
    for disabled in [true, false] {
        assert!(
            app.operator()
                .set_disabled(CustomerId(1), disabled)
                .await
                .expect("an answer")
        );
    }

    let (mut browser, code) = app.browser_with_code().await;
    browser.verify(&other_than(&code)).await;
    app.advance(MINUTE);
    browser.resend().await;
    app.deliver().await;
    browser.verify(&code).await;
    browser.post("/otp/logout/", &[]).await;

    let (mut forgetful, _) = app.browser_with_code().await;
    forgetful.post("/otp/change/", &[]).await;

    let (mut late, code) = app.browser_with_code().await;
    app.advance(MINUTE * 5);
    late.verify(&code).await;

    let (mut open, opened) = app.browser_with_code().await;
    for _ in 0..2 {
        let (mut guessing, code) = app.browser_with_code().await;
        for _ in 0..5 {
            guessing.verify(&other_than(&code)).await;
        }
    }
    open.verify(&opened).await;

    app.browser_with_code().await;
    app.browser()
        .post("/otp/not-me/", &[("token", &app.mailbox.newest().not_me)])
        .await;

    app.mailbox.fail_next(SendError::Permanent {
        cause: "no".to_owned(),
        reason: FailureReason::Other,
    });
    app.browser().request_code("phone", PHONE).await;
    app.deliver().await;
    app.advance(MINUTE);
    app.browser().request_code("phone", PHONE).await;
    app.deliver().await;
    let message_id = app.mailbox.newest().message_id;
    let receipt = Receipt {
        message_id,
        state: DeliveryState::Delivered,
        digest: [1; 32],
    };
    app.delivery()
        .record_receipt("test", receipt)
        .await
        .expect("a receipt");

    let region = Region::parse("US").expect("a region");
    let new = Contact::parse(ContactType::Email, "new@example.com", region).expect("a contact");
    assert!(
        app.operator()
            .change_contact_of(CustomerId(1), new)
            .await
            .expect("an answer")
    );
}

#[tokio::test]
async fn every_event_is_in_the_history_and_in_the_log_under_its_owasp_name() {
    let lines = Lines::default();
    let _while_in_scope = lines.capture("info");
    let app = TestApp::with(without_contact_limits).await;
    produce_every_event(&app).await;

    let history =
        app.texts("SELECT event || coalesce(otp_id, '-') || '/' || coalesce(customer_id, '-') FROM otp_history").await;
    let log: Vec<_> = lines
        .json()
        .into_iter()
        .filter(|line| line["target"] == "doorcode::security")
        .collect();
    let number = |line: &Value, field: &str| {
        line["fields"][field]
            .as_i64()
            .map_or("-".to_owned(), |id| id.to_string())
    };
    let logged: Vec<_> = log
        .iter()
        .map(|line| {
            let fields = &line["fields"];
            let (_, _, event) = NAMES
                .into_iter()
                .find(|(name, reason, _)| fields["event"] == *name && fields["reason"] == *reason)
                .expect("a name of the vocabulary");
            format!(
                "{event}{}/{}",
                number(line, "otp"),
                number(line, "customer")
            )
        })
        .collect();
    assert_eq!(logged, history);
    for (_, _, event) in NAMES {
        assert!(
            history.iter().any(|row| row.starts_with(event)),
            "{event} is not in the script"
        );
    }
    assert!(
        log.iter().all(|line| line["timestamp"]
            .as_str()
            .is_some_and(|at| at.ends_with('Z'))),
        "in UTC"
    );
}

/// The names and reasons of events in the log, each with its event in the history.
const NAMES: [(&str, &str, &str); 19] = [
    ("authn_token_created", "requested", "requested"),
    ("authn_token_created", "resent", "resent"),
    ("authn_token_created", "sent", "sent"),
    ("authn_token_created", "delivered", "delivered"),
    ("authn_token_created", "delivery_failed", "delivery_failed"),
    ("authn_login_success", "code", "verified"),
    ("authn_login_fail", "wrong_code", "wrong"),
    ("authn_login_fail", "expired_code", "expired"),
    ("authn_login_fail_max", "attempts_exhausted", "exhausted"),
    ("authn_login_fail_max", "escalated", "escalated"),
    ("authn_token_revoked", "revoked", "revoked"),
    ("authn_token_revoked", "not_me", "not_me"),
    ("session_expired", "logout", "logged_out"),
    ("user_updated", "contact_changed", "contact_changed"),
    (
        "user_updated",
        "contact_change_undone",
        "contact_change_undone",
    ),
    ("user_updated", "disabled", "disabled"),
    ("user_updated", "enabled", "enabled"),
    ("session_renewed", "confirmed", "confirmed"),
    ("session_expired", "ended_elsewhere", "session_ended"),
];

#[tokio::test]
async fn requests_are_logged_with_typed_fields_and_health_checks_at_debug() {
    let lines = Lines::default();
    let _while_in_scope = lines.capture("debug");
    let app = TestApp::new().await;
    lines.0.lock().expect("the lines").clear();
    let mut browser = app.browser();
    browser.get("/otp/request/?next=/account/").await;
    browser.get("/health/live").await;
    browser.get("/health/ready").await;
    let requests: Vec<_> = lines
        .json()
        .into_iter()
        .filter(|line| line["fields"]["message"] == "request")
        .map(|line| {
            let fields = &line["fields"];
            assert!(
                fields["duration_ms"].is_i64() && fields["request_id"].is_string(),
                "{line}"
            );
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            (
                text(&line["level"]),
                text(&fields["method"]),
                text(&fields["path"]),
                fields["status"].as_u64(),
            )
        })
        .collect();
    let request = |level: &str, path: &str| {
        (
            level.to_owned(),
            "GET".to_owned(),
            path.to_owned(),
            Some(200),
        )
    };
    let expected = [
        request("INFO", "/otp/request/"),
        request("DEBUG", "/health/live"),
        request("DEBUG", "/health/ready"),
    ];
    assert_eq!(requests, expected);
}

#[tokio::test]
async fn client_input_never_breaks_a_line_of_the_log() {
    const HOSTILE: &str = "x\r\n{\"level\":\"INFO\"}\u{1b}[31m\u{2028}\u{2029}\u{85}\0";
    let lines = Lines::default();
    let _while_in_scope = lines.capture("trace");
    let app = TestApp::new().await;
    lines.0.lock().expect("the lines").clear();
    let mut browser = app.browser();
    browser.request_code("email", HOSTILE).await;
    browser.post("/otp/verify/", &[("otp_code", HOSTILE)]).await;
    browser.post("/otp/not-me/", &[("token", HOSTILE)]).await;
    browser.get("/otp/%0d%0a%1b%e2%80%a8x?next=%0d%0a").await;
    let agent =
        axum::http::HeaderValue::from_bytes("Mozilla\u{2028}\t".as_bytes()).expect("a header");
    let request = axum::http::Request::get("/otp/request/").header("user-agent", agent);
    browser.send(request, String::new()).await;
    tracing::warn!(display = %HOSTILE, debug = ?HOSTILE, HOSTILE, "{HOSTILE}");
    let text = lines.text();
    let is_break = |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    assert!(!text.contains(is_break), "{text:?}");
    assert!(
        lines.json().iter().all(|line| line["target"].is_string()),
        "each line is one of ours"
    );
}
