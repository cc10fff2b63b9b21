//! Mails in the file backend, and a mail server that is unreachable.

use std::{fs, net::TcpListener, path::Path};

use doorcode::server::{
    app::{clock, email_transports},
    config::{EmailBackendName, Settings},
    domain::EmailAddress,
    ports::messenger::HandoverSignal,
    transport::{email::Mail, failover::TransportError, templates::EmailTexts},
};
use jiff::Timestamp;

fn texts() -> EmailTexts {
    EmailTexts {
        subject: "Subject".to_owned(),
        text: "one\n\n012345\n".to_owned(),
        html: "<b>012345</b>".to_owned(),
    }
}

async fn send(settings: &Settings) -> Result<Option<String>, TransportError> {
    let to = EmailAddress::parse("user@example.com").expect("an address");
    let date: Timestamp = "2026-11-22T12:00:00Z".parse().expect("an instant");
    let mail = Mail {
        to,
        texts: texts(),
        message_id: "abc123".to_owned(),
        date,
        handover: HandoverSignal::default(),
    };
    email_transports(settings, &clock(settings)).expect("a backend")[0]
        .send(&mail)
        .await
}

fn smtp(url: &str) -> Settings {
    let mut settings = Settings::default();
    settings.email.backend = EmailBackendName::Smtp;
    settings.email.url = url.into();
    settings
}

fn only_file(directory: &Path) -> String {
    let files: Vec<_> = fs::read_dir(directory)
        .expect("the folder")
        .map(|entry| entry.expect("a file").path())
        .collect();
    let mails: Vec<_> = files
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "eml"))
        .collect();
    assert_eq!(mails.len(), 1);
    fs::read_to_string(mails[0]).expect("a mail")
}

#[tokio::test]
async fn the_file_backend_writes_each_mail_with_its_headers_and_both_parts() {
    let directory = tempfile::tempdir().expect("a folder");
    let mut settings = Settings::default();
    settings.email.backend = EmailBackendName::File;
    settings.email.directory = directory.path().join("mail");
    send(&settings).await.expect("sent");
    let mail = only_file(&settings.email.directory);
    for line in [
        "From: noreply@wastebilling.local",
        "To: user@example.com",
        "Subject: Subject",
        "Message-ID: <abc123@wastebilling.local>",
        "Date: Sun, 22 Nov 2026 12:00:00 +0000",
        "Auto-Submitted: auto-generated",
        "X-Entity-Ref-ID: abc123",
        "012345",
        "<b>012345</b>",
    ] {
        assert!(
            mail.lines().any(|other| other.trim_end() == line),
            "{line}\n{mail}"
        );
    }
}

#[tokio::test]
async fn an_unreachable_mail_server_is_unavailable() {
    let free = TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("an address");
    let failure = send(&smtp(&format!("smtp://{free}")))
        .await
        .expect_err("no server listens");
    assert!(
        matches!(failure, TransportError::Unavailable { .. }),
        "{failure}"
    );
}
