//! Messages are sent, and what became of them is recorded.

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
            Delivery, Keyring, Policy,
            send::{AttemptResult, Receipt, ReceiptOutcome},
        },
        ports::{LimitStore, Messenger, OutboxStore, StoreResult, outbox::PendingWork},
    },
    shared::ContactType,
};

/// The use cases of a worker that sends messages. Cheap to clone.
#[derive(Clone)]
pub struct Sender {
    /// Where messages are kept.
    pub outbox: Arc<dyn OutboxStore>,
    /// What counts for limits.
    pub limits: Arc<dyn LimitStore>,
    /// What brings messages to customers.
    pub messenger: Arc<dyn Messenger>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The keys that codes are derived with.
    pub keys: Keyring,
    /// The rules.
    pub policy: Arc<Policy>,
    /// The messages that this process has claimed.
    pub queue: Arc<Queue>,
    /// How much of the money for text messages is left.
    pub sms_level: Arc<SmsLevelCache>,
}

impl Sender {
    /// Records how tries ended.
    ///
    /// A crash between a try and its record sends the message once more, with the same code and
    /// `Message-ID`; so does giving up on a server that had taken it.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
    pub async fn finish(&self, attempts: &[(Delivery, AttemptResult)]) -> StoreResult<()> {
        self.outbox
            .finish_attempts(attempts, self.clock.now())
            .await?;
        self.queue.notify_changed();
        for (delivery, result) in attempts {
            if matches!(result, AttemptResult::Sent(_)) {
                self.on_recovery(delivery.channel).await?;
            }
        }
        Ok(())
    }

    /// Messages that wait for their next try need not wait for a transport that works again.
    async fn on_recovery(&self, channel: ContactType) -> StoreResult<()> {
        if self.queue.is_degraded(channel) {
            self.outbox.retry_now(channel, self.clock.now()).await?;
            self.queue.set_degraded(channel, false);
            self.queue.wake();
        }
        Ok(())
    }

    /// Tries a channel that seems to be down with one message now and then, so that its recovery is
    /// noticed however far away the next tries are.
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

    /// What there is to do.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
    pub async fn pending_work(&self) -> StoreResult<PendingWork> {
        self.outbox.pending_work().await
    }

    /// Records a receipt whose signature was checked, if the gateway has the message. The same one
    /// a second time changes nothing, nor does a late one.
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

    /// Marks changed whenever a message of this process has moved on.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<()> {
        self.queue.changes()
    }

    /// The instant now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
