//! Statements about the database as a whole: health, keys, what is over.

use jiff::{SignedDuration, Timestamp};

use super::super::batch::{Batch, Statement};
use crate::server::{domain::Keyring, ports::database::Retention};

/// Writes that the database was checked.
pub(in super::super) fn write_check(batch: &mut Batch, now: Timestamp) {
    batch.add("INSERT INTO health (id, checked_at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at");
    batch.bind(now.as_millisecond());
}

pub(in super::super) fn select_check(batch: &mut Batch) -> Statement {
    batch.add("SELECT checked_at FROM health")
}

/// Ends what was opened by a key that is not in the ring any more. Codes whose key was taken out are over like expired ones, and the next code
/// of their OTP comes from the current key; sessions and known browsers are asked for their key where they are looked for.
pub(in super::super) fn revoke_unknown_keys(batch: &mut Batch, keys: &Keyring) {
    let ids: Vec<_> = keys.all().map(|key| key.id().as_str()).collect();
    let (known, oldest) = (serde_json::json!(ids).to_string(), ids.last().map(|id| (*id).to_owned()));
    // Rows of versions that did not record the key: the oldest in the ring, so that none outlives its own.
    batch.add("UPDATE sessions SET key_id = ? WHERE authenticated = 1 AND key_id IS NULL");
    batch.bind(oldest.clone());
    batch.add("UPDATE devices SET key_id = ? WHERE key_id IS NULL");
    batch.bind(oldest);
    // Before the OTPs have another key. A message that waits for its worker is too late then.
    batch.add(
        "UPDATE outbox SET expires_at = created_at
         WHERE state = 'queued' AND otp_id IN (
             SELECT id FROM otps WHERE is_verified = 0 AND key_id NOT IN (SELECT value FROM json_each(?)))",
    );
    batch.bind(known.clone());
    batch.add(
        "UPDATE otps SET expires_at = min(expires_at, sent_at), previous_expires_at = NULL, key_id = ?
         WHERE is_verified = 0 AND key_id NOT IN (SELECT value FROM json_each(?))",
    );
    batch.bind(keys.current().id().as_str().to_owned()).bind(known);
}

/// Deletes at most `limit` rows of each table that are over: OTPs, sessions, and the rest.
pub(in super::super) fn delete_expired(
    batch: &mut Batch,
    retention: &Retention,
    limit: u32,
) -> (Statement, Statement, Vec<Statement>) {
    let Retention { otps_expired_before, pre_auth_seen_until, sessions, receipts_before, devices_seen_until, now } =
        *retention;
    let mut delete = |table: &str, condition: &str, ends: &[Timestamp]| {
        let is_over = format!("SELECT rowid FROM {table} WHERE {condition} LIMIT ?");
        let statement = batch.add(&format!("DELETE FROM {table} WHERE rowid IN ({is_over})"));
        for end in ends {
            batch.bind(end.as_millisecond());
        }
        batch.bind(limit);
        statement
    };
    let before = |age: SignedDuration| now.saturating_sub(age).unwrap_or(Timestamp::MIN);
    let otps = delete("otps", "expires_at < ?", &[otps_expired_before]);
    let sessions = delete(
        "sessions",
        "(authenticated = 0 AND last_seen_at <= ?) OR (authenticated = 1 AND (last_seen_at <= ? OR created_at <= ?))",
        &[pre_auth_seen_until, before(sessions.idle), before(sessions.absolute)],
    );
    let others = [
        ("outbox", "kind <> 'code' AND expires_at <= ?", now),
        ("mutes", "until <= ?", now),
        ("limit_events", "expires_at <= ?", now),
        ("contact_changes", "expires_at <= ?", now),
        ("receipts", "at < ?", receipts_before),
        ("devices", "last_seen_at <= ?", devices_seen_until),
    ];
    let others = others.map(|(table, condition, end)| delete(table, condition, &[end]));
    (otps, sessions, others.to_vec())
}
