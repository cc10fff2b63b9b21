//! Behind a real reverse proxy: the address of the client, and the responses that a cache may
//! store.

use std::fs;

use doorcode::server::{
    config::{ClientIp, Settings},
    operator::NewCustomer,
};

use crate::support::{EMAIL, TestApp, nginx::Nginx};

const OTHER: &str = "other@wastebilling.local";

/// Requests a code with forged forwarding headers.
async fn ask_for_a_code(nginx: &Nginx, from: &str) {
    let form = format!("contact_type=email&contact_value={EMAIL}");
    let request = format!(
        "POST /otp/request/ HTTP/1.0\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nSec-Fetch-Site: same-origin\r\n\
         X-Forwarded-For: 198.51.100.1, [2001:db8::1]:443\r\nX-Forwarded-For: 198.51.100.2\r\n\
         X-Real-IP: 198.51.100.3\r\nForwarded: for=198.51.100.4\r\nCF-Connecting-IP: 198.51.100.5\r\n\
         True-Client-IP: 198.51.100.6\r\nX-Client-IP: 198.51.100.7\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let answer = nginx.answer(from, &request).await;
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
}

/// Returns the number of history entries that `of` counts, and the number of all entries.
async fn seen(app: &TestApp, of: &'static str) -> (i64, i64) {
    (
        app.number(of).await,
        app.number("SELECT count(*) FROM otp_history").await,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_forwarding_headers_do_not_change_the_client_address() {
    let app =
        TestApp::with(|settings| settings.server.client_ip = ClientIp::XForwardedFor(1)).await;
    let Some(nginx) = Nginx::in_front_of(&app) else {
        return;
    };
    ask_for_a_code(&nginx, "127.0.5.1").await;
    let of_the_client = "SELECT count(*) FROM otp_history WHERE ip_prefix = '127.0.5.0/24'";
    assert_eq!(seen(&app, of_the_client).await, (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_setting_the_client_address_is_that_of_the_proxy() {
    let app = TestApp::new().await;
    let Some(nginx) = Nginx::in_front_of(&app) else {
        return;
    };
    ask_for_a_code(&nginx, "127.0.5.1").await;
    let of_the_proxy = "SELECT count(*) FROM otp_history WHERE ip_prefix = '127.0.0.0/24'";
    assert_eq!(seen(&app, of_the_proxy).await, (1, 1));
}

async fn get(nginx: &Nginx, path: &str, cookie: &str) -> String {
    let request = format!(
        "GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nCookie: {cookie}\r\n\r\n"
    );
    nginx.answer("127.0.0.1", &request).await
}

async fn signed_in(app: &TestApp, email: &str) -> String {
    let mut browser = app.browser();
    browser.request_code("email", email).await;
    let code = app.newest_code().await;
    assert_eq!(browser.verify(&code).await.location(), "/account/");
    browser.cookie.expect("a session")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_cache_serves_nothing_of_one_customer_to_another() {
    let site = tempfile::tempdir().expect("a folder");
    fs::create_dir(site.path().join("pkg")).expect("a folder");
    fs::write(
        site.path().join("pkg/x.abc.js"),
        "// the same for everybody",
    )
    .expect("a file");
    let root = site.path().to_owned();
    let app = TestApp::with(|settings: &mut Settings| settings.server.site_root = root).await;
    let other = NewCustomer {
        name: "Other".to_owned(),
        email: Some(OTHER.to_owned()),
        phone: None,
    };
    app.operator()
        .add_customer(&other)
        .await
        .expect("a customer");
    let Some(nginx) = Nginx::in_front_of(&app) else {
        return;
    };

    for cached in ["X-Cache: MISS", "X-Cache: HIT"] {
        assert!(
            get(&nginx, "/pkg/x.abc.js", "").await.contains(cached),
            "the cache is at work"
        );
    }
    let one = signed_in(&app, EMAIL).await;
    let two = signed_in(&app, OTHER).await;
    let mut asking = app.browser();
    assert_eq!(
        asking.request_code("email", EMAIL).await.location(),
        "/otp/verify/"
    );
    let asking = asking.cookie.expect("a cookie");
    for path in [
        "/",
        "/account/",
        "/account",
        "/account/x.css",
        "/account/;a.css",
        "/account/%2e%2e/pkg/x.abc.js",
        "/pkg/../account/",
        "/pkg/%2e%2e/account/",
        "/otp/request/",
        "/otp/verify/",
        "/otp/verify/;a.css",
        "/otp/verify/x.js",
        "/otp/status/",
        "/otp/logout/",
    ] {
        for first in [&one, &asking] {
            get(&nginx, path, first).await;
        }
        for cookie in [two.as_str(), ""] {
            let answer = get(&nginx, path, cookie).await;
            assert!(!answer.contains("X-Cache: HIT"), "{path}: {answer}");
            for foreign in ["Demo", "d***@wastebilling.local", EMAIL, &one, &asking] {
                assert!(!answer.contains(foreign), "{path}: {answer}");
            }
        }
    }
    assert!(
        get(&nginx, "/account/", &one).await.contains("Demo"),
        "the account page is there"
    );
}
