//! Attempts that neither succeed nor fail: slow and missing responses, unknown outcomes, and
//! responses that are about the recipient or about the sender.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use doorcode::{
    server::{
        app::{clock, email_transports},
        clock::SystemClock,
        config::{EmailBackendName, RelayTable, Settings},
        delivery::{Sender, worker},
        domain::{ClaimedMessage, Deferral, EmailAddress, send::AcceptedMessage},
        ports::{
            Messenger, SendError,
            messenger::{HandoverSignal, Message},
        },
        random::SeededRandom,
        relay::{Encryption, RelaySettings},
        transport::{
            Failover,
            email::{Composer, Mail, Relay, StageLimits},
            failover::{Transport, TransportError},
            templates::EmailTexts,
        },
    },
    shared::ContactType,
};
use lettre::{message::Mailbox, transport::smtp::extension::ClientId};
use rustls::pki_types::ServerName;
use tokio::sync::{Semaphore, watch};

use crate::support::{
    EMAIL, PHONE, SECOND, TestApp,
    smtp::{Response, Script, SmtpServer, accept_all},
    without_contact_limits,
};

fn mail(to: &str) -> Mail {
    Mail {
        to: EmailAddress::parse(to).expect("an address"),
        texts: EmailTexts {
            subject: "Subject".to_owned(),
            text: "012345\n".to_owned(),
            html: "<b>012345</b>".to_owned(),
        },
        message_id: "abc123".to_owned(),
        date: "2026-11-22T12:00:00Z".parse().expect("an instant"),
        handover: HandoverSignal::default(),
    }
}

fn unknown() -> SendError {
    SendError::OutcomeUnknown {
        cause: "no answer".to_owned(),
        transport: Some("main".to_owned()),
    }
}

fn deferred(deferral: Deferral) -> SendError {
    SendError::Deferred {
        cause: "not now".to_owned(),
        deferral,
    }
}

/// Sends one email to a server that follows `script`, with a limit of 50 ms for each stage.
async fn send_within_short_limits(
    script: Script,
) -> (Result<Option<String>, TransportError>, Mail) {
    let server = SmtpServer::plain(script).await;
    let settings = RelaySettings {
        name: "main".to_owned(),
        host: ServerName::try_from("127.0.0.1").expect("a host"),
        port: server.port,
        encryption: Encryption::None,
        credentials: None,
        oauth: None,
        ca_file: None,
    };
    let from: Mailbox = "noreply@example.com".parse().expect("an address");
    let composer = Arc::new(Composer::new(from.into(), None).expect("a composer"));
    let name = ClientId::Domain("pay.example.com".to_owned());
    let short = Duration::from_millis(50);
    let relay = Relay::new(settings, name, composer, Arc::new(SystemClock))
        .expect("a relay")
        .with_limits(StageLimits {
            connect: short,
            greeting: short,
            command: short,
            content: short,
        });
    let mail = mail("user@example.com");
    (relay.send(&mail).await, mail)
}

#[tokio::test]
async fn each_stage_ends_within_its_limit_and_only_the_last_leaves_the_outcome_unknown() {
    fn silent_at(line: &str, stage: &str) -> Response {
        if line.split(' ').next() == Some(stage) {
            Response::NoReply
        } else {
            Response::Accept
        }
    }
    let stages: [(Script, &str); 5] = [
        (|_, line| silent_at(line, ""), "the greeting"),
        (|_, line| silent_at(line, "EHLO"), "the greeting"),
        (|_, line| silent_at(line, "MAIL"), "MAIL FROM"),
        (|_, line| silent_at(line, "RCPT"), "RCPT TO"),
        (|_, line| silent_at(line, "DATA"), "DATA"),
    ];
    for (script, stage) in stages {
        let (result, mail) = send_within_short_limits(script).await;
        let error = result.expect_err(stage);
        assert_eq!(
            error.to_string(),
            format!("it did not answer in time at {stage}")
        );
        assert!(
            !matches!(error, TransportError::OutcomeUnknown { .. }),
            "{stage}"
        );
        assert!(!mail.handover.is_raised(), "{stage}");
    }
    let (result, mail) = send_within_short_limits(|_, line| silent_at(line, ".")).await;
    let cause = "it did not answer in time at the mail itself".to_owned();
    assert_eq!(result, Err(TransportError::OutcomeUnknown { cause }));
    assert!(mail.handover.is_raised());
}

