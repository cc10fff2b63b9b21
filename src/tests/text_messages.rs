//! Text messages: allowed numbers, the budget, and the choice of channel.

use doorcode::server::{
    config::{Settings, SmsBackendName, UnknownContacts},
    domain::{Browser as SeenBrowser, Money, SmsLevel},
    operator::NewCustomer,
    sign_in::RequestForm,
};

use crate::support::{Browser, DAY, EMAIL, MINUTE, PHONE, TestApp, without_contact_limits};

const LANDLINE: &str = "+442079460018";
const FOREIGN: &str = "+447400123456";

fn cents(cents: u64) -> Money {
    Money::from_micros(cents * 10_000)
}

/// An application with a daily budget for `messages` text messages.
async fn with_budget(messages: u64) -> TestApp {
    TestApp::with(|settings| {
        without_contact_limits(settings);
        settings.sms.daily_budget = cents(5 * messages);
    })
    .await
}

async fn with_customer(phone: &str, change: impl FnOnce(&mut Settings)) -> TestApp {
    let app = TestApp::with(change).await;
    let customer = NewCustomer {
        name: "Other".to_owned(),
        email: None,
        phone: Some(phone.to_owned()),
    };
    app.operator()
        .add_customer(&customer)
        .await
        .expect("a customer");
    app
}

async fn messages_to(app: &TestApp, phone: &str) -> usize {
    app.deliver().await;
    app.mailbox
        .all()
        .iter()
        .filter(|message| message.to == phone)
        .count()
}

#[tokio::test]
async fn numbers_of_other_countries_are_refused_for_known_and_unknown_contacts() {
    let app = with_customer(FOREIGN, |_| {}).await;
    for number in [FOREIGN, "+447400123457"] {
        let mut browser = app.browser();
        assert_eq!(
            browser.request_code("phone", number).await.location(),
            "/otp/request/"
        );
        let page = browser.get("/otp/request/").await;
        assert!(
            page.says("We cannot send text messages to numbers of this country."),
            "{}",
            page.body
        );
        assert!(page.says(number), "what was typed stays");
    }
    assert_eq!(messages_to(&app, FOREIGN).await, 0);
    let allowed = with_customer(FOREIGN, |settings| {
        settings.sms.allowed_regions = vec!["GB".to_owned()];
    })
    .await;
    assert_eq!(
        allowed
            .browser()
            .request_code("phone", FOREIGN)
            .await
            .location(),
        "/otp/verify/"
    );
    assert_eq!(messages_to(&allowed, FOREIGN).await, 1);
}

#[tokio::test]
async fn without_text_messages_there_is_no_choice_and_none_is_sent() {
    let app = TestApp::with(|settings| settings.sms.backend = SmsBackendName::None).await;
    let mut browser = app.browser();
    let page = browser.get("/otp/request/").await;
    assert!(
        page.says("Email address") && !page.says("Text message"),
        "{}",
        page.body
    );
    assert_eq!(
        browser.request_code("phone", PHONE).await.location(),
        "/otp/request/"
    );
    assert_eq!(messages_to(&app, PHONE).await, 0);
    let (known, _) = app.browser_with_code().await;
    assert!(!offers_other(&app, &known).await);
}

#[tokio::test]
async fn landlines_are_refused_for_known_and_unknown_contacts() {
    let gb = |settings: &mut Settings| settings.sms.allowed_regions = vec!["GB".to_owned()];
    let app = with_customer(LANDLINE, gb).await;
    for number in [LANDLINE, "+442079460019"] {
        let mut browser = app.browser();
        browser.request_code("phone", number).await;
        assert!(
            browser
                .get("/otp/request/")
                .await
                .says("This number looks like a landline.")
        );
    }
    assert_eq!(messages_to(&app, LANDLINE).await, 0);
}

#[tokio::test]
async fn the_command_line_cannot_send_to_a_country_that_is_not_allowed() {
    let app = with_customer(FOREIGN, |_| {}).await;
    let customers = app.operator().customers().await.expect("customers");
    let phone = customers[1].phone.clone().expect("a phone");
    let otp = app
        .operator()
        .create_otp(doorcode::server::domain::Contact::Phone(phone))
        .await
        .expect("an OTP");
    assert_eq!(messages_to(&app, FOREIGN).await, 0);
    let events: Vec<_> = app
        .operator()
        .history(doorcode::server::ports::history::HistoryOf::Otp(otp.id))
        .await
        .expect("a history")
        .into_iter()
        .map(|e| e.event)
        .collect();
    assert_eq!(events, ["requested", "delivery_failed"]);
}

