//! The outbox, and what its text messages cost.

use async_trait::async_trait;
use jiff::{Timestamp, tz::TimeZone};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore,
    history::{self, Subject},
    rows,
    writer::Writer,
};
use crate::{
    server::{
        domain::{ChangeId, Contact, CustomerId, DeliveryState, Event, FailureReason, Money, Origin, OtpId, SmsSpent},
        service::ports::{
            Accepted, CustomerStore, Delivery, DeliverySubject, Expense, NewNotice, OutboxEntry, OutboxStore, Receipt,
            ReceiptOutcome, Settled, StoreResult,
        },
    },
    shared::ContactType,
};

/// A promise to send a code.
pub(super) struct CodeToSend<'a> {
    pub otp: OtpId,
    pub generation: u32,
    pub channel: ContactType,
    pub expires_at: Timestamp,
    pub message_id: &'a str,
    pub origin: &'a Origin,
    /// Whether the contact gets no more for a while: then the message is over before anybody tries it.
    pub is_withheld: bool,
    pub now: Timestamp,
}

/// Promises a code, in the transaction of what it is about.
pub(super) async fn enqueue_code(connection: &mut SqliteConnection, code: CodeToSend<'_>) -> StoreResult<()> {
    let insert = "INSERT INTO outbox (kind, otp_id, generation, channel, message_id, ip_prefix, user_agent, created_at,
                                      expires_at, due_at, state, reason, language)
                  VALUES ('code', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    let (due_at, state) = if code.is_withheld {
        (None, DeliveryState::Failed(FailureReason::Withheld))
    } else {
        (Some(code.now), DeliveryState::Queued)
    };
    sqlx::query(insert)
        .bind(code.otp.0)
        .bind(code.generation)
        .bind(code.channel.as_str())
        .bind(code.message_id)
        .bind(&code.origin.ip_prefix)
        .bind(&code.origin.user_agent)
        .bind(code.now.as_millisecond())
        .bind(code.expires_at.as_millisecond())
        .bind(due_at.map(Timestamp::as_millisecond))
        .bind(state.as_str())
        .bind(state.reason().map(FailureReason::as_str))
        .bind(code.origin.language.code())
        .execute(connection)
        .await?;
    Ok(())
}

/// A change of a contact, and whom to tell.
pub(super) struct ChangeToTell<'a> {
    /// `None`: the operator made it, and no link undoes it.
    pub id: Option<ChangeId>,
    pub changed: ContactType,
    pub to: &'a Contact,
}

/// Promises a notice, in the transaction of what it is about: with `change` of that, without it of a sign-in on a new browser.
pub(super) async fn enqueue_notice(
    connection: &mut SqliteConnection,
    customer: CustomerId,
    notice: &NewNotice,
    change: Option<ChangeToTell<'_>>,
    origin: &Origin,
    now: Timestamp,
) -> StoreResult<()> {
    let insert =
        "INSERT INTO outbox (kind, customer_id, channel, recipient, changed, message_id, ip_prefix, user_agent,
                                      created_at, due_at, expires_at, change_id, language)
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?11, ?12)";
    sqlx::query(insert)
        .bind(if change.is_some() { "contact_changed" } else { "new_sign_in" })
        .bind(customer.0)
        .bind(notice.channel.as_str())
        .bind(change.as_ref().map(|change| change.to.as_str()))
        .bind(change.as_ref().map(|change| change.changed.as_str()))
        .bind(&notice.message_id)
        .bind(&origin.ip_prefix)
        .bind(&origin.user_agent)
        .bind(now.as_millisecond())
        .bind(notice.expires_at.as_millisecond())
        .bind(change.and_then(|change| change.id).map(|id| id.0))
        .bind(origin.language.code())
        .execute(connection)
        .await?;
    Ok(())
}

