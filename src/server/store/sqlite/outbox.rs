//! The outbox.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Row, SqliteConnection};

use super::{SqliteStore, rows};
use crate::server::{
    domain::{CustomerId, OtpId},
    service::ports::{CustomerStore, Delivery, OutboxStore, Settled, StoreResult},
};

/// Promises a message, in the transaction of what it is about.
pub(super) async fn enqueue(
    connection: &mut SqliteConnection,
    otp: OtpId,
    generation: u32,
    expires_at: Timestamp,
    message_id: &str,
    now: Timestamp,
) -> StoreResult<()> {
    let insert = "INSERT INTO outbox (otp_id, generation, message_id, created_at, due_at, expires_at)
                  VALUES (?1, ?2, ?3, ?4, ?4, ?5)";
    sqlx::query(insert)
        .bind(otp.0)
        .bind(generation)
        .bind(message_id)
        .bind(now.as_millisecond())
        .bind(expires_at.as_millisecond())
        .execute(connection)
        .await?;
    Ok(())
}

#[async_trait]
impl OutboxStore for SqliteStore {
    async fn claim_delivery(&self, now: Timestamp, leased_until: Timestamp) -> StoreResult<Option<Delivery>> {
        // Looked for on a reading connection first, so that an idle worker does not stand in the writers' way.
        let due = "SELECT EXISTS (SELECT 1 FROM outbox WHERE due_at <= ?1)";
        if !sqlx::query_scalar(due).bind(now.as_millisecond()).fetch_one(&self.read).await? {
            return Ok(None);
        }
        let claim = "UPDATE outbox SET due_at = ?2, tries = tries + 1
                     WHERE id = (SELECT id FROM outbox WHERE due_at <= ?1 ORDER BY due_at, id LIMIT 1)
                     RETURNING *";
        let query = sqlx::query(claim).bind(now.as_millisecond()).bind(leased_until.as_millisecond());
        let Some(row) = query.fetch_optional(&self.write).await? else { return Ok(None) };
        let select = sqlx::query("SELECT * FROM otps WHERE id = ?1").bind(row.try_get::<i64, _>("otp_id")?);
        let Some(otp) = select.fetch_optional(&self.read).await? else { return Ok(None) };
        let otp = rows::otp(&otp)?;
        let customer = match otp.customer_id {
            Some(CustomerId(id)) => self.customer(CustomerId(id)).await?,
            None => None,
        };
        Ok(Some(Delivery {
            id: row.try_get("id")?,
            otp,
            generation: row.try_get("generation")?,
            asked_at: rows::instant(row.try_get("created_at")?)?,
            expires_at: rows::instant(row.try_get("expires_at")?)?,
            customer,
            message_id: row.try_get("message_id")?,
            tries: row.try_get("tries")?,
        }))
    }

    async fn settle_delivery(&self, id: i64, settled: Settled, now: Timestamp) -> StoreResult<()> {
        let (due_at, sent_at) = match settled {
            Settled::Sent => (None, Some(now)),
            Settled::RetryAt(at) => (Some(at), None),
            Settled::Dropped => (None, None),
        };
        sqlx::query("UPDATE outbox SET due_at = ?2, sent_at = ?3 WHERE id = ?1")
            .bind(id)
            .bind(due_at.map(Timestamp::as_millisecond))
            .bind(sent_at.map(Timestamp::as_millisecond))
            .execute(&self.write)
            .await?;
        Ok(())
    }
}
