//! Rate limits as clients meet them.

use doorcode::server::config::{Settings, UnknownContacts};
use jiff::SignedDuration;

use crate::support::{
    Browser, DAY, EMAIL, MINUTE, PHONE, Reply, SECOND, TestApp, other_than, without_contact_limits,
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const UNKNOWN_EMAIL: &str = "none@wastebilling.local";

async fn concealing_app(change: impl FnOnce(&mut Settings)) -> TestApp {
    TestApp::with(|settings| {
        settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal);
        change(settings);
    })
    .await
}

/// Sends all due messages and returns the number of messages sent so far.
async fn sent(app: &TestApp) -> usize {
    app.deliver().await;
    app.mailbox.all().len()
}

/// A new browser in another network that has requested a code for a contact.
async fn unknown_device(app: &TestApp, contact: &str) -> Browser {
    let mut browser = app.hydrated_browser();
    browser.request_code("email", contact).await;
    browser
}

/// Submits a wrong code several times from an unknown device. Returns the last reply.
async fn guess(app: &TestApp, contact: &str, times: usize) -> Reply {
    let mut browser = unknown_device(app, contact).await;
    let mut last = None;
    for _ in 0..times {
        // The seeded random numbers of these tests never yield this code.
        last = Some(browser.verify("000000").await);
    }
    last.expect("an answer")
}

#[tokio::test]
async fn a_contact_gets_at_most_five_mails_an_hour_and_ten_a_day() {
    let app = concealing_app(|_| ()).await;
    for _ in 0..50 {
        assert_eq!(
            unknown_device(&app, EMAIL)
                .await
                .get("/otp/verify/")
                .await
                .status,
            200
        );
    }
    assert_eq!(sent(&app).await, 5);
    app.advance(HOUR - SECOND);
    unknown_device(&app, EMAIL).await;
    assert_eq!(sent(&app).await, 5);
    for _ in 0..22 {
        app.advance(HOUR);
        unknown_device(&app, EMAIL).await;
        sent(&app).await;
    }
    assert_eq!(sent(&app).await, 10);
    app.advance(HOUR - SECOND);
    unknown_device(&app, EMAIL).await;
    assert_eq!(sent(&app).await, 10);
    app.advance(SECOND * 2);
    unknown_device(&app, EMAIL).await;
    assert_eq!(sent(&app).await, 11, "a day after the first");
}

#[tokio::test]
async fn a_withheld_code_is_sent_on_resend_once_the_limit_allows_it() {
    let app = concealing_app(|_| ()).await;
    for _ in 0..5 {
        unknown_device(&app, EMAIL).await;
    }
    app.advance(HOUR - MINUTE);
    let mut browser = unknown_device(&app, EMAIL).await;
    assert_eq!(
        sent(&app).await,
        0,
        "those of before are too old by now, and this one is withheld"
    );
    app.advance(MINUTE);
    assert_eq!(browser.resend().await.status, 200);
    let code = app.newest_code().await;
    assert_eq!(browser.verify(&code).await.status, 200);
}

#[tokio::test]
async fn a_phone_gets_at_most_three_text_messages_an_hour() {
    let app = concealing_app(|_| ()).await;
    for _ in 0..10 {
        app.hydrated_browser().request_code("phone", PHONE).await;
    }
    assert_eq!(sent(&app).await, 3);
}

