//! Sessions.
//!
//! A signed-in session is inserted in one place only, together with the use of its code. Everything here updates or
//! deletes it, so no request that is under way during a logout can bring it back.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use sqlx::SqliteConnection;

use super::{
    SqliteStore,
    history::{self, Subject},
    otps, rows,
    writer::Writer,
};
use crate::server::{
    domain::{CustomerId, Event, Origin, Otp, Session, SessionId, SessionPolicy, TokenDigest},
    service::ports::{PreAuth, Renewal, SessionStore, StoreResult},
};

/// Whether a session is one of a customer who is signed in: `?2` and `?3` are the instants of the idle and the absolute timeout,
/// `?4` the keys in the ring.
macro_rules! is_live {
    () => {
        "authenticated = 1 AND last_seen_at > ?2 AND created_at > ?3
         AND key_id IN (SELECT value FROM json_each(?4))
         AND customer_id IN (SELECT id FROM customers WHERE disabled_at IS NULL)"
    };
}

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
        let select = concat!("SELECT * FROM sessions WHERE token_digest = ?1 AND ", is_live!());
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

    async fn sessions_of(
        &self,
        customer: CustomerId,
        policy: &SessionPolicy,
        now: Timestamp,
    ) -> StoreResult<Vec<Session>> {
        let select = concat!(
            "SELECT * FROM sessions WHERE customer_id = ?1 AND ",
            is_live!(),
            " ORDER BY last_seen_at DESC, id DESC"
        );
        let query = sqlx::query(select).bind(customer.0);
        let query = query.bind(before(now, policy.idle)).bind(before(now, policy.absolute)).bind(&self.key_ids);
        query.fetch_all(&self.read).await?.iter().map(rows::session).collect()
    }

    async fn renew_session(&self, renewal: &Renewal, now: Timestamp, origin: &Origin) -> StoreResult<bool> {
        let mut transaction = self.begin().await?;
        let Some(otp) = renew(&mut transaction, renewal, now).await? else { return Ok(false) };
        history::record(&mut transaction, Event::Confirmed, otps::about(&otp), origin, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn end_sessions(
        &self,
        customer: CustomerId,
        session: Option<SessionId>,
        now: Timestamp,
        origin: &Origin,
    ) -> StoreResult<u64> {
        let mut transaction = self.begin().await?;
        let delete = "DELETE FROM sessions WHERE customer_id = ?1 AND authenticated = 1 AND (?2 IS NULL OR id = ?2)";
        let query = sqlx::query(delete).bind(customer.0).bind(session.map(|id| id.0));
        let ended = query.execute(&mut *transaction).await?.rows_affected();
        let subject = || Subject { otp: None, customer: Some(customer), contact: None };
        for _ in 0..ended {
            history::record(&mut transaction, Event::SessionEnded, subject(), origin, now).await?;
        }
        transaction.commit().await?;
        Ok(ended)
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

/// Uses a code up and gives the session that entered it its new token. `None`, and then nothing may be committed, if the code
/// was used or the session over before.
pub(super) async fn renew(
    connection: &mut SqliteConnection,
    renewal: &Renewal,
    now: Timestamp,
) -> StoreResult<Option<Otp>> {
    let Some(otp) = otps::use_up(connection, renewal.otp, renewal.purpose, now).await? else { return Ok(None) };
    let update = "UPDATE sessions SET token_digest = ?2, key_id = ?5, confirmed_at = ?4, last_seen_at = ?4
                  WHERE token_digest = ?1 AND authenticated = 1 AND customer_id = ?3";
    let updated = sqlx::query(update)
        .bind(&renewal.session.0[..])
        .bind(&renewal.renewed.0[..])
        .bind(otp.customer_id.map(|id| id.0))
        .bind(now.as_millisecond())
        .bind(otp.key_id.as_str())
        .execute(connection)
        .await?;
    Ok((updated.rows_affected() == 1).then_some(otp))
}

/// Makes a customer's codes worthless, ends their sessions and forgets their browsers; all but those of `own`.
pub(super) async fn end_all(
    connection: &mut Writer,
    customer: CustomerId,
    own: Option<&Renewal>,
    now: Timestamp,
) -> StoreResult<()> {
    otps::void_of_customer(connection, customer, now).await?;
    let kept = [own.map(|own| own.renewed), own.and_then(|own| own.device)];
    let deletes = [
        "DELETE FROM sessions WHERE customer_id = ?1 AND token_digest IS NOT ?2",
        "DELETE FROM devices WHERE customer_id = ?1 AND token_digest IS NOT ?2",
    ];
    for (delete, kept) in deletes.into_iter().zip(kept) {
        let query = sqlx::query(delete).bind(customer.0).bind(kept.map(|digest| digest.0.to_vec()));
        query.execute(&mut **connection).await?;
    }
    Ok(())
}

fn before(now: Timestamp, age: SignedDuration) -> i64 {
    now.saturating_sub(age).unwrap_or(Timestamp::MIN).as_millisecond()
}
