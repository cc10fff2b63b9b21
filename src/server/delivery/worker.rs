//! The worker that sends the messages in the outbox.
//!
//! It immediately sends what requests of this process have claimed. Every second it also polls the
//! outbox, for retries and for messages that another process has queued or left behind.

use std::{collections::HashSet, pin::pin, sync::Arc, time::Duration};

use tokio::{
    sync::{Semaphore, SemaphorePermit, mpsc, oneshot, watch},
    task::JoinSet,
    time::{self, MissedTickBehavior},
};

use super::Sender;
use crate::{
    server::{
        codes::queue::Claimed,
        domain::{ClaimedMessage, RetryCause, send::AttemptResult},
        operator::Operator,
        ports::{StoreError, StoreResult, messenger::HandoverSignal, outbox::PendingWork},
        telemetry,
    },
    shared::ContactType,
};

/// The maximum number of messages in flight per channel. A slow message must not hold up the
/// others, and a slow mail server must not hold up text messages.
const MAX_SENDING: usize = 8;
/// The interval at which the worker polls the outbox and the history.
const POLL: Duration = Duration::from_secs(1);
/// The interval at which the worker looks for old claims and renews them.
const HEARTBEAT: Duration = Duration::from_millis(500);
/// The interval at which the worker probes a channel that seems to be down.
const PROBE: Duration = Duration::from_secs(10);
/// The delay before the worker retries recording a result.
const BACK_OFF: Duration = Duration::from_secs(1);
/// The maximum number of results recorded in one commit.
const RECORD_BATCH: usize = 8;
/// The delay before a message is retried after the database kept it from being sent.
const RETRY_AFTER_FAILURE: jiff::SignedDuration = jiff::SignedDuration::from_secs(5);
/// How long a message keeps its slot while it waits for the response to its content.
const SLOW_RESPONSE: Duration = Duration::from_millis(500);
/// How long an attempt in progress may continue at shutdown. After that, its message goes back into
/// the outbox for the next process.
const GRACE: Duration = Duration::from_secs(10);

/// Sends messages and seals the history until `stop` becomes `true`, then finishes the messages in
/// flight or puts them back.
pub async fn run(sender: Sender, operator: Operator, stop: watch::Receiver<bool>) {
    let Some(mut claimed) = sender.queue.start() else {
        return;
    };
    let (finished, results) = mpsc::channel(RECORD_BATCH);
    // This task ends once the worker has dropped its end of the channel.
    tokio::spawn(record_all(sender.clone(), results));
    let mut worker = Worker::new(sender, operator, finished, stop.clone());
    let (mut polls, mut probes, mut beats) = (ticks(POLL), ticks(PROBE), ticks(HEARTBEAT));
    let mut stopping = stop;
    while !*stopping.borrow() {
        tokio::select! {
            Some(claimed) = claimed.recv() => worker.start(claimed),
            () = worker.sender.queue.woken() => worker.poll().await,
            _ = polls.tick() => worker.poll().await,
            _ = probes.tick() => worker.probe().await,
            _ = beats.tick() => worker.renew_claims().await,
            _ = worker.attempts.join_next(), if !worker.attempts.is_empty() => {}
            _ = stopping.changed() => {}
        }
    }
    worker.sender.queue.stop();
    claimed.close();
    while let Some(claimed) = claimed.recv().await {
        worker.put_back(claimed);
    }
    while !worker.attempts.is_empty() {
        tokio::select! {
            _ = worker.attempts.join_next() => {}
            _ = beats.tick() => worker.renew_claims().await,
        }
    }
    worker.sealing.join_next().await;
    log(
        worker.operator.seal_history().await,
        "the history cannot be sealed",
    );
}

