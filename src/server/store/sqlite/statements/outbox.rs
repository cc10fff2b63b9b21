//! Statements about messages and the cost of text messages.

use jiff::{Timestamp, tz::TimeZone};
use sqlx::{Row, sqlite::SqliteRow};

use super::super::{
    batch::{Batch, Results, Statement},
    rows,
};
use crate::{
    server::{
        domain::{
            ClaimedMessage, CustomerId, DeliveryState, FailureReason, Lease, MessageId, Money,
            OtpId, RetryCause, TokenDigest, WorkerId,
            change::{Handover, NewMessage, NewMessageKind},
            send::QueuedMessage,
        },
        ports::StoreResult,
    },
    shared::ContactType,
};

/// The columns of a message.
macro_rules! columns {
    () => {
        "id, kind, otp_id, generation, customer_id, channel, recipient, changed, change_id, message_id, ip_prefix, user_agent, language,
         created_at, expires_at, due_at, attempts, state, reason, transport, provider_message_id, is_cost_reserved, sent_at,
         unknown_outcomes"
    };
}

/// Selects the numbers of the next OTP, message and contact change. The write lock keeps them from
/// being taken.
pub(in super::super) fn select_next_numbers(batch: &mut Batch) -> Statement {
    batch.add(
        "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'otps'), 0) + 1 AS otp,
                coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0) + 1 AS message,
                coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'contact_changes'), 0) + 1 AS change",
    )
}

pub(in super::super) fn next_message(
    results: &Results,
    numbers: Statement,
) -> StoreResult<MessageId> {
    let number = results.optional(numbers, |row| Ok(row.try_get("message")?))?;
    Ok(MessageId(number.unwrap_or(1)))
}

/// Returns the UTC day of an instant, in the form that the spending table stores.
pub(in super::super) fn day(now: Timestamp) -> String {
    now.to_zoned(TimeZone::UTC).date().to_string()
}

pub(in super::super) fn select_spent(batch: &mut Batch, day: &str) -> Statement {
    let statement = batch.add(
        "SELECT coalesce(sum(cost) FILTER (WHERE day = ?), 0) AS day, coalesce(sum(cost), 0) AS month
         FROM sms_spending WHERE day BETWEEN ? AND ?",
    );
    let month = day.get(..8).unwrap_or(day);
    batch
        .bind(day.to_owned())
        .bind(format!("{month}01"))
        .bind(format!("{month}31"));
    statement
}

/// Selects the delivery state of the latest message of a browser's newest OTP.
pub(in super::super) fn select_latest_state(batch: &mut Batch, browser: TokenDigest) -> Statement {
    let statement = batch.add(
        "SELECT state, reason, deferral FROM outbox
         WHERE otp_id = (SELECT id FROM otps WHERE pre_auth_digest = ? ORDER BY id DESC LIMIT 1) ORDER BY id DESC LIMIT 1",
    );
    batch.bind(browser.0.to_vec());
    statement
}

pub(in super::super) fn insert(batch: &mut Batch, message: &NewMessage) {
    batch.add(
        "INSERT INTO outbox (id, kind, otp_id, generation, customer_id, channel, recipient, changed, change_id, message_id, ip_prefix,
                             user_agent, language, created_at, expires_at, due_at, state, reason, owner, is_leased, attempts)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    batch.bind(message.id.0);
    match &message.kind {
        NewMessageKind::Code(otp, generation) => {
            bind_kind(batch, "code", (Some((*otp, *generation)), None), message);
        }
        NewMessageKind::NewSignIn(customer) => {
            bind_kind(batch, "new_sign_in", (None, Some(*customer)), message);
        }
        NewMessageKind::ContactChanged { customer, .. } => {
            bind_kind(batch, "contact_changed", (None, Some(*customer)), message);
        }
    }
    batch
        .bind(message.message_id.clone())
        .bind(message.origin.ip_prefix.clone())
        .bind(message.origin.user_agent.clone());
    batch
        .bind(message.origin.language.code())
        .bind(message.created_at.as_millisecond())
        .bind(message.expires_at.as_millisecond());
    let is_queued = message.state == DeliveryState::Queued;
    let lease = message.lease.as_ref();
    let due_at = is_queued.then(|| {
        lease
            .map_or(message.created_at, |lease| lease.until)
            .as_millisecond()
    });
    batch
        .bind(due_at)
        .bind(message.state.as_str())
        .bind(message.state.reason().map(FailureReason::as_str));
    batch
        .bind(lease.map(|lease| lease.owner.0))
        .bind(lease.is_some())
        .bind(i64::from(lease.is_some()));
}