#[async_trait]
impl OutboxStore for SqliteStore {
    async fn claim_delivery(
        &self,
        channel: ContactType,
        now: Timestamp,
        leased_until: Timestamp,
    ) -> StoreResult<Option<Delivery>> {
        // Looked for on a reading connection first, so that an idle worker does not stand in the writers' way.
        let due = "SELECT EXISTS (SELECT 1 FROM outbox WHERE channel = ?1 AND due_at <= ?2)";
        let due = sqlx::query_scalar(due).bind(channel.as_str()).bind(now.as_millisecond());
        if !due.fetch_one(&self.read).await? {
            return Ok(None);
        }
        let claim = "UPDATE outbox SET due_at = ?3, is_leased = 1, is_held = 0, tries = tries + 1
                     WHERE id = (SELECT id FROM outbox WHERE channel = ?1 AND due_at <= ?2 ORDER BY due_at, id LIMIT 1)
                     RETURNING *";
        let query = sqlx::query(claim).bind(channel.as_str()).bind(now.as_millisecond());
        let row = query.bind(leased_until.as_millisecond()).fetch_optional(&self.write).await?;
        match row {
            Some(row) => self.delivery(&row, now).await,
            None => Ok(None),
        }
    }

    async fn settle_delivery(&self, delivery: &Delivery, settled: &Settled, now: Timestamp) -> StoreResult<()> {
        let mut transaction = self.begin().await?;
        let is_ours = match settled {
            Settled::RetryAt { at, is_held, is_unknown } => {
                retry(&mut transaction, delivery, *at, (*is_held, *is_unknown)).await?
            }
            Settled::Sent(accepted) => sent(&mut transaction, delivery, accepted, now).await?,
            Settled::Failed(_) => failed(&mut transaction, delivery, settled).await?,
        };
        if !is_ours {
            return Ok(());
        }
        let event = match settled {
            Settled::RetryAt { .. } => None,
            Settled::Sent(_) => Some(Event::Sent),
            Settled::Failed(_) => Some(Event::DeliveryFailed),
        };
        if let Some(event) = event {
            record(&mut transaction, event, &delivery.subject, now).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn hasten(&self, channel: ContactType, now: Timestamp) -> StoreResult<()> {
        let update =
            "UPDATE outbox SET due_at = ?2 WHERE channel = ?1 AND due_at > ?2 AND is_leased = 0 AND is_held = 0";
        let query = sqlx::query(update).bind(channel.as_str()).bind(now.as_millisecond());
        query.execute(&self.write).await?;
        Ok(())
    }

    async fn hasten_one(&self, channel: ContactType, now: Timestamp) -> StoreResult<bool> {
        // The one that has waited longest. What is claimed next counts its try, so this one is taken off.
        let update = "UPDATE outbox SET due_at = ?2, tries = tries - 1
                      WHERE id = (SELECT id FROM outbox
                                  WHERE channel = ?1 AND due_at > ?2 AND is_leased = 0 AND is_held = 0 AND tries > 0
                                  ORDER BY due_at DESC, id LIMIT 1)";
        let query = sqlx::query(update).bind(channel.as_str()).bind(now.as_millisecond());
        Ok(query.execute(&self.write).await?.rows_affected() == 1)
    }

    async fn record_receipt(&self, gateway: &str, receipt: &Receipt, now: Timestamp) -> StoreResult<ReceiptOutcome> {
        let mut transaction = self.begin().await?;
        let select = "SELECT * FROM outbox
                      WHERE message_id = ?1 AND channel = 'phone' AND coalesce(carrier, ?2) = ?2";
        let query = sqlx::query(select).bind(&receipt.message_id).bind(gateway);
        let row = query.fetch_optional(&mut *transaction).await?;
        let Some(row) = row else { return Ok(ReceiptOutcome::Unknown) };
        let insert = "INSERT INTO receipts (digest, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        let insert = sqlx::query(insert).bind(&receipt.digest[..]).bind(now.as_millisecond());
        if insert.execute(&mut *transaction).await?.rows_affected() == 0 {
            return Ok(ReceiptOutcome::Replayed);
        }
        let before = rows::delivery_state(&row)?;
        // What waits for another try may have failed at this gateway; the next try may take another.
        let is_early = before == DeliveryState::Queued && receipt.state != DeliveryState::Delivered;
        if !is_early && before.may_become(receipt.state) {
            let update = "UPDATE outbox SET state = ?2, reason = ?3, due_at = NULL WHERE id = ?1";
            sqlx::query(update)
                .bind(row.try_get::<i64, _>("id")?)
                .bind(receipt.state.as_str())
                .bind(receipt.state.reason().map(FailureReason::as_str))
                .execute(&mut *transaction)
                .await?;
            record_arrival(&mut transaction, &row, receipt.state, now).await?;
        }
        transaction.commit().await?;
        Ok(ReceiptOutcome::Recorded)
    }

    async fn latest_delivery(&self, otp: OtpId) -> StoreResult<Option<DeliveryState>> {
        let select = "SELECT state, reason FROM outbox WHERE otp_id = ?1 ORDER BY id DESC LIMIT 1";
        let row = sqlx::query(select).bind(otp.0).fetch_optional(&self.read).await?;
        row.as_ref().map(rows::delivery_state).transpose()
    }

    async fn outbox(&self, limit: u32) -> StoreResult<Vec<OutboxEntry>> {
        let select = "SELECT * FROM outbox ORDER BY id DESC LIMIT ?1";
        let rows = sqlx::query(select).bind(limit).fetch_all(&self.read).await?;
        rows.iter().map(rows::outbox_entry).collect()
    }

    async fn spend(&self, expense: &Expense) -> StoreResult<bool> {
        let mut transaction = self.begin().await?;
        let select = "SELECT is_paid FROM outbox WHERE id = ?1";
        let is_paid = sqlx::query_scalar(select).bind(expense.delivery).fetch_optional(&mut *transaction).await?;
        if is_paid == Some(true) {
            return Ok(true);
        }
        let day = day(expense.now);
        let total = spent(&mut transaction, &day).await?;
        if expense.budget.is_some_and(|budget| !budget.fits(total, expense.price)) {
            return Ok(false);
        }
        let add =
            "INSERT INTO sms_spending (day, cost) VALUES (?1, ?2) ON CONFLICT (day) DO UPDATE SET cost = cost + ?2";
        let cost = i64::try_from(expense.price.micros()).unwrap_or(i64::MAX);
        sqlx::query(add).bind(&day).bind(cost).execute(&mut *transaction).await?;
        let mark = "UPDATE outbox SET is_paid = 1 WHERE id = ?1";
        sqlx::query(mark).bind(expense.delivery).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn spent(&self, now: Timestamp) -> StoreResult<SmsSpent> {
        spent(&mut *self.read.acquire().await?, &day(now)).await
    }
}

impl SqliteStore {
    /// The claimed row with its OTP and its customer; `None` if the OTP was deleted meanwhile.
    async fn delivery(&self, row: &SqliteRow, now: Timestamp) -> StoreResult<Option<Delivery>> {
        let Some((subject, customer)) = self.subject(row, now).await? else { return Ok(None) };
        Ok(Some(Delivery {
            id: row.try_get("id")?,
            subject,
            customer: match customer {
                Some(id) => self.customer(id).await?,
                None => None,
            },
            channel: rows::kind(row.try_get("channel")?)?,
            asked_at: rows::instant(row.try_get("created_at")?)?,
            expires_at: rows::instant(row.try_get("expires_at")?)?,
            origin: Origin { language: rows::language(row)?, ..rows::origin(row)? },
            message_id: row.try_get("message_id")?,
            tries: row.try_get("tries")?,
        }))
    }

    async fn subject(
        &self,
        row: &SqliteRow,
        now: Timestamp,
    ) -> StoreResult<Option<(DeliverySubject, Option<CustomerId>)>> {
        let customer = row.try_get::<Option<i64>, _>("customer_id")?.map(CustomerId);
        let Some(otp) = row.try_get::<Option<i64>, _>("otp_id")? else {
            return Ok(Some((rows::notice(row)?, customer)));
        };
        let select = "SELECT *, known_browser = 0 AND EXISTS (
                          SELECT 1 FROM mutes WHERE contact = coalesce(otps.email, otps.phone) AND until > ?2
                      ) AS is_muted FROM otps WHERE id = ?1";
        let query = sqlx::query(select).bind(otp).bind(now.as_millisecond());
        let Some(otp_row) = query.fetch_optional(&self.read).await? else { return Ok(None) };
        let otp = rows::otp(&otp_row)?;
        let customer = otp.customer_id;
        let (generation, is_muted) = (row.try_get("generation")?, otp_row.try_get("is_muted")?);
        Ok(Some((DeliverySubject::Code { otp: Box::new(otp), generation, is_muted }, customer)))
    }
}

/// Waits for the next try; false if the claim is somebody else's by now.
async fn retry(
    connection: &mut SqliteConnection,
    delivery: &Delivery,
    at: Timestamp,
    (is_held, is_unknown): (bool, bool),
) -> StoreResult<bool> {
    let update = "UPDATE outbox SET due_at = ?3, is_leased = 0, is_held = ?4, is_paid = is_paid AND NOT ?5
                  WHERE id = ?1 AND tries = ?2 AND state = 'queued'";
    let query = sqlx::query(update).bind(delivery.id).bind(delivery.tries).bind(at.as_millisecond());
    let query = query.bind(is_held).bind(is_unknown);
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

/// Records the handover. The other worker of a lease that ran out may have been faster: then there is nothing to record.
async fn sent(
    connection: &mut SqliteConnection,
    delivery: &Delivery,
    accepted: &Accepted,
    now: Timestamp,
) -> StoreResult<bool> {
    // A receipt can be faster than this: what it says stays.
    let update =
        "UPDATE outbox SET state = CASE state WHEN 'queued' THEN 'sent' ELSE state END, carrier = ?2, reference = ?3,
                                    sent_at = ?4, due_at = NULL, is_leased = 0
                  WHERE id = ?1 AND sent_at IS NULL";
    let query = sqlx::query(update)
        .bind(delivery.id)
        .bind(&accepted.carrier)
        .bind(&accepted.reference)
        .bind(now.as_millisecond());
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

/// Gives a message up; false if the claim is somebody else's by now.
async fn failed(connection: &mut SqliteConnection, delivery: &Delivery, settled: &Settled) -> StoreResult<bool> {
    let Settled::Failed(reason) = settled else { return Ok(false) };
    let update = "UPDATE outbox SET state = 'failed', reason = ?3, due_at = NULL, is_leased = 0
                  WHERE id = ?1 AND tries = ?2 AND state = 'queued'";
    let query = sqlx::query(update).bind(delivery.id).bind(delivery.tries).bind(reason.as_str());
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

/// The history tells of codes only.
async fn record(writer: &mut Writer, event: Event, subject: &DeliverySubject, now: Timestamp) -> StoreResult<()> {
    match subject {
        DeliverySubject::Code { otp, .. } => {
            let subject = Subject { otp: Some(otp.id), customer: otp.customer_id, contact: Some(&otp.contact) };
            history::record(writer, event, subject, &Origin::default(), now).await
        }
        DeliverySubject::NewSignIn | DeliverySubject::ContactChanged { .. } => Ok(()),
    }
}

async fn record_arrival(writer: &mut Writer, row: &SqliteRow, state: DeliveryState, now: Timestamp) -> StoreResult<()> {
    let event = match state {
        DeliveryState::Queued | DeliveryState::Sent => return Ok(()),
        DeliveryState::Delivered => Event::Delivered,
        DeliveryState::Failed(_) => Event::DeliveryFailed,
    };
    let otp: Option<i64> = row.try_get("otp_id")?;
    let select = sqlx::query("SELECT * FROM otps WHERE id = ?1").bind(otp);
    let Some(otp) = select.fetch_optional(&mut **writer).await? else { return Ok(()) };
    let subject = DeliverySubject::Code { otp: Box::new(rows::otp(&otp)?), generation: 1, is_muted: false };
    record(writer, event, &subject, now).await
}

async fn spent(connection: &mut SqliteConnection, day: &str) -> StoreResult<SmsSpent> {
    let select = "SELECT coalesce(sum(cost) FILTER (WHERE day = ?1), 0) AS day, coalesce(sum(cost), 0) AS month
                  FROM sms_spending WHERE day LIKE substr(?1, 1, 8) || '%'";
    let row = sqlx::query(select).bind(day).fetch_one(connection).await?;
    let money = |cost: i64| Money::from_micros(cost.max(0).unsigned_abs());
    Ok(SmsSpent { day: money(row.try_get("day")?), month: money(row.try_get("month")?) })
}

fn day(now: Timestamp) -> String {
    now.to_zoned(TimeZone::UTC).date().to_string()
}
