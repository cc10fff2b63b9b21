//! Retries of messages, the point at which they are given up, and notices.

use doorcode::{
    server::{
        delivery::worker,
        domain::{Contact, ContactError, CustomerId, FailureReason, Region, send::AcceptedMessage},
        operator::NewCustomer,
        ports::{Messenger, SendError, messenger::Message},
        random::SeededRandom,
    },
    shared::ContactType,
};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use tokio::sync::{Notify, watch};

use crate::support::{
    DAY, EMAIL, Mailbox, PHONE, SECOND, TestApp, accepted, deliver_next_until,
    without_contact_limits,
};

fn contact(kind: ContactType, text: &str) -> Result<Contact, ContactError> {
    Contact::parse(kind, text, Region::parse("US").expect("a region"))
}

fn busy() -> SendError {
    SendError::transient("busy")
}

fn busy_for(seconds: i64) -> SendError {
    let retry_after = Some(SignedDuration::from_secs(seconds));
    SendError::Transient {
        cause: "429".to_owned(),
        retry_after,
    }
}

/// Makes every attempt fail. Returns the times of the attempts, in seconds after the request.
async fn attempt_times(app: &TestApp, lifetime: i64) -> Vec<i64> {
    let mut attempts = Vec::new();
    for second in 0..=lifetime {
        app.mailbox.fail_next(busy());
        app.deliver().await;
        if app.mailbox.forget_failures() == 0 {
            attempts.push(second);
        }
        app.advance(SECOND);
    }
    attempts
}

#[tokio::test]
async fn a_code_is_retried_at_growing_intervals_until_its_last_minute() {
    let app = TestApp::new().await;
    app.browser().request_code("email", EMAIL).await;
    assert_eq!(attempt_times(&app, 300).await, [0, 5, 20, 65, 185]);
    assert_eq!(
        app.number("SELECT count(*) FROM outbox WHERE state = 'failed' AND reason = 'expired'")
            .await,
        1
    );
    let short = TestApp::with(|settings| settings.otp.expiry_minutes = 2).await;
    short.browser().request_code("email", EMAIL).await;
    assert_eq!(
        attempt_times(&short, 120).await,
        [0, 5, 20],
        "the next would leave less than a minute"
    );
}

#[tokio::test]
async fn retry_after_is_kept_even_if_another_message_gets_through() {
    let app = TestApp::new().await;
    app.browser().request_code("email", EMAIL).await;
    app.mailbox.fail_next(busy_for(30));
    app.deliver().await;
    app.browser().request_code("email", EMAIL).await;
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 1);
    app.advance(SECOND * 29);
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 1, "not before its time");
    app.advance(SECOND);
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 2);
}

#[tokio::test]
async fn a_retry_after_of_zero_waits_five_seconds() {
    let app = TestApp::new().await;
    app.browser().request_code("email", EMAIL).await;
    app.mailbox.fail_next(busy_for(0));
    app.deliver().await;
    app.advance(SECOND * 4);
    app.deliver().await;
    assert!(app.mailbox.all().is_empty());
    app.advance(SECOND);
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 1);
}

#[tokio::test]
async fn a_probe_sends_a_waiting_message_before_its_next_retry() {
    let app = TestApp::new().await;
    app.browser().request_code("email", EMAIL).await;
    for seconds in [5, 15, 45, 0] {
        app.mailbox.fail_next(busy());
        app.deliver().await;
        app.advance(SECOND * seconds);
    }
    app.delivery()
        .probe(ContactType::Email)
        .await
        .expect("a probe");
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 1, "two minutes early");
}

#[tokio::test]
async fn the_first_successful_message_retries_all_waiting_messages() {
    let app = TestApp::with(without_contact_limits).await;
    for _ in 0..20 {
        app.browser().request_code("email", EMAIL).await;
        app.mailbox.fail_next(busy());
    }
    app.deliver().await;
    assert!(app.mailbox.all().is_empty());
    app.browser().request_code("email", EMAIL).await;
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 21, "at the same instant");
}

/// A messenger that hangs on emails and accepts text messages.
#[derive(Default)]
struct HangsOnEmails {
    reached: Notify,
    mailbox: Mailbox,
}

#[async_trait::async_trait]
impl Messenger for HangsOnEmails {
    async fn send(&self, message: &Message) -> Result<AcceptedMessage, SendError> {
        if message.to.kind() == ContactType::Email {
            self.reached.notify_one();
            return std::future::pending().await;
        }
        self.mailbox.send(message).await?;
        Ok(accepted())
    }

    fn segments(&self, _: &Message) -> Result<u32, SendError> {
        Ok(1)
    }

    fn is_down(&self, _: ContactType) -> bool {
        false
    }
}

#[tokio::test]
async fn a_message_given_up_at_shutdown_is_free_for_the_next_process_at_once() {
    let hangs = Arc::new(HangsOnEmails::default());
    let app = TestApp::build(|_| {}, hangs.clone(), Arc::new(SeededRandom::new(1))).await;
    app.browser().request_code("email", EMAIL).await;
    let given_up = deliver_next_until(app.delivery(), ContactType::Email, hangs.reached.notified());
    assert!(given_up.await.expect("an outbox"));
    let next = app.restarted().await;
    next.deliver().await;
    assert_eq!(next.mailbox.all().len(), 1);
}

