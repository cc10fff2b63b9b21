//! Choices of visitors and of the operator: language, remembered contact, maintenance and brand.

use axum::http::{Request, header};
use doorcode::shared::Language;

use crate::support::{EMAIL, SECOND, TestApp};

fn decoded(header: &str) -> String {
    percent_encoding::percent_decode_str(header)
        .decode_utf8()
        .expect("text")
        .into_owned()
}

#[tokio::test]
async fn a_page_is_in_the_language_that_the_browser_asks_for() {
    let app = TestApp::new().await;
    for language in Language::ALL {
        let mut browser = app.browser();
        browser.languages = language.code();
        let page = browser.get("/otp/request/").await;
        let html = format!(
            "<html lang=\"{}\" dir=\"{}\">",
            language.code(),
            language.direction()
        );
        assert!(page.body.contains(&html), "{html}");
        assert_eq!(page.header("content-language"), language.code());
    }
}

#[test]
fn the_browser_tests_and_the_settings_list_every_language() {
    let specs = include_str!("../../end2end/support/languages.ts");
    let settings = include_str!("../../Leptos.toml");
    for language in Language::ALL {
        let (code, name) = (language.code(), language.name());
        let listed = format!("{{ code: '{code}', name: '{name}' }}");
        assert!(specs.contains(&listed), "{listed}");
        let (offered, _) = settings
            .split_once("# The languages that pages offer: ")
            .and_then(|(_, rest)| rest.split_once('.'))
            .expect("the documentation of the setting");
        assert!(
            offered.split([' ', ',']).any(|word| word == code),
            "{offered}: {code}"
        );
    }
}

#[tokio::test]
async fn a_chosen_language_is_kept_and_so_is_the_input() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    let typed = [
        ("language", "de"),
        ("contact_type", "phone"),
        ("contact_value", "+1 (202"),
        ("next", "/account/contact/"),
    ];
    let reply = browser.post("/language/", &typed).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("location")),
        (303, "/otp/request/")
    );
    let page = browser.get("/otp/request/").await.body;
    assert!(
        page.contains("<html lang=\"de\"") && page.contains("value=\"+1 (202\""),
        "{page}"
    );
    assert!(page.contains("value=\"/account/contact/\""));
    let again = browser.get("/otp/request/").await.body;
    assert!(again.contains("<html lang=\"de\"") && !again.contains("+1 (202"));
}

#[tokio::test]
async fn the_language_form_never_redirects_to_another_site() {
    let app = TestApp::new().await;
    for (language, page) in [
        ("xx", "/otp/verify/"),
        ("", "/otp/verify/"),
        ("de", "//evil.example"),
        ("de", "https://evil.example"),
    ] {
        let mut browser = app.browser();
        let reply = browser
            .post("/language/", &[("language", language), ("page", page)])
            .await;
        assert!(
            ["/otp/verify/", "/otp/request/"].contains(&reply.header("location")),
            "{}",
            reply.header("location")
        );
    }
}

#[tokio::test]
async fn an_error_is_an_enum_with_its_translated_text_in_a_header() {
    let app = TestApp::new().await;
    let mut browser = app.hydrated_browser();
    let reply = browser.request_code("email", "jo@").await;
    assert_eq!(
        reply.body,
        r#"{"code":"contact_invalid","field":"contact_value","contact_type":"email"}"#
    );
    let message = decoded(reply.header("doorcode-message"));
    assert_eq!(
        message,
        "Enter an email address in the correct format, like name@example.com."
    );
    browser.languages = "ar";
    let arabic = browser.request_code("email", "jo@").await;
    assert_eq!(arabic.body, reply.body);
    assert_ne!(decoded(arabic.header("doorcode-message")), message);
}

#[tokio::test]
async fn a_message_is_in_the_language_of_the_page_that_requested_it() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.languages = "es";
    browser.request_code("email", EMAIL).await;
    browser.languages = "fr";
    app.advance(61 * SECOND);
    browser.resend().await;
    app.deliver().await;
    let languages: Vec<_> = app
        .mailbox
        .all()
        .into_iter()
        .map(|arrived| arrived.language)
        .collect();
    assert_eq!(languages, [Language::Spanish, Language::French]);
}