fn ticks(every: Duration) -> time::Interval {
    let mut ticks = time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// The result of an attempt, and the channel that reports whether it was recorded.
struct Finished {
    attempt: (ClaimedMessage, AttemptResult),
    reply: oneshot::Sender<StoreResult<()>>,
}

struct Worker {
    sender: Sender,
    operator: Operator,
    finished: mpsc::Sender<Finished>,
    stop: watch::Receiver<bool>,
    attempts: JoinSet<()>,
    /// The task that seals the history, while it runs. Messages do not wait for it.
    sealing: JoinSet<()>,
    email: Arc<Semaphore>,
    phone: Arc<Semaphore>,
    /// Whether results can be recorded. While they cannot, nothing is sent, because it would be
    /// sent again.
    can_record: Arc<watch::Sender<bool>>,
}

impl Worker {
    fn new(
        sender: Sender,
        operator: Operator,
        finished: mpsc::Sender<Finished>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        let slots = || Arc::new(Semaphore::new(MAX_SENDING));
        let can_record = Arc::new(watch::Sender::new(true));
        Self {
            sender,
            operator,
            finished,
            stop,
            attempts: JoinSet::new(),
            sealing: JoinSet::new(),
            email: slots(),
            phone: slots(),
            can_record,
        }
    }

    /// Sends a message that this process has claimed.
    fn start(&mut self, claimed: Claimed) {
        let (sender, finished) = (self.sender.clone(), self.finished.clone());
        let (stop, can_record) = (self.stop.clone(), self.can_record.clone());
        let slots = match claimed.message.channel {
            ContactType::Email => self.email.clone(),
            ContactType::Phone => self.phone.clone(),
        };
        self.attempts.spawn(async move {
            if let Some(result) = send(&sender, &claimed, (&slots, &can_record), &stop).await {
                record(&finished, &claimed, &result, (&can_record, stop)).await;
            }
            drop(claimed);
            sender.queue.wake_if_starved();
        });
    }

    /// Puts back a message that nobody has attempted to send.
    fn put_back(&mut self, claimed: Claimed) {
        let (finished, stop, can_record) = (
            self.finished.clone(),
            self.stop.clone(),
            self.can_record.clone(),
        );
        let result = put_back(self.sender.now());
        self.attempts
            .spawn(async move { record(&finished, &claimed, &result, (&can_record, stop)).await });
    }

    /// Looks for work: due messages and unsealed rows of the history.
    async fn poll(&mut self) {
        match self.sender.pending_work().await {
            Ok(work) => {
                self.claim_due(&work).await;
                if work.has_unsealed_history {
                    self.seal();
                }
            }
            Err(error) => telemetry::log_failure("the outbox cannot be read", &error),
        }
    }

    fn seal(&mut self) {
        if self.sealing.try_join_next().is_some() || self.sealing.is_empty() {
            let operator = self.operator.clone();
            self.sealing.spawn(async move {
                log(
                    operator.seal_history().await,
                    "the history cannot be sealed",
                );
            });
        }
    }

    async fn claim_due(&mut self, work: &PendingWork) {
        let now = self.sender.now();
        let due = [
            (ContactType::Email, work.email_due_at),
            (ContactType::Phone, work.phone_due_at),
        ];
        for (channel, due_at) in due {
            if due_at.is_some_and(|due_at| due_at <= now)
                && let Err(error) = self.claim_some(channel).await
            {
                return telemetry::log_failure("the outbox cannot be read", &error);
            }
        }
    }

    /// Claims a few due messages and asks for another poll if there may be more. A backlog must
    /// not keep the worker from renewing leases, from messages of this process, or from a shutdown.
    async fn claim_some(&mut self, channel: ContactType) -> StoreResult<()> {
        let Sender { queue, outbox, .. } = self.sender.clone();
        for _ in 0..MAX_SENDING {
            let Some(slot) = queue.slot(channel, self.sender.now()) else {
                return Ok(());
            };
            let claimed = outbox.claim(channel, slot.lease(), self.sender.now());
            let Some(message) = claimed.await? else {
                return Ok(());
            };
            self.start(queue.claimed(message, slot));
        }
        queue.wake();
        Ok(())
    }

    async fn probe(&self) {
        for channel in ContactType::ALL {
            log(
                self.sender.probe(channel).await,
                "the outbox cannot be read",
            );
        }
    }

    async fn renew_claims(&self) {
        let (queue, now) = (&self.sender.queue, self.sender.now());
        if queue.has_old_claims(now) {
            let lease = queue.lease(now);
            let renewed = self
                .sender
                .outbox
                .renew_leases(lease.owner, lease.until)
                .await;
            log(renewed, "leases of messages cannot be renewed");
        }
    }
}

/// Attempts to send a message as soon as there is a slot and results can be recorded. Returns
/// `None` if the message was deleted or claimed by another worker in the meantime.
async fn send(
    sender: &Sender,
    claimed: &Claimed,
    (slots, can_record): (&Semaphore, &watch::Sender<bool>),
    stop: &watch::Receiver<bool>,
) -> Option<AttemptResult> {
    let (mut stopping, mut recording) = (stop.clone(), can_record.subscribe());
    let ready = async {
        let (free, is_recording) = (slots.try_acquire().ok(), *recording.borrow());
        let has_waited = free.is_none() || !is_recording;
        let slot = match free {
            Some(slot) => Some(slot),
            None => slots.acquire().await.ok(),
        };
        drop(recording.wait_for(|can_record| *can_record).await);
        (slot, has_waited)
    };
    let (slot, has_waited) = tokio::select! {
        biased;
        _ = stopping.wait_for(|is_stopping| *is_stopping) => return Some(put_back(sender.now())),
        ready = ready => ready,
    };
    let (message, handover) = (&claimed.message, HandoverSignal::default());
    let attempt = async {
        let give_up = grace_is_over(stop.clone());
        if has_waited || claimed.until <= sender.now() {
            sender.attempt_after_wait(message, &handover, give_up).await
        } else {
            sender.attempt(message, &handover, give_up).await.map(Some)
        }
    };
    let watcher = watch_handover(sender, message, &handover, slot);
    let result = with_watcher(attempt, watcher).await;
    result.unwrap_or_else(|error| {
        telemetry::log_failure("a message cannot be sent", &error);
        Some(put_back(
            sender
                .now()
                .saturating_add(RETRY_AFTER_FAILURE)
                .unwrap_or(jiff::Timestamp::MAX),
        ))
    })
}

/// Waits for the handover of a message. An attempt that then waits for a slow response must not keep
/// other messages from being sent, so its slot is freed, and it must be known if this process dies.
/// A text message is never sent twice, so its handover is recorded at once.
async fn watch_handover(
    sender: &Sender,
    message: &ClaimedMessage,
    handover: &HandoverSignal,
    slot: Option<SemaphorePermit<'_>>,
) {
    handover.raised().await;
    if message.channel == ContactType::Phone {
        sender.record_handover(message).await;
        time::sleep(SLOW_RESPONSE).await;
    } else {
        time::sleep(SLOW_RESPONSE).await;
        sender.record_handover(message).await;
    }
    drop(slot);
}

/// Runs `watcher` beside `work` until `work` ends.
async fn with_watcher<T>(work: impl Future<Output = T>, watcher: impl Future<Output = ()>) -> T {
    let mut work = pin!(work);
    tokio::select! {
        biased;
        result = &mut work => result,
        () = watcher => work.await,
    }
}

/// Returns the result that puts back a message that nobody has attempted to send.
const fn put_back(at: jiff::Timestamp) -> AttemptResult {
    AttemptResult::RetryAt {
        at,
        cause: RetryCause::Transport {
            has_retry_after: false,
        },
    }
}

/// Records a result, however long it takes. At shutdown it gives up after the grace period.
async fn record(
    finished: &mpsc::Sender<Finished>,
    claimed: &Claimed,
    result: &AttemptResult,
    (can_record, stop): (&watch::Sender<bool>, watch::Receiver<bool>),
) {
    let recorded = async {
        while let Err(error) = try_to_record(finished, &claimed.message, result).await {
            can_record.send_replace(false);
            telemetry::log_failure(
                "the result of an attempt cannot be recorded; sending is paused until it can",
                &error,
            );
            time::sleep(BACK_OFF).await;
        }
        can_record.send_replace(true);
    };
    tokio::select! {
        () = recorded => {}
        () = grace_is_over(stop) => tracing::error!(outbox_id = claimed.message.id.0, "the result of an attempt was not recorded"),
    }
}

async fn try_to_record(
    finished: &mpsc::Sender<Finished>,
    message: &ClaimedMessage,
    result: &AttemptResult,
) -> StoreResult<()> {
    let (reply, recorded) = oneshot::channel();
    // The recorder lives as long as the worker. Without it, there is no reply either, and the
    // receiver below fails.
    drop(
        finished
            .send(Finished {
                attempt: (message.clone(), result.clone()),
                reply,
            })
            .await,
    );
    recorded
        .await
        .map_err(|error| StoreError::Database(Arc::new(error)))?
}

/// Records the results of attempts. Results that arrive during a commit share the next one.
async fn record_all(sender: Sender, mut results: mpsc::Receiver<Finished>) {
    let mut finished = Vec::new();
    while results.recv_many(&mut finished, RECORD_BATCH).await > 0 {
        while !finished.is_empty() {
            finished = record_batch(&sender, finished).await;
        }
    }
}

/// Records one result of each message and returns the others: a result is decided on the row that
/// the previous one left.
async fn record_batch(sender: &Sender, finished: Vec<Finished>) -> Vec<Finished> {
    let mut messages = HashSet::new();
    let (batch, later): (Vec<_>, Vec<_>) = finished
        .into_iter()
        .partition(|finished| messages.insert(finished.attempt.0.id));
    let (attempts, replies): (Vec<_>, Vec<_>) = batch
        .into_iter()
        .map(|Finished { attempt, reply }| (attempt, reply))
        .unzip();
    let recorded = sender.finish(&attempts).await;
    for (attempt, reply) in attempts.into_iter().zip(replies) {
        // A result that cannot be recorded must not block the others.
        let recorded = if recorded.is_err() {
            sender.finish(&[attempt]).await
        } else {
            Ok(())
        };
        // An attempt that gave up at shutdown no longer listens.
        drop(reply.send(recorded));
    }
    later
}

async fn grace_is_over(mut stop: watch::Receiver<bool>) {
    // An error means that the sender of `stop` is gone, which also means to stop.
    drop(stop.wait_for(|is_stopping| *is_stopping).await);
    time::sleep(GRACE).await;
}

fn log(result: StoreResult<()>, what: &'static str) {
    if let Err(error) = result {
        telemetry::log_failure(what, &error);
    }
}
