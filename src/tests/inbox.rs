//! The developer inbox.

use doorcode::{
    server::{
        app::{self, Adapters, Application},
        config::{EmailBackendName, Env, Settings},
        operator::NewCustomer,
        store::sqlite::Schema,
    },
    shared::ContactType,
};
use tempfile::TempDir;

use crate::support::{Browser, EMAIL, PHONE, deliver_next, settings};

const INBOX: &str = "/dev/inbox/";

fn real_settings(directory: &TempDir, env: Env) -> Settings {
    let mut settings = settings(directory.path());
    settings.server.env = env;
    settings.email.backend = EmailBackendName::File;
    settings.email.directory = directory.path().join("mail");
    settings
}

/// The application with its real transports and one customer.
async fn started(settings: &Settings) -> Application {
    let adapters = Adapters::real(settings).expect("adapters");
    let store = app::open_store(settings, &*adapters.random, Schema::Migrate)
        .await
        .expect("a database");
    let app = Application::build(settings, store, adapters)
        .await
        .expect("a program");
    let customer = NewCustomer {
        name: "Demo".to_owned(),
        email: Some(EMAIL.to_owned()),
        phone: Some(PHONE.to_owned()),
    };
    app.use_cases()
        .operator
        .add_customer(&customer)
        .await
        .expect("a customer");
    app
}

async fn request_code(app: &Application, kind: &str, contact: &str) {
    Browser::new(app.router(), true)
        .request_code(kind, contact)
        .await;
    for channel in ContactType::ALL {
        while deliver_next(&app.use_cases().delivery, channel)
            .await
            .expect("an outbox")
        {}
    }
}

#[tokio::test]
async fn the_inbox_lists_messages_newest_first() {
    let directory = TempDir::new().expect("a folder");
    let app = started(&real_settings(&directory, Env::Dev)).await;
    let mut browser = Browser::new(app.router(), true);
    assert_eq!(browser.get(INBOX).await.status, 200);
    let mut changes = browser.events("/dev/inbox/changes/?since=0").await;
    request_code(&app, "email", EMAIL).await;
    assert_eq!(changes.next().await.as_deref(), Some("data: 1\n\n"));
    request_code(&app, "phone", PHONE).await;
    assert_eq!(changes.next().await.as_deref(), Some("data: 2\n\n"));
    let page = browser.get(INBOX).await;
    let places =
        [PHONE, EMAIL, "src=\"/dev/inbox/1/html\""].map(|text| page.body.find(text).expect(text));
    assert!(places.is_sorted(), "{}", page.body);
    assert!(
        page.header("content-security-policy")
            .ends_with("; frame-src 'self'")
    );
    assert!(page.says("/dev/inbox/changes/?since=2") && !page.says("<style"));
}

#[tokio::test]
async fn the_html_of_a_mail_is_sandboxed() {
    let directory = TempDir::new().expect("a folder");
    let app = started(&real_settings(&directory, Env::Dev)).await;
    request_code(&app, "email", EMAIL).await;
    let mut browser = Browser::new(app.router(), true);
    let mail = browser.get("/dev/inbox/1/html").await;
    assert!(mail.status == 200 && mail.says("<strong>"), "{}", mail.body);
    let policy = mail.header("content-security-policy");
    assert!(
        policy.starts_with("sandbox; default-src 'none'") && !policy.contains("script-src"),
        "{policy}"
    );
    assert_eq!(mail.header("x-frame-options"), "SAMEORIGIN");
    assert_eq!(browser.get("/dev/inbox/2/html").await.status, 404);
}

#[tokio::test]
async fn production_has_no_inbox_and_keeps_no_messages() {
    let directory = TempDir::new().expect("a folder");
    std::fs::write(directory.path().join("doorcode.key"), "5a".repeat(32)).expect("a key");
    let settings = real_settings(&directory, Env::Prod);
    assert!(Adapters::real(&settings).expect("adapters").inbox.is_none());
    let app = started(&settings).await;
    request_code(&app, "email", EMAIL).await;
    for path in [
        INBOX,
        "/dev/inbox",
        "/dev/inbox/changes/?since=0",
        "/dev/inbox/1/html",
    ] {
        assert_eq!(
            Browser::new(app.router(), true).get(path).await.status,
            404,
            "{path}"
        );
    }
}
