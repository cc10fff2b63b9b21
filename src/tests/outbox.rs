//! Requests queue messages in the outbox, and the worker sends them.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use doorcode::server::{
    delivery::{Sender, worker},
    domain::{
        ClaimedMessage, FailureReason,
        send::{AcceptedMessage, AttemptResult},
    },
    ports::{
        Messenger, SendError,
        messenger::{HandoverSignal, Message},
    },
    random::SeededRandom,
};
use doorcode::shared::ContactType;
use futures_util::future::join_all;
use tokio::{
    sync::{Notify, Semaphore, watch},
    task::JoinHandle,
    time,
};

use crate::support::{
    EMAIL, Mailbox, SECOND, TestApp, accepted, deliver_next, without_contact_limits,
};

/// A mail server that accepts the connection and then hangs.
#[derive(Default)]
struct Hangs {
    reached: Notify,
}

#[async_trait]
impl Messenger for Hangs {
    async fn send(&self, _: &Message) -> Result<AcceptedMessage, SendError> {
        self.reached.notify_one();
        std::future::pending().await
    }

    fn segments(&self, _: &Message) -> Result<u32, SendError> {
        Ok(1)
    }

    fn is_down(&self, _: ContactType) -> bool {
        false
    }
}

/// A mail server that accepts the message and then hangs before it confirms that.
#[derive(Default)]
struct SendsAndHangs {
    mailbox: Mailbox,
    sent: Notify,
}

#[async_trait]
impl Messenger for SendsAndHangs {
    async fn send(&self, message: &Message) -> Result<AcceptedMessage, SendError> {
        self.mailbox.send(message).await?;
        self.sent.notify_one();
        std::future::pending().await
    }

    fn segments(&self, _: &Message) -> Result<u32, SendError> {
        Ok(1)
    }

    fn is_down(&self, _: ContactType) -> bool {
        false
    }
}

#[tokio::test]
async fn a_hanging_server_delays_no_response() {
    let hangs = Arc::new(Hangs::default());
    let app = TestApp::build(
        without_contact_limits,
        hangs.clone(),
        Arc::new(SeededRandom::new(1)),
    )
    .await;
    let (_stop, stopped) = watch::channel(false);
    spawn_worker(&app, stopped);
    for _ in 0..20 {
        assert_eq!(
            app.browser().request_code("email", EMAIL).await.location(),
            "/otp/verify/"
        );
    }
    hangs.reached.notified().await;
    assert_eq!(
        app.browser().request_code("email", EMAIL).await.location(),
        "/otp/verify/"
    );
}

/// A messenger that panics on the first message and accepts all others.
struct PanicsOnce {
    panicked: AtomicBool,
    accepted: Semaphore,
}

