//! Browsers that customers know, and contacts that strangers get no codes for.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::{
    SqliteStore,
    history::{self, Subject},
    otps, sessions,
};
use crate::server::{
    domain::{CustomerId, Event, KeyId, TokenDigest},
    service::ports::{DeviceStore, NotMe, StoreResult},
};

/// Records that a customer has signed in on a browser; true if it is the first time. Each sign-in vouches for
/// it anew, with the key of its code.
pub(super) async fn seen(
    connection: &mut SqliteConnection,
    customer: CustomerId,
    device: TokenDigest,
    key: &KeyId,
    now: Timestamp,
) -> StoreResult<bool> {
    let update = "UPDATE devices SET last_seen_at = ?3, key_id = ?4 WHERE token_digest = ?1 AND customer_id = ?2";
    let query = sqlx::query(update).bind(&device.0[..]).bind(customer.0).bind(now.as_millisecond()).bind(key.as_str());
    if query.execute(&mut *connection).await?.rows_affected() == 1 {
        return Ok(false);
    }
    let insert = "INSERT INTO devices (token_digest, customer_id, created_at, last_seen_at, key_id)
                  VALUES (?1, ?2, ?3, ?3, ?4)";
    let query = sqlx::query(insert).bind(&device.0[..]).bind(customer.0).bind(now.as_millisecond()).bind(key.as_str());
    query.execute(connection).await?;
    Ok(true)
}

/// Forgets all but the browsers of a customer that were used last.
pub(super) async fn keep_latest(connection: &mut SqliteConnection, customer: CustomerId, keep: u32) -> StoreResult<()> {
    let delete = "DELETE FROM devices WHERE id IN (
                      SELECT id FROM devices WHERE customer_id = ?1 ORDER BY last_seen_at DESC, id DESC LIMIT -1 OFFSET ?2
                  )";
    sqlx::query(delete).bind(customer.0).bind(keep).execute(connection).await?;
    Ok(())
}

#[async_trait]
impl DeviceStore for SqliteStore {
    async fn is_known(&self, device: TokenDigest, customer: Option<CustomerId>, since: Timestamp) -> StoreResult<bool> {
        let select = "SELECT EXISTS (
                          SELECT 1 FROM devices
                          WHERE token_digest = ?1 AND (?2 IS NULL OR customer_id = ?2) AND last_seen_at > ?3
                            AND key_id IN (SELECT value FROM json_each(?4))
                      )";
        let query = sqlx::query_scalar(select).bind(&device.0[..]).bind(customer.map(|id| id.0));
        Ok(query.bind(since.as_millisecond()).bind(&self.key_ids).fetch_one(&self.read).await?)
    }

    async fn not_me(&self, not_me: &NotMe) -> StoreResult<()> {
        let NotMe { otp, contact, until, ends_sessions_of, now, origin } = not_me;
        let mut transaction = self.begin().await?;
        otps::void_for_contact(&mut transaction, *otp, contact, *now, origin).await?;
        let mute = "INSERT INTO mutes (contact, until) VALUES (?1, ?2) ON CONFLICT (contact) DO UPDATE SET until = ?2";
        sqlx::query(mute).bind(contact.as_str()).bind(until.as_millisecond()).execute(&mut *transaction).await?;
        if let Some(customer) = ends_sessions_of {
            sessions::end_all(&mut transaction, *customer, None, *now).await?;
        }
        let subject = Subject { otp: Some(*otp), customer: *ends_sessions_of, contact: Some(contact) };
        history::record(&mut transaction, Event::NotMe, subject, origin, *now).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn delete_old_records(
        &self,
        now: Timestamp,
        receipts_before: Timestamp,
        devices_since: Timestamp,
    ) -> StoreResult<u64> {
        let mut deleted = 0;
        for (delete, before) in [
            ("DELETE FROM outbox WHERE kind <> 'code' AND expires_at <= ?1", now),
            ("DELETE FROM mutes WHERE until <= ?1", now),
            ("DELETE FROM tallies WHERE expires_at <= ?1", now),
            ("DELETE FROM contact_changes WHERE expires_at <= ?1", now),
            ("DELETE FROM receipts WHERE at < ?1", receipts_before),
            ("DELETE FROM devices WHERE last_seen_at <= ?1", devices_since),
        ] {
            let query = sqlx::query(delete).bind(before.as_millisecond());
            deleted += query.execute(&self.write).await?.rows_affected();
        }
        Ok(deleted)
    }
}
