//! The account pages: sessions, step-up, and changes of contacts.

use axum::http::header;
use doorcode::server::domain::CustomerId;
use doorcode::server::operator::{KEEP_EXPIRED, NewCustomer};
use jiff::SignedDuration;

use crate::support::{
    Arrived, Browser, DAY, EMAIL, MINUTE, PHONE, Reply, SECOND, TestApp, other_than,
};

const NEW: &str = "new@wastebilling.local";
const SESSIONS: &str = "/account/sessions/";
const CONTACT: &str = "/account/contact/";
const VERIFY: &str = "/account/contact/verify/";
const UNDO: &str = "/account/undo/";
const CONFIRM_SESSIONS: &str = "/account/confirm/?next=/account/sessions/";
const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

/// Submits the code of a step-up.
async fn submit_step_up_code(browser: &mut Browser, code: &str) -> Reply {
    browser
        .post(
            "/account/confirm/",
            &[("otp_code", code), ("next", SESSIONS)],
        )
        .await
}

/// Requests the code of a step-up and returns it.
async fn request_step_up_code(app: &TestApp, browser: &mut Browser) -> String {
    let reply = browser
        .post("/account/confirm/send/", &[("next", SESSIONS)])
        .await;
    assert_eq!(reply.location(), CONFIRM_SESSIONS);
    app.newest_code().await
}

async fn submit_contact(browser: &mut Browser, kind: &str, contact: &str) -> Reply {
    browser
        .post(
            CONTACT,
            &[("contact_type", kind), ("contact_value", contact)],
        )
        .await
}

async fn submit_contact_code(browser: &mut Browser, code: &str) -> Reply {
    browser.post(VERIFY, &[("otp_code", code)]).await
}

/// Returns the session numbers in the forms of the session list.
fn session_numbers(page: &Reply) -> Vec<String> {
    let fields = page.body.split("name=\"session\" value=\"").skip(1);
    fields
        .map(|rest| rest.split('"').next().expect("a value").to_owned())
        .collect()
}

async fn end_session(browser: &mut Browser, number: &str) -> Reply {
    browser.post(SESSIONS, &[("session", number)]).await
}

/// Signs a browser in and changes the customer's email address to [`NEW`]. Returns the browser and
/// the notice of the change.
async fn change_email(app: &TestApp) -> (Browser, Arrived) {
    let mut browser = app.signed_in_browser().await;
    assert_eq!(
        submit_contact(&mut browser, "email", NEW).await.location(),
        VERIFY
    );
    let code = app.newest_code().await;
    assert_eq!(app.mailbox.newest_code().to, NEW);
    assert_eq!(
        submit_contact_code(&mut browser, &code).await.location(),
        "/account/"
    );
    app.deliver().await;
    let notice = app
        .mailbox
        .all()
        .into_iter()
        .rfind(|message| message.kind == "contact_changed");
    (browser, notice.expect("a notice"))
}

async fn is_known_contact(app: &TestApp, contact: &str) -> bool {
    let mut browser = app.browser();
    browser.request_code("email", contact).await.location() == "/otp/verify/"
}

async fn undo(app: &TestApp, token: &str) -> Reply {
    app.browser().post(UNDO, &[("token", token)]).await
}

async fn add_customer(app: &TestApp, email: &str) {
    let customer = NewCustomer {
        name: "Other".to_owned(),
        email: Some(email.to_owned()),
        phone: None,
    };
    app.operator()
        .add_customer(&customer)
        .await
        .expect("a customer");
}

