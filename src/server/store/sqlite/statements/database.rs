//! Statements about the database as a whole: health, keys, cleanup.

use jiff::{SignedDuration, Timestamp};

use super::super::batch::{Batch, Statement};
use crate::server::{domain::Keyring, ports::database::Retention};

/// Records the time of a database check.
pub(in super::super) fn write_check(batch: &mut Batch, now: Timestamp) {
    batch.add("INSERT INTO health (id, checked_at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at");
    batch.bind(now.as_millisecond());
}

pub(in super::super) fn select_check(batch: &mut Batch) -> Statement {
    batch.add("SELECT checked_at FROM health")
}

/// Invalidates everything that was issued under a key that is no longer in the keyring. Codes of a
/// removed key expire, and the next code of their OTP is derived from the current key. Sessions and
/// known devices need no change here: every lookup checks their key.
pub(in super::super) fn revoke_unknown_keys(batch: &mut Batch, keys: &Keyring) {
    let ids: Vec<_> = keys.all().map(|key| key.id().as_str()).collect();
    let (known, oldest) = (
        serde_json::json!(ids).to_string(),
        ids.last().map(|id| (*id).to_owned()),
    );
    // Earlier versions did not record the key. Such rows get the oldest key in the keyring, so that
    // none outlives the key that it was issued under.
    batch.add("UPDATE sessions SET key_id = ? WHERE authenticated = 1 AND key_id IS NULL");
    batch.bind(oldest.clone());
    batch.add("UPDATE devices SET key_id = ? WHERE key_id IS NULL");
    batch.bind(oldest);
    // This must come before the OTPs get another key. It makes their queued messages too late to
    // send.
    batch.add(
        "UPDATE outbox SET expires_at = created_at
         WHERE state = 'queued' AND otp_id IN (
             SELECT id FROM otps WHERE is_verified = 0 AND key_id NOT IN (SELECT value FROM json_each(?)))",
    );
    batch.bind(known.clone());
    batch.add(
        "UPDATE otps SET expires_at = min(expires_at, last_requested_at), previous_expires_at = NULL, key_id = ?
         WHERE is_verified = 0 AND key_id NOT IN (SELECT value FROM json_each(?))",
    );
    batch
        .bind(keys.current().id().as_str().to_owned())
        .bind(known);
}

/// The expired rows of a table.
#[derive(Clone, Copy)]
pub(in super::super) struct Expired {
    table: &'static str,
    /// A condition with one placeholder, which is bound to `end`.
    condition: &'static str,
    end: Timestamp,
}

/// Returns the expired OTPs, sessions and other rows, as descriptions for [`delete`].
pub(in super::super) fn expired(retention: &Retention) -> (Expired, [Expired; 3], [Expired; 6]) {
    let Retention {
        otps_expired_before,
        pre_auth_seen_until,
        sessions,
        receipts_before,
        devices_seen_until,
        now,
    } = *retention;
    let before = |age: SignedDuration| now.saturating_sub(age).unwrap_or(Timestamp::MIN);
    let expired = |table, condition, end| Expired {
        table,
        condition,
        end,
    };
    let sessions = [
        expired(
            "sessions",
            "authenticated = 0 AND last_seen_at <= ?",
            pre_auth_seen_until,
        ),
        expired(
            "sessions",
            "authenticated = 1 AND last_seen_at <= ?",
            before(sessions.idle),
        ),
        expired(
            "sessions",
            "authenticated = 1 AND created_at <= ?",
            before(sessions.absolute),
        ),
    ];
    let others = [
        expired("outbox", "kind <> 'code' AND expires_at <= ?", now),
        expired("suppressions", "expires_at <= ?", now),
        expired("limit_events", "expires_at <= ?", now),
        expired("contact_changes", "expires_at <= ?", now),
        expired("receipts", "at < ?", receipts_before),
        expired("devices", "last_seen_at <= ?", devices_seen_until),
    ];
    (
        expired("otps", "expires_at < ?", otps_expired_before),
        sessions,
        others,
    )
}

/// Deletes at most `limit` of the expired rows.
pub(in super::super) fn delete(batch: &mut Batch, expired: Expired, limit: u32) -> Statement {
    let Expired {
        table,
        condition,
        end,
    } = expired;
    let rows = format!("SELECT rowid FROM {table} WHERE {condition} LIMIT ?");
    let statement = batch.add(&format!("DELETE FROM {table} WHERE rowid IN ({rows})"));
    batch.bind(end.as_millisecond()).bind(limit);
    statement
}