#[test]
fn the_usual_limits_allow_a_slow_greeting_and_a_slow_final_response() {
    let limits = StageLimits::default();
    assert!(limits.greeting >= Duration::from_secs(30));
    assert!(limits.content >= Duration::from_mins(1));
}

/// Returns relays that are tried in this order.
fn relays(servers: &[(&str, &SmtpServer)]) -> Failover<Mail> {
    let mut settings = Settings::default();
    settings.email.backend = EmailBackendName::Smtp;
    for (name, server) in servers {
        let table = RelayTable {
            url: format!("smtp://127.0.0.1:{}", server.port).into(),
            ..RelayTable::default()
        };
        settings.email.relay.insert((*name).to_owned(), table);
        settings.email.relays.push((*name).to_owned());
    }
    let transports = email_transports(&settings, &clock(&settings)).expect("relays");
    Failover::new(ContactType::Email, transports, Arc::new(SystemClock))
}

#[tokio::test]
async fn after_a_refused_sender_the_spare_relay_sends_the_mail() {
    fn at(line: &str, stage: &str, reply: &'static str) -> Response {
        if line.split(' ').next() == Some(stage) {
            Response::Reply(reply)
        } else {
            Response::Accept
        }
    }
    let scripts: [Script; 6] = [
        |_, line| {
            at(
                line,
                ".",
                "554 Message rejected: Email address is not verified.",
            )
        },
        |_, line| at(line, ".", "550 5.4.5 Daily user sending limit exceeded."),
        |_, line| {
            at(
                line,
                ".",
                "550-5.7.26 Your email has been blocked\r\n550 5.7.26 because the sender is unauthenticated.",
            )
        },
        |_, line| {
            at(
                line,
                "RCPT",
                "554 5.7.1 <user@example.com>: Relay access denied",
            )
        },
        |_, line| at(line, "RCPT", "550 no"),
        |_, line| {
            at(
                line,
                "DATA",
                "421 Domain is not allowed to send: Please activate your account.",
            )
        },
    ];
    let spare = SmtpServer::plain(accept_all).await;
    for script in scripts {
        let main = SmtpServer::plain(script).await;
        let accepted = relays(&[("main", &main), ("spare", &spare)])
            .send(&mail("user@example.com"))
            .await;
        assert_eq!(accepted.expect("accepted").transport, "spare");
    }
    assert_eq!(spare.mails().len(), 6);
}

#[tokio::test]
async fn full_mailboxes_keep_no_relay_from_the_mails_of_others() {
    let main = SmtpServer::plain(|_, line| {
        if line.starts_with("RCPT TO:<full") {
            Response::Reply("452 4.2.2 The recipient's inbox is out of storage space.")
        } else {
            Response::Accept
        }
    })
    .await;
    let relays = relays(&[("main", &main)]);
    for number in 0..20 {
        let error = relays
            .send(&mail(&format!("full{number}@example.com")))
            .await
            .expect_err("full");
        assert!(
            matches!(
                error,
                SendError::Deferred {
                    deferral: Deferral::Mailbox,
                    ..
                }
            ),
            "{error}"
        );
    }
    assert!(!relays.is_down());
    relays
        .send(&mail("user@example.com"))
        .await
        .expect("accepted");
}

#[tokio::test]
async fn a_bad_mailbox_is_not_tried_on_the_spare_relay() {
    let main = SmtpServer::plain(|_, line| {
        if line.starts_with("RCPT") {
            Response::Reply("550 5.1.1 user unknown")
        } else {
            Response::Accept
        }
    })
    .await;
    let spare = SmtpServer::plain(accept_all).await;
    let error = relays(&[("main", &main), ("spare", &spare)])
        .send(&mail("user@example.com"))
        .await
        .expect_err("refused");
    assert!(matches!(error, SendError::Permanent { .. }), "{error}");
    assert!(spare.received().is_empty());
}