#[tokio::test]
async fn step_up_is_required_after_five_minutes_and_not_before() {
    let app = TestApp::new().await;
    let mut browser = app.signed_in_browser().await;
    app.advance(MINUTE * 5);
    for page in [SESSIONS, CONTACT] {
        assert_eq!(browser.get(page).await.status, 200, "{page}");
    }
    app.advance(MILLISECOND);
    for page in [SESSIONS, CONTACT] {
        let location = format!("/account/confirm/?next={page}");
        assert_eq!(browser.get(page).await.location(), location);
        assert_eq!(browser.get(&location).await.status, 200);
    }
    assert_eq!(
        end_session(&mut browser, "1").await.location(),
        CONFIRM_SESSIONS
    );
    assert_eq!(
        browser.post("/account/sessions/all/", &[]).await.location(),
        CONFIRM_SESSIONS
    );
    let reply = submit_contact(&mut browser, "email", NEW).await;
    assert_eq!(reply.location(), "/account/confirm/?next=/account/contact/");
    assert_eq!(
        browser.get("/account/").await.status,
        200,
        "the account itself needs none"
    );
}

#[tokio::test]
async fn account_pages_require_a_signed_in_session() {
    let app = TestApp::new().await;
    for path in [SESSIONS, CONTACT, VERIFY, "/account/confirm/"] {
        assert_eq!(
            app.browser().get(path).await.location(),
            format!("/otp/request/?next={path}")
        );
    }
    for (path, location) in [
        (SESSIONS, "/otp/request/"),
        ("/account/sessions/all/", "/otp/request/"),
        (CONTACT, "/otp/request/"),
        ("/account/confirm/send/", "/otp/request/"),
        ("/account/confirm/", "/account/confirm/?next=/account/"),
        (VERIFY, VERIFY),
    ] {
        let reply = app.browser().post(path, &[("otp_code", "123456")]).await;
        assert_eq!(
            (reply.location(), reply.header("set-cookie")),
            (location, ""),
            "{path}"
        );
    }
    assert_eq!(app.number("SELECT count(*) FROM otps").await, 0);
}

#[tokio::test]
async fn step_up_replaces_the_session_token() {
    let app = TestApp::new().await;
    let mut browser = app.signed_in_browser().await;
    app.advance(MINUTE * 6);
    let code = request_step_up_code(&app, &mut browser).await;
    assert_eq!(app.mailbox.newest_code().to, EMAIL);
    let page = browser.get(CONFIRM_SESSIONS).await;
    assert!(
        page.says("d***@wastebilling.local") && page.says("otp_code") && !page.says(EMAIL),
        "{}",
        page.body
    );
    let mut thief = browser.clone();
    assert_eq!(
        submit_step_up_code(&mut browser, &code).await.location(),
        SESSIONS
    );
    assert_ne!(browser.cookie, thief.cookie);
    assert_eq!(browser.get(SESSIONS).await.status, 200);
    assert_eq!(thief.get("/account/").await.location(), "/otp/request/");
    assert_eq!(
        app.number("SELECT count(*) FROM sessions WHERE authenticated = 1")
            .await,
        1
    );
    assert_eq!(
        app.number("SELECT count(*) FROM otp_history WHERE event = 'confirmed'")
            .await,
        1
    );
    assert_eq!(
        browser.get(CONFIRM_SESSIONS).await.location(),
        SESSIONS,
        "it is confirmed"
    );
}

#[tokio::test]
async fn a_double_tap_on_step_up_confirms_once_and_keeps_the_session() {
    let app = TestApp::new().await;
    let mut first = app.signed_in_browser().await;
    app.advance(MINUTE * 6);
    let code = request_step_up_code(&app, &mut first).await;
    let mut second = first.clone();
    let mut late = first.clone();
    assert_eq!(
        submit_step_up_code(&mut first, &code).await.location(),
        SESSIONS
    );
    assert_eq!(
        submit_step_up_code(&mut second, &code).await.location(),
        SESSIONS
    );
    assert_eq!(first.cookie, second.cookie);
    assert_eq!(
        submit_step_up_code(&mut late.clone(), &other_than(&code))
            .await
            .header("set-cookie"),
        ""
    );
    app.advance(SECOND * 11);
    let reply = submit_step_up_code(&mut late, &code).await;
    assert_eq!(
        (reply.location(), reply.header("set-cookie")),
        (CONFIRM_SESSIONS, "")
    );
}

