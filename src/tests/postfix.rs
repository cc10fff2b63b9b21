//! A real mail server: Postfix accepts the codes that the program sends, and refuses what it should
//! refuse.

use std::{path::PathBuf, sync::Arc};

use doorcode::server::{
    app::{Adapters, clock, email_transports},
    config::{EmailBackendName, RelayTable, Settings},
    domain::{Deferral, EmailAddress, FailureReason},
    ports::messenger::HandoverSignal,
    random::SeededRandom,
    transport::{email::Mail, failover::TransportError, templates::EmailTexts},
};
use futures_util::future::join_all;

use crate::support::{EMAIL, TestApp, postfix::Postfix, smtp::Authority};

fn settings(url: &str, ca_file: Option<PathBuf>, password: &str) -> Settings {
    let mut settings = Settings::default();
    settings.email.backend = EmailBackendName::Smtp;
    let user = if password.is_empty() { "" } else { "user" };
    let (username, password) = (user.to_owned(), password.into());
    let table = RelayTable {
        url: url.into(),
        username,
        password,
        ca_file,
        ..RelayTable::default()
    };
    settings.email.relay.insert("main".to_owned(), table);
    settings
}

fn mail(to: &str) -> Mail {
    let texts = EmailTexts {
        subject: "Code".to_owned(),
        text: "012345\n".to_owned(),
        html: "<b>012345</b>".to_owned(),
    };
    let to = EmailAddress::parse(to).expect("an address");
    Mail {
        to,
        texts,
        message_id: "id".to_owned(),
        date: "2026-11-22T12:00:00Z".parse().expect("an instant"),
        handover: HandoverSignal::default(),
    }
}

async fn send(settings: &Settings, to: &str) -> Result<Option<String>, TransportError> {
    email_transports(settings, &clock(settings)).expect("relays")[0]
        .send(&mail(to))
        .await
}

#[tokio::test]
async fn a_customer_signs_in_with_a_code_delivered_by_postfix() {
    let authority = Authority::new();
    let Some(postfix) = Postfix::start(&authority).await else {
        return;
    };
    let routes = [
        (format!("smtp://127.0.0.1:{}", postfix.plain), ""),
        (
            format!("smtp://localhost:{}?tls=required", postfix.submission),
            "pass word",
        ),
        (
            format!("smtps://localhost:{}", postfix.submissions),
            "pass word",
        ),
    ];
    for (at, (url, password)) in routes.into_iter().enumerate() {
        let settings = settings(&url, Some(authority.file()), password);
        let messenger = Adapters::real(&settings).expect("adapters").messenger;
        let app = TestApp::build(|_| {}, messenger, Arc::new(SeededRandom::new(1))).await;
        let mut browser = app.browser();
        browser.request_code("email", EMAIL).await;
        app.deliver().await;
        let mail = postfix.inbox.mail(at).await;
        let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
        let code = mail
            .lines()
            .find(is_code)
            .expect("a code on a line of its own");
        assert_eq!(browser.verify(code).await.location(), "/account/", "{url}");
        let received = postfix.inbox.received();
        assert!(
            received
                .iter()
                .flat_map(|received| &received.plain)
                .all(|line| !line.contains("RCPT") || line.contains(EMAIL))
        );
    }
}

#[tokio::test]
async fn postfix_accepts_sixteen_mails_over_eight_connections() {
    let Some(postfix) = Postfix::start(&Authority::new()).await else {
        return;
    };
    let settings = settings(&format!("smtp://127.0.0.1:{}", postfix.plain), None, "");
    let transports = email_transports(&settings, &clock(&settings)).expect("relays");
    let mail = mail(EMAIL);
    for _ in 0..2 {
        let results = join_all((0..8).map(|_| transports[0].send(&mail))).await;
        // Postfix replies to a mail with `250 2.0.0 Ok: queued as` and its own id.
        assert!(
            results.iter().all(|result| matches!(result, Ok(Some(_)))),
            "{results:?}"
        );
    }
    postfix.inbox.mail(15).await;
    assert_eq!(postfix.connections(), 8);
}

#[tokio::test]
async fn refusals_by_postfix_are_classified() {
    let (authority, other) = (Authority::new(), Authority::new());
    let Some(postfix) = Postfix::start(&authority).await else {
        return;
    };
    let plain = settings(&format!("smtp://127.0.0.1:{}", postfix.plain), None, "");
    let unknown = send(&plain, "nobody@wastebilling.local")
        .await
        .expect_err("unknown");
    let cause = "it answered 550 5.1.1 to RCPT TO".to_owned();
    assert_eq!(
        unknown,
        TransportError::Refused {
            cause,
            reason: FailureReason::NoSuchAddress
        }
    );
    let deferred = send(&plain, "later@wastebilling.local").await;
    assert_eq!(
        deferred,
        Err(TransportError::Deferred {
            cause: "it answered 450 4.2.1 to RCPT TO".to_owned(),
            deferral: Deferral::Mailbox,
        })
    );
    for (url, authority, password, expected) in [
        (
            format!("smtp://localhost:{}?tls=required", postfix.submission),
            &other,
            "pass word",
            "its certificate is from",
        ),
        (
            format!("smtps://localhost:{}", postfix.submissions),
            &other,
            "pass word",
            "its certificate is from",
        ),
        (
            format!("smtps://127.0.0.1:{}", postfix.submissions),
            &authority,
            "pass word",
            "its certificate is for another",
        ),
        (
            format!("smtp://localhost:{}?tls=required", postfix.plain),
            &authority,
            "pass word",
            "it does not offer STARTTLS",
        ),
        (
            format!("smtps://localhost:{}", postfix.submissions),
            &authority,
            "wrong",
            "it answered 535 5.7.8 to AUTH",
        ),
        (
            format!("smtp://localhost:{}?tls=required", postfix.submission),
            &authority,
            "",
            "it answered 554 5.7.1",
        ),
    ] {
        let failure = send(&settings(&url, Some(authority.file()), password), EMAIL)
            .await
            .expect_err(expected);
        assert!(failure.to_string().starts_with(expected), "{failure}");
        let is_blocked = matches!(
            failure,
            TransportError::Refused {
                reason: FailureReason::Blocked,
                ..
            }
        );
        assert!(
            is_blocked || matches!(failure, TransportError::Misconfigured { .. }),
            "{failure:?}"
        );
    }
    assert!(postfix.inbox.received().is_empty());
}