#[tokio::test]
async fn a_spent_budget_stops_only_text_messages_of_unknown_devices() {
    let app = with_budget(2).await;
    let mut known = signed_in_by_phone(&app).await;
    assert_eq!(
        app.sign_in().sms_level().await.expect("a level"),
        SmsLevel::Open
    );
    assert_eq!(
        app.browser().request_code("phone", PHONE).await.location(),
        "/otp/verify/"
    );
    assert_eq!(messages_to(&app, PHONE).await, 2);
    assert_eq!(
        app.sign_in().sms_level().await.expect("a level"),
        SmsLevel::KnownOnly
    );
    for number in [PHONE, "+12025550199"] {
        let mut unknown_device = app.browser();
        assert_eq!(
            unknown_device
                .request_code("phone", number)
                .await
                .location(),
            "/otp/request/"
        );
        assert!(
            unknown_device
                .get("/otp/request/")
                .await
                .says("We cannot send text messages to new browsers")
        );
    }
    known.post("/otp/logout/", &[]).await;
    assert_eq!(
        known.request_code("phone", PHONE).await.location(),
        "/otp/verify/"
    );
    assert_eq!(
        messages_to(&app, PHONE).await,
        3,
        "a message to a known device is sent even over the budget"
    );
    assert_eq!(
        app.browser().request_code("email", EMAIL).await.location(),
        "/otp/verify/"
    );
    app.advance(DAY);
    assert_eq!(
        app.browser().request_code("phone", PHONE).await.location(),
        "/otp/verify/"
    );
    assert_eq!(
        messages_to(&app, PHONE).await,
        4,
        "the next day has money of its own"
    );
}

#[tokio::test]
async fn a_spent_budget_stops_no_notice_of_a_changed_contact() {
    let app = with_budget(1).await;
    app.execute("UPDATE customers SET email = NULL").await;
    let mut thief = signed_in_by_phone(&app).await;
    let email = ("contact_value", "thief@wastebilling.local");
    thief
        .post("/account/contact/", &[("contact_type", "email"), email])
        .await;
    let code = app.newest_code().await;
    let reply = thief
        .post("/account/contact/verify/", &[("otp_code", &code)])
        .await;
    assert_eq!(reply.location(), "/account/");
    app.deliver().await;
    let notice = app.mailbox.newest();
    assert_eq!(
        (notice.kind, notice.to.as_str()),
        ("contact_changed", PHONE)
    );
}

#[tokio::test]
async fn the_monthly_budget_starts_again_in_the_next_month() {
    let app = TestApp::with(|settings| settings.sms.monthly_budget = cents(5)).await;
    app.browser().request_code("phone", PHONE).await;
    assert_eq!(messages_to(&app, PHONE).await, 1);
    app.advance(DAY);
    assert_eq!(
        app.browser().request_code("phone", PHONE).await.location(),
        "/otp/request/"
    );
    app.advance(DAY * 10);
    assert_eq!(
        app.browser().request_code("phone", PHONE).await.location(),
        "/otp/verify/",
        "it is December"
    );
}

#[tokio::test]
async fn messages_queued_together_stay_within_the_budget() {
    let app = with_budget(3).await;
    for _ in 0..10 {
        app.browser().request_code("phone", PHONE).await;
    }
    assert_eq!(messages_to(&app, PHONE).await, 3);
    assert_eq!(
        app.number("SELECT count(*) FROM outbox WHERE reason = 'budget_spent'")
            .await,
        7
    );
}

#[tokio::test]
async fn the_visible_budget_level_does_not_reveal_who_is_a_customer() {
    let levels_after = async |number: &str| {
        let app = TestApp::with(|settings| {
            settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal);
            settings.sms.daily_budget = cents(12);
        })
        .await;
        let mut levels = Vec::new();
        for _ in 0..3 {
            app.browser().request_code("phone", number).await;
            app.deliver().await;
            levels.push(app.sign_in().sms_level().await.expect("a level"));
        }
        levels
    };
    let levels = levels_after(PHONE).await;
    assert_eq!(levels, levels_after("+12025550199").await);
    assert_eq!(
        levels,
        [SmsLevel::Open, SmsLevel::KnownOnly, SmsLevel::KnownOnly],
        "an exceeded budget is shown at once"
    );
}

#[tokio::test]
async fn a_forged_device_cookie_counts_as_unknown() {
    let app = with_budget(0).await;
    let mut forger = app.browser();
    forger.device = Some(format!("doorcode-device={}", "ab".repeat(32)));
    assert_eq!(
        forger.request_code("phone", PHONE).await.location(),
        "/otp/request/"
    );
    let mut customer = app.browser();
    customer.device = Some(format!("doorcode-device={}", "ab".repeat(32)));
    customer.request_code("email", EMAIL).await;
    let code = app.newest_code().await;
    customer.verify(&code).await;
    assert_ne!(
        customer.device, forger.device,
        "a token that we did not give out is not taken up"
    );
}