#[tokio::test]
async fn a_hanging_mail_server_delays_no_text_messages() {
    let hangs = Arc::new(HangsOnEmails::default());
    let app = TestApp::build(|_| {}, hangs.clone(), Arc::new(SeededRandom::new(1))).await;
    for _ in 0..20 {
        app.browser().request_code("email", EMAIL).await;
    }
    let (_stop, stopped) = watch::channel(false);
    tokio::spawn(worker::run(
        app.delivery().clone(),
        app.operator().clone(),
        stopped,
    ));
    hangs.reached.notified().await;
    let mut changes = app.delivery().changes();
    app.browser().request_code("phone", PHONE).await;
    changes.changed().await.expect("a delivery");
    assert_eq!(hangs.mailbox.newest().to, PHONE);
}

#[tokio::test]
async fn a_sign_in_on_a_new_browser_notifies_the_other_contact_once() {
    let app = TestApp::new().await;
    let (mut browser, code) = app.browser_with_code().await;
    browser.verify(&code).await;
    app.deliver().await;
    let notice = app.mailbox.newest();
    assert_eq!((notice.kind, notice.to.as_str()), ("new_sign_in", PHONE));
    let sent = app.mailbox.all().len();
    browser.post("/otp/logout/", &[]).await;
    browser.request_code("email", EMAIL).await;
    let code = app.newest_code().await;
    assert_eq!(browser.verify(&code).await.location(), "/account/");
    app.deliver().await;
    assert_eq!(
        app.mailbox.all().len(),
        sent + 1,
        "the code, and no second notice"
    );
    app.signed_in_browser().await;
    app.deliver().await;
    assert_eq!(
        app.mailbox
            .all()
            .iter()
            .filter(|message| message.kind == "new_sign_in")
            .count(),
        2
    );
}

#[tokio::test]
async fn a_customer_with_one_contact_is_notified_there() {
    let app = TestApp::new().await;
    let only = NewCustomer {
        name: "Only".to_owned(),
        email: Some("only@example.com".to_owned()),
        phone: None,
    };
    app.operator()
        .add_customer(&only)
        .await
        .expect("a customer");
    let mut browser = app.browser();
    browser.request_code("email", "only@example.com").await;
    let code = app.newest_code().await;
    browser.verify(&code).await;
    app.deliver().await;
    let notice = app.mailbox.newest();
    assert_eq!(
        (notice.kind, notice.to.as_str()),
        ("new_sign_in", "only@example.com")
    );
}

#[tokio::test]
async fn an_operator_can_turn_the_notice_off() {
    let app = TestApp::with(|settings| settings.notices.new_sign_in = false).await;
    app.signed_in_browser().await;
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 1);
}

#[tokio::test]
async fn a_notice_is_retried_and_expires_after_a_day() {
    let app = TestApp::new().await;
    app.signed_in_browser().await;
    app.mailbox.fail_next(busy_for(60 * 60));
    app.deliver().await;
    app.advance(SECOND * 60 * 60);
    app.deliver().await;
    assert_eq!(app.mailbox.newest().kind, "new_sign_in");
    app.signed_in_browser().await;
    app.advance(DAY);
    app.deliver().await;
    assert_eq!(
        app.mailbox
            .all()
            .iter()
            .filter(|message| message.kind == "new_sign_in")
            .count(),
        1
    );
}

#[tokio::test]
async fn changing_a_contact_notifies_the_old_one() {
    let app = TestApp::new().await;
    let mut browser = app.signed_in_browser().await;
    let new = contact(ContactType::Email, "new@example.com").expect("a contact");
    assert!(
        app.operator()
            .change_contact_of(CustomerId(1), new)
            .await
            .expect("changed")
    );
    app.deliver().await;
    let all = app.mailbox.all();
    let notice = all
        .iter()
        .find(|message| message.kind == "contact_changed")
        .expect("a notice");
    assert_eq!(notice.to, EMAIL);
    assert_eq!(
        browser.get("/account/").await.location(),
        "/otp/request/",
        "the session has ended"
    );
}

#[tokio::test]
async fn adding_a_contact_notifies_the_other_one() {
    let app = TestApp::new().await;
    let only = NewCustomer {
        name: "Only".to_owned(),
        email: Some("only@example.com".to_owned()),
        phone: None,
    };
    let id = app
        .operator()
        .add_customer(&only)
        .await
        .expect("a customer");
    let phone = contact(ContactType::Phone, "+12025550177").expect("a contact");
    assert!(
        app.operator()
            .change_contact_of(id, phone)
            .await
            .expect("changed")
    );
    app.deliver().await;
    let notice = app.mailbox.newest();
    assert_eq!(
        (notice.kind, notice.to.as_str()),
        ("contact_changed", "only@example.com")
    );
}

#[tokio::test]
async fn a_refused_message_stays_in_the_outbox_with_its_reason() {
    let app = TestApp::new().await;
    app.browser().request_code("email", EMAIL).await;
    app.mailbox.fail_next(SendError::Permanent {
        cause: "550".to_owned(),
        reason: FailureReason::NoSuchAddress,
    });
    app.deliver().await;
    let entry = &app.operator().outbox(1).await.expect("an outbox")[0];
    assert_eq!(
        (entry.state.reason(), entry.due_at),
        (Some(FailureReason::NoSuchAddress), None::<Timestamp>)
    );
}