#[tokio::test]
async fn step_up_counts_wrong_codes_and_resending_restores_no_attempts() {
    let app = TestApp::new().await;
    let mut browser = app.signed_in_browser().await;
    app.advance(MINUTE * 6);
    let code = request_step_up_code(&app, &mut browser).await;
    for left in [4, 3, 2, 1] {
        assert_eq!(
            submit_step_up_code(&mut browser, &other_than(&code))
                .await
                .location(),
            CONFIRM_SESSIONS
        );
        let page = browser.get(CONFIRM_SESSIONS).await;
        assert!(
            page.says(&format!("Invalid OTP. Attempts remaining: {left}")),
            "{}",
            page.body
        );
    }
    app.advance(MINUTE);
    assert_eq!(request_step_up_code(&app, &mut browser).await, code);
    submit_step_up_code(&mut browser, &other_than(&code)).await;
    let page = browser.get(CONFIRM_SESSIONS).await;
    assert!(
        page.says("Attempts remaining: 0") && !page.says("name=\"otp_code\""),
        "{}",
        page.body
    );
    assert_eq!(
        submit_step_up_code(&mut browser, &code).await.location(),
        CONFIRM_SESSIONS
    );
    browser
        .post("/account/confirm/send/", &[("next", SESSIONS)])
        .await;
    assert!(
        browser
            .get(CONFIRM_SESSIONS)
            .await
            .says("You can ask for another code in 2 minutes.")
    );
    app.advance(MINUTE * 2);
    let code = request_step_up_code(&app, &mut browser).await;
    assert_eq!(
        submit_step_up_code(&mut browser, &code).await.location(),
        SESSIONS
    );
}

#[tokio::test]
async fn a_code_works_only_for_its_own_purpose() {
    let app = TestApp::new().await;
    let mut browser = app.signed_in_browser().await;
    submit_contact(&mut browser, "email", NEW).await;
    let for_change = app.newest_code().await;
    app.advance(MINUTE * 5 - SECOND);
    let for_step_up = request_step_up_code(&app, &mut browser).await;
    assert_ne!(for_change, for_step_up);
    assert_eq!(
        submit_contact_code(&mut browser, &for_step_up)
            .await
            .location(),
        VERIFY
    );
    assert_eq!(
        submit_step_up_code(&mut browser, &for_change)
            .await
            .location(),
        CONFIRM_SESSIONS
    );
    assert!(is_known_contact(&app, EMAIL).await);
    let mut signed_out = browser.clone();
    browser.post("/otp/logout/", &[]).await;
    for code in [for_change, for_step_up] {
        assert_eq!(signed_out.verify(&code).await.location(), "/otp/request/");
        assert_eq!(
            submit_contact_code(&mut signed_out.clone(), &code)
                .await
                .location(),
            VERIFY
        );
        assert_eq!(
            submit_step_up_code(&mut signed_out.clone(), &code)
                .await
                .location(),
            CONFIRM_SESSIONS
        );
    }
    assert_eq!(
        app.number("SELECT count(*) FROM sessions WHERE authenticated = 1")
            .await,
        0
    );
    assert_eq!(
        app.number("SELECT count(*) FROM customers WHERE email LIKE 'new@%'")
            .await,
        0
    );
    let (mut visitor, for_sign_in) = app.browser_with_code().await;
    assert_eq!(
        submit_contact_code(&mut visitor, &for_sign_in)
            .await
            .location(),
        VERIFY
    );
    assert_eq!(
        submit_step_up_code(&mut visitor, &for_sign_in)
            .await
            .location(),
        CONFIRM_SESSIONS
    );
    assert_eq!(
        visitor.verify(&for_sign_in).await.location(),
        "/account/",
        "it is as good as before"
    );
}

