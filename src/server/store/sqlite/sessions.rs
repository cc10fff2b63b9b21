//! Sessions.
//!
//! A signed-in session is inserted in one place only, together with the use of its code. Everything here updates or
//! deletes it, so no request that is under way during a logout can bring it back.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::{
    SqliteStore,
    history::{self, Subject},
    rows,
};
use crate::server::{
    domain::{CustomerId, Event, Origin, Session, SessionPolicy, TokenDigest},
    service::ports::{PreAuth, SessionStore, StoreResult},
};

#[async_trait]
impl SessionStore for SqliteStore {
    async fn save_pre_auth(&self, pre_auth: &PreAuth, now: Timestamp) -> StoreResult<()> {
        let upsert = "INSERT INTO sessions (token_digest, contact_type, contact_value, next, created_at, last_seen_at)
                      VALUES (?1, ?2, ?3, ?4, ?5, ?5)
                      ON CONFLICT (token_digest) DO UPDATE
                      SET contact_type = ?2, contact_value = ?3, next = coalesce(?4, next), last_seen_at = ?5
                      WHERE authenticated = 0";
        let (kind, contact) = &pre_auth.contact;
        sqlx::query(upsert)
            .bind(&pre_auth.browser.0[..])
            .bind(kind.as_str())
            .bind(contact)
            .bind(&pre_auth.next)
            .bind(now.as_millisecond())
            .execute(&self.write)
            .await?;
        Ok(())
    }

    async fn pre_auth(&self, browser: TokenDigest, since: Timestamp) -> StoreResult<Option<Session>> {
        let select = "SELECT * FROM sessions WHERE token_digest = ?1 AND authenticated = 0 AND last_seen_at > ?2";
        let query = sqlx::query(select).bind(&browser.0[..]).bind(since.as_millisecond());
        query.fetch_optional(&self.read).await?.as_ref().map(rows::session).transpose()
    }

    async fn live_session(
        &self,
        token: TokenDigest,
        policy: &SessionPolicy,
        now: Timestamp,
    ) -> StoreResult<Option<Session>> {
        let select = "SELECT * FROM sessions
                      WHERE token_digest = ?1 AND authenticated = 1 AND last_seen_at > ?2 AND created_at > ?3
                        AND key_id IN (SELECT value FROM json_each(?4))";
        let query = sqlx::query(select).bind(&token.0[..]).bind(before(now, policy.idle));
        let query = query.bind(before(now, policy.absolute)).bind(&self.key_ids);
        query.fetch_optional(&self.read).await?.as_ref().map(rows::session).transpose()
    }

    async fn touch_session(&self, token: TokenDigest, now: Timestamp) -> StoreResult<()> {
        let update = "UPDATE sessions SET last_seen_at = ?2 WHERE token_digest = ?1 AND authenticated = 1";
        sqlx::query(update).bind(&token.0[..]).bind(now.as_millisecond()).execute(&self.write).await?;
        Ok(())
    }

    async fn new_session(&self, token: TokenDigest, since: Timestamp) -> StoreResult<Option<Session>> {
        let select = "SELECT * FROM sessions WHERE token_digest = ?1 AND authenticated = 1 AND created_at >= ?2";
        let query = sqlx::query(select).bind(&token.0[..]).bind(since.as_millisecond());
        query.fetch_optional(&self.read).await?.as_ref().map(rows::session).transpose()
    }

    async fn end_session(&self, token: TokenDigest, now: Timestamp, origin: &Origin) -> StoreResult<bool> {
        let mut transaction = self.begin().await?;
        let delete = "DELETE FROM sessions WHERE token_digest = ?1 AND authenticated = 1 RETURNING customer_id";
        let ended: Option<i64> =
            sqlx::query_scalar(delete).bind(&token.0[..]).fetch_optional(&mut *transaction).await?;
        let Some(customer) = ended else { return Ok(false) };
        let subject = Subject { otp: None, customer: Some(CustomerId(customer)), contact: None };
        history::record(&mut transaction, Event::LoggedOut, subject, origin, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn put_flash(&self, token: TokenDigest, flash: &str, now: Timestamp) -> StoreResult<()> {
        let upsert = "INSERT INTO sessions (token_digest, flash, created_at, last_seen_at) VALUES (?1, ?2, ?3, ?3)
                      ON CONFLICT (token_digest) DO UPDATE
                      SET flash = ?2, last_seen_at = CASE WHEN authenticated THEN last_seen_at ELSE ?3 END";
        let query = sqlx::query(upsert).bind(&token.0[..]).bind(flash).bind(now.as_millisecond());
        query.execute(&self.write).await?;
        Ok(())
    }

    async fn take_flash(&self, token: TokenDigest) -> StoreResult<Option<String>> {
        // Most pages have none: look on a reading connection first.
        let select = "SELECT flash FROM sessions WHERE token_digest = ?1 AND flash IS NOT NULL";
        let flash: Option<String> = sqlx::query_scalar(select).bind(&token.0[..]).fetch_optional(&self.read).await?;
        let Some(flash) = flash else { return Ok(None) };
        let take = "UPDATE sessions SET flash = NULL WHERE token_digest = ?1 AND flash = ?2";
        let updated = sqlx::query(take).bind(&token.0[..]).bind(&flash).execute(&self.write).await?;
        Ok((updated.rows_affected() == 1).then_some(flash))
    }

    async fn delete_old_sessions(
        &self,
        policy: &SessionPolicy,
        pre_auth_since: Timestamp,
        now: Timestamp,
    ) -> StoreResult<u64> {
        let delete = "DELETE FROM sessions
                      WHERE (authenticated = 0 AND last_seen_at <= ?1)
                         OR (authenticated = 1 AND (last_seen_at <= ?2 OR created_at <= ?3))";
        let query = sqlx::query(delete)
            .bind(pre_auth_since.as_millisecond())
            .bind(before(now, policy.idle))
            .bind(before(now, policy.absolute));
        Ok(query.execute(&self.write).await?.rows_affected())
    }
}

fn before(now: Timestamp, age: SignedDuration) -> i64 {
    now.saturating_sub(age).unwrap_or(Timestamp::MIN).as_millisecond()
}