/// Makes every attempt fail like this. Returns the times of the attempts, in seconds after the
/// request.
async fn attempt_times(app: &TestApp, error: fn() -> SendError) -> Vec<i64> {
    let mut attempts = Vec::new();
    for second in 0..=300 {
        app.mailbox.fail_next(error());
        app.deliver().await;
        if app.mailbox.forget_failures() == 0 {
            attempts.push(second);
        }
        app.advance(SECOND);
    }
    attempts
}

#[tokio::test]
async fn a_mail_with_an_unknown_outcome_is_repeated_once() {
    let app = TestApp::new().await;
    app.browser().request_code("email", EMAIL).await;
    assert_eq!(attempt_times(&app, unknown).await, [0, 5]);
    assert_eq!(
        app.texts("SELECT state || ' ' || transport FROM outbox")
            .await,
        ["sent main"]
    );
}

#[tokio::test]
async fn a_text_message_with_an_unknown_outcome_is_never_repeated_but_can_be_requested_again() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.request_code("phone", PHONE).await;
    assert_eq!(attempt_times(&app, unknown).await, [0]);
    assert_eq!(app.texts("SELECT state FROM outbox").await, ["sent"]);
    browser.request_code("phone", PHONE).await;
    app.deliver().await;
    assert_eq!(app.mailbox.newest().to, PHONE);
}

#[tokio::test]
async fn neither_a_probe_nor_a_recovery_repeats_a_mail_with_an_unknown_outcome() {
    let app = TestApp::with(without_contact_limits).await;
    app.browser().request_code("email", EMAIL).await;
    app.mailbox.fail_next(unknown());
    app.deliver().await;
    app.browser().request_code("email", EMAIL).await;
    app.mailbox.fail_next(SendError::transient("down"));
    app.deliver().await;
    app.delivery()
        .probe(ContactType::Email)
        .await
        .expect("a probe");
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 1, "the second message alone");
    app.browser().request_code("email", EMAIL).await;
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 2, "the third message alone");
    app.advance(SECOND * 5);
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 3, "the repetition at its time");
}

#[tokio::test]
async fn a_deferred_mail_is_retried_at_growing_intervals_and_ends_as_unreachable() {
    let errors: [fn() -> SendError; 3] = [
        || deferred(Deferral::Mailbox),
        || deferred(Deferral::Greylisting),
        || deferred(Deferral::Unclear),
    ];
    for error in errors {
        let app = TestApp::new().await;
        app.browser().request_code("email", EMAIL).await;
        assert_eq!(attempt_times(&app, error).await, [0, 30, 90, 210]);
        assert_eq!(
            app.texts("SELECT state || ' ' || reason FROM outbox").await,
            ["failed unreachable"]
        );
    }
}

#[tokio::test]
async fn a_deferred_mail_makes_no_channel_seem_down_and_waits_for_its_time() {
    let app = TestApp::with(without_contact_limits).await;
    app.browser().request_code("email", EMAIL).await;
    app.deliver().await;
    app.browser().request_code("email", EMAIL).await;
    app.mailbox.fail_next(deferred(Deferral::Greylisting));
    app.deliver().await;
    app.delivery()
        .probe(ContactType::Email)
        .await
        .expect("a probe");
    app.deliver().await;
    app.browser().request_code("email", EMAIL).await;
    app.deliver().await;
    assert_eq!(
        app.mailbox.all().len(),
        2,
        "the first and the third message"
    );
    app.advance(SECOND * 30);
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 3);
}

#[tokio::test]
async fn the_customer_is_told_of_a_full_mailbox_while_the_mail_waits() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.request_code("email", EMAIL).await;
    app.mailbox.fail_next(deferred(Deferral::Mailbox));
    app.deliver().await;
    let page = browser.get("/otp/verify/").await;
    assert!(page.body.contains("Your mailbox is full or out of order."));
    app.advance(SECOND * 30);
    app.deliver().await;
    let page = browser.get("/otp/verify/").await;
    assert!(!page.body.contains("Your mailbox is full or out of order."));
    assert_eq!(app.texts("SELECT state FROM outbox").await, ["sent"]);
}

