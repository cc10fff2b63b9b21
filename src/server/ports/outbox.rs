//! The outbox: messages that wait to be sent, and the results of sending them.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::{
    server::domain::{
        ClaimedMessage, DeliveryState, Lease, MessageId, SmsSpent, WorkerId,
        send::{AttemptResult, Expense, Receipt, ReceiptOutcome},
    },
    shared::ContactType,
};

/// A message in the outbox, as shown to the operator.
#[derive(Clone, Debug)]
pub struct OutboxEntry {
    /// The number of the row.
    pub id: MessageId,
    /// `code`, `new_sign_in` or `contact_changed`.
    pub kind: String,
    /// The kind of contact that the message goes to.
    pub channel: ContactType,
    /// The delivery state.
    pub state: DeliveryState,
    /// The number of attempts so far.
    pub attempts: u32,
    /// The transport (relay or gateway) that took the message.
    pub transport: Option<String>,
    /// The transport's own id for the message.
    pub provider_message_id: Option<String>,
    /// When the message was requested.
    pub requested_at: Timestamp,
    /// When the next attempt may start.
    pub due_at: Option<Timestamp>,
}

/// The work that waits for background tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PendingWork {
    /// When the next email is due.
    pub email_due_at: Option<Timestamp>,
    /// When the next text message is due.
    pub phone_due_at: Option<Timestamp>,
    /// Whether the history has rows that wait for their seals.
    pub has_unsealed_history: bool,
}

/// Stores messages until they are sent, and the money spent on text messages.
#[async_trait]
pub trait OutboxStore: Send + Sync {
    /// Returns the work that waits for background tasks.
    async fn pending_work(&self) -> StoreResult<PendingWork>;

    /// Claims the next due message of a channel. No other worker gets it while the lease lasts.
    async fn claim(
        &self,
        channel: ContactType,
        lease: Lease,
        now: Timestamp,
    ) -> StoreResult<Option<ClaimedMessage>>;

    /// Renews the claim on a message and reloads the message. Returns `None` if it was deleted or
    /// has been claimed again since.
    async fn renew_claim(
        &self,
        claimed: &ClaimedMessage,
        lease: Lease,
        now: Timestamp,
    ) -> StoreResult<Option<ClaimedMessage>>;

    /// Renews all leases of a process.
    async fn renew_leases(&self, owner: WorkerId, until: Timestamp) -> StoreResult<()>;

    /// Records that the content of a claimed message is being handed over by `owner`. If the process
    /// then dies, the next claim counts an unknown outcome.
    async fn record_handover(&self, claimed: &ClaimedMessage, owner: WorkerId) -> StoreResult<()>;

    /// Records the results of attempts in one commit and returns, for each, whether it was
    /// recorded. If another worker has claimed a message since, only a successful handover is
    /// recorded.
    async fn finish_attempts(
        &self,
        attempts: &[(ClaimedMessage, AttemptResult)],
        now: Timestamp,
    ) -> StoreResult<Vec<bool>>;

    /// Makes all messages of a channel that wait for a transport due now. Those wait on for which
    /// the transport sent `Retry-After`, which wait for their recipients, or which a transport may
    /// have.
    async fn retry_now(&self, channel: ContactType, now: Timestamp) -> StoreResult<()>;

    /// Makes one of the messages that [`Self::retry_now`] would pick due now, as an extra attempt
    /// that does not count. Returns `false` if none is waiting.
    async fn probe_one(&self, channel: ContactType, now: Timestamp) -> StoreResult<bool>;

    /// Records a receipt from the gateway that took a text message. Each receipt counts once, and
    /// none moves the message back to an earlier state.
    async fn record_receipt(
        &self,
        gateway: &str,
        receipt: Receipt,
        now: Timestamp,
    ) -> StoreResult<ReceiptOutcome>;

    /// Returns the newest `limit` messages, newest first.
    async fn outbox(&self, limit: u32) -> StoreResult<Vec<OutboxEntry>>;

    /// Reserves money for a text message. Returns `false` if this would exceed the budget.
    async fn spend(&self, expense: Expense) -> StoreResult<bool>;

    /// Returns the cost of text messages on the day and in the month of `now` (UTC).
    async fn spent(&self, now: Timestamp) -> StoreResult<SmsSpent>;
}