/// Binds the columns from `kind` to `change_id`.
pub(in super::super) fn bind_kind(
    batch: &mut Batch,
    kind: &'static str,
    (otp, customer): (Option<(OtpId, u32)>, Option<CustomerId>),
    message: &NewMessage,
) {
    let (recipient, changed, change) = match &message.kind {
        NewMessageKind::ContactChanged {
            to,
            changed,
            change,
            ..
        } => (
            Some(to.as_str().to_owned()),
            Some(changed.as_str()),
            change.map(|id| id.0),
        ),
        NewMessageKind::Code(..) | NewMessageKind::NewSignIn(_) => (None, None, None),
    };
    batch
        .bind(kind)
        .bind(otp.map(|(id, _)| id.0))
        .bind(otp.map(|(_, generation)| generation));
    batch
        .bind(customer.map(|id| id.0))
        .bind(message.channel.as_str())
        .bind(recipient)
        .bind(changed)
        .bind(change);
}

/// Records that messages were handed over to a transport.
pub(in super::super) fn hand_over(batch: &mut Batch, handovers: &[(MessageId, &Handover)]) {
    batch.add(
        "UPDATE outbox
         SET state = new.value ->> 1, transport = new.value ->> 2, provider_message_id = new.value ->> 3, sent_at = new.value ->> 4,
             due_at = NULL, is_leased = 0, owner = NULL
         FROM json_each(?) AS new WHERE outbox.id = new.value ->> 0",
    );
    let row = |(
        id,
        Handover {
            state,
            transport,
            provider_message_id,
            at,
        },
    ): &(MessageId, &Handover)| {
        serde_json::json!([
            id.0,
            state.as_str(),
            transport,
            provider_message_id,
            at.as_millisecond()
        ])
    };
    batch.bind(
        handovers
            .iter()
            .map(row)
            .collect::<serde_json::Value>()
            .to_string(),
    );
}

pub(in super::super) fn retry_at(
    batch: &mut Batch,
    id: MessageId,
    at: Timestamp,
    cause: RetryCause,
) {
    batch.add(
        "UPDATE outbox
         SET due_at = ?, is_leased = 0, owner = NULL, has_retry_after = ?, deferral = ?, is_handed_over = 0,
             unknown_outcomes = unknown_outcomes + ?, is_cost_reserved = is_cost_reserved AND NOT ?
         WHERE id = ?",
    );
    let (has_retry_after, deferral) = match cause {
        RetryCause::Transport { has_retry_after } => (has_retry_after, None),
        RetryCause::Deferred(deferral) => (false, Some(deferral.as_str())),
        RetryCause::OutcomeUnknown => (false, None),
    };
    let is_unknown = cause == RetryCause::OutcomeUnknown;
    batch
        .bind(at.as_millisecond())
        .bind(has_retry_after)
        .bind(deferral);
    batch.bind(is_unknown).bind(is_unknown).bind(id.0);
}

/// Records that the content of a claimed message is being handed over, unless the message has been
/// claimed again since.
pub(in super::super) fn record_handover(
    batch: &mut Batch,
    claimed: &ClaimedMessage,
    owner: WorkerId,
) {
    batch.add("UPDATE outbox SET is_handed_over = 1 WHERE id = ? AND attempts = ? AND owner = ? AND is_leased = 1");
    batch
        .bind(claimed.id.0)
        .bind(claimed.attempts)
        .bind(owner.0);
}

