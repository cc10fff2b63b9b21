//! Flash messages, which the next page shows, in a cookie of their own.

use axum::http::{Request, header};
use doorcode::api::RequestForm;

use crate::support::{Browser, EMAIL, MINUTE, Reply, SECOND, TestApp};

const NAME: &str = "doorcode-flash";
const INVALID: &str = "Enter an email address in the correct format";
const EXPIRED: &str = "Session expired. Please request OTP again.";

/// Returns the `Set-Cookie` header of the flash message, or an empty string without one.
fn set_flash(reply: &Reply) -> String {
    let cookies = reply
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|cookie| cookie.to_str().ok());
    cookies
        .into_iter()
        .find(|cookie| cookie.starts_with(NAME))
        .unwrap_or_default()
        .to_owned()
}

async fn refused(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    browser.request_code("email", "not an address").await;
    browser
}

#[tokio::test]
async fn no_session_is_created_before_a_code_is_issued() {
    let app = TestApp::new().await;
    for path in [
        "/",
        "/otp/request/",
        "/otp/verify/",
        "/otp/resend/",
        "/otp/logout/",
        "/account/",
        "/account/contact/",
    ] {
        let mut browser = app.browser();
        browser.get(path).await;
        assert_eq!(browser.cookie, None, "{path}");
    }
    for (path, field) in [
        ("/otp/request/", ("contact_value", "nobody")),
        ("/otp/request/", ("contact_type", "fax")),
        ("/otp/verify/", ("otp_code", "123456")),
        ("/otp/resend/", ("contact_type", "phone")),
        ("/otp/change/", ("next", "/")),
        ("/otp/logout/", ("next", "/")),
        ("/language/", ("language", "de")),
        ("/account/sessions/", ("session", "1")),
    ] {
        for mut browser in [app.browser(), app.hydrated_browser()] {
            browser.post(path, &[field]).await;
            assert_eq!(browser.cookie, None, "{path}");
        }
    }
    assert_eq!(app.number("SELECT count(*) FROM sessions").await, 0);
    app.browser().request_code("email", EMAIL).await;
    assert_eq!(app.number("SELECT count(*) FROM sessions").await, 1);
}

#[tokio::test]
async fn a_flash_message_is_shown_once_and_its_cookie_removed() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    let set = set_flash(&browser.request_code("email", "not an address").await);
    assert!(
        set.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=300"),
        "{set}"
    );
    let page = browser.get("/otp/request/").await;
    assert!(page.says(INVALID));
    assert!(set_flash(&page).contains("Max-Age=0"));
    let again = browser.get("/otp/request/").await;
    assert!(!again.says(INVALID) && set_flash(&again).is_empty());
}

#[tokio::test]
async fn over_https_the_flash_cookie_is_bound_to_the_host() {
    let url = serde_json::from_str(r#""https://pay.example.com""#).expect("a URL");
    let app = TestApp::with(|settings| settings.brand.public_url = url).await;
    let mut browser = app.browser();
    let reply = browser.request_code("email", "not an address").await;
    let cookie = reply.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-doorcode-flash=") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    assert!(browser.get("/otp/request/").await.says(INVALID));
}

#[tokio::test]
async fn head_requests_keep_a_flash_message_and_other_pages_drop_it() {
    let app = TestApp::new().await;
    let mut browser = refused(&app).await;
    let head = browser
        .send(Request::head("/otp/request/"), String::new())
        .await;
    assert!(set_flash(&head).is_empty());
    assert!(browser.get("/otp/request/").await.says(INVALID));
    let (mut browser, _) = app.browser_with_code().await;
    let page = browser.get("/otp/request/").await;
    assert!(!page.says("OTP sent successfully.") && set_flash(&page).contains("Max-Age=0"));
    assert!(
        !browser
            .get("/otp/verify/")
            .await
            .says("OTP sent successfully.")
    );
}

#[tokio::test]
async fn an_expired_or_forged_flash_message_is_not_shown() {
    let app = TestApp::new().await;
    let mut browser = refused(&app).await;
    app.advance(MINUTE * 5);
    let page = browser.get("/otp/request/").await;
    assert!(!page.says(INVALID) && set_flash(&page).contains("Max-Age=0"));
    for forged in ["", "x", &"A".repeat(100), &"A".repeat(3_000), "%00", "a b"] {
        let mut browser = app.browser();
        browser
            .choices
            .insert(NAME.to_owned(), format!("{NAME}={forged}"));
        let page = browser.get("/otp/request/").await;
        assert_eq!(page.status, 200, "{forged:.9}");
        assert!(!page.says("<title>Error: "));
    }
}

#[tokio::test]
async fn the_flash_cookie_does_not_expose_the_input() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    let set = set_flash(&browser.request_code("email", "nobody@example.com").await);
    assert!(!set.contains("nobody") && !set.contains("example"), "{set}");
    assert!(
        browser
            .get("/otp/request/")
            .await
            .says("value=\"nobody@example.com\"")
    );
}

