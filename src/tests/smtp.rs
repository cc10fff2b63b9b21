//! Mail relays: the SMTP dialogue, TLS, reuse of connections, and DKIM.

use std::{
    path::PathBuf,
    process::Command,
    sync::{Arc, LazyLock},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use doorcode::server::{
    app::{clock, email_relays, email_transports},
    clock::{Clock, ManualClock, SystemClock},
    config::{Dkim, EmailBackendName, RelayTable, Settings},
    domain::EmailAddress,
    ports::messenger::HandoverSignal,
    relay::{Encryption, RelaySettings},
    transport::{
        Failover,
        email::{Composer, Mail, Relay, Step},
        failover::{Transport, TransportError},
        templates::EmailTexts,
    },
};
use doorcode::shared::ContactType;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use lettre::{message::Mailbox, transport::smtp::extension::ClientId};
use rsa::{
    pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey, EncodeRsaPublicKey, LineEnding},
    pkcs8::DecodePrivateKey,
};
use rustls::pki_types::{AlgorithmIdentifier, ServerName, alg_id};
use sha2::{Digest, Sha256};

use crate::gateways::provider::{Provider, Response as Answer};
use crate::support::smtp::{
    Authority, Position, Received, Response, Script, SmtpServer, TlsStart, accept_all, self_signed,
};
use crate::support::split_places;

const ADDRESS: &str = "user@example.com";

fn date() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().expect("an instant")
}

fn mail() -> Mail {
    let texts = EmailTexts {
        subject: "Subject".to_owned(),
        text: "one\n.\n012345\n".to_owned(),
        html: "<b>1</b>".to_owned(),
    };
    let to = EmailAddress::parse(ADDRESS).expect("an address");
    Mail {
        to,
        texts,
        message_id: "abc123".to_owned(),
        date: date(),
        handover: HandoverSignal::default(),
    }
}

/// Settings with one relay without encryption.
fn plain(server: &SmtpServer) -> Settings {
    let mut settings = Settings::default();
    settings.email.backend = EmailBackendName::Smtp;
    settings.email.url = format!("smtp://127.0.0.1:{}", server.port).into();
    settings
}

/// Settings with one relay that uses a user and TLS.
fn secured(url: &str, ca_file: Option<PathBuf>) -> Settings {
    let mut settings = Settings::default();
    settings.email.backend = EmailBackendName::Smtp;
    settings
        .email
        .relay
        .insert("main".to_owned(), table(url, ca_file));
    settings
}

fn table(url: &str, ca_file: Option<PathBuf>) -> RelayTable {
    let (username, password) = ("user".to_owned(), "pass word".into());
    RelayTable {
        url: url.into(),
        username,
        password,
        ca_file,
        ..RelayTable::default()
    }
}

fn transport(settings: &Settings) -> Arc<dyn Transport<Mail>> {
    email_transports(settings, &clock(settings))
        .expect("relays")
        .swap_remove(0)
}

/// Sends two mails over one relay.
async fn two_mails(server: &SmtpServer) -> [Result<Option<String>, TransportError>; 2] {
    let transport = transport(&plain(server));
    [transport.send(&mail()).await, transport.send(&mail()).await]
}

fn commands(received: &Received) -> Vec<&str> {
    received
        .plain
        .iter()
        .map(|line| line.split(' ').next().unwrap_or_default())
        .collect()
}

