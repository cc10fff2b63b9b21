//! The host that a request names.

use std::{fs, path::Path, sync::Arc};

use axum::http::{Request, header, request::Builder};
use doorcode::server::{
    app::Adapters,
    config::{EmailBackendName, Env, Settings},
    random::SeededRandom,
};

use crate::support::{EMAIL, Reply, TestApp};

const OURS: &str = "pay.example.com";

/// A production application that writes its mails to files.
async fn app(mails: &Path) -> TestApp {
    let public = |settings: &mut Settings| {
        settings.server.env = Env::Prod;
        settings.brand.public_url =
            serde_json::from_str(r#""https://pay.example.com""#).expect("a URL");
        settings.email.backend = EmailBackendName::File;
        mails.clone_into(&mut settings.email.directory);
    };
    let mut settings = Settings::default();
    public(&mut settings);
    let messenger = Adapters::real(&settings).expect("adapters").messenger;
    let keys = tempfile::tempdir().expect("a folder");
    let key = keys.path().join("doorcode.key");
    fs::write(&key, "5a".repeat(32)).expect("a key");
    let with_key = |settings: &mut Settings| {
        public(settings);
        settings.keys.files = vec![key];
    };
    TestApp::build(with_key, messenger, Arc::new(SeededRandom::new(1))).await
}

/// Requests a code with a request that `trick` has modified. Returns the reply and the mail, if one
/// was sent. The random MIME boundary is removed from the mail.
async fn request_code(
    path: &str,
    trick: impl FnOnce(Builder) -> Builder,
) -> (Reply, Option<String>) {
    let mails = tempfile::tempdir().expect("a folder");
    let app = app(mails.path()).await;
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin");
    let form = format!("contact_type=email&contact_value={EMAIL}");
    let reply = app
        .browser()
        .located_at("203.0.113.7")
        .send_as_it_is(trick(request), form)
        .await;
    app.deliver().await;
    let mail = fs::read_dir(mails.path()).expect("the folder").next();
    let mail = mail.map(|mail| fs::read_to_string(mail.expect("a mail").path()).expect("text"));
    let mail = mail.map(|mail| {
        let boundary = mail
            .split("boundary=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("a boundary");
        mail.replace(boundary, "")
    });
    (reply, mail)
}

#[tokio::test]
async fn client_headers_do_not_change_a_byte_of_a_mail() {
    let (_, usual) = request_code("/otp/request/", |request| request.header("host", OURS)).await;
    let usual = usual.expect("a mail");
    assert!(
        usual.contains("https://pay.example.com/otp/not-me/"),
        "{usual}"
    );
    for (name, value) in [
        ("x-forwarded-host", "evil.example"),
        ("x-host", "evil.example"),
        ("x-forwarded-server", "evil.example"),
        ("x-http-host-override", "evil.example"),
        ("x-original-host", "evil.example"),
        ("x-original-url", "https://evil.example/"),
        ("x-rewrite-url", "https://evil.example/"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-port", "666"),
        ("x-forwarded-prefix", "//evil.example"),
        ("forwarded", "host=evil.example;proto=http"),
        ("origin", "https://evil.example"),
        ("referer", "https://evil.example/"),
    ] {
        let (reply, mail) = request_code("/otp/request/", |request| {
            request.header("host", OURS).header(name, value)
        })
        .await;
        assert_eq!(
            (reply.location(), mail.as_ref()),
            ("/otp/verify/", Some(&usual)),
            "{name}"
        );
    }
    for (target, host) in [
        ("/otp/request/", "PAY.example.com:443"),
        ("https://pay.example.com/otp/request/", OURS),
        ("http://pay.example.com/otp/request/", "evil.example"),
    ] {
        let (reply, mail) = request_code(target, |request| request.header("host", host)).await;
        assert_eq!(
            (reply.location(), mail.as_ref()),
            ("/otp/verify/", Some(&usual)),
            "{target} {host}"
        );
    }
}

#[tokio::test]
async fn a_request_for_another_host_is_misdirected_and_sends_nothing() {
    for (target, host) in [
        ("/otp/request/", "evil.example"),
        ("/otp/request/", "pay.example.com.evil.example"),
        ("/otp/request/", "pay.example.com:8443"),
        ("/otp/request/", "pay.example.com@evil.example"),
        ("/otp/request/", "127.0.0.1:3000"),
        ("/otp/request/", ""),
        ("https://evil.example/otp/request/", OURS),
        ("https://user@pay.example.com/otp/request/", OURS),
    ] {
        let (reply, mail) = request_code(target, |request| request.header("host", host)).await;
        assert_eq!(
            (reply.status.as_u16(), mail),
            (421, None),
            "{target} {host}"
        );
        assert!(reply.says("<h1>") && !reply.says("evil"), "{}", reply.body);
        assert_eq!(
            (reply.header("cache-control"), reply.header("set-cookie")),
            ("no-store, no-transform", "")
        );
    }
}

#[tokio::test]
async fn a_request_without_exactly_one_host_is_malformed() {
    let none = |request| request;
    let two = |request: Builder| request.header("host", OURS).header("host", OURS);
    for (reply, mail) in [
        request_code("/otp/request/", none).await,
        request_code("/otp/request/", two).await,
    ] {
        assert_eq!((reply.status.as_u16(), mail), (400, None), "{}", reply.body);
    }
}

#[tokio::test]
async fn health_checks_accept_any_host() {
    let app = TestApp::new().await;
    for path in ["/health/live", "/health/ready"] {
        let request = Request::get(path).header("host", "10.0.0.7:3000");
        assert_eq!(
            app.browser()
                .send_as_it_is(request, String::new())
                .await
                .body,
            "ok"
        );
    }
    for path in [
        "/",
        "/otp/status/",
        "/robots.txt",
        "/pkg/x.js",
        "/nowhere",
        "/account",
        "/receipts/twilio/",
    ] {
        let request = Request::get(path).header("host", "10.0.0.7:3000");
        assert_eq!(
            app.browser()
                .send_as_it_is(request, String::new())
                .await
                .status,
            421,
            "{path}"
        );
    }
}

#[tokio::test]
async fn forms_never_redirect_to_another_site() {
    let app = TestApp::new().await;
    for path in [
        "/otp/request/",
        "/otp/verify/",
        "/otp/resend/",
        "/otp/logout/",
        "/otp/change/",
        "/otp/not-me/",
    ] {
        for body in [
            "",
            "other=1",
            "otp_code=000000",
            "contact_type=fax",
            "token=x",
            "next=//evil.example",
        ] {
            let request = Request::post(path)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin")
                .header(header::REFERER, "https://evil.example/");
            let reply = app.browser().send(request, body.to_owned()).await;
            assert!(
                reply.location().starts_with("/otp/"),
                "{path} {body}: {}",
                reply.location()
            );
        }
    }
}

#[tokio::test]
async fn head_requests_create_no_session_and_keep_flash_messages() {
    let app = TestApp::new().await;
    let head = |path: &str| Request::head(path.to_owned());
    let reply = app
        .browser()
        .send(head("/otp/verify/"), String::new())
        .await;
    assert_eq!(
        (reply.location(), reply.header("set-cookie")),
        ("/otp/request/", "")
    );
    assert_eq!(app.number("SELECT count(*) FROM sessions").await, 0);
    let mut browser = app.browser();
    assert_eq!(
        browser.get("/otp/verify/").await.location(),
        "/otp/request/"
    );
    assert_eq!(
        browser
            .send(head("/otp/request/"), String::new())
            .await
            .status,
        200
    );
    assert!(browser.get("/otp/request/").await.says("Session expired"));
}