#[tokio::test]
async fn an_island_gets_a_flash_message_only_when_it_navigates() {
    let app = TestApp::new().await;
    let mut browser = app.hydrated_browser();
    assert!(set_flash(&browser.request_code("email", "not an address").await).is_empty());
    assert!(!set_flash(&browser.verify("123456").await).is_empty());
    assert!(browser.get("/otp/request/").await.says(EXPIRED));
}

/// Returns a value for every field of the request form, including fields that are added later.
fn filled_in() -> Vec<(String, String)> {
    let form = serde_json::to_value(RequestForm::default()).expect("a form");
    let names = form.as_object().expect("an object").keys().cloned();
    let value = |name: &str| match name {
        "contact_type" => "phone",
        "remember" => RequestForm::YES,
        "next" => "/bills/",
        _ => "typed",
    };
    names
        .map(|name| (name.clone(), value(&name).to_owned()))
        .collect()
}

#[tokio::test]
async fn changing_the_language_keeps_every_field_of_the_request_form() {
    let app = TestApp::new().await;
    let fields = filled_in();
    let sent = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain([("language", "de")]);
    let mut browser = app.browser();
    browser.post("/language/", &sent.collect::<Vec<_>>()).await;
    let page = browser.get("/otp/request/").await.body;
    let inputs: Vec<_> = page
        .split('<')
        .filter(|tag| tag.starts_with("input "))
        .collect();
    for (name, value) in &fields {
        // The solution is not kept: on the new page the browser solves a new challenge.
        let value = if name == "solution" { "" } else { value };
        let holds = |tag: &&&str| {
            let is_ticked = !tag.contains("type=\"radio\"") && !tag.contains("type=\"checkbox\"")
                || tag.contains("checked");
            tag.contains(&format!("name=\"{name}\""))
                && (value.is_empty() || tag.contains(&format!("value=\"{value}\"")))
                && is_ticked
        };
        assert!(
            inputs.iter().any(|tag| holds(&tag)),
            "{name} is not in the form of the page: {inputs:#?}"
        );
    }
}

#[tokio::test]
async fn field_names_match_the_forms() {
    use doorcode::api::{ConfirmForm, LanguageForm, NewContactForm, ResendForm, fields};
    // These two are arguments of a server function that takes no form.
    let mut names = vec![fields::SESSION.to_owned(), fields::TOKEN.to_owned()];
    let forms = [
        serde_json::to_value(ConfirmForm::default()),
        serde_json::to_value(LanguageForm::default()),
        serde_json::to_value(NewContactForm::default()),
        serde_json::to_value(RequestForm::default()),
        serde_json::to_value(ResendForm::default()),
    ];
    for form in forms {
        let form = form.expect("a form");
        names.extend(form.as_object().expect("an object").keys().cloned());
    }
    names.sort_unstable();
    names.dedup();
    let mut known: Vec<_> = include_str!("../api/fields.rs")
        .split('"')
        .skip(1)
        .step_by(2)
        .collect();
    known.sort_unstable();
    assert_eq!(names, known);
    assert_eq!(names, fields::ALL);
}

#[tokio::test]
async fn a_database_failure_shows_an_id_and_signs_nobody_out() {
    let app = TestApp::new().await;
    let mut browser = app.signed_in_browser().await;
    browser.expects_failures = true;
    app.execute("ALTER TABLE sessions RENAME TO away").await;
    for path in [
        "/",
        "/otp/request/",
        "/otp/verify/",
        "/otp/logout/",
        "/account/",
        "/account/sessions/",
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 503, "{path}");
        assert!(
            page.says(page.header("x-request-id")),
            "{path}: {}",
            page.body
        );
    }
    let cookie = browser.cookie.clone();
    assert_eq!(
        browser.post("/otp/logout/", &[]).await.location(),
        "/otp/logout/"
    );
    assert_eq!(browser.cookie, cookie);
    app.execute("ALTER TABLE away RENAME TO sessions").await;
    app.advance(SECOND);
    assert_eq!(browser.get("/account/").await.status, 200);
}