pub(in super::super) fn end(batch: &mut Batch, id: MessageId, state: DeliveryState) {
    batch.add("UPDATE outbox SET state = ?, reason = ?, due_at = NULL, is_leased = 0, owner = NULL WHERE id = ?");
    batch
        .bind(state.as_str())
        .bind(state.reason().map(FailureReason::as_str))
        .bind(id.0);
}

pub(in super::super) fn remember_receipt(batch: &mut Batch, digest: &[u8; 32], at: Timestamp) {
    batch.add("INSERT INTO receipts (digest, at) VALUES (?, ?)");
    batch.bind(digest.to_vec()).bind(at.as_millisecond());
}

pub(in super::super) fn spend(batch: &mut Batch, message: MessageId, price: Money, at: Timestamp) {
    batch.add("INSERT INTO sms_spending (day, cost) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET cost = cost + excluded.cost");
    batch
        .bind(day(at))
        .bind(i64::try_from(price.micros()).unwrap_or(i64::MAX));
    batch.add("UPDATE outbox SET is_cost_reserved = 1 WHERE id = ?");
    batch.bind(message.0);
}

pub(in super::super) fn select(batch: &mut Batch, id: MessageId) -> Statement {
    let statement = batch.add(concat!("SELECT ", columns!(), " FROM outbox WHERE id = ?"));
    batch.bind(id.0);
    statement
}

/// Selects messages by their ids.
pub(in super::super) fn select_each(batch: &mut Batch, ids: &[MessageId]) -> Statement {
    let statement = batch.add(concat!(
        "SELECT ",
        columns!(),
        " FROM outbox WHERE id IN (SELECT value FROM json_each(?))"
    ));
    batch.bind(
        ids.iter()
            .map(|id| id.0)
            .collect::<serde_json::Value>()
            .to_string(),
    );
    statement
}

pub(in super::super) fn queued_message(row: &SqliteRow) -> StoreResult<QueuedMessage> {
    Ok(QueuedMessage {
        id: MessageId(row.try_get("id")?),
        state: rows::delivery_state(row)?,
        attempts: row.try_get("attempts")?,
        is_sent: row.try_get::<Option<i64>, _>("sent_at")?.is_some(),
        is_cost_reserved: row.try_get("is_cost_reserved")?,
    })
}

/// Claims the next due message of a channel. If its previous owner died after it had handed the
/// content over, the outcome of that attempt is unknown.
pub(in super::super) fn claim(
    batch: &mut Batch,
    channel: ContactType,
    lease: &Lease,
    now: Timestamp,
) -> Statement {
    let statement = batch.add(concat!(
        "UPDATE outbox
         SET due_at = ?, owner = ?, is_leased = 1, has_retry_after = 0, attempts = attempts + 1,
             unknown_outcomes = unknown_outcomes + is_handed_over, is_handed_over = 0
         WHERE id = (SELECT id FROM outbox
                     WHERE channel = ? AND due_at <= ? AND owner IS NOT ? ORDER BY due_at, id LIMIT 1)
         RETURNING ",
        columns!()
    ));
    batch
        .bind(lease.until.as_millisecond())
        .bind(lease.owner.0)
        .bind(channel.as_str())
        .bind(now.as_millisecond());
    // A process does not claim its own messages again: it still holds them, even if it could not
    // renew the lease in time.
    batch.bind(lease.owner.0);
    statement
}

