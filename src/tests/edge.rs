//! The HTTP edge: headers, malformed requests, health checks, static files and slow clients.

use std::{
    io::{Read, Write},
    path::Path,
    sync::Arc,
    time::Duration,
};

use axum::http::Request;
use doorcode::server::{
    domain::Token,
    http::listen,
    random::{Random, SeededRandom},
};

use serde_json::Value;

use crate::support::{EMAIL, Mailbox, Reply, SECOND, TestApp, without_contact_limits};

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn every_response_has_the_security_headers() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    for path in [
        "/",
        "/otp/request/",
        "/otp/request",
        "/otp/verify/",
        "/health/live",
        "/nowhere",
        "/pkg/nothing.js",
    ] {
        let reply = browser.get(path).await;
        let policy = reply.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{path}: {policy}"
        );
        for (name, value) in [
            ("referrer-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(reply.header(name), value, "{path}");
        }
        // Intermediaries must not rewrite pages: Cloudflare would replace addresses on them.
        let caching = if reply.header("content-type").starts_with("text/html") {
            "no-store, no-transform"
        } else {
            "no-store"
        };
        assert_eq!(reply.header("cache-control"), caching, "{path}");
        assert_eq!(reply.header("x-request-id").len(), 8, "{path}");
    }
}

#[tokio::test]
async fn the_scripts_of_each_page_have_a_new_nonce() {
    let app = TestApp::new().await;
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let page = app.browser().get("/otp/request/").await;
        let policy = page.header("content-security-policy").to_owned();
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .and_then(|rest| rest.split('\'').next())
            .expect("a nonce")
            .to_owned();
        let scripts = page.body.matches("<script").count();
        assert!(scripts > 0 && page.body.matches(&format!("nonce=\"{nonce}\"")).count() >= scripts);
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn https_sites_send_hsts_and_secure_host_cookies() {
    let url = serde_json::from_str(r#""https://pay.example.com""#).expect("a URL");
    let app = TestApp::with(|settings| settings.brand.public_url = url).await;
    let mut browser = app.browser();
    let reply = browser.request_code("email", EMAIL).await;
    assert_eq!(
        reply.header("strict-transport-security"),
        "max-age=63072000"
    );
    let cookie = reply.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-doorcode=") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
}

#[tokio::test]
async fn subdomains_are_included_in_hsts_only_if_the_operator_says_so() {
    let url = serde_json::from_str(r#""https://pay.example.com""#).expect("a URL");
    let app = TestApp::with(|settings| {
        settings.brand.public_url = url;
        settings.server.hsts_include_subdomains = true;
    })
    .await;
    for path in ["/otp/request/", "/health/live", "/nowhere"] {
        assert_eq!(
            app.browser()
                .get(path)
                .await
                .header("strict-transport-security"),
            "max-age=63072000; includeSubDomains",
            "{path}"
        );
    }
    let without_https = TestApp::with(|settings| settings.server.hsts_include_subdomains = true);
    let reply = without_https.await.browser().get("/otp/request/").await;
    assert_eq!(reply.header("strict-transport-security"), "");
}

#[tokio::test]
async fn a_client_that_does_not_accept_html_gets_json_with_a_sentence() {
    let directory = tempfile::tempdir().expect("a folder");
    let file = directory.path().join("maintenance");
    let app = TestApp::with(|settings| settings.server.maintenance_file = Some(file.clone())).await;
    let post = |path: &str| Request::post(path).header("sec-fetch-site", "same-origin");
    let cross_site = Request::post("/otp/request/").header("sec-fetch-site", "cross-site");
    let long = "a=".to_owned() + &"b".repeat(9_000);
    for (request, body, status, code, sentence) in [
        (Request::get("/nowhere"), "", 404, "not_found", "address"),
        (
            Request::get("/pkg/nothing.js"),
            "",
            404,
            "not_found",
            "address",
        ),
        (cross_site, "", 403, "forbidden", "our own page"),
        (
            post("/otp/request/").header("content-type", "text/plain"),
            "a=b",
            400,
            "malformed",
            "read",
        ),
        (
            post("/otp/request/").header("content-type", FORM),
            long.as_str(),
            413,
            "too_large",
            "",
        ),
        (
            Request::delete("/otp/request/").header("sec-fetch-site", "same-origin"),
            "",
            405,
            "method_not_allowed",
            "",
        ),
    ] {
        let reply = app.hydrated_browser().send(request, body.to_owned()).await;
        assert_eq!(reply.status, status, "{code}");
        assert_is_json_with_a_sentence(&reply, code, sentence);
    }
    std::fs::write(&file, "").expect("a file");
    for path in ["/", "/otp/request/", "/account/"] {
        let reply = app.hydrated_browser().get(path).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("retry-after")),
            (503, "300")
        );
        assert_is_json_with_a_sentence(&reply, "maintenance", "");
    }
}

fn assert_is_json_with_a_sentence(reply: &Reply, code: &str, part: &str) {
    let json: Value = serde_json::from_str(&reply.body).expect(&reply.body);
    assert_eq!(
        (&json["code"], reply.header("content-type")),
        (&Value::from(code), "application/json"),
        "{}",
        reply.body
    );
    let message = json["message"].as_str().unwrap_or_default();
    assert!(message.contains(' ') && message.contains(part), "{message}");
}

#[tokio::test]
async fn a_deleted_or_replaced_database_turns_readiness_red() {
    let delete = |file: &Path| std::fs::remove_file(file).expect("deleted");
    let replace = |file: &Path| {
        let copy = file.with_extension("copy");
        std::fs::copy(file, &copy).expect("copied");
        std::fs::rename(copy, file).expect("replaced");
    };
    let delete_the_log = |file: &Path| {
        std::fs::remove_file(file.with_extension("db-wal")).expect("deleted");
    };
    let break_file: [&dyn Fn(&Path); 3] = [&delete, &replace, &delete_the_log];
    for break_file in break_file {
        let app = TestApp::new().await;
        let mut browser = app.browser();
        browser.expects_failures = true;
        assert_eq!(browser.get("/health/ready").await.status, 200);
        break_file(&app.database());
        app.advance(SECOND);
        let reply = browser.get("/health/ready").await;
        assert_eq!(reply.status, 503, "{}", reply.body);
        assert_eq!(browser.get("/health/live").await.status, 200);
    }
}

#[tokio::test]
async fn a_form_from_another_site_changes_nothing() {
    let app = TestApp::with(without_contact_limits).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("x-nothing", ""),
    ] {
        for path in [
            "/otp/request/",
            "/otp/verify/",
            "/otp/resend/",
            "/otp/logout/",
            "/otp/change/",
            "/otp/not-me/",
        ] {
            let mut browser = app.signed_in_browser().await;
            let request = Request::post(path)
                .header("content-type", FORM)
                .header(name, value);
            let reply = browser
                .send(request, format!("contact_type=email&contact_value={EMAIL}"))
                .await;
            assert_eq!(reply.status, 403, "{path} {name}: {value}");
            assert_eq!(browser.get("/account/").await.status, 200);
        }
    }
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let app = TestApp::new().await;
    for path in [
        "/otp/request/",
        "/otp/verify/",
        "/otp/resend/",
        "/otp/logout/",
        "/otp/not-me/",
        "/otp/status/",
        "/account/",
    ] {
        for method in ["PUT", "DELETE", "PATCH"] {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("sec-fetch-site", "same-origin");
            let reply = app.browser().send(request, String::new()).await;
            assert!(reply.status == 405 && reply.says("<h1>"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn malformed_forms_get_an_error_page_and_never_a_500() {
    let app = TestApp::with(without_contact_limits).await;
    let long = format!("otp_code={}", "1".repeat(9_000));
    for (content_type, body, status) in [
        (FORM, "otp_code=1&otp_code=2", 400),
        (FORM, "otp_code[]=1", 400),
        ("application/json", r#"{"otp_code":null}"#, 400),
        ("text/plain", "otp_code=1", 400),
        ("multipart/form-data; boundary=x", "--x--", 400),
        (FORM, long.as_str(), 413),
        (FORM, "otp_code=%FF%00", 303),
        (FORM, "", 303),
        (FORM, "other=1", 303),
    ] {
        let (mut browser, _) = app.browser_with_code().await;
        let request = Request::post("/otp/verify/")
            .header("content-type", content_type)
            .header("sec-fetch-site", "same-origin");
        let reply = browser.send(request, body.to_owned()).await;
        assert_eq!(reply.status, status, "{content_type} {body:.40}");
        assert!(
            status == 303 || reply.says("<h1>"),
            "{content_type} {body:.40}: {}",
            reply.body
        );
    }
    assert_eq!(app.number("SELECT sum(attempts) FROM otps").await, 0);
}

#[tokio::test]
async fn foreign_bytes_and_fields_of_others_do_not_prevent_a_sign_in() {
    let app = TestApp::new().await;
    for (mut browser, status) in [(app.browser(), 303), (app.hydrated_browser(), 200)] {
        browser.request_code("email", EMAIL).await;
        let code = app.newest_code().await;
        let own = browser.cookie.take().unwrap_or_default();
        browser.cookie = Some(format!("city=Z\u{fc}rich; {own}; stra\u{df}e=1"));
        let request = Request::post("/otp/verify/")
            .header(
                "content-type",
                &b"application/x-www-form-urlencoded; a=\xfc"[..],
            )
            .header("accept", &b"application/\xfc"[..])
            .header("accept-language", &b"\xfc, de;q=0.9"[..])
            .header("user-agent", &b"Browser/1.0 (Z\xfcrich)"[..])
            .header("sec-fetch-site", "same-origin");
        let form = format!("Ext.Id=1&Ext.Id=2&data-x=%FF&otp_code={code}&a[]=1&=&%C3%BC=1");
        let reply = browser.send(request, form).await;
        assert_eq!(reply.status, status, "{}", reply.body);
        assert!(reply.says("/account/") || reply.location() == "/account/");
    }
    let agents = app
        .texts("SELECT DISTINCT user_agent FROM otp_history WHERE event = 'verified'")
        .await;
    assert_eq!(agents, ["Browser/1.0 (Z\u{fffd}rich)"]);
}

#[tokio::test]
async fn a_path_without_its_trailing_slash_redirects_with_method_and_query() {
    let app = TestApp::new().await;
    for path in [
        "/otp/request",
        "/otp/verify",
        "/otp/resend",
        "/otp/logout",
        "/otp/change",
        "/otp/status",
        "/otp/not-me",
        "/otp/not-me/done",
        "/account",
    ] {
        let reply = app.browser().get(&format!("{path}?a=b")).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("location")),
            (308, &*format!("{path}/?a=b"))
        );
    }
}

#[tokio::test]
async fn an_unknown_path_gets_an_error_page() {
    let app = TestApp::new().await;
    let reply = app.browser().get("/nowhere").await;
    assert!(reply.status == 404 && reply.says("<h1>"), "{}", reply.body);
}

#[tokio::test]
async fn health_checks_are_public_and_metrics_are_not() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    assert_eq!(browser.get("/health/live").await.body, "ok");
    assert_eq!(browser.get("/health/ready").await.body, "ok");
    assert_eq!(browser.get("/metrics").await.status, 404);
}

#[tokio::test]
async fn readiness_checks_the_database_at_most_once_a_second() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.get("/health/ready").await;
    app.execute("UPDATE health SET checked_at = 0").await;
    app.advance(SECOND - SECOND / 1000);
    assert_eq!(browser.get("/health/ready").await.body, "ok");
    assert_eq!(app.number("SELECT checked_at FROM health").await, 0);
    app.advance(SECOND / 1000);
    assert_eq!(browser.get("/health/ready").await.body, "ok");
    assert!(app.number("SELECT checked_at FROM health").await > 0);
}

#[tokio::test]
async fn cleanup_deletes_expired_rows_in_batches() {
    let app = TestApp::new().await;
    app.execute(
        "WITH RECURSIVE numbers (number) AS (VALUES (1) UNION ALL SELECT number + 1 FROM numbers WHERE number < 2500)
         INSERT INTO suppressions (contact, expires_at) SELECT 'user' || number || '@example.com', 0 FROM numbers",
    )
    .await;
    let removed = app.operator().cleanup(SECOND).await.expect("cleaned up");
    assert_eq!(removed.others, 2_500);
    assert_eq!(app.number("SELECT count(*) FROM suppressions").await, 0);
}

#[tokio::test]
async fn hashed_files_are_immutable_and_precompressed() {
    let site = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(site.path().join("pkg")).expect("a folder");
    std::fs::write(site.path().join("pkg/doorcode.abc.wasm"), "plain").expect("a file");
    std::fs::write(site.path().join("pkg/doorcode.abc.wasm.br"), "brotli").expect("a file");
    let root = site.path().to_owned();
    let app = TestApp::with(|settings| settings.server.site_root = root).await;
    let request = Request::get("/pkg/doorcode.abc.wasm").header("accept-encoding", "br, gzip");
    let reply = app.browser().send(request, String::new()).await;
    assert_eq!(reply.body, "brotli");
    assert_eq!(reply.header("content-encoding"), "br");
    assert_eq!(reply.header("content-type"), "application/wasm");
    assert_eq!(
        reply.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(
        app.browser().get("/pkg/doorcode.abc.wasm").await.body,
        "plain"
    );
}

#[tokio::test]
async fn files_without_a_hash_are_revalidated() {
    let site = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(site.path().join("pkg")).expect("a folder");
    std::fs::write(site.path().join("pkg/doorcode.wasm"), "plain").expect("a file");
    let root = site.path().to_owned();
    let app = TestApp::with(|settings| settings.server.site_root = root).await;
    let reply = app.browser().get("/pkg/doorcode.wasm").await;
    assert_eq!(reply.header("cache-control"), "no-cache");
}

/// A source of random numbers that panics when a token is drawn.
struct PanicsOnTokens(SeededRandom);

impl Random for PanicsOnTokens {
    fn fill(&self, bytes: &mut [u8]) {
        assert_ne!(bytes.len(), Token::BYTES, "no token today");
        self.0.fill(bytes);
    }
}

#[tokio::test]
async fn a_panic_gets_a_500_with_an_id_and_the_server_keeps_running() {
    let keys = tempfile::tempdir().expect("a folder");
    let key = keys.path().join("doorcode.key");
    std::fs::write(&key, "5a".repeat(32)).expect("a key");
    let random = Arc::new(PanicsOnTokens(SeededRandom::new(1)));
    let app = TestApp::build(
        |settings| settings.keys.files = vec![key],
        Arc::new(Mailbox::default()),
        random,
    )
    .await;
    let mut browser = app.browser();
    let reply = browser.request_code("email", EMAIL).await;
    assert_eq!(reply.status, 500);
    assert!(reply.says(reply.header("x-request-id")), "{}", reply.body);
    assert_eq!(browser.get("/otp/request/").await.status, 200);
    let reply = app.hydrated_browser().request_code("email", EMAIL).await;
    assert!(
        reply.status == 500 && reply.says("unexpected"),
        "{}",
        reply.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_finishes_its_headers_is_cut_off() {
    let app = TestApp::new().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
    listener.set_nonblocking(true).expect("a socket");
    let address = listener.local_addr().expect("an address");
    let limit = Duration::from_millis(200);
    tokio::spawn(listen::serve(
        listener,
        app.app.router(),
        axum_server::Handle::new(),
        limit,
    ));
    for start in [
        &b""[..],
        b"P",
        b"GET / HTTP/1.1\r\nHost: ",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let cut_off = tokio::task::spawn_blocking(move || {
            let mut client = std::net::TcpStream::connect(address).expect("a connection");
            client.write_all(start).expect("a start");
            client
                .set_read_timeout(Some(Duration::from_secs(20)))
                .expect("a limit");
            let mut answer = Vec::new();
            client.read_to_end(&mut answer).map(|_| answer)
        });
        let answer = cut_off
            .await
            .expect("a client")
            .expect("the server closes the connection");
        assert!(!String::from_utf8_lossy(&answer).contains("200"));
    }
}