#[tokio::test]
async fn an_irregular_local_part_is_quoted() {
    let server = SmtpServer::plain(accept_all).await;
    let mail = Mail {
        to: EmailAddress::parse_existing("a..b@docomo.ne.jp").expect("an address"),
        ..mail()
    };
    let result = transport(&plain(&server)).send(&mail).await;
    assert!(result.is_ok(), "{result:?}");
    let received = &server.received()[0];
    assert_eq!(received.plain[2], r#"RCPT TO:<"a..b"@docomo.ne.jp>"#);
    let to = r#"To: "a..b"@docomo.ne.jp"#;
    let mail = &received.mails[0];
    assert!(mail.lines().any(|line| line == to), "{mail}");
}

#[tokio::test]
async fn a_mail_has_one_exact_recipient_and_the_relays_id_is_its_reference() {
    let server = SmtpServer::plain(accept_all).await;
    let result = transport(&plain(&server)).send(&mail()).await;
    assert_eq!(result, Ok(Some("4XyZ12".to_owned())));
    let received = &server.received()[0];
    assert_eq!(
        received.plain[1..],
        [
            "MAIL FROM:<noreply@wastebilling.local>",
            "RCPT TO:<user@example.com>",
            "DATA"
        ]
    );
    for line in [
        "From: noreply@wastebilling.local",
        "To: user@example.com",
        "Subject: Subject",
        "Message-ID: <abc123@wastebilling.local>",
        "Date: Sun, 22 Nov 2026 12:00:00 +0000",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: OOF, AutoReply",
        "X-Entity-Ref-ID: abc123",
        ".",
        "012345",
    ] {
        assert!(
            received.mails[0].lines().any(|other| other == line),
            "{line}\n{}",
            received.mails[0]
        );
    }
}

/// Returns settings for one relay without encryption, with these keys of `[email]` and this site.
fn with_keys(server: &SmtpServer, site: &str, keys: &str) -> Settings {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let toml = format!(
        "brand.public_url = {site:?}\n[email]\nbackend = \"smtp\"\nurl = \"smtp://127.0.0.1:{}\"\n{keys}",
        server.port
    );
    std::fs::write(file.path(), toml).expect("written");
    Settings::load(Some(file.path())).expect("settings")
}

#[tokio::test]
async fn the_name_in_ehlo_is_the_setting_or_the_host_of_the_site() {
    for (site, keys, name) in [
        ("https://pay.example.com", "", "pay.example.com"),
        ("https://pay.example.com:8443", "", "pay.example.com"),
        ("http://192.0.2.7:3000", "", "[192.0.2.7]"),
        ("http://[2001:db8::7]", "", "[IPv6:2001:db8::7]"),
        ("http://localhost:3000", "", "[127.0.0.1]"),
        (
            "https://pay.example.com",
            "ehlo_name = \"Mail.Example.com.\"",
            "mail.example.com",
        ),
        (
            "https://pay.example.com",
            "ehlo_name = \"mailhost\"",
            "mailhost",
        ),
        (
            "https://pay.example.com",
            "ehlo_name = \"192.0.2.8\"",
            "[192.0.2.8]",
        ),
        (
            "https://pay.example.com",
            "ehlo_name = \"[IPv6:2001:db8::8]\"",
            "[IPv6:2001:db8::8]",
        ),
    ] {
        let server = SmtpServer::plain(accept_all).await;
        let settings = with_keys(&server, site, keys);
        transport(&settings).send(&mail()).await.expect("accepted");
        let expected = format!("EHLO {name}");
        assert_eq!(server.received()[0].plain[0], expected, "{site} {keys}");
    }
}

#[tokio::test]
async fn the_name_in_ehlo_is_the_same_before_and_after_starttls() {
    let authority = Authority::new();
    let certificate = authority.server("localhost", 2096);
    let server = SmtpServer::secured(TlsStart::StartTls, accept_all, certificate).await;
    let url = url(TlsStart::StartTls, "localhost", server.port);
    let mut settings = secured(&url, Some(authority.file()));
    settings.email.ehlo_name = Some(ClientId::Domain("mail.example.com".to_owned()));
    transport(&settings).send(&mail()).await.expect("accepted");
    let received = &server.received()[0];
    assert_eq!(
        (received.plain[0].as_str(), received.secured[0].as_str()),
        ("EHLO mail.example.com", "EHLO mail.example.com")
    );
}

#[tokio::test]
async fn replies_and_bounces_go_to_the_addresses_in_the_settings() {
    let server = SmtpServer::plain(accept_all).await;
    let keys = "from = \"Pay <noreply@example.com>\"\nreply_to = \"Söhne <help@example.com>\"\n\
                bounce_address = \"bounces@mail.example.com\"\n\
                dkim = { domain = \"example.com\", selector = \"s\", key_file = \"src/tests/fixtures/dkim-rsa.pem\" }";
    let settings = with_keys(&server, "https://pay.example.com", keys);
    transport(&settings).send(&mail()).await.expect("accepted");
    let received = &server.received()[0];
    assert_eq!(
        received.plain[1..3],
        [
            "MAIL FROM:<bounces@mail.example.com>",
            "RCPT TO:<user@example.com>"
        ]
    );
    let (headers, _) = parts(&received.mails[0]);
    let value = |name: &str| {
        let header = headers.iter().find(|(other, _)| other == name);
        header
            .map(|(_, value)| value.trim().to_owned())
            .expect(name)
    };
    assert!(value("From").ends_with("<noreply@example.com>"));
    assert!(value("Reply-To").ends_with("<help@example.com>"));
    assert!(value("Message-ID").ends_with("@example.com>"));
    let signed = "from:to:subject:date:message-id:mime-version:reply-to";
    assert_eq!(tag(&value("DKIM-Signature"), "h"), signed);
}

#[test]
fn unusable_addresses_and_names_are_refused_with_their_key() {
    for (keys, expected) in [
        (
            "reply_to = \"help\"",
            "email.reply_to is wrong: it must be like",
        ),
        (
            "reply_to = \"\"",
            "email.reply_to is wrong: it must be like",
        ),
        (
            "bounce_address = \"Pay <bounces@example.com>\"",
            "email.bounce_address is wrong: it must be an email address",
        ),
        (
            "ehlo_name = \"pay example\"",
            "email.ehlo_name is wrong: it must be a host name",
        ),
        (
            "ehlo_name = \"a\\r\\nRCPT TO:<x@y.z>\"",
            "email.ehlo_name is wrong",
        ),
        (
            "ehlo_name = \"https://pay.example.com\"",
            "email.ehlo_name is wrong",
        ),
        ("ehlo_name = \"\"", "email.ehlo_name is wrong"),
    ] {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), format!("[email]\n{keys}")).expect("written");
        let refusal = Settings::load(Some(file.path()))
            .expect_err(keys)
            .to_string();
        assert!(refusal.contains(expected), "{refusal}");
    }
}

#[tokio::test]
async fn a_user_beside_the_url_signs_in() {
    let server = SmtpServer::plain(accept_all).await;
    let keys = "username = \"user\"\npassword = \"p@ss %41\"";
    let settings = with_keys(&server, "https://pay.example.com", keys);
    transport(&settings).send(&mail()).await.expect("accepted");
    let signed_in = format!("AUTH PLAIN {}", BASE64_STANDARD.encode("\0user\0p@ss %41"));
    assert_eq!(server.received()[0].plain[1], signed_in);
}

#[tokio::test]
async fn two_mails_go_over_one_connection() {
    let server = SmtpServer::plain(accept_all).await;
    assert!(two_mails(&server).await.iter().all(Result::is_ok));
    let received = server.received();
    assert_eq!((received.len(), received[0].mails.len()), (1, 2));
    assert_eq!(
        commands(&received[0]),
        ["EHLO", "MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA"]
    );
}

#[tokio::test]
async fn eight_concurrent_mails_open_eight_connections_and_the_next_eight_reuse_them() {
    let server = SmtpServer::plain(accept_all).await;
    let transport = transport(&plain(&server));
    let mail = mail();
    for _ in 0..2 {
        let all = join_all((0..8).map(|_| transport.send(&mail))).await;
        assert!(all.iter().all(Result::is_ok));
    }
    assert_eq!((server.received().len(), server.mails().len()), (8, 16));
}

/// Checks that the second mail is sent over a new connection, once and within the same attempt,
/// when the relay ends the first connection.
async fn second_mail_takes_a_new_connection(script: Script) {
    let server = SmtpServer::plain(script).await;
    assert!(two_mails(&server).await.iter().all(Result::is_ok));
    let mails: Vec<_> = server
        .received()
        .iter()
        .map(|received| received.mails.len())
        .collect();
    assert_eq!(mails, [1, 1]);
}

#[tokio::test]
async fn a_connection_closed_while_idle_is_replaced_at_once() {
    second_mail_takes_a_new_connection(|_, line| {
        if line == "." {
            Response::Close
        } else {
            Response::Accept
        }
    })
    .await;
}

#[tokio::test]
async fn a_reused_connection_that_the_relay_ends_is_replaced_at_once() {
    fn second(position: Position, line: &str, command: &str, response: Response) -> Response {
        if position == (0, 1) && line.starts_with(command) {
            response
        } else {
            Response::Accept
        }
    }
    second_mail_takes_a_new_connection(|position, line| {
        second(position, line, "MAIL", Response::Reply("421 4.4.2 timeout"))
    })
    .await;
    second_mail_takes_a_new_connection(|position, line| {
        second(position, line, "MAIL", Response::HangUp)
    })
    .await;
    second_mail_takes_a_new_connection(|position, line| {
        second(position, line, "RCPT", Response::Reply("421 too many"))
    })
    .await;
    second_mail_takes_a_new_connection(|position, line| {
        second(position, line, "RCPT", Response::HangUp)
    })
    .await;
    second_mail_takes_a_new_connection(|position, line| {
        second(position, line, "DATA", Response::HangUp)
    })
    .await;
}