/// Renews a claim of this process, unless the message has been claimed again since.
pub(in super::super) fn renew_claim(
    batch: &mut Batch,
    claimed: &ClaimedMessage,
    lease: &Lease,
) -> Statement {
    let statement = batch.add(concat!(
        "UPDATE outbox SET due_at = ? WHERE id = ? AND attempts = ? AND owner = ? AND is_leased = 1 RETURNING ",
        columns!()
    ));
    batch
        .bind(lease.until.as_millisecond())
        .bind(claimed.id.0)
        .bind(claimed.attempts)
        .bind(lease.owner.0);
    statement
}

pub(in super::super) fn renew_leases(batch: &mut Batch, owner: WorkerId, until: Timestamp) {
    batch.add("UPDATE outbox SET due_at = ? WHERE owner = ? AND is_leased = 1");
    batch.bind(until.as_millisecond()).bind(owner.0);
}

/// Selects the text message with this `Message-ID`, unless another gateway took it.
pub(in super::super) fn select_by_message_id(
    batch: &mut Batch,
    message_id: &str,
    gateway: &str,
) -> Statement {
    let statement = batch.add(concat!(
        "SELECT ",
        columns!(),
        " FROM outbox WHERE message_id = ? AND channel = 'phone' AND coalesce(transport, ?) = ?"
    ));
    batch
        .bind(message_id.to_owned())
        .bind(gateway.to_owned())
        .bind(gateway.to_owned());
    statement
}

/// Selects whether a receipt was already recorded.
pub(in super::super) fn select_is_remembered(batch: &mut Batch, digest: &[u8; 32]) -> Statement {
    let statement = batch.add("SELECT EXISTS (SELECT 1 FROM receipts WHERE digest = ?)");
    batch.bind(digest.to_vec());
    statement
}

pub(in super::super) fn select_pending_work(batch: &mut Batch) -> Statement {
    batch.add(
        "SELECT (SELECT min(due_at) FROM outbox WHERE channel = 'email' AND due_at IS NOT NULL) AS email,
                (SELECT min(due_at) FROM outbox WHERE channel = 'phone' AND due_at IS NOT NULL) AS phone,
                EXISTS (SELECT 1 FROM otp_history
                        WHERE seal IS NULL AND id > coalesce((SELECT id FROM otp_history WHERE seal IS NOT NULL ORDER BY id DESC LIMIT 1), 0))
                AS unsealed",
    )
}

/// Makes all messages of a channel that wait for a transport due now. Those wait on for which the
/// transport sent `Retry-After`, which wait for their recipients, or which a transport may have.
pub(in super::super) fn retry_now(batch: &mut Batch, channel: ContactType, now: Timestamp) {
    batch.add("UPDATE outbox SET due_at = ? WHERE channel = ? AND due_at > ? AND is_leased = 0 AND has_retry_after = 0 AND deferral IS NULL AND unknown_outcomes = 0");
    batch
        .bind(now.as_millisecond())
        .bind(channel.as_str())
        .bind(now.as_millisecond());
}

/// Makes one of the messages that [`retry_now`] would pick due now: the one whose retry is furthest
/// away. The next claim counts an attempt, so this subtracts one.
pub(in super::super) fn probe_one(
    batch: &mut Batch,
    channel: ContactType,
    now: Timestamp,
) -> Statement {
    let statement = batch.add(
        "UPDATE outbox SET due_at = ?, attempts = attempts - 1
         WHERE id = (SELECT id FROM outbox
                     WHERE channel = ? AND due_at > ? AND is_leased = 0 AND has_retry_after = 0 AND deferral IS NULL
                       AND unknown_outcomes = 0 AND attempts > 0
                     ORDER BY due_at DESC, id LIMIT 1)",
    );
    batch
        .bind(now.as_millisecond())
        .bind(channel.as_str())
        .bind(now.as_millisecond());
    statement
}

/// The newest messages, newest first.
pub(in super::super) fn select_newest(batch: &mut Batch, limit: u32) -> Statement {
    let statement = batch.add(concat!(
        "SELECT ",
        columns!(),
        " FROM outbox ORDER BY id DESC LIMIT ?"
    ));
    batch.bind(limit);
    statement
}