#[tokio::test]
async fn a_browser_known_to_one_customer_is_unknown_to_another() {
    let app = with_budget(1).await;
    let other = NewCustomer {
        name: "Other".to_owned(),
        email: Some("other@example.com".to_owned()),
        phone: None,
    };
    app.operator()
        .add_customer(&other)
        .await
        .expect("a customer");
    let mut browser = app.browser();
    browser.request_code("email", "other@example.com").await;
    let code = app.newest_code().await;
    browser.verify(&code).await;
    browser.post("/otp/logout/", &[]).await;
    app.browser().request_code("phone", PHONE).await;
    assert_eq!(messages_to(&app, PHONE).await, 1);
    assert_eq!(
        browser.request_code("phone", PHONE).await.location(),
        "/otp/request/"
    );
}

#[tokio::test]
async fn the_other_channel_is_offered_to_known_devices_and_with_reveal_to_all() {
    for (unknown_contacts, to_unknown_devices) in [
        (UnknownContacts::Conceal, false),
        (UnknownContacts::Reveal, true),
    ] {
        let app =
            TestApp::with(|settings| settings.privacy.unknown_contacts = Some(unknown_contacts))
                .await;
        let (unknown_device, _) = app.browser_with_code().await;
        assert_eq!(
            offers_other(&app, &unknown_device).await,
            to_unknown_devices
        );
        let mut known = app.signed_in_browser().await;
        known.post("/otp/logout/", &[]).await;
        known.request_code("email", EMAIL).await;
        assert!(offers_other(&app, &known).await);
        app.advance(MINUTE);
        known
            .post("/otp/resend/", &[("contact_type", "phone")])
            .await;
        app.deliver().await;
        let message = app.mailbox.newest();
        assert_eq!(message.to, PHONE);
        assert_eq!(known.verify(&message.code).await.location(), "/account/");
    }
}

#[tokio::test]
async fn a_channel_that_is_not_offered_is_not_used() {
    let app = TestApp::with(|settings| {
        settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal);
    })
    .await;
    let (mut unknown_device, _) = app.browser_with_code().await;
    app.advance(MINUTE);
    unknown_device
        .post("/otp/resend/", &[("contact_type", "phone")])
        .await;
    assert_eq!(messages_to(&app, PHONE).await, 0);
}

async fn offers_other(app: &TestApp, browser: &Browser) -> bool {
    let status = app
        .sign_in()
        .status(&browser.as_service_sees_it())
        .await
        .expect("a status")
        .expect("a sign-in");
    status.other_channel.is_some()
}

async fn signed_in_by_phone(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    browser.request_code("phone", PHONE).await;
    let code = app.newest_code().await;
    assert_eq!(browser.verify(&code).await.location(), "/account/");
    browser
}

#[tokio::test]
async fn a_device_cookie_does_not_open_a_session() {
    let app = TestApp::new().await;
    let browser = app.signed_in_browser().await;
    let mut thief = app.browser();
    thief.device = browser.device.clone();
    assert_eq!(thief.get("/account/").await.location(), "/otp/request/");
    thief.cookie = browser
        .device
        .map(|device| device.replace("doorcode-device=", "doorcode="));
    assert_eq!(thief.get("/account/").await.location(), "/otp/request/");
}

#[tokio::test]
async fn refusals_do_not_reveal_who_is_a_customer() {
    let app = TestApp::with(|settings| {
        settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal);
        settings.sms.daily_budget = cents(0);
    })
    .await;
    let refusal = async |number: &str| {
        let form = RequestForm {
            contact_type: doorcode::shared::ContactType::Phone,
            contact_value: number.to_owned(),
            ..RequestForm::default()
        };
        let refused = app
            .sign_in()
            .request_otp(&SeenBrowser::default(), &form)
            .await;
        format!("{:?}", refused.expect_err("refused"))
    };
    assert_eq!(refusal(PHONE).await, refusal("+12025550199").await);
}

#[tokio::test]
async fn the_request_screen_warns_when_the_text_message_budget_runs_low() {
    let app = with_budget(5).await;
    assert!(!app.browser().get("/otp/request/").await.says("phone-hint"));
    for _ in 0..4 {
        app.browser().request_code("phone", PHONE).await;
    }
    app.deliver().await;
    assert!(
        app.browser()
            .get("/otp/request/")
            .await
            .says("Email is quicker at the moment.")
    );
    app.browser().request_code("phone", PHONE).await;
    app.deliver().await;
    let page = app.browser().get("/otp/request/").await;
    assert!(
        page.says("Text messages go only to browsers that have signed in before at the moment.")
    );
    assert!(
        page.says(r#"value="email" checked"#) && page.says(r#"aria-describedby="phone-hint""#),
        "{}",
        page.body
    );
}