#[tokio::test]
async fn after_a_refused_mail_the_connection_is_reset_and_reused_or_replaced() {
    let server = SmtpServer::plain(|_, line| match line {
        "RCPT TO:<user@example.com>" => Response::Reply("550 5.1.1 no"),
        _ => Response::Accept,
    })
    .await;
    assert!(two_mails(&server).await.iter().all(Result::is_err));
    assert_eq!(
        commands(&server.received()[0]),
        ["EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT"]
    );
    let server = SmtpServer::plain(|position, line| match (position, line) {
        ((0, _), "RCPT TO:<user@example.com>") => Response::Reply("450 4.2.1 later"),
        ((0, _), "RSET") => Response::Reply("421 4.4.2 timeout"),
        _ => Response::Accept,
    })
    .await;
    let [first, second] = two_mails(&server).await;
    assert!(matches!(first, Err(TransportError::Deferred { .. })) && second.is_ok());
    assert_eq!((server.received().len(), server.mails().len()), (2, 1));
}

#[tokio::test]
async fn a_mail_that_may_have_been_accepted_is_not_resent_within_the_attempt() {
    let server = SmtpServer::plain(|position, line| match (position, line) {
        ((0, _), ".") => Response::HangUp,
        _ => Response::Accept,
    })
    .await;
    let failure = transport(&plain(&server))
        .send(&mail())
        .await
        .expect_err("the outcome is unknown");
    assert_eq!(
        failure,
        TransportError::OutcomeUnknown {
            cause: "the connection was lost at the mail itself".to_owned()
        }
    );
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_reply_without_an_end_fails_the_attempt() {
    static ENDLESS: LazyLock<String> = LazyLock::new(|| "220-Welcome\r\n".repeat(10_000));
    let server = SmtpServer::plain(|_, line| match line {
        "" => Response::Reply(&ENDLESS),
        _ => Response::Accept,
    })
    .await;
    let failure = transport(&plain(&server)).send(&mail()).await;
    assert!(
        matches!(failure, Err(TransportError::Unavailable { .. })),
        "{failure:?}"
    );
}

#[tokio::test]
async fn a_new_connection_that_fails_is_not_retried_within_the_attempt() {
    let server = SmtpServer::plain(|_, line| {
        if line.starts_with("MAIL") {
            Response::HangUp
        } else {
            Response::Accept
        }
    })
    .await;
    let failure = transport(&plain(&server))
        .send(&mail())
        .await
        .expect_err("lost");
    assert!(
        matches!(failure, TransportError::Unavailable { .. }),
        "{failure}"
    );
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_connection_that_was_idle_for_a_minute_is_not_reused() {
    let server = SmtpServer::plain(accept_all).await;
    let clock = Arc::new(ManualClock::new(date()));
    let relay = RelaySettings {
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
    let relay = Relay::new(relay, name, composer, clock.clone()).expect("a relay");
    for (wait, connections) in [(0, 1), (59_999, 1), (60_000, 2)] {
        clock.advance(SignedDuration::from_millis(wait));
        relay.send(&mail()).await.expect("accepted");
        assert_eq!(server.received().len(), connections, "{wait} ms");
    }
}

#[tokio::test]
async fn a_connection_of_an_abandoned_attempt_is_never_reused() {
    let server = SmtpServer::plain(|position, line| match (position, line) {
        ((0, _), ".") => Response::NoReply,
        _ => Response::Accept,
    })
    .await;
    let (transport, mail) = (transport(&plain(&server)), mail());
    tokio::select! {
        _ = transport.send(&mail) => unreachable!("the server is silent"),
        () = server.fell_silent() => {}
    }
    transport.send(&mail).await.expect("accepted");
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn an_unexpected_reply_code_is_a_failure() {
    let server = SmtpServer::plain(|_, line| {
        if line == "DATA" {
            Response::Reply("250 fine")
        } else {
            Response::Accept
        }
    })
    .await;
    let failure = transport(&plain(&server))
        .send(&mail())
        .await
        .expect_err("out of step");
    assert!(
        matches!(failure, TransportError::Unavailable { .. }),
        "{failure}"
    );
    assert!(server.mails().is_empty());
}

fn url(start: TlsStart, host: &str, port: u16) -> String {
    match start {
        TlsStart::Immediate => format!("smtps://{host}:{port}"),
        TlsStart::StartTls | TlsStart::Never => format!("smtp://{host}:{port}?tls=required"),
    }
}

#[tokio::test]
async fn with_a_valid_certificate_the_user_signs_in_and_the_mail_is_encrypted() {
    let authority = Authority::new();
    for (start, before) in [(TlsStart::Immediate, 0), (TlsStart::StartTls, 2)] {
        let server =
            SmtpServer::secured(start, accept_all, authority.server("localhost", 2096)).await;
        let settings = secured(
            &url(start, "localhost", server.port),
            Some(authority.file()),
        );
        let result = transport(&settings).send(&mail()).await;
        assert_eq!(result, Ok(Some("4XyZ12".to_owned())));
        let received = &server.received()[0];
        assert_eq!(
            (received.plain.len(), received.mails.len()),
            (before, 1),
            "{received:?}"
        );
        let signed_in = format!("AUTH PLAIN {}", BASE64_STANDARD.encode("\0user\0pass word"));
        assert!(
            received.secured[0].starts_with("EHLO ") && received.secured[1] == signed_in,
            "{received:?}"
        );
    }
}

/// Asserts that the server received nothing except the request for encryption.
fn assert_nothing_left(received: &[Received]) {
    for received in received {
        assert!(
            received.secured.is_empty() && received.mails.is_empty(),
            "{received:?}"
        );
        let harmless = |line: &String| line.starts_with("EHLO ") || line == "STARTTLS";
        assert!(received.plain.iter().all(harmless), "{received:?}");
    }
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_with_an_invalid_certificate() {
    let (authority, other) = (Authority::new(), Authority::new());
    for start in [TlsStart::Immediate, TlsStart::StartTls] {
        for (certificate, ca_file, expected) in [
            (
                authority.server("mail.example.com", 2096),
                Some(authority.file()),
                "its certificate is for another host name",
            ),
            (
                authority.server("localhost", 2025),
                Some(authority.file()),
                "its certificate has expired",
            ),
            (
                other.server("localhost", 2096),
                Some(authority.file()),
                "its certificate is from an authority",
            ),
            (
                self_signed("localhost"),
                Some(authority.file()),
                "its certificate is from an authority",
            ),
            (
                other.server("localhost", 2096),
                None,
                "its certificate is from an authority",
            ),
        ] {
            let server = SmtpServer::secured(start, accept_all, certificate).await;
            let settings = secured(&url(start, "localhost", server.port), ca_file);
            let failure = transport(&settings)
                .send(&mail())
                .await
                .expect_err("no trust");
            assert!(
                matches!(&failure, TransportError::Misconfigured { cause } if cause.starts_with(expected)),
                "{failure}"
            );
            assert_nothing_left(&server.received());
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_without_the_required_encryption() {
    fn reply_instead(line: &str, of: &str, reply: &'static str) -> Response {
        if line.starts_with(of) {
            Response::Reply(reply)
        } else {
            Response::Accept
        }
    }
    let authority = Authority::new();
    let cases: [(Script, _); 3] = [
        (
            |_, line| reply_instead(line, "EHLO", "250-here\r\n250-XXXXXXXX\r\n250 AUTH PLAIN"),
            "it does not offer STARTTLS",
        ),
        (
            |_, line| reply_instead(line, "STARTTLS", "454 4.7.0 not now"),
            "it answered 454 4.7.0",
        ),
        (
            |_, line| reply_instead(line, "STARTTLS", "220 go\r\n250-here\r\n250 AUTH PLAIN"),
            "data was injected before encryption",
        ),
    ];
    for (script, expected) in cases {
        let server = SmtpServer::secured(
            TlsStart::StartTls,
            script,
            authority.server("localhost", 2096),
        )
        .await;
        let settings = secured(
            &url(TlsStart::StartTls, "localhost", server.port),
            Some(authority.file()),
        );
        let failure = transport(&settings)
            .send(&mail())
            .await
            .expect_err("no TLS");
        assert!(
            matches!(&failure, TransportError::Misconfigured { cause } if cause.starts_with(expected)),
            "{failure}"
        );
        assert_nothing_left(&server.received());
    }
    let plain = SmtpServer::plain(accept_all).await;
    let failure = transport(&secured(
        &url(TlsStart::Immediate, "localhost", plain.port),
        None,
    ))
    .send(&mail())
    .await;
    let cause = "it does not speak TLS on this port, so nothing was sent".to_owned();
    assert_eq!(failure, Err(TransportError::Misconfigured { cause }));
}

#[tokio::test]
async fn replies_of_a_server_are_reported_only_by_their_codes() {
    fn refusing(line: &str, command: &str, reply: &'static str) -> Response {
        if line.starts_with(command) {
            Response::Reply(reply)
        } else {
            Response::Accept
        }
    }
    let cases: [(Script, _, _); 8] = [
        (
            |_, line| refusing(line, "RCPT", "550 5.1.1 user@example.com is nobody"),
            "550 5.1.1 to RCPT TO",
            "no_such_address",
        ),
        (
            |_, line| refusing(line, "RCPT", "552 user@example.com is full"),
            "552 to RCPT TO",
            "unreachable",
        ),
        (
            |_, line| refusing(line, ".", "554 5.7.1 user@example.com is spam"),
            "554 5.7.1 to the mail itself",
            "blocked",
        ),
        (
            |_, line| refusing(line, "RCPT", "450 user@example.com later"),
            "450 to RCPT TO",
            "later",
        ),
        (
            |_, line| refusing(line, ".", "451 user@example.com later"),
            "451 to the mail itself",
            "later",
        ),
        (
            |_, line| refusing(line, "AUTH", "535 5.7.8 user@example.com wrong"),
            "535 5.7.8 to AUTH",
            "operator",
        ),
        (
            |_, line| refusing(line, "MAIL", "530 5.7.0 sign in, user@example.com"),
            "530 5.7.0 to MAIL FROM",
            "operator",
        ),
        (
            |_, line| refusing(line, "MAIL", "553 5.7.1 not yours, user@example.com"),
            "553 5.7.1 to MAIL FROM",
            "operator",
        ),
    ];
    for (script, expected, class) in cases {
        let server = SmtpServer::plain(script).await;
        let url = format!("smtp://127.0.0.1:{}", server.port);
        let failure = transport(&secured(&url, None))
            .send(&mail())
            .await
            .expect_err(expected);
        let named = match &failure {
            TransportError::Unavailable { .. } | TransportError::Deferred { .. } => "later",
            TransportError::OutcomeUnknown { .. } => "unknown",
            TransportError::Misconfigured { .. } => "operator",
            TransportError::Declined { reason, .. } | TransportError::Refused { reason, .. } => {
                reason.as_str()
            }
        };
        assert_eq!(
            (failure.to_string(), named),
            (format!("it answered {expected}"), class)
        );
    }
}

#[tokio::test]
async fn the_second_relay_sends_the_mail_if_the_first_fails() {
    let authority = Authority::new();
    let first = SmtpServer::secured(
        TlsStart::Immediate,
        accept_all,
        authority.server("localhost", 2096),
    )
    .await;
    let second = SmtpServer::plain(accept_all).await;
    let mut settings = secured(&url(TlsStart::Immediate, "localhost", first.port), None);
    let spare = table(&format!("smtp://127.0.0.1:{}", second.port), None);
    settings.email.relay.insert("spare".to_owned(), spare);
    settings.email.relays = vec!["main".to_owned(), "spare".to_owned()];
    let accepted = Failover::new(
        ContactType::Email,
        email_transports(&settings, &clock(&settings)).expect("relays"),
        Arc::new(SystemClock),
    )
    .send(&mail())
    .await;
    let accepted = accepted.expect("accepted by the spare");
    assert_eq!(
        (
            accepted.transport.as_str(),
            accepted.provider_message_id.as_deref()
        ),
        ("spare", Some("4XyZ12"))
    );
    assert_nothing_left(&first.received());
    assert_eq!(second.mails().len(), 1);
}

#[tokio::test]
async fn the_steps_of_a_delivery_are_reported_in_order() {
    let authority = Authority::new();
    let server = SmtpServer::secured(
        TlsStart::StartTls,
        accept_all,
        authority.server("localhost", 2096),
    )
    .await;
    let settings = secured(
        &url(TlsStart::StartTls, "localhost", server.port),
        Some(authority.file()),
    );
    let steps = std::sync::Mutex::new(Vec::new());
    let record_step = |step: Step| steps.lock().expect("the list").push(step);
    email_relays(&settings, &clock(&settings)).expect("relays")[0]
        .send_with_steps(&mail(), &record_step)
        .await
        .expect("accepted");
    let steps: Vec<_> = steps
        .into_inner()
        .expect("the list")
        .iter()
        .map(Step::to_string)
        .collect();
    assert!(
        steps[0].starts_with("localhost is at ") && steps[0].contains("127.0.0.1"),
        "{steps:?}"
    );
    let connected = format!("Connected to 127.0.0.1:{}.", server.port);
    let rest = [
        &connected,
        "Encrypted with TLS 1.3; the certificate is valid for localhost.",
        "Signed in as user.",
    ];
    assert_eq!(steps[1..], rest);
}

/// Returns the unfolded headers of a mail, and its body.
fn parts(mail: &str) -> (Vec<(String, String)>, String) {
    let (headers, body) = mail.split_once("\r\n\r\n").expect("a body");
    let unfolded = headers.replace("\r\n ", " ").replace("\r\n\t", "\t");
    let header = |line: &str| {
        line.split_once(':')
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .expect("a header")
    };
    (
        unfolded.split("\r\n").map(header).collect(),
        body.to_owned(),
    )
}

#[tokio::test]
async fn no_text_can_add_a_header_a_recipient_or_a_line() {
    let long = "x".repeat(8 * 1024);
    let wide = "\u{1f512}".repeat(2 * 1024);
    for hostile in [
        "Pay\r\nBcc: evil@example.org",
        "Pay\nBcc: evil@example.org\n\nbody",
        "Pay\rBcc: evil@example.org",
        "Pay\0\u{7f}\u{85}\u{2028}Bcc: evil@example.org",
        "\u{202e}moc.live\u{2066}\u{200f}",
        "\"<evil@example.org>, \\",
        "=?utf-8?q?=0D=0ABcc:_evil@example.org?=",
        &long,
        &wide,
        " ",
        "",
    ] {
        let server = SmtpServer::plain(accept_all).await;
        let mut settings = plain(&server);
        settings.email.from = Mailbox::new(
            Some(hostile.to_owned()),
            "noreply@example.com".parse().expect("an address"),
        );
        settings.email.dkim = Some(dkim(
            "example.com",
            "src/tests/fixtures/dkim-rsa.pem".into(),
        ));
        let mut mail = mail();
        hostile.clone_into(&mut mail.texts.subject);
        mail.message_id = format!("id{hostile}");
        transport(&settings).send(&mail).await.expect("accepted");
        let received = &server.received()[0];
        assert_eq!(
            received.plain[1..],
            [
                "MAIL FROM:<noreply@example.com>",
                "RCPT TO:<user@example.com>",
                "DATA"
            ]
        );
        let (headers, _) = parts(&received.mails[0]);
        let mut names: Vec<_> = headers.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let all = [
            "Auto-Submitted",
            "Content-Type",
            "DKIM-Signature",
            "Date",
            "From",
            "MIME-Version",
            "Message-ID",
            "Subject",
            "To",
            "X-Auto-Response-Suppress",
            "X-Entity-Ref-ID",
        ];
        assert_eq!(names, all, "{hostile:?}");
        let top = received.mails[0].split("\r\n\r\n").next().expect("headers");
        assert!(top.split("\r\n").all(|line| {
            line.len() <= 998
                && line
                    .bytes()
                    .all(|b| b == b'\t' || (b' '..=b'~').contains(&b))
        }));
        assert!(headers.contains(&("To".to_owned(), " user@example.com".to_owned())));
        let from = &headers
            .iter()
            .find(|(name, _)| name == "From")
            .expect("a sender")
            .1;
        assert!(
            from.ends_with("noreply@example.com") || from.ends_with("<noreply@example.com>"),
            "{from}"
        );
    }
}

fn dkim(domain: &str, key_file: PathBuf) -> Dkim {
    Dkim {
        domain: domain.to_owned(),
        selector: "mail2026".to_owned(),
        key_file,
    }
}

/// Canonicalizes a header as in RFC 6376 section 3.4.2.
fn relaxed_header(name: &str, value: &str) -> String {
    format!(
        "{}:{}",
        name.to_ascii_lowercase(),
        value.split_whitespace().collect::<Vec<_>>().join(" ")
    )
}

/// Canonicalizes a body as in RFC 6376 section 3.4.4.
fn relaxed_body(body: &str) -> String {
    let line = |line: &str| {
        let squeezed = line
            .split([' ', '\t'])
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        if line.starts_with([' ', '\t']) && !squeezed.is_empty() {
            format!(" {squeezed}")
        } else {
            squeezed
        }
    };
    let text: Vec<_> = body.split("\r\n").map(line).collect();
    format!("{}\r\n", text.join("\r\n").trim_end_matches("\r\n"))
}

fn tag<'a>(signature: &'a str, name: &str) -> &'a str {
    let tags = signature
        .split(';')
        .filter_map(|tag| tag.trim().split_once('='));
    tags.into_iter()
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
        .expect(name)
}

/// Whether the signature of a mail is valid for this key. The hash covers the body, and the
/// signature covers the headers (RFC 6376 section 6.1.3).
fn is_signed(mail: &str, algorithm: AlgorithmIdentifier, public_key: &[u8]) -> bool {
    let (headers, body) = parts(mail);
    let value = |name: &str| {
        &headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .expect(name)
            .1
    };
    let signature = value("DKIM-Signature");
    let body_hash = BASE64_STANDARD.encode(Sha256::digest(relaxed_body(&body)));
    let b = tag(signature, "b");
    let unsigned = relaxed_header("DKIM-Signature", &signature.replace(b, ""));
    let signed: Vec<_> = tag(signature, "h")
        .split(':')
        .map(|name| relaxed_header(name, value(name)))
        .collect();
    let signed = format!("{}\r\n{unsigned}", signed.join("\r\n"));
    // RFC 8463 section 3: Ed25519 signs the hash. The RSA verifier computes the hash itself.
    let message = if algorithm == alg_id::ED25519 {
        Sha256::digest(&signed).to_vec()
    } else {
        signed.into_bytes()
    };
    let given = BASE64_STANDARD.decode(b.replace(' ', "")).expect("base64");
    let algorithms = rustls::crypto::ring::default_provider()
        .signature_verification_algorithms
        .all;
    let verifies = algorithms
        .iter()
        .filter(|verifier| verifier.signature_alg_id() == algorithm)
        .any(|verifier| {
            verifier
                .verify_signature(public_key, &message, &given)
                .is_ok()
        });
    tag(signature, "bh").replace(' ', "") == body_hash && verifies
}

/// Sends a mail signed with the key in a file, and returns it as it arrives.
async fn signed_mail(key_file: PathBuf) -> String {
    let server = SmtpServer::plain(accept_all).await;
    let mut settings = plain(&server);
    settings.email.from = "Pay \u{fc}ber <noreply@mail.example.com>"
        .parse()
        .expect("a mailbox");
    settings.email.dkim = Some(dkim("example.com", key_file));
    let mut mail = mail();
    mail.texts = EmailTexts {
        subject:
            "A subject that is long enough to be folded by everybody who folds: \u{1f512} 012345"
                .to_owned(),
        text: "two  spaces \r\n\r\n caf\u{e9} \t \r\n.\r\n\r\n\r\n".to_owned(),
        html: mail.texts.html,
    };
    transport(&settings).send(&mail).await.expect("accepted");
    server.mails().remove(0)
}

#[tokio::test]
async fn an_rsa_signature_is_valid_only_for_the_unchanged_mail() {
    let pem = include_str!("fixtures/dkim-rsa.pem");
    let key = rsa::RsaPrivateKey::from_pkcs8_pem(pem).expect("a key");
    let public = key
        .to_public_key()
        .to_pkcs1_der()
        .expect("a public key")
        .into_vec();
    let directory = tempfile::tempdir().expect("a folder");
    let pkcs1 = key.to_pkcs1_pem(LineEnding::LF).expect("a key");
    assert!(rsa::RsaPrivateKey::from_pkcs1_pem(&pkcs1).is_ok());
    for (name, pem) in [("pkcs1.pem", pkcs1.as_str()), ("pkcs8.pem", pem)] {
        let file = directory.path().join(name);
        std::fs::write(&file, pem).expect("a file");
        let mail = signed_mail(file).await;
        let holds = |mail: &str| is_signed(mail, alg_id::RSA_PKCS1_SHA256, &public);
        assert!(holds(&mail), "{mail}");
        let (headers, _) = parts(&mail);
        let signature = &headers
            .iter()
            .find(|(name, _)| name == "DKIM-Signature")
            .expect("signed")
            .1;
        assert_eq!(
            tag(signature, "h"),
            "from:to:subject:date:message-id:mime-version"
        );
        assert_eq!(
            (tag(signature, "d"), tag(signature, "s")),
            ("example.com", "mail2026")
        );
        for (was, is) in [
            ("To: user@", "To: other@"),
            ("<b>1", "<b>2"),
            ("noreply@mail", "evil@mail"),
            ("2026 12:0", "2026 13:0"),
        ] {
            assert!(
                mail.contains(was) && !holds(&mail.replacen(was, is, 1)),
                "{was}"
            );
        }
    }
}

#[tokio::test]
async fn an_ed25519_signature_is_valid_only_for_the_unchanged_mail() {
    let directory = tempfile::tempdir().expect("a folder");
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).expect("a key");
    let file = directory.path().join("dkim.key");
    std::fs::write(&file, key.serialize_pem()).expect("a file");
    let mail = signed_mail(file).await;
    let public = rcgen::PublicKeyData::der_bytes(&key);
    assert!(
        mail.contains("a=ed25519-sha256") && is_signed(&mail, alg_id::ED25519, public),
        "{mail}"
    );
    assert!(!is_signed(
        &mail.replacen("<b>1", "<b>2", 1),
        alg_id::ED25519,
        public
    ));
}

#[test]
fn invalid_key_and_certificate_files_are_refused_with_their_setting() {
    let error_text = |settings: &Settings| {
        email_transports(settings, &clock(settings))
            .err()
            .expect("refused")
            .to_string()
    };
    for file in [
        "src/tests/fixtures/dkim-weak.pem",
        "Cargo.toml",
        "no-such-file",
    ] {
        let mut settings = secured("smtps://mail.example.com", None);
        settings.email.dkim = Some(dkim("wastebilling.local", file.into()));
        assert!(
            error_text(&settings).starts_with("The setting email.dkim.key_file must be"),
            "{file}"
        );
    }
    for file in ["Cargo.toml", "no-such-file"] {
        let settings = secured("smtps://mail.example.com", Some(file.into()));
        assert!(
            error_text(&settings).starts_with("The setting email.relay.main.ca_file must be"),
            "{file}"
        );
    }
}

struct Printed {
    success: bool,
    out: String,
    err: String,
}

/// Runs `doorcode email test` with two relays. `ca_file` holds the certificate authority of `main`.
async fn email_test(
    arguments: &'static str,
    main: String,
    spare: String,
    ca_file: Option<PathBuf>,
) -> Printed {
    let program = move || {
        let directory = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_doorcode"));
        command
            .args(["email", "test", "--to", ADDRESS])
            .args(arguments.split_whitespace())
            .current_dir(directory.path());
        for (key, value) in [
            ("BACKEND", "smtp"),
            ("RELAYS", "main,spare"),
            ("RELAY__MAIN__URL", &main),
            ("RELAY__MAIN__USERNAME", "operator"),
            ("RELAY__MAIN__PASSWORD", "hunter2"),
            ("RELAY__SPARE__URL", &spare),
        ] {
            command.env(format!("DOORCODE__EMAIL__{key}"), value);
        }
        command.env("DOORCODE__BRAND__NAME", "Fish & <Chips>");
        command.envs(ca_file.map(|file| ("DOORCODE__EMAIL__RELAY__MAIN__CA_FILE", file)));
        let output = command.output().expect("the program");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Printed {
            success: output.status.success(),
            out: text(output.stdout),
            err: split_places(&text(output.stderr)).1,
        }
    };
    let printed = tokio::task::spawn_blocking(program)
        .await
        .expect("no panic");
    assert!(
        !printed.out.contains("hunter2")
            && !printed.err.contains("hunter2")
            && !printed.out.contains(ADDRESS)
    );
    printed
}

#[tokio::test]
async fn the_test_command_reports_each_step_of_each_relay() {
    let authority = Authority::new();
    let main = SmtpServer::secured(
        TlsStart::Immediate,
        accept_all,
        authority.server("localhost", 2096),
    )
    .await;
    let spare = SmtpServer::plain(accept_all).await;
    let urls = || {
        (
            url(TlsStart::Immediate, "localhost", main.port),
            format!("smtp://127.0.0.1:{}", spare.port),
        )
    };
    let printed = email_test("", urls().0, urls().1, Some(authority.file())).await;
    assert!(printed.success, "{}{}", printed.out, printed.err);
    for line in [
        "Relay main:",
        "  Encrypted with TLS 1.3; the certificate is valid for localhost.",
        "  Signed in as operator.",
        "  The relay accepted the mail to u***@example.com as 4XyZ12.",
        "Relay spare:",
    ] {
        assert!(
            printed.out.lines().any(|other| other == line),
            "{line}\n{}",
            printed.out
        );
    }
    assert!(
        main.mails()[0]
            .contains("<p>This is a test of the sign-in mails of Fish &amp; &lt;Chips&gt;"),
        "{:?}",
        main.mails()
    );
    let only = email_test("--relay spare", urls().0, urls().1, None).await;
    assert!(
        only.success && !only.out.contains("Relay main"),
        "{}{}",
        only.out,
        only.err
    );
    assert_eq!((main.mails().len(), spare.mails().len()), (1, 2));
    let unknown = email_test("--relay other", urls().0, urls().1, None).await;
    assert!(
        !unknown.success && unknown.err == "The settings have no relay with this name.\n",
        "{}",
        unknown.err
    );
}

#[tokio::test]
async fn the_test_command_names_the_step_that_fails_and_what_to_do() {
    let authority = Authority::new();
    let main = SmtpServer::secured(
        TlsStart::StartTls,
        accept_all,
        authority.server("localhost", 2096),
    )
    .await;
    let spare = SmtpServer::plain(|_, line| match line {
        line if line.starts_with("RCPT") => Response::Reply("550 5.1.1 user@example.com is nobody"),
        _ => Response::Accept,
    })
    .await;
    let main = url(TlsStart::StartTls, "localhost", main.port);
    let printed = email_test("", main, format!("smtp://127.0.0.1:{}", spare.port), None).await;
    assert!(!printed.success);
    assert_eq!(
        printed.err,
        "The test mail was not accepted by main and spare.\n"
    );
    for expected in [
        "  Connected to 127.0.0.1:",
        "  Failed: its certificate is from an authority that is not trusted, so nothing was sent. Use the host name",
        "  Failed: it answered 550 5.1.1 to RCPT TO. Check the address after --to",
    ] {
        assert!(
            printed.out.contains(expected),
            "{expected}\n{}",
            printed.out
        );
    }
}

/// Plays a relay that offers only LOGIN, with these two challenges, for `user` and `pass word`.
fn login(line: &str, offer: &'static str, challenges: [&'static str; 2]) -> Response {
    match line {
        "AUTH LOGIN" => Response::Reply(challenges[0]),
        "dXNlcg==" => Response::Reply(challenges[1]),
        "cGFzcyB3b3Jk" => Response::Reply("235 welcome"),
        line if line.starts_with("AUTH") => Response::Reply("504 5.5.4 not offered"),
        line if line.starts_with("EHLO") => Response::Reply(offer),
        _ => Response::Accept,
    }
}

#[tokio::test]
async fn login_sends_user_and_password_whatever_the_relay_asks() {
    const OFFER: &str = "250-here\r\n250 AUTH LOGIN";
    let scripts: [Script; 8] = [
        |_, line| login(line, OFFER, ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"]),
        |_, line| login(line, OFFER, ["334 VXNlciBuYW1lOg==", "334 UGFzc3dvcmQg"]),
        |_, line| {
            login(
                line,
                OFFER,
                ["334 QmVudXR6ZXJuYW1lOg==", "334 UGFzc3dvcnQ6"],
            )
        },
        |_, line| login(line, OFFER, ["334 Username:", "334 Password:"]),
        |_, line| login(line, OFFER, ["334 ", "334 "]),
        |_, line| {
            login(
                line,
                "250-here\r\n250-AUTH=LOGIN\r\n250 HELP",
                ["334 a", "334 b"],
            )
        },
        |_, line| login(line, "250-here\r\n250 auth login", ["334 a", "334 b"]),
        |_, line| {
            login(
                line,
                "250-here\r\n250 AUTH=CRAM-MD5 LOGIN",
                ["334 a", "334 b"],
            )
        },
    ];
    for (number, script) in scripts.into_iter().enumerate() {
        let server = SmtpServer::plain(script).await;
        let url = format!("smtp://127.0.0.1:{}", server.port);
        let sent = transport(&secured(&url, None)).send(&mail()).await;
        assert!(sent.is_ok(), "{number}: {sent:?} {:?}", server.received());
        assert_eq!(server.mails().len(), 1, "{number}");
    }
}

#[tokio::test]
async fn plain_is_repeated_for_a_relay_that_asks_for_it() {
    let server = SmtpServer::plain(|_, line| match line {
        "AHVzZXIAcGFzcyB3b3Jk" => Response::Reply("235 welcome"),
        line if line.starts_with("AUTH") => Response::Reply("334 "),
        line if line.starts_with("EHLO") => Response::Reply("250-here\r\n250 AUTH=LOGIN PLAIN"),
        _ => Response::Accept,
    })
    .await;
    let url = format!("smtp://127.0.0.1:{}", server.port);
    let sent = transport(&secured(&url, None)).send(&mail()).await;
    assert!(sent.is_ok(), "{sent:?}");
}

#[tokio::test]
async fn a_relay_that_never_stops_asking_is_told_as_a_misconfiguration() {
    let server = SmtpServer::plain(|_, line| match line {
        "" => Response::Accept,
        line if line.starts_with("EHLO") => Response::Reply("250-here\r\n250 AUTH LOGIN"),
        _ => Response::Reply("334 more"),
    })
    .await;
    let url = format!("smtp://127.0.0.1:{}", server.port);
    let sent = transport(&secured(&url, None)).send(&mail()).await;
    let cause = "it asks for more than a user name and a password at AUTH".to_owned();
    assert_eq!(sent, Err(TransportError::Misconfigured { cause }));
}

/// The command that signs in with the token `T1` for `me@example.com`.
const TOKEN: &str = "AUTH XOAUTH2 dXNlcj1tZUBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciBUMQEB";

/// Plays a relay that accepts only the token `T1`.
fn token_only(_: Position, line: &str) -> Response {
    match line {
        TOKEN => Response::Reply("235 2.7.0 Accepted"),
        line if line.starts_with("EHLO") => Response::Reply("250-here\r\n250 AUTH XOAUTH2"),
        line if line.starts_with("AUTH") => Response::Reply("334 eyJzdGF0dXMiOiI0MDEifQ=="),
        "" | "." => Response::Accept,
        line if line.starts_with("MAIL") || line.starts_with("RCPT") || line == "DATA" => {
            Response::Accept
        }
        _ => Response::Reply("535 5.7.3 Authentication unsuccessful"),
    }
}

fn granted(token: &str, seconds: u32) -> Answer {
    Answer::new(
        200,
        serde_json::json!({ "access_token": token, "token_type": "Bearer", "expires_in": seconds }),
    )
}

/// Returns a relay that gets its tokens from this server, with these further keys.
fn oauth(server: &SmtpServer, tokens: &Provider, clock: Arc<ManualClock>, keys: &str) -> Relay {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let toml = format!(
        "[email]\nbackend = \"smtp\"\n[email.relay.main]\nurl = \"smtp://127.0.0.1:{}\"\n\
         username = \"me@example.com\"\noauth_token_url = \"{}/token\"\noauth_client_id = \"c1\"\n{keys}",
        server.port, tokens.url
    );
    std::fs::write(file.path(), toml).expect("written");
    let settings = Settings::load(Some(file.path())).expect("settings");
    let clock: Arc<dyn Clock> = clock;
    email_relays(&settings, &clock).expect("a relay").remove(0)
}

const CLIENT: &str = "oauth_client_secret = \"s3cret\"\noauth_scope = \"https://mail/.default\"";

#[tokio::test]
async fn a_token_for_the_client_signs_in_until_it_expires() {
    let server = SmtpServer::plain(token_only).await;
    let tokens = Provider::responding(vec![granted("T1", 3600), granted("T1", 3600)]).await;
    let clock = Arc::new(ManualClock::new(date()));
    let relay = oauth(&server, &tokens, clock.clone(), CLIENT);
    relay.send(&mail()).await.expect("accepted");
    let request = tokens.only();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/token")
    );
    for (field, value) in [
        ("grant_type", "client_credentials"),
        ("client_id", "c1"),
        ("client_secret", "s3cret"),
        ("scope", "https://mail/.default"),
    ] {
        assert_eq!(request.field(field), value);
    }
    assert_eq!(server.received()[0].plain[1], TOKEN);
    // The connection is not kept for longer than a minute, the token is.
    for (wait, requests) in [(59 * 60 * 1000 - 1, 0), (1, 0), (61 * 1000, 1)] {
        clock.advance(SignedDuration::from_millis(wait));
        relay.send(&mail()).await.expect("accepted");
        assert_eq!(tokens.take_requests().len(), requests, "{wait}");
    }
}

#[tokio::test]
async fn a_refresh_token_gets_tokens_without_a_secret() {
    let server = SmtpServer::plain(token_only).await;
    let tokens = Provider::responding(vec![granted("T1", 3600)]).await;
    let clock = Arc::new(ManualClock::new(date()));
    let relay = oauth(&server, &tokens, clock, "oauth_refresh_token = \"r1\"");
    relay.send(&mail()).await.expect("accepted");
    let mut fields = tokens.only().fields();
    fields.sort();
    let expected = [
        ("client_id", "c1"),
        ("grant_type", "refresh_token"),
        ("refresh_token", "r1"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn a_rejected_token_is_replaced_at_the_next_attempt() {
    let server = SmtpServer::plain(token_only).await;
    let tokens = Provider::responding(vec![granted("T0", 3600), granted("T1", 3600)]).await;
    let relay = oauth(&server, &tokens, Arc::new(ManualClock::new(date())), CLIENT);
    let rejected = relay.send(&mail()).await;
    let cause = "it answered 535 5.7.3 to the OAuth token".to_owned();
    assert_eq!(rejected, Err(TransportError::Misconfigured { cause }));
    relay.send(&mail()).await.expect("accepted");
    assert_eq!(tokens.take_requests().len(), 2);
}

#[tokio::test]
async fn a_token_server_that_fails_is_told_without_its_words() {
    let unavailable = |cause: &str| TransportError::unavailable(cause);
    let misconfigured = |cause: &str| TransportError::Misconfigured {
        cause: cause.to_owned(),
    };
    for (answer, expected) in [
        (
            Answer::new(
                401,
                r#"{"error":"invalid_client","error_description":"s3cret"}"#,
            ),
            misconfigured("there is no OAuth token for it (HTTP status 401, invalid_client)"),
        ),
        (
            Answer::new(400, r#"{"error":"s3cret"}"#),
            misconfigured("there is no OAuth token for it (HTTP status 400)"),
        ),
        (
            Answer::new(200, "<html>"),
            misconfigured("there is no OAuth token for it (its answer has no access_token)"),
        ),
        (
            Answer::new(503, "down"),
            unavailable("there is no OAuth token for it at the moment (HTTP status 503)"),
        ),
    ] {
        let server = SmtpServer::plain(token_only).await;
        let tokens = Provider::responding(vec![answer]).await;
        let relay = oauth(&server, &tokens, Arc::new(ManualClock::new(date())), CLIENT);
        assert_eq!(relay.send(&mail()).await, Err(expected));
        assert!(server.received().is_empty());
    }
}

/// Returns what `doorcode email test` prints about a relay with this script.
async fn failure(script: Script) -> String {
    let relay = SmtpServer::plain(script).await;
    let main = format!("smtp://127.0.0.1:{}", relay.port);
    let spare = "smtp://127.0.0.1:1".to_owned();
    let printed = email_test("--relay main", main, spare, None).await;
    assert!(!printed.success, "{}", printed.out);
    let failed = printed.out.lines().find(|line| line.contains("Failed: "));
    failed.expect("a failure").to_owned()
}

#[tokio::test]
async fn the_test_command_blames_the_ehlo_name_if_the_relay_rejects_it() {
    fn refusing(line: &str, command: &str, reply: &'static str) -> Response {
        if line.starts_with(command) {
            Response::Reply(reply)
        } else {
            Response::Accept
        }
    }
    let scripts: [Script; 6] = [
        |_, line| {
            refusing(
                line,
                "EHLO",
                "504 5.5.2 <vm>: need fully-qualified hostname",
            )
        },
        |_, line| refusing(line, "EHLO", "501 5.5.4 Invalid domain name"),
        |_, line| refusing(line, "EHLO", "550 5.7.1 Helo command rejected"),
        |_, line| refusing(line, "MAIL", "504 5.5.2 <vm>: Helo command rejected"),
        |_, line| refusing(line, "RCPT", "504 5.5.2 <vm>: Helo command rejected"),
        |_, line| {
            refusing(
                line,
                "RCPT",
                "501 5.5.2 <vm>: Helo command rejected: Invalid name",
            )
        },
    ];
    for script in scripts {
        let failure = failure(script).await;
        assert!(failure.contains("set email.ehlo_name"), "{failure}");
        assert!(!failure.contains("--to"), "{failure}");
    }
    let failure = failure(|_, line| refusing(line, "RCPT", "550 5.1.1 nobody")).await;
    assert!(
        failure.contains("Check the address after --to"),
        "{failure}"
    );
}

#[tokio::test]
async fn the_test_command_says_that_the_relay_wants_oauth() {
    let scripts: [Script; 4] = [
        |_, line| match line.split(' ').next() {
            Some("EHLO") => Response::Reply("250-here\r\n250 AUTH XOAUTH2"),
            _ => Response::Accept,
        },
        |_, line| match line.split(' ').next() {
            Some("EHLO") => Response::Reply("250-here\r\n250 AUTH=OAUTHBEARER XOAUTH2"),
            _ => Response::Accept,
        },
        |_, line| match line.split(' ').next() {
            Some("AUTH") => Response::Reply(
                "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
            ),
            _ => Response::Accept,
        },
        |_, line| match line.split(' ').next() {
            Some("AUTH") => Response::Reply("504 5.7.4 Unrecognized authentication type"),
            _ => Response::Accept,
        },
    ];
    for script in scripts {
        let failure = failure(script).await;
        assert!(failure.contains("The server wants OAuth"), "{failure}");
        assert!(!failure.contains("Check the port"), "{failure}");
    }
    let wrong = failure(|_, line| match line.split(' ').next() {
        Some("AUTH") => Response::Reply("535 5.7.8 wrong"),
        _ => Response::Accept,
    });
    let wrong = wrong.await;
    assert!(wrong.contains("Check user name and password"), "{wrong}");
}