#[tokio::test]
async fn with_reveal_a_limited_contact_is_reported_with_the_wait() {
    let app = TestApp::new().await;
    for _ in 0..5 {
        unknown_device(&app, EMAIL).await;
    }
    let mut browser = app.browser();
    let reply = browser.request_code("email", EMAIL).await;
    assert_eq!(
        (reply.location(), reply.header("retry-after")),
        ("/otp/request/", "3600")
    );
    let page = browser.get("/otp/request/").await;
    assert!(
        page.says("You can ask for the next in 60 minutes.") && page.says(EMAIL),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_known_device_gets_its_code_despite_requests_by_unknown_devices() {
    let app = concealing_app(|_| ()).await;
    let mut known = app.signed_in_browser().await;
    for _ in 0..20 {
        unknown_device(&app, EMAIL).await;
    }
    let before = sent(&app).await;
    known.post("/otp/logout/", &[]).await;
    assert_eq!(
        known.request_code("email", EMAIL).await.location(),
        "/otp/verify/"
    );
    assert_eq!(sent(&app).await, before + 1);
    let code = app.newest_code().await;
    assert_eq!(known.verify(&code).await.location(), "/account/");
}

#[tokio::test]
async fn an_attacker_at_the_same_address_does_not_lock_out_a_known_device() {
    let app = concealing_app(|settings| {
        settings.limits.network_messages_per_hour = 1;
        settings.limits.network_invalid_input_per_hour = 1;
    })
    .await;
    let mut known = app.signed_in_browser().await.located_at("203.0.113.7");
    let mut attacker = app.hydrated_browser().located_at("203.0.113.7");
    attacker.request_code("email", EMAIL).await;
    for _ in 0..2 {
        attacker.request_code("email", "nobody").await;
    }
    assert!(
        attacker
            .request_code("email", UNKNOWN_EMAIL)
            .await
            .says("network_limit")
    );
    known.post("/otp/logout/", &[]).await;
    assert_eq!(
        known.request_code("email", EMAIL).await.location(),
        "/otp/verify/"
    );
    known.verify("123").await;
    let code = app.newest_code().await;
    assert_eq!(known.verify(&code).await.location(), "/account/");
}

#[tokio::test]
async fn a_known_device_counts_as_unknown_after_ten_messages_a_day() {
    let app = concealing_app(|_| ()).await;
    let mut known = app.signed_in_browser().await;
    for _ in 0..10 {
        known.cookie = None;
        assert_eq!(
            known.request_code("email", EMAIL).await.location(),
            "/otp/verify/"
        );
    }
    assert_eq!(
        app.number("SELECT count(*) FROM otps WHERE is_known_device = 1")
            .await,
        10
    );
    known.cookie = None;
    known.request_code("email", EMAIL).await;
    assert_eq!(
        app.number("SELECT count(*) FROM otps WHERE is_known_device = 1")
            .await,
        10
    );
}

#[tokio::test]
async fn a_browser_may_request_three_codes_in_fifteen_minutes() {
    let app = TestApp::with(without_contact_limits).await;
    let mut browser = app.browser();
    for contact in [("email", EMAIL), ("phone", PHONE)] {
        assert_eq!(
            browser.request_code(contact.0, contact.1).await.location(),
            "/otp/verify/"
        );
    }
    app.advance(MINUTE);
    assert_eq!(
        browser.request_code("email", EMAIL).await.location(),
        "/otp/verify/"
    );
    app.advance(MINUTE * 2);
    let reply = browser.request_code("phone", PHONE).await;
    assert_eq!(
        (reply.location(), reply.header("retry-after")),
        ("/otp/request/", "720")
    );
    assert!(
        browser
            .get("/otp/request/")
            .await
            .says("That was too often. You can try again in 12 minutes.")
    );
    app.advance(MINUTE * 12);
    assert_eq!(
        browser.request_code("phone", PHONE).await.location(),
        "/otp/verify/"
    );
}

#[tokio::test]
async fn each_message_lengthens_the_next_cooldown() {
    let app = TestApp::new().await;
    let (mut browser, _) = app.browser_with_code().await;
    for (wait, next) in [(60, 120), (120, 300)] {
        app.advance(SECOND * (wait - 1));
        assert_eq!(browser.resend().await.header("retry-after"), "1");
        app.advance(SECOND);
        assert_eq!(browser.resend().await.header("retry-after"), "");
        assert_eq!(
            browser.resend().await.header("retry-after"),
            next.to_string()
        );
    }
}

#[tokio::test]
async fn a_network_needs_a_captcha_after_ten_messages() {
    let app = concealing_app(|_| ()).await;
    for at in 0..10 {
        let mut browser = app.hydrated_browser().located_at("203.0.113.7");
        let reply = browser
            .request_code("email", &format!("customer{at}@wastebilling.local"))
            .await;
        assert_eq!(reply.status, 200, "{at}");
    }
    let mut browser = app.hydrated_browser().located_at("::ffff:203.0.113.7");
    let reply = browser.request_code("email", EMAIL).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("retry-after")),
        (429, "3600")
    );
    assert!(reply.says("captcha_required"));
    assert_eq!(
        app.hydrated_browser()
            .located_at("203.0.113.8")
            .request_code("email", EMAIL)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn addresses_of_one_ipv6_network_share_their_limits() {
    let app = concealing_app(|_| ()).await;
    for at in 0..10 {
        let mut browser = app
            .hydrated_browser()
            .located_at(&format!("2001:db8:ffff:1::{at:x}"));
        assert_eq!(
            browser.request_code("email", UNKNOWN_EMAIL).await.status,
            200
        );
    }
    let request = async |address: &str| {
        app.hydrated_browser()
            .located_at(address)
            .request_code("email", UNKNOWN_EMAIL)
            .await
            .status
    };
    assert_eq!(request("2001:db8:ffff:1:ffff::1").await, 429);
    assert_eq!(request("2001:db8:ffff:2::1").await, 200, "the next /64");
}

#[tokio::test]
async fn a_wide_network_has_four_times_the_limits() {
    let app = concealing_app(|settings| settings.limits.network_messages_before_captcha = 2).await;
    let request = async |address: String| {
        app.hydrated_browser()
            .located_at(&address)
            .request_code("email", UNKNOWN_EMAIL)
            .await
            .status
    };
    for host in 0..8 {
        assert_eq!(request(format!("198.51.100.{host}")).await, 200, "{host}");
    }
    assert_eq!(request("198.51.100.200".to_owned()).await, 429);
    assert_eq!(request("198.51.101.1".to_owned()).await, 200);
}

#[tokio::test]
async fn malformed_contacts_and_wrong_codes_count_as_invalid_input_of_the_network() {
    let app = concealing_app(|settings| settings.limits.network_invalid_input_per_hour = 3).await;
    let mut browser = app.hydrated_browser().located_at("203.0.113.7");
    assert_eq!(browser.request_code("email", EMAIL).await.status, 200);
    for _ in 0..2 {
        assert!(
            browser
                .request_code("email", "nobody")
                .await
                .says("contact_invalid")
        );
    }
    assert!(browser.verify("000000").await.says("code_invalid"));
    assert!(browser.verify("000000").await.says("network_limit"));
    assert!(
        browser
            .request_code("email", "nobody")
            .await
            .says("network_limit")
    );
    let attempts = "SELECT attempts FROM otps";
    assert_eq!(
        app.number(attempts).await,
        1,
        "a code that is not compared costs no attempt"
    );
    app.advance(HOUR);
    browser.request_code("email", EMAIL).await;
    assert!(browser.verify("12345").await.says("code_malformed"));
    let code = app.newest_code().await;
    assert_eq!(
        browser.verify(&code).await.status,
        200,
        "an hour later all is as before"
    );
}

#[tokio::test]
async fn the_global_limit_does_not_apply_to_known_devices() {
    let app = concealing_app(|settings| settings.limits.emails_per_hour = 3).await;
    let mut known = app.signed_in_browser().await;
    known.post("/otp/logout/", &[]).await;
    for at in 0..2 {
        unknown_device(&app, &format!("customer{at}@wastebilling.local")).await;
    }
    let mut browser = app.browser();
    assert_eq!(
        browser
            .request_code("email", EMAIL)
            .await
            .header("retry-after"),
        "3600"
    );
    assert!(
        browser
            .get("/otp/request/")
            .await
            .says("Very many people are asking for codes.")
    );
    app.advance(MINUTE);
    assert_eq!(
        known.request_code("email", EMAIL).await.location(),
        "/otp/verify/"
    );
}

#[tokio::test]
async fn after_ten_wrong_guesses_unknown_devices_get_letters_and_nobody_is_locked_out() {
    let app = concealing_app(without_contact_limits).await;
    let mut open = unknown_device(&app, EMAIL).await;
    let digits = app.newest_code().await;
    for _ in 0..2 {
        assert!(guess(&app, EMAIL, 5).await.says("code_exhausted"));
    }
    assert_eq!(
        open.verify(&digits).await.body,
        r#"{"code":"code_escalated","redirect_to":"/otp/verify/"}"#,
        "a code that was open ends with the budget"
    );
    assert!(open.verify(&digits).await.says("code_expired"));
    let mut browser = app.browser();
    browser.request_code("email", EMAIL).await;
    let page = browser.get("/otp/verify/").await;
    assert!(
        page.says("8-letter code") && page.says(r#"inputmode="text""#),
        "{}",
        page.body
    );
    assert!(page.says(r#"autocapitalize="characters""#) && page.says(r#"data-format="letters""#));
    let code = app.newest_code().await;
    assert!(
        code.len() == 8
            && code
                .bytes()
                .all(|letter| b"BCDFGHJKLMNPQRSTVWXZ".contains(&letter)),
        "{code}"
    );
    assert_eq!(browser.verify("123456").await.location(), "/otp/verify/");
    assert!(
        browser
            .get("/otp/verify/")
            .await
            .says("Please enter the 8 letters of the code.")
    );
    let typed = format!("{} {}", &code[..4].to_lowercase(), &code[4..]);
    assert_eq!(browser.verify(&typed).await.location(), "/account/");
}

#[tokio::test]
async fn a_resend_after_escalation_replaces_digits_with_letters() {
    let app = concealing_app(without_contact_limits).await;
    let mut open = unknown_device(&app, EMAIL).await;
    let digits = app.newest_code().await;
    for _ in 0..2 {
        guess(&app, EMAIL, 5).await;
    }
    app.advance(MINUTE);
    assert_eq!(open.resend().await.status, 200);
    let letters = app.newest_code().await;
    assert_eq!(letters.len(), 8);
    assert!(open.verify(&digits).await.says("code_malformed"));
    assert_eq!(open.verify(&letters).await.status, 200);
}

#[tokio::test]
async fn a_sign_in_refunds_only_its_own_guesses() {
    let app = concealing_app(without_contact_limits).await;
    let budget = "SELECT count(*) FROM limit_events WHERE otp_id IS NOT NULL";
    guess(&app, EMAIL, 5).await;
    let of_other = app.number(budget).await;
    let mut browser = unknown_device(&app, EMAIL).await;
    let code = app.newest_code().await;
    for _ in 0..4 {
        browser.verify(&other_than(&code)).await;
    }
    assert!(app.number(budget).await > of_other);
    assert_eq!(browser.verify(&code).await.status, 200);
    assert_eq!(app.number(budget).await, of_other);
}

#[tokio::test]
async fn a_known_device_keeps_digits_while_unknown_devices_guess() {
    let app = concealing_app(without_contact_limits).await;
    let mut known = app.signed_in_browser().await;
    for _ in 0..3 {
        guess(&app, EMAIL, 5).await;
    }
    known.post("/otp/logout/", &[]).await;
    known.request_code("email", EMAIL).await;
    let code = app.newest_code().await;
    assert_eq!(code.len(), 6);
    assert_eq!(known.verify(&code).await.location(), "/account/");
}

#[tokio::test]
async fn a_stolen_device_cookie_allows_ten_guesses_and_then_counts_as_unknown() {
    let app = concealing_app(|settings| {
        without_contact_limits(settings);
        settings.limits.known_device_messages_per_day = u32::MAX;
    })
    .await;
    let device = app.signed_in_browser().await.device;
    for _ in 0..2 {
        let mut thief = app.hydrated_browser();
        thief.device.clone_from(&device);
        thief.request_code("email", EMAIL).await;
        let wrong = other_than(&app.newest_code().await);
        for _ in 0..5 {
            thief.verify(&wrong).await;
        }
    }
    let mut thief = app.hydrated_browser();
    thief.device = device;
    thief.request_code("email", EMAIL).await;
    assert_eq!(
        app.number("SELECT is_known_device FROM otps ORDER BY id DESC LIMIT 1")
            .await,
        0
    );
    assert_eq!(
        app.newest_code().await.len(),
        6,
        "the contact's own budget is not touched"
    );
}

#[tokio::test]
async fn a_browser_may_guess_ten_times_in_fifteen_minutes() {
    let app = concealing_app(|settings| {
        without_contact_limits(settings);
        settings.limits.contact_guesses_per_30_days = 100;
    })
    .await;
    let mut browser = app.hydrated_browser();
    for _ in 0..2 {
        browser.request_code("email", EMAIL).await;
        let wrong = other_than(&app.newest_code().await);
        for _ in 0..5 {
            assert!(!browser.verify(&wrong).await.says("browser_limit"));
        }
        app.advance(MINUTE * 2);
    }
    browser.request_code("email", EMAIL).await;
    let code = app.newest_code().await;
    assert!(
        browser
            .verify(&other_than(&code))
            .await
            .says("browser_limit")
    );
}

#[tokio::test]
async fn guessing_at_many_contacts_trips_the_breaker_for_a_day() {
    let app = concealing_app(|settings| settings.limits.breaker_guesses_per_day = 20).await;
    for at in 0..4 {
        guess(&app, &format!("customer{at}@wastebilling.local"), 5).await;
    }
    let format = async || {
        unknown_device(&app, EMAIL).await;
        app.number("SELECT is_escalated FROM otps ORDER BY id DESC LIMIT 1")
            .await
    };
    assert_eq!(format().await, 1, "for contacts that nobody has guessed at");
    app.advance(DAY - SECOND);
    assert_eq!(format().await, 1);
    app.advance(SECOND);
    assert_eq!(format().await, 0);
}

#[tokio::test]
async fn the_breaker_adapts_to_many_wrong_codes_a_day_within_four_weeks() {
    let app = concealing_app(|settings| {
        settings.limits.breaker_guesses_per_day = 10;
        settings.limits.breaker_factor = 2;
    })
    .await;
    for day in 0..28 {
        for at in 0..2 {
            guess(&app, &format!("customer{day}x{at}@wastebilling.local"), 5).await;
        }
        app.advance(DAY);
        app.operator().cleanup(MINUTE).await.expect("cleaned up");
    }
    for at in 0..3 {
        let reply = guess(&app, &format!("another{at}@wastebilling.local"), 5).await;
        assert!(
            reply.says("code_exhausted"),
            "{at}: 15 guesses are fewer than twice 10: {}",
            reply.body
        );
    }
}

#[tokio::test]
async fn unknown_contacts_escalate_like_known_ones() {
    let app = concealing_app(without_contact_limits).await;
    for contact in [EMAIL, UNKNOWN_EMAIL] {
        for _ in 0..2 {
            guess(&app, contact, 5).await;
        }
        assert!(
            unknown_device(&app, contact)
                .await
                .get("/otp/verify/")
                .await
                .says("8-letter code"),
            "{contact}"
        );
    }
}

#[tokio::test]
async fn counters_survive_a_restart_and_are_deleted_when_no_window_needs_them() {
    let app = TestApp::new().await;
    for _ in 0..5 {
        unknown_device(&app, EMAIL).await;
    }
    let restarted = app.restarted().await;
    let reply = restarted
        .hydrated_browser()
        .request_code("email", EMAIL)
        .await;
    assert!(reply.says("contact_limit"), "{}", reply.body);
    assert!(app.number("SELECT count(*) FROM limit_events").await > 0);
    app.advance(DAY);
    restarted
        .operator()
        .cleanup(MINUTE)
        .await
        .expect("cleaned up");
    assert_eq!(app.number("SELECT count(*) FROM limit_events").await, 0);
}

#[tokio::test]
async fn a_customer_has_at_most_ten_known_devices() {
    let app = TestApp::with(without_contact_limits).await;
    let first = app.signed_in_browser().await;
    for _ in 0..10 {
        app.advance(SECOND);
        app.signed_in_browser().await;
    }
    assert_eq!(app.number("SELECT count(*) FROM devices").await, 10);
    let mut forgotten = app.browser();
    forgotten.device = first.device;
    forgotten.request_code("email", EMAIL).await;
    assert_eq!(
        app.number("SELECT is_known_device FROM otps ORDER BY id DESC LIMIT 1")
            .await,
        0
    );
}

#[tokio::test]
async fn text_messages_to_a_number_range_with_few_sign_ins_stop() {
    let app = concealing_app(|settings| {
        without_contact_limits(settings);
        settings.limits.range_texts_per_day = 5;
    })
    .await;
    for _ in 0..10 {
        app.browser().request_code("phone", PHONE).await;
        app.deliver().await;
    }
    assert_eq!(app.mailbox.all().len(), 5);
    app.advance(DAY);
    for _ in 0..10 {
        let mut browser = app.browser();
        browser.request_code("phone", PHONE).await;
        let code = app.newest_code().await;
        assert_eq!(browser.verify(&code).await.location(), "/account/");
    }
    let texts = app
        .mailbox
        .all()
        .into_iter()
        .filter(|message| message.to == PHONE && !message.code.is_empty());
    assert_eq!(texts.count(), 15, "those that are used go on");
}

#[tokio::test]
async fn requests_fail_closed_when_the_database_takes_no_writes() {
    let app = TestApp::new().await;
    let (browser, code) = app.browser_with_code().await;
    let mut hydrated = app.hydrated_browser();
    hydrated.cookie = browser.cookie;
    app.break_writes("limit_events").await;
    assert_eq!(hydrated.verify(&code).await.status, 503);
    assert_eq!(app.number("SELECT attempts FROM otps").await, 0);
    let before = sent(&app).await;
    assert_eq!(
        app.hydrated_browser()
            .request_code("email", EMAIL)
            .await
            .status,
        503
    );
    assert_eq!(sent(&app).await, before);
}