#[tokio::test]
async fn a_contact_is_remembered_only_if_the_customer_chooses_so() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.request_code("email", EMAIL).await;
    browser.post("/otp/change/", &[]).await;
    assert!(!browser.get("/otp/request/").await.body.contains(EMAIL));
    app.advance(61 * SECOND);
    let fields = [
        ("contact_type", "email"),
        ("contact_value", EMAIL),
        ("remember", "yes"),
    ];
    let reply = browser.post("/otp/request/", &fields).await;
    let cookies = reply
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|cookie| cookie.to_str().ok());
    let kept = cookies
        .into_iter()
        .find(|cookie| cookie.starts_with("doorcode-contact="))
        .expect("a cookie")
        .to_owned();
    assert!(
        kept.contains("HttpOnly; SameSite=Lax; Max-Age=15552000"),
        "{kept}"
    );
    browser.post("/otp/change/", &[]).await;
    let page = browser.get("/otp/request/").await.body;
    assert!(page.contains(&format!("value=\"{EMAIL}\"")) && page.contains("checked"));
    app.advance(121 * SECOND);
    browser.request_code("email", EMAIL).await;
    browser.post("/otp/change/", &[]).await;
    assert!(!browser.get("/otp/request/").await.body.contains(EMAIL));
}

#[tokio::test]
async fn a_hostile_remembered_contact_is_escaped() {
    let app = TestApp::new().await;
    for kept in [
        "email:%22%3E%3Cscript%3E",
        "nobody:x",
        "email",
        "%ff",
        "phone:%00%0d%0a1",
    ] {
        let mut browser = app.browser();
        browser.choices.insert(
            "doorcode-contact".to_owned(),
            format!("doorcode-contact={kept}"),
        );
        let page = browser.get("/otp/request/").await;
        assert_eq!(page.status, 200, "{kept}");
        assert!(!page.body.contains("\"><script>"), "{kept}");
    }
}

#[tokio::test]
async fn sign_in_returns_to_the_requested_account_page() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    let reply = browser.get("/account/contact/").await;
    assert_eq!(
        reply.header("location"),
        "/otp/request/?next=/account/contact/"
    );
    let page = browser.get(reply.header("location")).await.body;
    assert!(
        page.contains("name=\"next\" value=\"/account/contact/\""),
        "{page}"
    );
    assert_eq!(
        browser.get("/account/").await.header("location"),
        "/otp/request/"
    );
}

#[tokio::test]
async fn while_the_maintenance_file_exists_pages_answer_503() {
    let directory = tempfile::tempdir().expect("a folder");
    let file = directory.path().join("maintenance");
    let app = TestApp::with(|settings| settings.server.maintenance_file = Some(file.clone())).await;
    let mut browser = app.browser();
    assert_eq!(browser.get("/otp/request/").await.status, 200);
    std::fs::write(&file, "").expect("a file");
    for path in ["/", "/otp/request/", "/otp/verify/", "/account/"] {
        let page = browser.get(path).await;
        assert_eq!(
            (page.status.as_u16(), page.header("retry-after")),
            (503, "300"),
            "{path}"
        );
        assert!(page.body.contains("We will be back soon"), "{path}");
    }
    assert_eq!(browser.request_code("email", EMAIL).await.status, 503);
    assert_eq!(browser.get("/health/live").await.status, 200);
    std::fs::remove_file(&file).expect("the file is there");
    assert_eq!(browser.get("/otp/request/").await.status, 200);
}

#[tokio::test]
async fn only_pages_are_compressed() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    let asked = || Request::get("/health/live").header(header::ACCEPT_ENCODING, "br");
    assert_eq!(
        browser
            .send(asked(), String::new())
            .await
            .header("content-encoding"),
        ""
    );
    let page = Request::get("/nowhere").header(header::ACCEPT_ENCODING, "br");
    let compressed = browser.send_for_bytes(page).await;
    assert_eq!(compressed.headers[header::CONTENT_ENCODING], "br");
    assert!(compressed.body.len() < 3_000);
}

#[tokio::test]
async fn every_page_has_the_brand_colour_logo_and_links() {
    let directory = tempfile::tempdir().expect("a folder");
    let logo = directory.path().join("logo.svg");
    std::fs::write(&logo, "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").expect("a file");
    let app = TestApp::with(|settings| {
        settings.brand.logo = Some(logo.clone());
        settings.brand.accent = serde_json::from_str("\"#1d3fa8\"").ok();
        settings.brand.support = serde_json::from_str("\"help@example.com\"").ok();
        settings.brand.privacy_url = serde_json::from_str("\"https://example.com/privacy\"").ok();
    })
    .await;
    let mut browser = app.browser();
    for path in ["/otp/request/", "/nowhere"] {
        let page = browser.get(path).await.body;
        for part in [
            "--accent:#1d3fa8",
            "href=\"mailto:help@example.com\"",
            "href=\"https://example.com/privacy\"",
            "src=\"/logo?",
        ] {
            assert!(page.contains(part), "{path}: {part}");
        }
    }
    let image = browser.get("/logo").await;
    assert_eq!(image.header("content-type"), "image/svg+xml");
    assert!(
        image
            .header("content-security-policy")
            .starts_with("default-src 'none'")
    );
}