#[async_trait]
impl Messenger for PanicsOnce {
    async fn send(&self, _: &Message) -> Result<AcceptedMessage, SendError> {
        assert!(
            self.panicked.swap(true, Ordering::SeqCst),
            "this message breaks the library"
        );
        self.accepted.add_permits(1);
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
async fn a_message_is_retried_after_a_panic() {
    let panics = Arc::new(PanicsOnce {
        panicked: AtomicBool::new(false),
        accepted: Semaphore::new(0),
    });
    let app = TestApp::build(|_| {}, panics.clone(), Arc::new(SeededRandom::new(1))).await;
    app.browser().request_code("email", EMAIL).await;
    let (stop, stopped) = watch::channel(false);
    let worker = spawn_worker(&app, stopped);
    while !panics.panicked.load(Ordering::SeqCst) {
        tokio::task::yield_now().await;
    }
    app.advance(SECOND * 5);
    app.browser().request_code("email", EMAIL).await;
    let _both = panics.accepted.acquire_many(2).await.expect("two messages");
    stop.send(true).expect("a worker");
    worker.await.expect("a worker that stops on the signal");
}

/// A messenger that accepts as many messages as the test allows.
struct Gate {
    reached: Semaphore,
    allowed: Semaphore,
}

/// Returns an app whose messenger sends `allowed` messages and then waits.
async fn gated(allowed: usize) -> (Arc<Gate>, TestApp) {
    let gate = Arc::new(Gate {
        reached: Semaphore::new(0),
        allowed: Semaphore::new(allowed),
    });
    let random = Arc::new(SeededRandom::new(1));
    let app = TestApp::build(without_contact_limits, gate.clone(), random).await;
    (gate, app)
}

fn spawn_worker(app: &TestApp, stopped: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(worker::run(
        app.delivery().clone(),
        app.operator().clone(),
        stopped,
    ))
}

#[async_trait]
impl Messenger for Gate {
    async fn send(&self, _: &Message) -> Result<AcceptedMessage, SendError> {
        self.reached.add_permits(1);
        self.allowed.acquire().await.expect("an open gate").forget();
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
async fn the_worker_skips_a_waiting_message_that_another_process_has_claimed() {
    let (gate, app) = gated(0).await;
    let (stop, stopped) = watch::channel(false);
    let worker = spawn_worker(&app, stopped);
    for _ in 0..9 {
        app.browser().request_code("email", EMAIL).await;
    }
    gate.reached
        .acquire_many(8)
        .await
        .expect("eight messages on their way")
        .forget();
    app.execute("UPDATE outbox SET owner = 99, attempts = attempts + 1 WHERE id = 9")
        .await;
    gate.allowed.add_permits(10);
    app.browser().request_code("email", EMAIL).await;
    gate.reached
        .acquire()
        .await
        .expect("the tenth message")
        .forget();
    stop.send(true).expect("a worker");
    worker.await.expect("a worker that stops on the signal");
    let states = app.texts("SELECT state FROM outbox ORDER BY id").await;
    assert_eq!(states.iter().filter(|state| *state == "sent").count(), 9);
    assert_eq!(states.get(8).map(String::as_str), Some("queued"));
}

#[tokio::test]
async fn a_worker_can_be_stopped_while_it_claims_a_backlog() {
    let (gate, app) = gated(0).await;
    for _ in 0..40 {
        app.browser().request_code("email", EMAIL).await;
    }
    let (stop, stopped) = watch::channel(false);
    let worker = spawn_worker(&app, stopped);
    gate.reached
        .acquire()
        .await
        .expect("the first message, while the others are claimed")
        .forget();
    stop.send(true).expect("a worker");
    gate.allowed.add_permits(8);
    time::timeout(Duration::from_secs(30), worker)
        .await
        .expect("an end")
        .expect("no panic");
    let waiting = "SELECT count(*) FROM outbox WHERE state = 'queued' AND owner IS NULL";
    assert!(
        app.number(waiting).await >= 32,
        "messages that the next process takes at once"
    );
}

#[tokio::test]
async fn a_new_message_does_not_wait_until_a_backlog_is_claimed() {
    let (gate, app) = gated(1_000).await;
    for _ in 0..300 {
        app.browser().request_code("email", EMAIL).await;
    }
    let (_stop, stopped) = watch::channel(false);
    spawn_worker(&app, stopped);
    gate.reached
        .acquire_many(10)
        .await
        .expect("ten messages of the backlog")
        .forget();
    app.browser().request_code("email", EMAIL).await;
    let newest = "SELECT count(*) FROM outbox WHERE id = 301 AND state = 'sent'";
    while app.number(newest).await == 0 {
        tokio::task::yield_now().await;
    }
    let waiting = "SELECT count(*) FROM outbox WHERE state = 'queued'";
    assert!(app.number(waiting).await > 50, "the rest of the backlog");
}

#[tokio::test]
async fn a_crash_between_commit_and_sending_loses_no_message() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.request_code("email", EMAIL).await;
    let restarted = app.restarted().await;
    restarted.deliver().await;
    let message = restarted.mailbox.newest();
    assert_eq!(message.to, EMAIL);
    assert_eq!(browser.verify(&message.code).await.location(), "/account/");
}

#[tokio::test]
async fn a_crash_after_sending_repeats_an_identical_message() {
    let sent_and_hangs = Arc::new(SendsAndHangs::default());
    let app = TestApp::build(
        |_| {},
        sent_and_hangs.clone(),
        Arc::new(SeededRandom::new(1)),
    )
    .await;
    app.browser().request_code("email", EMAIL).await;
    let sender = app.delivery().clone();
    let crashes = tokio::spawn(async move { deliver_next(&sender, ContactType::Email).await });
    sent_and_hangs.sent.notified().await;
    crashes.abort();
    let restarted = app.restarted().await;
    app.advance(SECOND * 2);
    restarted.deliver().await;
    assert_eq!(restarted.mailbox.all(), sent_and_hangs.mailbox.all());
}

#[tokio::test]
async fn a_failed_message_is_retried_and_a_refused_one_is_not() {
    let app = TestApp::new().await;
    app.browser().request_code("email", EMAIL).await;
    app.mailbox.fail_next(SendError::transient("busy"));
    app.deliver().await;
    assert!(app.mailbox.all().is_empty());
    app.advance(SECOND * 5 - SECOND / 1000);
    app.deliver().await;
    assert!(app.mailbox.all().is_empty());
    app.advance(SECOND / 1000);
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 1);
    app.browser().request_code("email", EMAIL).await;
    app.mailbox.fail_next(SendError::Permanent {
        cause: "no such mailbox".to_owned(),
        reason: FailureReason::NoSuchAddress,
    });
    app.deliver().await;
    app.advance(SECOND * 120);
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 1);
}

#[tokio::test]
async fn a_message_with_an_expired_code_is_not_sent() {
    let app = TestApp::new().await;
    app.browser().request_code("email", EMAIL).await;
    app.advance(SECOND * 300);
    app.deliver().await;
    assert!(app.mailbox.all().is_empty());
    assert_eq!(
        app.number("SELECT count(*) FROM outbox WHERE due_at IS NOT NULL")
            .await,
        0
    );
}

#[tokio::test]
async fn a_message_with_an_expired_lease_is_taken_over() {
    let hangs = Arc::new(Hangs::default());
    let app = TestApp::build(|_| {}, hangs.clone(), Arc::new(SeededRandom::new(1))).await;
    app.browser().request_code("email", EMAIL).await;
    let sender = app.delivery().clone();
    let stuck = tokio::spawn(async move { deliver_next(&sender, ContactType::Email).await });
    hangs.reached.notified().await;
    stuck.abort();
    let restarted = app.restarted().await;
    app.advance(SECOND * 2 - SECOND / 1000);
    restarted.deliver().await;
    assert!(restarted.mailbox.all().is_empty(), "the lease holds");
    app.advance(SECOND / 1000);
    restarted.deliver().await;
    assert_eq!(restarted.mailbox.all().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_workers_send_each_message_once() {
    let app = TestApp::with(without_contact_limits).await;
    for _ in 0..50 {
        app.browser().request_code("email", EMAIL).await;
    }
    let other = app.restarted().await;
    let workers = (0..8).map(|index| {
        let sender = if index % 2 == 0 {
            app.delivery().clone()
        } else {
            other.delivery().clone()
        };
        tokio::spawn(async move {
            while deliver_next(&sender, ContactType::Email)
                .await
                .expect("an outbox")
            {}
        })
    });
    join_all(workers).await;
    let all: Vec<_> = app
        .mailbox
        .all()
        .into_iter()
        .chain(other.mailbox.all())
        .collect();
    let different: HashSet<_> = all.iter().map(|message| &message.message_id).collect();
    assert_eq!((all.len(), different.len()), (50, 50));
}

#[tokio::test]
async fn a_code_is_sent_even_if_the_browser_disconnects() {
    let app = TestApp::new().await;
    let mut claimed = app
        .delivery()
        .queue
        .start()
        .expect("a queue without a worker");
    let lock = app.lock().await;
    let mut browser = app.browser();
    let request = time::timeout(
        Duration::from_millis(200),
        browser.request_code("email", EMAIL),
    );
    assert!(
        request.await.is_err(),
        "the request waits for the lock, and its future is dropped"
    );
    lock.release().await;
    let claimed = time::timeout(Duration::from_secs(10), claimed.recv())
        .await
        .expect("a message in time");
    assert_eq!(
        claimed.expect("a message").message.channel,
        ContactType::Email
    );
}

/// Claims the next mail that is due.
async fn claim(sender: &Sender) -> ClaimedMessage {
    let lease = sender.queue.lease(sender.now());
    sender
        .outbox
        .claim(ContactType::Email, lease, sender.now())
        .await
        .expect("an outbox")
        .expect("a message")
}

#[tokio::test]
async fn a_waiting_message_is_not_sent_to_a_customer_disabled_meanwhile() {
    let app = TestApp::new().await;
    app.browser().request_code("email", EMAIL).await;
    let sender = app.delivery();
    let claimed = claim(sender).await;
    let customer = claimed.customer.as_ref().expect("a customer").id;
    assert!(
        app.operator()
            .set_disabled(customer, true)
            .await
            .expect("disabled")
    );
    let result = sender
        .attempt_after_wait(&claimed, &HandoverSignal::default(), std::future::pending())
        .await
        .expect("an answer");
    assert_eq!(result, Some(AttemptResult::Failed(FailureReason::Expired)));
    assert!(app.mailbox.all().is_empty());
}

#[tokio::test]
async fn a_waiting_message_is_not_sent_if_another_process_has_claimed_it() {
    let app = TestApp::new().await;
    app.browser().request_code("email", EMAIL).await;
    let sender = app.delivery();
    let claimed = claim(sender).await;
    app.advance(SECOND * 2);
    let other = app.restarted().await;
    other.deliver().await;
    assert_eq!(other.mailbox.all().len(), 1);
    let result = sender
        .attempt_after_wait(&claimed, &HandoverSignal::default(), std::future::pending())
        .await
        .expect("an answer");
    assert_eq!(result, None);
    assert!(app.mailbox.all().is_empty());
    assert_eq!(app.texts("SELECT state FROM outbox").await, ["sent"]);
}

#[tokio::test]
async fn an_unreadable_message_is_given_up_and_blocks_no_other() {
    let app = TestApp::new().await;
    app.browser().request_code("email", EMAIL).await;
    app.execute("UPDATE outbox SET created_at = 9223372036854775807")
        .await;
    app.browser().request_code("email", EMAIL).await;
    app.deliver().await;
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 1);
    assert_eq!(
        app.number("SELECT count(*) FROM outbox WHERE state = 'failed'")
            .await,
        1
    );
}

#[tokio::test]
async fn results_are_recorded_together_despite_an_unreadable_message() {
    let app = TestApp::new().await;
    let sender = app.delivery();
    let mut attempts = Vec::new();
    for _ in 0..3 {
        app.browser().request_code("email", EMAIL).await;
        let claimed = claim(sender).await;
        let result = sender
            .attempt(&claimed, &HandoverSignal::default(), std::future::pending())
            .await
            .expect("an answer");
        attempts.push((claimed, result));
    }
    app.execute("UPDATE outbox SET attempts = 9223372036854775807 WHERE id = 2")
        .await;
    sender.finish(&attempts).await.expect("recorded");
    assert_eq!(
        app.texts("SELECT state FROM outbox ORDER BY id").await,
        ["sent", "failed", "sent"]
    );
}