#[tokio::test]
async fn the_session_list_distinguishes_sessions_and_ends_one() {
    let app = TestApp::new().await;
    let mut other = app.signed_in_browser().await;
    app.advance(MINUTE * 3);
    let mut own = app.signed_in_browser().await;
    let page = own.get(SESSIONS).await;
    let expected = [
        "This browser",
        "Last seen just now",
        "Last seen 3 minutes ago",
        "22 November 2026, 12:00 UTC",
    ];
    assert!(
        expected.iter().all(|expected| page.says(expected)),
        "{}",
        page.body
    );
    let numbers = session_numbers(&page);
    assert_eq!(numbers.len(), 1, "none for this browser");
    assert_eq!(
        end_session(&mut own, &numbers[0]).await.location(),
        SESSIONS
    );
    let page = own.get(SESSIONS).await;
    assert!(
        page.says("You are signed out there.") && session_numbers(&page).is_empty(),
        "{}",
        page.body
    );
    assert_eq!(other.get("/account/").await.location(), "/otp/request/");
    assert_eq!(
        app.number("SELECT count(*) FROM otp_history WHERE event = 'session_ended'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_customer_cannot_end_sessions_of_another_customer() {
    let app = TestApp::new().await;
    add_customer(&app, "other@wastebilling.local").await;
    let mut victim = app.signed_in_browser().await;
    let mut attacker = app.browser();
    attacker
        .request_code("email", "other@wastebilling.local")
        .await;
    let code = app.newest_code().await;
    attacker.verify(&code).await;
    for number in ["1", "2", "3", "4", "-1", "9223372036854775807"] {
        if app
            .number("SELECT id FROM sessions WHERE customer_id = 2")
            .await
            .to_string()
            != number
        {
            assert_eq!(
                end_session(&mut attacker, number).await.location(),
                SESSIONS
            );
        }
    }
    for number in ["", "x", "1 OR 1=1", "99999999999999999999"] {
        assert_eq!(
            end_session(&mut attacker, number).await.location(),
            SESSIONS
        );
        assert!(attacker.get(SESSIONS).await.says("We could not read that."));
    }
    assert_eq!(victim.get("/account/").await.status, 200);
    assert_eq!(
        attacker
            .post("/account/sessions/all/", &[])
            .await
            .location(),
        "/otp/request/"
    );
    assert_eq!(victim.get("/account/").await.status, 200);
}

#[tokio::test]
async fn signing_out_everywhere_ends_the_current_session_too() {
    let app = TestApp::new().await;
    let mut other = app.signed_in_browser().await;
    let mut own = app.signed_in_browser().await;
    let reply = own.post("/account/sessions/all/", &[]).await;
    assert_eq!(reply.location(), "/otp/request/");
    assert_eq!(reply.header("clear-site-data"), "\"cache\", \"storage\"");
    assert!(
        own.get("/otp/request/")
            .await
            .says("You are signed out everywhere.")
    );
    for browser in [&mut own, &mut other] {
        assert_eq!(browser.get("/account/").await.location(), "/otp/request/");
    }
}

#[tokio::test]
async fn signing_out_everywhere_forgets_the_browser_of_an_intruder() {
    let app = TestApp::new().await;
    let mut intruder = app.signed_in_browser().await;
    let mut owner = app.signed_in_browser().await;
    let page = owner.get(SESSIONS).await;
    assert!(page.says("Known browsers"), "{}", page.body);
    assert_eq!(page.body.matches("Last sign-in: ").count(), 2);
    owner.post("/account/sessions/all/", &[]).await;
    assert_eq!(app.number("SELECT count(*) FROM devices").await, 1);
    app.deliver().await;
    let notices = || {
        let arrived = app.mailbox.all().into_iter();
        arrived
            .filter(|message| message.kind == "new_sign_in")
            .count()
    };
    let before = notices();
    for (browser, notified) in [(&mut owner, 0), (&mut intruder, 1)] {
        app.advance(MINUTE * 2);
        browser.request_code("email", EMAIL).await;
        let code = app.newest_code().await;
        assert_eq!(browser.verify(&code).await.location(), "/account/");
        app.deliver().await;
        assert_eq!(notices() - before, notified);
    }
}

#[tokio::test]
async fn signing_out_clears_site_data_but_keeps_the_device_cookie() {
    let app = TestApp::new().await;
    let mut browser = app.signed_in_browser().await;
    for path in ["/account/", SESSIONS, CONTACT] {
        assert_eq!(
            browser.get(path).await.header("cache-control"),
            "no-store, no-transform",
            "{path}"
        );
    }
    let reply = browser.post("/otp/logout/", &[]).await;
    assert_eq!(reply.header("clear-site-data"), "\"cache\", \"storage\"");
    let cookies = reply.headers.get_all(header::SET_COOKIE);
    assert!(cookies.iter().all(|cookie| {
        !cookie
            .to_str()
            .expect("text")
            .starts_with("doorcode-device=")
    }));
    assert!(browser.device.is_some());
    assert_eq!(
        browser.get("/otp/request/").await.header("clear-site-data"),
        ""
    );
}

#[tokio::test]
async fn changing_a_contact_needs_a_code_sent_to_the_new_one_and_notifies_the_old_one() {
    let app = TestApp::new().await;
    let mut other = app.signed_in_browser().await;
    let (mut visitor, visitors_code) = app.browser_with_code().await;
    let mut browser = app.signed_in_browser().await;
    let before = browser.clone();
    submit_contact(&mut browser, "email", " New@WasteBilling.local ").await;
    let page = browser.get(VERIFY).await;
    assert!(
        page.says(NEW) && page.says("OTP sent successfully."),
        "{}",
        page.body
    );
    assert!(browser.get(CONTACT).await.says("Enter that code"));
    let code = app.newest_code().await;
    assert_eq!(app.mailbox.newest_code().to, NEW);
    assert_eq!(
        submit_contact_code(&mut browser, &other_than(&code))
            .await
            .location(),
        VERIFY
    );
    assert!(browser.get(VERIFY).await.says("Attempts remaining: 4"));
    assert_eq!(
        submit_contact_code(&mut browser, &code).await.location(),
        "/account/"
    );
    assert!(
        browser
            .get("/account/")
            .await
            .says("n***@wastebilling.local")
    );
    app.deliver().await;
    let notice = app.mailbox.newest();
    assert_eq!(
        (notice.kind, notice.to.as_str()),
        ("contact_changed", EMAIL)
    );
    for mut dead in [before, other.clone()] {
        assert_eq!(dead.get("/account/").await.location(), "/otp/request/");
    }
    assert_eq!(other.get("/account/").await.location(), "/otp/request/");
    assert_eq!(
        visitor.verify(&visitors_code).await.location(),
        "/otp/verify/",
        "like any wrong code"
    );
    assert!(is_known_contact(&app, NEW).await && !is_known_contact(&app, EMAIL).await);
    assert_eq!(
        app.number("SELECT count(*) FROM devices").await,
        1,
        "this browser is known as before"
    );
}

#[tokio::test]
async fn a_phone_number_is_changed_with_a_code_by_text_message() {
    let app = TestApp::new().await;
    let mut browser = app.signed_in_browser().await;
    submit_contact(&mut browser, "phone", "+1 202 555 0199").await;
    let code = app.newest_code().await;
    assert_eq!(app.mailbox.newest_code().to, "+12025550199");
    submit_contact_code(&mut browser, &code).await;
    app.deliver().await;
    assert_eq!(app.mailbox.newest().to, PHONE);
    assert_eq!(
        undo(&app, &app.mailbox.newest().undo).await.location(),
        "/account/undo/done/"
    );
    assert_eq!(
        app.number("SELECT count(*) FROM customers WHERE phone LIKE '+1202555%'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_taken_contact_gets_the_same_responses_and_no_message() {
    let app = TestApp::new().await;
    let taken = "other@wastebilling.local";
    add_customer(&app, taken).await;
    add_customer(&app, "barred@wastebilling.local").await;
    assert!(
        app.operator()
            .set_disabled(CustomerId(3), true)
            .await
            .expect("disabled")
    );
    let mut pages = Vec::new();
    for contact in [NEW, taken, "barred@wastebilling.local"] {
        let mut browser = app.signed_in_browser().await;
        let reply = submit_contact(&mut browser, "email", contact).await;
        let page = browser.get(VERIFY).await;
        let wrong = submit_contact_code(&mut browser, "000000").await;
        let answer = browser.get(VERIFY).await;
        pages.push([reply.location().to_owned(), wrong.location().to_owned()]);
        for page in [page, answer] {
            assert!(page.status == 200 && page.says(contact), "{}", page.body);
        }
    }
    assert!(pages.iter().all(|page| *page == pages[0]));
    app.deliver().await;
    let recipients: Vec<_> = app
        .mailbox
        .all()
        .into_iter()
        .map(|message| message.to)
        .filter(|to| *to != EMAIL)
        .collect();
    assert!(
        recipients.iter().all(|to| to == NEW || to == PHONE),
        "{recipients:?}"
    );
    assert_eq!(
        app.number("SELECT count(*) FROM customers WHERE email LIKE 'demo@%'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_contact_taken_in_the_meantime_stays_with_its_customer() {
    let app = TestApp::new().await;
    let mut browser = app.signed_in_browser().await;
    submit_contact(&mut browser, "email", NEW).await;
    let code = app.newest_code().await;
    add_customer(&app, NEW).await;
    assert_eq!(
        submit_contact_code(&mut browser, &code).await.location(),
        CONTACT
    );
    assert!(browser.get(CONTACT).await.says("OTP has expired."));
    assert_eq!(
        app.number("SELECT id FROM customers WHERE email LIKE 'new@%'")
            .await,
        2
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn only_one_of_two_concurrent_contact_changes_succeeds() {
    let app = TestApp::new().await;
    let mut browsers = Vec::new();
    for contact in ["a@wastebilling.local", "b@wastebilling.local"] {
        let mut browser = app.signed_in_browser().await;
        submit_contact(&mut browser, "email", contact).await;
        browsers.push((browser, app.newest_code().await));
    }
    let attempts = browsers.into_iter().map(|(mut browser, code)| {
        tokio::spawn(async move {
            submit_contact_code(&mut browser, &code).await;
            browser.get("/account/").await.status == 200
        })
    });
    let signed_in = futures_util::future::join_all(attempts).await;
    assert_eq!(
        signed_in
            .into_iter()
            .filter(|result| *result.as_ref().expect("an answer"))
            .count(),
        1
    );
    assert_eq!(app.number("SELECT count(*) FROM contact_changes").await, 1);
    assert_eq!(
        app.number("SELECT count(*) FROM sessions WHERE authenticated = 1")
            .await,
        1
    );
}

#[tokio::test]
async fn an_unusable_new_contact_shows_an_error_and_keeps_the_input() {
    let app = TestApp::new().await;
    let mut browser = app.signed_in_browser().await;
    for (kind, typed, expected) in [
        ("email", "", "Please provide contact information."),
        (
            "email",
            "nonsense",
            "Enter an email address in the correct format",
        ),
        ("phone", "12", "Enter a mobile number"),
        ("fax", "1", "We could not read that."),
    ] {
        assert_eq!(
            submit_contact(&mut browser, kind, typed).await.location(),
            CONTACT
        );
        let page = browser.get(CONTACT).await;
        assert!(page.says(expected), "{}", page.body);
        assert!(
            kind == "fax" || typed.is_empty() || page.says(&format!("value=\"{typed}\"")),
            "{}",
            page.body
        );
    }
    assert_eq!(
        submit_contact(&mut browser, "email", EMAIL)
            .await
            .location(),
        CONTACT
    );
    assert!(
        browser
            .get(CONTACT)
            .await
            .says("This is your contact already.")
    );
    submit_contact(&mut browser, "email", NEW).await;
    assert_eq!(
        submit_contact(&mut browser, "email", "another@wastebilling.local")
            .await
            .location(),
        CONTACT
    );
    assert!(
        browser
            .get(CONTACT)
            .await
            .says("You can ask for another code in 60 seconds.")
    );
}

#[tokio::test]
async fn the_link_in_the_notice_undoes_the_change_within_24_hours() {
    let app = TestApp::new().await;
    let (mut browser, notice) = change_email(&app).await;
    app.advance(DAY - SECOND);
    let path = format!("{UNDO}?token={}", notice.undo);
    for _ in 0..2 {
        let page = app.browser().get(&path).await;
        let masked = page.says("d***@wastebilling.local") && page.says("n***@wastebilling.local");
        assert!(
            page.status == 200 && masked && !page.says(NEW) && !page.says(EMAIL),
            "{}",
            page.body
        );
    }
    assert_eq!(
        browser.get("/account/").await.status,
        200,
        "the link alone changes nothing"
    );
    let arrived = app.mailbox.all().len();
    for _ in 0..2 {
        let reply = undo(&app, &notice.undo).await;
        assert_eq!(
            (reply.location(), reply.header("set-cookie")),
            ("/account/undo/done/", "")
        );
    }
    assert!(
        app.browser()
            .get("/account/undo/done/")
            .await
            .says("Your contact is as it was")
    );
    assert_eq!(browser.get("/account/").await.location(), "/otp/request/");
    app.deliver().await;
    assert_eq!(
        app.mailbox.all().len(),
        arrived,
        "the new contact gets nothing"
    );
    assert!(is_known_contact(&app, EMAIL).await && !is_known_contact(&app, NEW).await);
    assert_eq!(
        app.number("SELECT count(*) FROM otp_history WHERE event = 'contact_change_undone'")
            .await,
        1
    );
}

#[tokio::test]
async fn an_expired_or_broken_undo_link_undoes_nothing() {
    let app = TestApp::new().await;
    let (mut browser, notice) = change_email(&app).await;
    let broken = notice.undo.replace('a', "b");
    for token in ["", "x", broken.as_str(), &notice.undo[1..]] {
        let page = app.browser().get(&format!("{UNDO}?token={token}")).await;
        assert!(
            page.status == 404 && page.says("This link does not work"),
            "{token}: {}",
            page.body
        );
        assert_eq!(undo(&app, token).await.location(), UNDO);
    }
    app.advance(DAY);
    assert_eq!(
        app.browser()
            .get(&format!("{UNDO}?token={}", notice.undo))
            .await
            .status,
        404
    );
    assert_eq!(undo(&app, &notice.undo).await.location(), UNDO);
    assert_eq!(browser.get("/account/").await.status, 200);
    app.operator()
        .cleanup(KEEP_EXPIRED)
        .await
        .expect("cleaned up");
    assert_eq!(app.number("SELECT count(*) FROM contact_changes").await, 0);
}

#[tokio::test]
async fn undo_does_not_restore_a_contact_that_is_taken_now() {
    let app = TestApp::new().await;
    let (mut browser, notice) = change_email(&app).await;
    add_customer(&app, EMAIL).await;
    assert_eq!(undo(&app, &notice.undo).await.location(), UNDO);
    assert_eq!(browser.get("/account/").await.status, 200);
    assert_eq!(
        app.number("SELECT id FROM customers WHERE email LIKE 'demo@%'")
            .await,
        2
    );
}

#[tokio::test]
async fn undoing_the_first_of_two_changes_undoes_both_permanently() {
    let app = TestApp::new().await;
    let (mut thief, to_owner) = change_email(&app).await;
    app.advance(MINUTE * 2);
    submit_contact(&mut thief, "email", "second@wastebilling.local").await;
    let code = app.newest_code().await;
    submit_contact_code(&mut thief, &code).await;
    app.deliver().await;
    let to_thief = app
        .mailbox
        .all()
        .into_iter()
        .rfind(|message| message.kind == "contact_changed")
        .expect("a notice");
    assert_eq!(to_thief.to, NEW);
    undo(&app, &to_owner.undo).await;
    assert!(is_known_contact(&app, EMAIL).await);
    undo(&app, &to_thief.undo).await;
    assert!(is_known_contact(&app, EMAIL).await && !is_known_contact(&app, NEW).await);
}

#[tokio::test]
async fn one_undo_takes_back_the_changes_of_both_contacts() {
    let app = TestApp::new().await;
    let before = app.texts("SELECT email || phone FROM customers").await;
    let mut thief = app.signed_in_browser().await;
    for (kind, contact) in [("phone", "+1 202 555 0199"), ("email", NEW)] {
        submit_contact(&mut thief, kind, contact).await;
        let code = app.newest_code().await;
        assert_eq!(
            submit_contact_code(&mut thief, &code).await.location(),
            "/account/"
        );
        app.advance(MINUTE * 2);
    }
    app.deliver().await;
    let notice = app
        .mailbox
        .all()
        .into_iter()
        .rfind(|message| message.to == EMAIL && message.kind == "contact_changed")
        .expect("a notice");
    undo(&app, &notice.undo).await;
    assert_eq!(
        app.texts("SELECT email || phone FROM customers").await,
        before
    );
    assert_eq!(
        app.number("SELECT count(*) FROM contact_changes WHERE undone_at IS NULL")
            .await,
        0
    );
}

#[tokio::test]
async fn a_contact_change_by_the_operator_has_no_undo_link() {
    let app = TestApp::new().await;
    let new = doorcode::server::domain::EmailAddress::parse(NEW).expect("an address");
    let new = doorcode::server::domain::Contact::Email(new);
    assert!(
        app.operator()
            .change_contact_of(CustomerId(1), new)
            .await
            .expect("changed")
    );
    app.deliver().await;
    let notice = app.mailbox.newest();
    assert_eq!(
        (notice.kind, notice.to.as_str(), notice.undo.as_str()),
        ("contact_changed", EMAIL, "")
    );
    assert!(!is_known_contact(&app, EMAIL).await && is_known_contact(&app, NEW).await);
}

#[tokio::test]
async fn disabling_a_customer_ends_all_sessions_and_makes_the_contact_unknown() {
    let app = TestApp::new().await;
    let mut browsers = Vec::new();
    for _ in 0..3 {
        browsers.push(app.signed_in_browser().await);
    }
    let (mut asking, code) = app.browser_with_code().await;
    assert!(
        app.operator()
            .set_disabled(CustomerId(1), true)
            .await
            .expect("disabled")
    );
    assert!(
        !app.operator()
            .set_disabled(CustomerId(1), true)
            .await
            .expect("an answer"),
        "it is so already"
    );
    for browser in &mut browsers {
        assert_eq!(browser.get("/account/").await.location(), "/otp/request/");
    }
    assert_eq!(
        asking.verify(&code).await.location(),
        "/otp/verify/",
        "like any wrong code"
    );
    let mut known = browsers.remove(0);
    let (reply, unknown) = (
        known
            .request_code("email", EMAIL)
            .await
            .location()
            .to_owned(),
        app.browser()
            .request_code("email", "nobody@wastebilling.local")
            .await
            .location()
            .to_owned(),
    );
    assert_eq!(reply, unknown);
    assert!(
        app.operator()
            .set_disabled(CustomerId(1), false)
            .await
            .expect("enabled")
    );
    assert!(
        !app.operator()
            .set_disabled(CustomerId(9), true)
            .await
            .expect("an answer"),
        "nobody"
    );
    app.signed_in_browser().await;
    assert_eq!(
        app.number("SELECT count(*) FROM otp_history WHERE event IN ('disabled', 'enabled')")
            .await,
        2
    );
}
