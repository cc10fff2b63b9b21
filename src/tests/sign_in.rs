//! A sign-in, step by step.

use axum::http::Request;
use doorcode::server::{config::UnknownContacts, operator::NewCustomer, ports::otps::OtpFilter};

use crate::support::{EMAIL, MINUTE, PHONE, TestApp, other_than, without_contact_limits};

#[tokio::test]
async fn a_customer_signs_in_with_a_code_by_email() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    assert_eq!(browser.get("/").await.location(), "/otp/request/");
    assert_eq!(
        browser
            .request_code("email", " Demo@WasteBilling.local ")
            .await
            .location(),
        "/otp/verify/"
    );
    let verify = browser.get("/otp/verify/").await;
    assert!(verify.says("OTP sent successfully.") && verify.says("Demo@WasteBilling.local"));
    let code = app.newest_code().await;
    assert_eq!(app.mailbox.newest().to, EMAIL);
    assert_eq!(browser.verify(&code).await.location(), "/account/");
    let account = browser.get("/account/").await;
    assert!(account.says("You are signed in.") && account.says("Demo"));
    assert!(!browser.get("/account/").await.says("You are signed in."));
    assert_eq!(browser.get("/").await.location(), "/account/");
}

#[tokio::test]
async fn a_customer_signs_in_with_a_code_by_text_message() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    assert_eq!(
        browser
            .request_code("phone", "(202) 555-0123")
            .await
            .location(),
        "/otp/verify/"
    );
    let code = app.newest_code().await;
    assert_eq!(app.mailbox.newest().to, PHONE);
    assert!(browser.get("/otp/verify/").await.says("Check your phone"));
    assert_eq!(browser.verify(&code).await.location(), "/account/");
}

