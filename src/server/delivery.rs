//! Sends messages and records the results.

mod attempt;
pub mod worker;

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::{
    server::{
        clock::Clock,
        codes::{Queue, SmsLevelCache},
        domain::{
            ClaimedMessage, Keyring, Policy,
            send::{AttemptResult, Receipt, ReceiptOutcome},
        },
        ports::{LimitStore, Messenger, OutboxStore, StoreResult, outbox::PendingWork},
        telemetry,
    },
    shared::ContactType,
};

/// The use cases of the worker that sends messages. Cheap to clone.
#[derive(Clone)]
pub struct Sender {
    /// The store of messages.
    pub outbox: Arc<dyn OutboxStore>,
    /// The store of the events that limits count.
    pub limits: Arc<dyn LimitStore>,
    /// Sends messages to customers.
    pub messenger: Arc<dyn Messenger>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The keys that codes are derived with.
    pub keys: Keyring,
    /// The rules from the settings.
    pub policy: Arc<Policy>,
    /// The messages that this process has claimed.
    pub queue: Arc<Queue>,
    /// The cached level of the budget for text messages.
    pub sms_level: Arc<SmsLevelCache>,
}

impl Sender {
    /// Records the results of attempts.
    ///
    /// If the process crashes between an attempt and its record, an email is sent again, with the
    /// same code and `Message-ID`, but only once if the crash was after the handover. The same
    /// happens if an attempt gave up on a server that had accepted the email.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
    pub async fn finish(&self, attempts: &[(ClaimedMessage, AttemptResult)]) -> StoreResult<()> {
        self.outbox
            .finish_attempts(attempts, self.clock.now())
            .await?;
        self.queue.notify_changed();
        for (claimed, result) in attempts {
            if matches!(result, AttemptResult::Sent(_)) {
                self.on_recovery(claimed.channel).await?;
            }
        }
        Ok(())
    }

    /// Records that the content of a claimed message is being handed over. A failure is only logged:
    /// the result of the attempt will be recorded too.
    pub async fn record_handover(&self, claimed: &ClaimedMessage) {
        let owner = self.queue.lease(self.now()).owner;
        if let Err(error) = self.outbox.record_handover(claimed, owner).await {
            telemetry::log_failure("the handover of a message cannot be recorded", &error);
        }
    }

    /// Makes messages that wait for a transport due now, once a transport of the channel works again.
    async fn on_recovery(&self, channel: ContactType) -> StoreResult<()> {
        if self.queue.is_degraded(channel) {
            self.outbox.retry_now(channel, self.clock.now()).await?;
            self.queue.set_degraded(channel, false);
            self.queue.wake();
        }
        Ok(())
    }

    /// Probes a channel that seems to be down with one message, so that its recovery is noticed
    /// even if the next retries are far away.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
    pub async fn probe(&self, channel: ContactType) -> StoreResult<()> {
        if self.queue.is_degraded(channel)
            && self.outbox.probe_one(channel, self.clock.now()).await?
        {
            self.queue.wake();
        }
        Ok(())
    }

    /// Returns the work that waits for background tasks.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
    pub async fn pending_work(&self) -> StoreResult<PendingWork> {
        self.outbox.pending_work().await
    }

    /// Records a receipt whose signature was verified, if the gateway has the message. A repeated
    /// or outdated receipt changes nothing.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
    pub async fn record_receipt(
        &self,
        gateway: &str,
        receipt: Receipt,
    ) -> StoreResult<ReceiptOutcome> {
        let outcome = self
            .outbox
            .record_receipt(gateway, receipt, self.clock.now())
            .await?;
        if outcome == ReceiptOutcome::Recorded {
            self.queue.notify_changed();
        }
        Ok(outcome)
    }

    /// Returns a receiver that is marked as changed whenever a message of this process has
    /// progressed.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<()> {
        self.queue.changes()
    }

    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
