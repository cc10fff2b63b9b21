//! Messages that wait to be sent, and what became of them.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::{
    server::domain::{
        Delivery, DeliveryState, Lease, MessageId, SmsSpent, WorkerId,
        send::{AttemptResult, Expense, Receipt, ReceiptOutcome},
    },
    shared::ContactType,
};

/// A message in the outbox, for the operator.
#[derive(Clone, Debug)]
pub struct OutboxEntry {
    /// The row.
    pub id: MessageId,
    /// `code`, `new_sign_in` or `contact_changed`.
    pub kind: String,
    /// The kind of contact that it goes to.
    pub channel: ContactType,
    /// How far it is.
    pub state: DeliveryState,
    /// Tries so far.
    pub tries: u32,
    /// The relay or gateway that took it.
    pub carrier: Option<String>,
    /// Its own id for the message.
    pub reference: Option<String>,
    /// When it was requested.
    pub asked_at: Timestamp,
    /// When the next try may start.
    pub due_at: Option<Timestamp>,
}

/// What there is to do for background tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PendingWork {
    /// When the next mail is due.
    pub email_due_at: Option<Timestamp>,
    /// When the next text message is due.
    pub phone_due_at: Option<Timestamp>,
    /// Whether rows of the history wait for their seals.
    pub has_unsealed_history: bool,
}

/// Messages that wait to be sent.
#[async_trait]
pub trait OutboxStore: Send + Sync {
    /// What there is to do for background tasks.
    async fn pending_work(&self) -> StoreResult<PendingWork>;

    /// Claims the next message of a channel that is due; no other worker gets it while the lease
    /// holds.
    async fn claim(
        &self,
        channel: ContactType,
        lease: Lease,
        now: Timestamp,
    ) -> StoreResult<Option<Delivery>>;

    /// Renews the claim on a message and loads it as it is now; `None` if it was deleted or has
    /// been claimed again since.
    async fn renew_claim(
        &self,
        claimed: &Delivery,
        lease: Lease,
        now: Timestamp,
    ) -> StoreResult<Option<Delivery>>;

    /// Renews every lease of a process.
    async fn renew_leases(&self, owner: WorkerId, until: Timestamp) -> StoreResult<()>;

    /// Records how tries ended, in one commit, and answers which were recorded: what another worker
    /// has claimed since is left alone.
    async fn finish_attempts(
        &self,
        attempts: &[(Delivery, AttemptResult)],
        now: Timestamp,
    ) -> StoreResult<Vec<bool>>;

    /// Makes everything due that waits to be tried again on a channel, but for waits that the other
    /// side named.
    async fn retry_now(&self, channel: ContactType, now: Timestamp) -> StoreResult<()>;

    /// Makes one of those due, as an extra try that does not count; false if none waits.
    async fn probe_one(&self, channel: ContactType, now: Timestamp) -> StoreResult<bool>;

    /// Records a receipt of the gateway that took a text message: once, and never backwards.
    async fn record_receipt(
        &self,
        gateway: &str,
        receipt: Receipt,
        now: Timestamp,
    ) -> StoreResult<ReceiptOutcome>;

    /// The newest `limit` messages, newest first.
    async fn outbox(&self, limit: u32) -> StoreResult<Vec<OutboxEntry>>;

    /// Sets money aside for a text message. False if it would go over the budget.
    async fn spend(&self, expense: Expense) -> StoreResult<bool>;

    /// The cost of text messages on the day and in the month of `now` (UTC).
    async fn spent(&self, now: Timestamp) -> StoreResult<SmsSpent>;
}