#[tokio::test]
async fn an_island_gets_the_same_answers_as_json() {
    let app = TestApp::new().await;
    let mut browser = app.hydrated_browser();
    let reply = browser.request_code("email", EMAIL).await;
    assert_eq!(
        (reply.status.as_u16(), reply.body.as_str()),
        (200, r#"{"location":"/otp/verify/"}"#)
    );
    let code = app.newest_code().await;
    let reply = browser.verify(&other_than(&code)).await;
    assert_eq!(
        (reply.status.as_u16(), reply.body.as_str()),
        (
            422,
            r#"{"code":"code_invalid","field":"otp_code","attempts_remaining":4}"#
        )
    );
    let reply = browser.verify(&code).await;
    assert_eq!(
        (reply.status.as_u16(), reply.body.as_str()),
        (200, r#"{"location":"/account/"}"#)
    );
}

#[tokio::test]
async fn an_unusable_contact_shows_an_error_and_keeps_the_input() {
    let app = TestApp::new().await;
    for (kind, typed, expected) in [
        ("email", "", "Please provide contact information."),
        ("phone", "  ", "Please provide contact information."),
        (
            "email",
            "not an address",
            "Enter an email address in the correct format",
        ),
        ("phone", "12ab", "Enter a mobile number"),
        (
            "email",
            "nobody@example.com",
            "No customer found with this contact information.",
        ),
        ("fax", "12345", "We could not read that."),
    ] {
        let mut browser = app.browser();
        assert_eq!(
            browser.request_code(kind, typed).await.location(),
            "/otp/request/"
        );
        let page = browser.get("/otp/request/").await;
        assert!(page.says(expected), "{kind} {typed}: {}", page.body);
        assert!(page.says("<title>Error: "));
        assert!(
            typed.trim().is_empty() || page.says(&format!("value=\"{typed}\"")),
            "{}",
            page.body
        );
        assert!(
            !browser.get("/otp/request/").await.says(expected),
            "an error is shown once"
        );
    }
    assert!(app.mailbox.all().is_empty());
}

#[tokio::test]
async fn a_malformed_code_shows_an_error_and_costs_no_attempt() {
    let app = TestApp::new().await;
    let (mut browser, code) = app.browser_with_code().await;
    // `+12345` has the right length and parses as an integer.
    for text in ["", "abc", "12345", "1234567", "+12345"] {
        assert_eq!(browser.verify(text).await.location(), "/otp/verify/");
        assert!(
            browser
                .get("/otp/verify/")
                .await
                .says("Please enter a valid 6-digit OTP.")
        );
    }
    assert_eq!(app.number("SELECT attempts FROM otps").await, 0);
    assert_eq!(browser.verify(&code).await.location(), "/account/");
}

#[tokio::test]
async fn a_code_is_accepted_in_digits_of_another_script_and_within_a_pasted_message() {
    let app = TestApp::new().await;
    for typed in [
        |code: &str| format!(" {} {}\r\n", &code[..3], &code[3..]),
        |code: &str| {
            // Arabic-Indic digits begin at U+0660.
            code.chars()
                .filter_map(|c| char::from_u32(u32::from(c) - u32::from('0') + 0x660))
                .collect()
        },
        |code: &str| format!("Hello,\n\n{code}\n\nIt works for 5 minutes."),
        |code: &str| format!("{code} is your code.\n\n@127.0.0.1 #{code}"),
    ] {
        let (mut browser, code) = app.browser_with_code().await;
        assert_eq!(browser.verify(&typed(&code)).await.location(), "/account/");
    }
}

#[tokio::test]
async fn a_pasted_contact_and_code_sign_in() {
    let app = TestApp::with(without_contact_limits).await;
    for (kind, typed, shown) in [
        (
            "email",
            "\u{202a}demo@wastebilling.local\u{202c}",
            "demo@wastebilling.local",
        ),
        (
            "email",
            "\u{feff}Demo <Demo@wastebilling.local>,",
            "Demo@wastebilling.local",
        ),
        (
            "email",
            "mailto:demo\u{200b}@wastebilling.local",
            "demo@wastebilling.local",
        ),
        (
            "email",
            "\u{ff44}emo\u{ff20}wastebilling.local.",
            "demo@wastebilling.local",
        ),
        (
            "phone",
            "\u{202d}+1 (202) 555\u{2011}0123\u{202c}",
            "+1 (202) 555-0123",
        ),
        ("phone", "tel:+1-202-555-0123", "+1-202-555-0123"),
        ("phone", "001 202 555\u{2212}0123", "001 202 555-0123"),
    ] {
        let mut browser = app.browser();
        let reply = browser.request_code(kind, typed).await;
        assert_eq!(reply.location(), "/otp/verify/", "{typed:?}");
        let page = browser.get("/otp/verify/").await;
        assert!(page.says(shown), "{typed:?} {}", page.body);
        let code = app.newest_code().await;
        let pasted = format!("\u{2068}{}\u{200d}{}\u{2069}", &code[..3], &code[3..]);
        assert_eq!(browser.verify(&pasted).await.location(), "/account/");
    }
}

#[tokio::test]
async fn contacts_that_an_operator_forced_sign_in_and_look_like_unknown_ones() {
    let app = TestApp::with(|settings| {
        without_contact_limits(settings);
        settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal);
    })
    .await;
    let customer = NewCustomer {
        name: "Other".to_owned(),
        email: Some("a..b@docomo.ne.jp".to_owned()),
        phone: Some("+12115550123".to_owned()),
    };
    assert!(app.operator().add_customer(&customer).await.is_err());
    let added = app.operator().force_customer(&customer).await;
    added.expect("a customer");
    for (kind, typed, to) in [
        ("email", "A..B@docomo.ne.jp", "a..b@docomo.ne.jp"),
        ("phone", "(211) 555-0123", "+12115550123"),
    ] {
        let mut browser = app.browser();
        let reply = browser.request_code(kind, typed).await;
        assert_eq!(reply.location(), "/otp/verify/", "{typed}");
        let code = app.newest_code().await;
        assert_eq!(app.mailbox.newest_code().to, to);
        assert_eq!(browser.verify(&code).await.location(), "/account/");
    }
    for (kind, unknown) in [("email", "c..d@docomo.ne.jp"), ("phone", "+1 211 555 0124")] {
        let reply = app.browser().request_code(kind, unknown).await;
        assert_eq!(reply.location(), "/otp/verify/", "{unknown}");
    }
}

#[tokio::test]
async fn sign_in_redirects_to_next_only_within_the_site() {
    let app = TestApp::new().await;
    for (next, location) in [
        ("/bills/?y=1", "/bills/?y=1"),
        ("//evil.example", "/account/"),
        ("https://evil", "/account/"),
    ] {
        let mut browser = app.browser();
        let fields = [
            ("contact_type", "email"),
            ("contact_value", EMAIL),
            ("next", next),
        ];
        browser.post("/otp/request/", &fields).await;
        let code = app.newest_code().await;
        assert_eq!(browser.verify(&code).await.location(), location);
    }
}

#[tokio::test]
async fn the_request_form_keeps_next_from_the_query() {
    let app = TestApp::new().await;
    let page = app.browser().get("/otp/request/?next=/bills/").await;
    assert!(
        page.says(r#"name="next""#) && page.says(r#"value="/bills/""#),
        "{}",
        page.body
    );
    assert!(
        !app.browser()
            .get("/otp/request/?next=//evil")
            .await
            .says("evil")
    );
}

#[tokio::test]
async fn a_signed_in_customer_is_redirected_to_the_account() {
    let app = TestApp::new().await;
    let mut browser = app.signed_in_browser().await;
    for path in ["/otp/request/", "/otp/verify/"] {
        assert_eq!(browser.get(path).await.location(), "/account/");
    }
    assert_eq!(
        browser.request_code("email", EMAIL).await.location(),
        "/account/"
    );
    assert_eq!(browser.verify("000000").await.location(), "/account/");
}

#[tokio::test]
async fn steps_cannot_be_skipped() {
    let app = TestApp::new().await;
    let mut visitor = app.browser();
    assert_eq!(visitor.get("/account/").await.location(), "/otp/request/");
    for path in ["/otp/verify/", "/otp/resend/"] {
        let mut visitor = app.browser();
        assert_eq!(visitor.get(path).await.location(), "/otp/request/");
        assert!(
            visitor
                .get("/otp/request/")
                .await
                .says("Session expired. Please request OTP again.")
        );
        let mut visitor = app.browser();
        assert_eq!(
            visitor
                .post(path, &[("otp_code", "123456")])
                .await
                .location(),
            "/otp/request/"
        );
        assert!(
            visitor
                .get("/otp/request/")
                .await
                .says("Session expired. Please request OTP again.")
        );
    }
    let (mut pending, _) = app.browser_with_code().await;
    assert_eq!(
        pending.get("/account/?authenticated=1").await.location(),
        "/otp/request/"
    );
}

#[tokio::test]
async fn a_browser_that_blocks_cookies_is_told_after_it_has_requested_a_code() {
    let app = TestApp::new().await;
    let from_form = || {
        Request::get("/otp/verify/").header(
            "referer",
            "http://127.0.0.1:3000/otp/request/?next=%2Faccount%2F",
        )
    };
    let page = app.browser().send(from_form(), String::new()).await;
    assert!(
        page.status == 200 && page.says("Your browser blocks cookies"),
        "{}",
        page.body
    );
    let direct = app.browser().get("/otp/verify/").await;
    assert_eq!(direct.location(), "/otp/request/");
    let (mut browser, _) = app.browser_with_code().await;
    let page = browser.send(from_form(), String::new()).await;
    assert!(page.says("Check your email"), "{}", page.body);
}

#[tokio::test]
async fn changing_the_contact_forgets_the_code() {
    let app = TestApp::new().await;
    let (mut browser, code) = app.browser_with_code().await;
    assert_eq!(
        browser.post("/otp/change/", &[]).await.location(),
        "/otp/request/"
    );
    assert!(!browser.get("/otp/request/").await.says(EMAIL));
    assert_eq!(browser.verify(&code).await.location(), "/otp/request/");
}

#[tokio::test]
async fn get_requests_to_resend_and_logout_change_nothing() {
    let app = TestApp::new().await;
    let (mut browser, _) = app.browser_with_code().await;
    app.advance(MINUTE);
    assert!(browser.get("/otp/resend/").await.says("Send a new code?"));
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 1);
    let mut browser = app.signed_in_browser().await;
    assert!(browser.get("/otp/logout/").await.says("Sign out?"));
    assert_eq!(browser.get("/account/").await.status, 200);
}

#[tokio::test]
async fn the_request_screen_links_to_a_pending_code() {
    let app = TestApp::new().await;
    let (mut browser, _) = app.browser_with_code().await;
    assert!(
        browser
            .get("/otp/request/")
            .await
            .says("href=\"/otp/verify/\"")
    );
    app.advance(MINUTE * 5);
    assert!(
        !browser
            .get("/otp/request/")
            .await
            .says("href=\"/otp/verify/\"")
    );
}

#[tokio::test]
async fn codes_and_tokens_are_never_written_to_disk() {
    let app = TestApp::new().await;
    let (mut browser, code) = app.browser_with_code().await;
    let token = browser
        .cookie
        .clone()
        .expect("a cookie")
        .replace("doorcode=", "");
    browser.verify(&code).await;
    let session = browser.cookie.expect("a cookie").replace("doorcode=", "");
    let files = app.files();
    for secret in [code.as_str(), token.as_str(), session.as_str()] {
        assert!(
            !files
                .windows(secret.len())
                .any(|window| window == secret.as_bytes())
        );
    }
    assert_eq!(
        app.number("SELECT count(*) FROM otps WHERE is_verified = 1 AND nonce IS NULL")
            .await,
        1,
        "without its nonce, a code cannot be derived again"
    );
}

/// The implementation that Doorcode replaces has these indexes (`docs/reference.md`).
#[tokio::test]
async fn the_indexes_of_the_reference_exist() {
    let app = TestApp::new().await;
    let query = "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = 'otps'
                 AND name IN ('otps_email', 'otps_phone', 'otps_created_at', 'otps_is_verified')";
    assert_eq!(app.number(query).await, 4);
}

#[tokio::test]
async fn the_history_of_a_sign_in_contains_its_events_with_the_masked_contact() {
    let app = TestApp::new().await;
    app.signed_in_browser().await;
    let otps = app
        .operator()
        .otps(&OtpFilter::default())
        .await
        .expect("the OTPs");
    let history = app
        .operator()
        .history(doorcode::server::ports::history::HistoryOf::Otp(otps[0].id))
        .await
        .expect("a history");
    let events: Vec<_> = history.iter().map(|entry| entry.event.as_str()).collect();
    assert_eq!(events, ["requested", "sent", "verified"]);
    assert!(
        history
            .iter()
            .all(|entry| entry.contact == "d***@wastebilling.local")
    );
}
