//! When messages are tried again, when they are given up, and what is told unasked.

use doorcode::{
    server::{
        delivery::worker,
        domain::{Contact, ContactError, CustomerId, FailureReason, Region, send::Accepted},
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
    DAY, EMAIL, Mailbox, PHONE, SECOND, TestApp, deliver_next_until, taken, without_contact_limits,
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
        why: "429".to_owned(),
        retry_after,
        outcome_unknown: false,
    }
}

/// The seconds after the request at which a message is tried that always fails.
async fn tries(app: &TestApp, lifetime: i64) -> Vec<i64> {
    let mut tries = Vec::new();
    for second in 0..=lifetime {
        app.mailbox.fail_next(busy());
        app.deliver().await;
        if app.mailbox.forget_failures() == 0 {
            tries.push(second);
        }
        app.advance(SECOND);
    }
    tries
}

#[tokio::test]
async fn a_code_is_tried_at_growing_waits_while_a_minute_of_its_life_is_left() {
    let app = TestApp::new().await;
    app.browser().request_code("email", EMAIL).await;
    assert_eq!(tries(&app, 300).await, [0, 5, 20, 65, 185]);
    assert_eq!(
        app.number("SELECT count(*) FROM outbox WHERE state = 'failed' AND reason = 'too_late'")
            .await,
        1
    );
    let short = TestApp::with(|settings| settings.otp.expiry_minutes = 2).await;
    short.browser().request_code("email", EMAIL).await;
    assert_eq!(
        tries(&short, 120).await,
        [0, 5, 20],
        "the next would leave less than a minute"
    );
}

#[tokio::test]
async fn a_wait_that_the_other_side_names_is_kept_even_when_it_works_again() {
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
async fn a_wait_of_nothing_is_five_seconds() {
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
async fn a_carrier_that_comes_back_is_noticed_by_a_probe_however_far_the_next_try_is() {
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
async fn the_first_message_that_gets_through_takes_all_that_wait_with_it() {
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

/// Hangs over emails and takes text messages.
#[derive(Default)]
struct HangsOverEmails {
    reached: Notify,
    mailbox: Mailbox,
}

#[async_trait::async_trait]
impl Messenger for HangsOverEmails {
    async fn send(&self, message: &Message) -> Result<Accepted, SendError> {
        if message.to.kind() == ContactType::Email {
            self.reached.notify_one();
            return std::future::pending().await;
        }
        self.mailbox.send(message).await?;
        Ok(taken())
    }

    fn segments(&self, _: &Message) -> Result<u32, SendError> {
        Ok(1)
    }

    fn is_down(&self, _: ContactType) -> bool {
        false
    }
}

#[tokio::test]
async fn what_is_given_up_at_shutdown_is_there_for_the_next_process_at_once() {
    let hangs = Arc::new(HangsOverEmails::default());
    let app = TestApp::build(|_| {}, hangs.clone(), Arc::new(SeededRandom::new(1))).await;
    app.browser().request_code("email", EMAIL).await;
    let given_up = deliver_next_until(app.delivery(), ContactType::Email, hangs.reached.notified());
    assert!(given_up.await.expect("an outbox"));
    let next = app.restarted().await;
    next.deliver().await;
    assert_eq!(next.mailbox.all().len(), 1);
}

#[tokio::test]
async fn a_mail_server_that_hangs_holds_no_text_message_up() {
    let hangs = Arc::new(HangsOverEmails::default());
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
async fn a_sign_in_on_a_new_browser_is_told_once_at_the_other_contact() {
    let app = TestApp::new().await;
    let (mut browser, code) = app.browser_with_code().await;
    browser.verify(&code).await;
    app.deliver().await;
    let notice = app.mailbox.newest();
    assert_eq!((notice.kind, notice.to.as_str()), ("new_sign_in", PHONE));
    let told = app.mailbox.all().len();
    browser.post("/otp/logout/", &[]).await;
    browser.request_code("email", EMAIL).await;
    let code = app.newest_code().await;
    assert_eq!(browser.verify(&code).await.location(), "/account/");
    app.deliver().await;
    assert_eq!(
        app.mailbox.all().len(),
        told + 1,
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
async fn a_customer_with_one_contact_is_told_there() {
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
async fn a_notice_waits_for_a_day_and_not_longer() {
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
async fn a_contact_as_it_was_is_told_that_it_was_changed() {
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
async fn a_contact_that_is_added_is_told_at_the_other_one() {
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
async fn a_refused_message_is_kept_with_its_reason_for_the_operator() {
    let app = TestApp::new().await;
    app.browser().request_code("email", EMAIL).await;
    app.mailbox.fail_next(SendError::Permanent {
        why: "550".to_owned(),
        reason: FailureReason::NoSuchAddress,
    });
    app.deliver().await;
    let entry = &app.operator().outbox(1).await.expect("an outbox")[0];
    assert_eq!(
        (entry.state.reason(), entry.due_at),
        (Some(FailureReason::NoSuchAddress), None::<Timestamp>)
    );
}
