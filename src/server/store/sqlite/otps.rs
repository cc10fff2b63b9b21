//! OTPs.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore, devices,
    history::{self, Subject},
    limits,
    outbox::{self, CodeToSend},
    rows,
    writer::Writer,
};
use crate::{
    server::{
        domain::{
            Consequence, Contact, CustomerId, EmailAddress, Event, Full, Limit, Origin, Otp, OtpId, PhoneNumber,
            Purpose, Rule, TokenDigest,
        },
        service::{
            events::SecurityEvent,
            ports::{Answer, Counted, NewOtp, OtpFilter, OtpStore, Resent, SignIn, StoreResult},
        },
    },
    shared::CodeFormat,
};

/// The rows that an [`OtpFilter`] names; [`filtered`] binds it.
macro_rules! otps_of_filter {
    () => {
        "FROM otps
         WHERE (?1 IS NULL OR id = ?1)
           AND (?2 IS NULL OR email = ?2)
           AND (?3 IS NULL OR phone = ?3)
           AND (?4 IS NULL OR otp_type = ?4)
           AND (?5 IS NULL OR is_verified = ?5)
           AND (?6 IS NULL OR expires_at < ?6)
           AND (?7 IS NULL OR created_at < ?7)"
    };
}

/// Binds a filter to the placeholders of [`otps_of_filter`].
macro_rules! filtered {
    ($query:expr, $filter:expr) => {
        $query
            .bind($filter.id.map(|id| id.0))
            .bind($filter.contact.as_ref().and_then(Contact::email).map(EmailAddress::as_str))
            .bind($filter.contact.as_ref().and_then(Contact::phone).map(PhoneNumber::as_str))
            .bind($filter.otp_type.map(|kind| kind.as_str()))
            .bind($filter.is_verified)
            .bind($filter.expired_before.map(Timestamp::as_millisecond))
            .bind($filter.created_before.map(Timestamp::as_millisecond))
    };
}