/// Claims the next message and records its handover, as a process that then dies.
async fn dies_after_handover(sender: &Sender, channel: ContactType) -> ClaimedMessage {
    let lease = sender.queue.lease(sender.now());
    let claimed = sender
        .outbox
        .claim(channel, lease, sender.now())
        .await
        .expect("an outbox")
        .expect("a message");
    sender.record_handover(&claimed).await;
    claimed
}

#[tokio::test]
async fn a_process_that_dies_after_the_handover_of_a_mail_causes_one_repetition() {
    let app = TestApp::new().await;
    app.browser().request_code("email", EMAIL).await;
    dies_after_handover(app.delivery(), ContactType::Email).await;
    app.advance(SECOND * 2);
    let second = app.restarted().await;
    let claimed = dies_after_handover(second.delivery(), ContactType::Email).await;
    assert!(claimed.may_be_sent());
    app.execute("UPDATE outbox SET owner = owner + 1").await;
    app.advance(SECOND * 2);
    let third = app.restarted().await;
    third.deliver().await;
    assert!(third.mailbox.all().is_empty());
    assert_eq!(app.texts("SELECT state FROM outbox").await, ["sent"]);
}

#[tokio::test]
async fn a_process_that_dies_after_the_handover_of_a_text_message_causes_no_repetition() {
    let app = TestApp::new().await;
    app.browser().request_code("phone", PHONE).await;
    dies_after_handover(app.delivery(), ContactType::Phone).await;
    app.advance(SECOND * 2);
    let next = app.restarted().await;
    next.deliver().await;
    assert!(next.mailbox.all().is_empty());
    assert_eq!(app.texts("SELECT state FROM outbox").await, ["sent"]);
}

#[tokio::test]
async fn a_handover_is_recorded_only_for_the_current_claim() {
    let app = TestApp::new().await;
    app.browser().request_code("email", EMAIL).await;
    let claimed = dies_after_handover(app.delivery(), ContactType::Email).await;
    app.advance(SECOND * 2);
    let next = app.restarted().await;
    next.mailbox.fail_next(SendError::transient("down"));
    next.deliver().await;
    app.delivery().record_handover(&claimed).await;
    assert_eq!(
        app.number("SELECT is_handed_over FROM outbox").await,
        0,
        "the next attempt has ended"
    );
    assert_eq!(app.number("SELECT unknown_outcomes FROM outbox").await, 1);
}

/// A messenger that hands each message over and never hears of it.
struct NeverConfirms {
    handed_over: Semaphore,
}

#[async_trait]
impl Messenger for NeverConfirms {
    async fn send(&self, message: &Message) -> Result<AcceptedMessage, SendError> {
        message.handover.raise();
        self.handed_over.add_permits(1);
        std::future::pending().await
    }

    fn segments(&self, _: &Message) -> Result<u32, SendError> {
        Ok(1)
    }

    fn is_down(&self, _: ContactType) -> bool {
        false
    }
}

#[tokio::test]
async fn messages_that_wait_for_their_responses_do_not_hold_up_others() {
    let messenger = Arc::new(NeverConfirms {
        handed_over: Semaphore::new(0),
    });
    let app = TestApp::build(
        without_contact_limits,
        messenger.clone(),
        Arc::new(SeededRandom::new(1)),
    )
    .await;
    let (_stop, stopped) = watch::channel(false);
    tokio::spawn(worker::run(
        app.delivery().clone(),
        app.operator().clone(),
        stopped,
    ));
    for _ in 0..20 {
        app.browser().request_code("email", EMAIL).await;
    }
    let all = messenger.handed_over.acquire_many(20);
    tokio::time::timeout(Duration::from_secs(30), all)
        .await
        .expect("more than eight at the same time")
        .expect("an open semaphore")
        .forget();
    while app
        .number("SELECT count(*) FROM outbox WHERE is_handed_over")
        .await
        < 20
    {
        tokio::task::yield_now().await;
    }
}