#[async_trait]
impl OtpStore for SqliteStore {
    async fn issue(&self, otp: &NewOtp) -> StoreResult<Result<OtpId, Full>> {
        let mut transaction = self.begin().await?;
        let is_withheld = match charge_message(&mut transaction, &otp.rules, otp.now).await? {
            Ok(is_withheld) => is_withheld,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if otp.browser != TokenDigest::COMMAND_LINE {
            revoke(&mut transaction, otp.browser, otp.now, &otp.origin).await?;
        }
        let id = insert(&mut transaction, otp, is_withheld).await?;
        let expires_at = otp.now.saturating_add(otp.policy.lifetime).unwrap_or(Timestamp::MAX);
        let code = CodeToSend {
            otp: id,
            generation: 1,
            channel: otp.contact.kind(),
            expires_at,
            message_id: &otp.message_id,
            origin: &otp.origin,
            is_withheld,
            now: otp.now,
        };
        outbox::enqueue_code(&mut transaction, code).await?;
        let subject = Subject { otp: Some(id), customer: otp.customer_id, contact: Some(&otp.contact) };
        history::record(&mut transaction, Event::Requested, subject, &otp.origin, otp.now).await?;
        transaction.commit().await?;
        Ok(Ok(id))
    }

    async fn latest_otp(&self, browser: TokenDigest) -> StoreResult<Option<Otp>> {
        let select = "SELECT * FROM otps WHERE pre_auth_digest = ?1 ORDER BY id DESC LIMIT 1";
        let row = sqlx::query(select).bind(&browser.0[..]).fetch_optional(&self.read).await?;
        row.as_ref().map(rows::otp).transpose()
    }

    async fn latest_otp_for(&self, browser: TokenDigest, contact: &Contact) -> StoreResult<Option<Otp>> {
        let select =
            "SELECT * FROM otps WHERE pre_auth_digest = ?1 AND (email = ?2 OR phone = ?2) ORDER BY id DESC LIMIT 1";
        let query = sqlx::query(select).bind(&browser.0[..]).bind(contact.as_str());
        query.fetch_optional(&self.read).await?.as_ref().map(rows::otp).transpose()
    }

    async fn count_attempt(&self, answer: &Answer) -> StoreResult<Counted> {
        let Answer { id, guess, limits: policy, now, origin } = answer;
        let mut transaction = self.begin().await?;
        let update = "UPDATE otps SET attempts = attempts + 1
                      WHERE id = ?1 AND pre_auth_digest = ?2 AND is_verified = 0 AND revoked_at IS NULL
                        AND expires_at > ?3 AND attempts < max_attempts
                      RETURNING *";
        let query = sqlx::query(update).bind(id.0).bind(&guess.browser.0[..]).bind(now.as_millisecond());
        let row = query.fetch_optional(&mut *transaction).await?;
        let Some(otp) = row.as_ref().map(rows::otp).transpose()? else { return Ok(Counted::NotTaken) };
        let rules = policy.guess(&otp, guess, *now);
        let full = limits::charge(&mut transaction, &rules, Some(*id), *now).await?;
        let Some(refusal) = refusal(&full) else {
            transaction.commit().await?;
            return Ok(Counted::Taken(Box::new(otp)));
        };
        // An answer that is not compared costs no attempt.
        drop(transaction);
        if refusal.consequence == Consequence::Escalate {
            self.end_digits(&otp, origin, *now).await?;
        }
        Ok(Counted::Limited(refusal))
    }

    async fn count_replay(&self, id: OtpId, browser: TokenDigest, since: Timestamp) -> StoreResult<bool> {
        let update = "UPDATE otps SET replays = replays + 1
                      WHERE id = ?1 AND pre_auth_digest = ?2 AND is_verified = 1 AND verified_at >= ?3
                        AND replays < ?4";
        let query = sqlx::query(update).bind(id.0).bind(&browser.0[..]).bind(since.as_millisecond()).bind(Otp::REPLAYS);
        Ok(query.execute(&self.write).await?.rows_affected() == 1)
    }

    async fn sign_in(&self, sign_in: &SignIn) -> StoreResult<bool> {
        let mut transaction = self.begin().await?;
        let used = use_up(&mut transaction, sign_in.id, Purpose::SignIn, sign_in.now).await?;
        let Some(otp) = used else { return Ok(false) };
        let open = "INSERT INTO sessions
                        (token_digest, contact_type, contact_value, next, customer_id, authenticated, created_at, last_seen_at,
                         confirmed_at, ip_prefix, user_agent, key_id)
                    SELECT ?1, contact_type, contact_value, next, ?2, 1, ?3, ?3, ?3, ?5, ?6, ?7 FROM sessions
                    WHERE token_digest = ?4";
        let opened = sqlx::query(open)
            .bind(&sign_in.session.0[..])
            .bind(otp.customer_id.map(|id| id.0))
            .bind(sign_in.now.as_millisecond())
            .bind(&sign_in.browser.0[..])
            .bind(&sign_in.origin.ip_prefix)
            .bind(&sign_in.origin.user_agent)
            .bind(otp.key_id.as_str())
            .execute(&mut *transaction)
            .await?;
        if opened.rows_affected() != 1 {
            return Ok(false);
        }
        sqlx::query("DELETE FROM sessions WHERE token_digest = ?1")
            .bind(&sign_in.browser.0[..])
            .execute(&mut *transaction)
            .await?;
        history::record(&mut transaction, Event::Verified, about(&otp), &sign_in.origin, sign_in.now).await?;
        know_browser(&mut transaction, &otp, sign_in).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn mark_verified(&self, id: OtpId, now: Timestamp) -> StoreResult<bool> {
        let mut transaction = self.begin().await?;
        let Some(otp) = use_up(&mut transaction, id, Purpose::SignIn, now).await? else { return Ok(false) };
        history::record(&mut transaction, Event::Verified, about(&otp), &Origin::default(), now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn resend(&self, resent: &Resent) -> StoreResult<Result<bool, Full>> {
        let mut transaction = self.begin().await?;
        let update = "UPDATE otps
                      SET sent_at = ?1,
                          messages = messages + 1,
                          generation = generation + (?2 IS NOT NULL),
                          previous_expires_at = CASE WHEN ?7 THEN NULL WHEN ?2 IS NULL THEN previous_expires_at
                                                     ELSE expires_at END,
                          expires_at = coalesce(?2, expires_at),
                          is_escalated = is_escalated OR ?7,
                          channel = ?6
                      WHERE id = ?3 AND generation = ?4 AND sent_at = ?5
                        AND is_verified = 0 AND revoked_at IS NULL AND attempts < max_attempts
                      RETURNING *";
        let row = sqlx::query(update)
            .bind(resent.now.as_millisecond())
            .bind(resent.next_expires_at.map(Timestamp::as_millisecond))
            .bind(resent.id.0)
            .bind(resent.generation)
            .bind(resent.sent_at.as_millisecond())
            .bind(resent.channel.as_str())
            .bind(resent.escalates)
            .fetch_optional(&mut *transaction)
            .await?;
        let Some(otp) = row.as_ref().map(rows::otp).transpose()? else { return Ok(Ok(false)) };
        let is_withheld = match charge_message(&mut transaction, &resent.rules, resent.now).await? {
            Ok(is_withheld) => is_withheld,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if !is_withheld {
            let sent = sqlx::query("UPDATE otps SET is_withheld = 0 WHERE id = ?1").bind(otp.id.0);
            sent.execute(&mut *transaction).await?;
        }
        let code = CodeToSend {
            otp: otp.id,
            generation: otp.generation,
            channel: resent.channel,
            expires_at: otp.expires_at,
            message_id: &resent.message_id,
            origin: &resent.origin,
            is_withheld,
            now: resent.now,
        };
        outbox::enqueue_code(&mut transaction, code).await?;
        history::record(&mut transaction, Event::Resent, about(&otp), &resent.origin, resent.now).await?;
        transaction.commit().await?;
        Ok(Ok(true))
    }

    async fn forget(&self, browser: TokenDigest, now: Timestamp, origin: &Origin) -> StoreResult<()> {
        let mut transaction = self.begin().await?;
        revoke(&mut transaction, browser, now, origin).await?;
        let forget = "UPDATE sessions SET contact_type = NULL, contact_value = NULL, next = NULL, flash = NULL
                      WHERE token_digest = ?1 AND authenticated = 0";
        sqlx::query(forget).bind(&browser.0[..]).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn otps(&self, filter: &OtpFilter) -> StoreResult<Vec<Otp>> {
        let select = concat!("SELECT * ", otps_of_filter!(), " ORDER BY id DESC LIMIT CASE WHEN ?8 THEN 1 ELSE -1 END");
        let rows = filtered!(sqlx::query(select), filter).bind(filter.latest).fetch_all(&self.read).await?;
        rows.iter().map(rows::otp).collect()
    }

    async fn delete_otps(&self, filter: &OtpFilter) -> StoreResult<u64> {
        let delete = concat!("DELETE ", otps_of_filter!());
        Ok(filtered!(sqlx::query(delete), filter).execute(&self.write).await?.rows_affected())
    }
}

impl SqliteStore {
    /// Ends an OTP whose digits are not enough any more, as if its time were over.
    async fn end_digits(&self, otp: &Otp, origin: &Origin, now: Timestamp) -> StoreResult<()> {
        let mut transaction = self.begin().await?;
        let update = "UPDATE otps SET expires_at = ?2, previous_expires_at = NULL WHERE id = ?1 AND expires_at > ?2";
        let query = sqlx::query(update).bind(otp.id.0).bind(now.as_millisecond());
        if query.execute(&mut *transaction).await?.rows_affected() == 1 {
            history::record(&mut transaction, Event::Escalated, about(otp), origin, now).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// Counts a message that is asked for. The answer is whether it is withheld, or the window that refuses it.
async fn charge_message(writer: &mut Writer, rules: &[Rule], now: Timestamp) -> StoreResult<Result<bool, Full>> {
    let full = limits::charge(writer, rules, None, now).await?;
    if let Some(refusal) = refusal(&full) {
        return Ok(Err(refusal));
    }
    if let Some(full) = full.first() {
        writer.tell(SecurityEvent::Limited(full.limit));
    }
    Ok(Ok(!full.is_empty()))
}

/// The window that does not let something happen at all: of several the one that is full longest, and the one that a solution
/// lifts only when it is alone.
fn refusal(full: &[Full]) -> Option<Full> {
    let refusing = full.iter().filter(|full| full.consequence != Consequence::Withhold);
    refusing.max_by_key(|full| (full.limit != Limit::NetworkSoft, full.until)).copied()
}

pub(super) fn about(otp: &Otp) -> Subject<'_> {
    Subject { otp: Some(otp.id), customer: otp.customer_id, contact: Some(&otp.contact) }
}

async fn insert(connection: &mut SqliteConnection, otp: &NewOtp, is_withheld: bool) -> StoreResult<OtpId> {
    let insert = "INSERT INTO otps
                      (customer_id, email, phone, otp_type, created_at, expires_at, max_attempts, pre_auth_digest, length,
                       nonce, key_id, sent_at, known_browser, device_digest, is_escalated, messages, purpose, is_withheld)
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?5, ?12, ?13, ?14, ?15, ?16, ?17)
                  RETURNING id";
    let expires_at = otp.now.saturating_add(otp.policy.lifetime).unwrap_or(Timestamp::MAX);
    let row = sqlx::query(insert)
        .bind(otp.customer_id.map(|id| id.0))
        .bind(otp.contact.email().map(EmailAddress::as_str))
        .bind(otp.contact.phone().map(PhoneNumber::as_str))
        .bind(otp.contact.kind().as_str())
        .bind(otp.now.as_millisecond())
        .bind(expires_at.as_millisecond())
        .bind(otp.policy.max_attempts)
        .bind(&otp.browser.0[..])
        .bind(otp.format.length())
        .bind(&otp.nonce[..])
        .bind(otp.key_id.as_str())
        .bind(otp.known_browser)
        .bind(otp.device.map(|device| device.0.to_vec()))
        .bind(otp.format == CodeFormat::Letters)
        .bind(otp.messages)
        .bind(otp.purpose.as_str())
        .bind(is_withheld)
        .fetch_one(connection)
        .await?;
    Ok(OtpId(row.try_get("id")?))
}

/// Marks an OTP verified that was issued for this purpose and was not made worthless; exactly one caller gets it.
pub(super) async fn use_up(
    connection: &mut SqliteConnection,
    id: OtpId,
    purpose: Purpose,
    now: Timestamp,
) -> StoreResult<Option<Otp>> {
    let update = "UPDATE otps SET is_verified = 1, verified_at = ?2, nonce = NULL
                  WHERE id = ?1 AND is_verified = 0 AND revoked_at IS NULL AND nonce IS NOT NULL AND is_withheld = 0
                    AND purpose = ?3
                  RETURNING *";
    let query = sqlx::query(update).bind(id.0).bind(now.as_millisecond()).bind(purpose.as_str());
    let Some(row) = query.fetch_optional(&mut *connection).await? else { return Ok(None) };
    limits::refund(connection, id).await?;
    Ok(Some(rows::otp(&row)?))
}

/// Records the browser as the customer's, and queues the notice if it is a new one.
async fn know_browser(connection: &mut SqliteConnection, otp: &Otp, sign_in: &SignIn) -> StoreResult<()> {
    let Some(customer) = otp.customer_id else { return Ok(()) };
    let is_new = devices::seen(connection, customer, sign_in.device, &otp.key_id, sign_in.now).await?;
    devices::keep_latest(connection, customer, sign_in.known_browsers).await?;
    match &sign_in.notice {
        Some(notice) if is_new => {
            outbox::enqueue_notice(connection, customer, notice, None, &sign_in.origin, sign_in.now).await
        }
        _ => Ok(()),
    }
}

/// Withdraws what a browser has asked for and not used.
async fn revoke(writer: &mut Writer, browser: TokenDigest, now: Timestamp, origin: &Origin) -> StoreResult<()> {
    let update = "UPDATE otps SET revoked_at = ?2, nonce = NULL
                  WHERE pre_auth_digest = ?1 AND is_verified = 0 AND revoked_at IS NULL
                  RETURNING *";
    let query = sqlx::query(update).bind(&browser.0[..]).bind(now.as_millisecond());
    let revoked = query.fetch_all(&mut **writer).await?;
    record_revoked(writer, &revoked, now, origin).await
}

/// Makes one OTP and the unused ones of a contact on browsers that are not known worthless. Whoever asked must not see it: the
/// OTP goes on taking answers, of which none is right any more.
pub(super) async fn void_for_contact(
    writer: &mut Writer,
    id: OtpId,
    contact: &Contact,
    now: Timestamp,
    origin: &Origin,
) -> StoreResult<()> {
    let update = "UPDATE otps SET nonce = NULL
                  WHERE (id = ?1 OR ((email = ?2 OR phone = ?2) AND known_browser = 0))
                    AND is_verified = 0 AND nonce IS NOT NULL
                  RETURNING *";
    let query = sqlx::query(update).bind(id.0).bind(contact.as_str());
    let revoked = query.fetch_all(&mut **writer).await?;
    record_revoked(writer, &revoked, now, origin).await
}

/// Makes all that a customer has asked for and not used worthless, likewise.
pub(super) async fn void_of_customer(writer: &mut Writer, customer: CustomerId, now: Timestamp) -> StoreResult<()> {
    let update = "UPDATE otps SET nonce = NULL
                  WHERE customer_id = ?1 AND is_verified = 0 AND nonce IS NOT NULL
                  RETURNING *";
    let query = sqlx::query(update).bind(customer.0);
    let revoked = query.fetch_all(&mut **writer).await?;
    record_revoked(writer, &revoked, now, &Origin::default()).await
}

async fn record_revoked(
    writer: &mut Writer,
    revoked: &[SqliteRow],
    now: Timestamp,
    origin: &Origin,
) -> StoreResult<()> {
    for row in revoked {
        history::record(writer, Event::Revoked, about(&rows::otp(row)?), origin, now).await?;
    }
    Ok(())
}
