//! Implements [`OutboxStore`].

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    batch::Batch,
    rows,
    statements::{customers, devices, otps, outbox},
    store::SqliteStore,
    writer::{Transaction, is_job_error},
};
use crate::{
    server::{
        domain::{
            Change, ClaimedMessage, CustomerId, Decision, DeliveryState, DeliverySubject,
            FailureReason, Lease, MessageId, Origin, Otp, OtpId, SmsSpent, WorkerId,
            change::MessageUpdate,
            send::{self, AttemptResult, Expense, Receipt, ReceiptOutcome},
        },
        ports::{
            OutboxStore, StoreResult,
            outbox::{OutboxEntry, PendingWork},
        },
        telemetry::log_failure,
    },
    shared::ContactType,
};

const UNREADABLE: &str = "a message in the outbox cannot be read and is given up";

/// Loads the claimed message and its subject. An unreadable message is given up.
async fn claimed(
    transaction: &mut Transaction<'_, '_>,
    claimed: &[SqliteRow],
    now: Timestamp,
) -> StoreResult<Option<ClaimedMessage>> {
    let Some(row) = claimed.first() else {
        return Ok(None);
    };
    match load_claimed(transaction, row, now).await {
        // An unreadable message must not block the messages behind it.
        Err(error) if is_job_error(&error) => {
            log_failure(UNREADABLE, &error);
            let id = MessageId(row.try_get("id")?);
            transaction
                .apply(Decision::new(vec![give_up(id)], None))
                .await
        }
        claimed => claimed,
    }
}

/// Returns the change that gives up an unreadable message.
const fn give_up(message: MessageId) -> Change {
    Change::UpdateMessage(
        message,
        MessageUpdate::Final(DeliveryState::Failed(FailureReason::Other)),
    )
}

/// Loads the claimed message with its OTP and its customer. Returns `None` if the OTP was deleted
/// in the meantime.
async fn load_claimed(
    transaction: &mut Transaction<'_, '_>,
    row: &SqliteRow,
    now: Timestamp,
) -> StoreResult<Option<ClaimedMessage>> {
    let otp = row.try_get::<Option<i64>, _>("otp_id")?.map(OtpId);
    let customer = row
        .try_get::<Option<i64>, _>("customer_id")?
        .map(CustomerId);
    let mut batch = Batch::default();
    let otp_row = otp.map(|otp| otps::select_with_customer(&mut batch, otp));
    let suppressed = otp.map(|otp| devices::select_suppressed_for(&mut batch, otp, now));
    let customer =
        otp_row.or_else(|| customer.map(|customer| customers::select(&mut batch, customer)));
    let results = transaction.run(batch).await?;
    let subject = match otp_row {
        Some(statement) => {
            let Some(otp) = results.optional(statement, rows::otp)? else {
                return Ok(None);
            };
            let is_suppressed = suppressed
                .map(|it| results.value(it))
                .transpose()?
                .unwrap_or_default();
            let generation = row.try_get("generation")?;
            DeliverySubject::Code {
                otp: Box::new(otp),
                generation,
                is_suppressed,
            }
        }
        None => rows::notice(row)?,
    };
    Ok(Some(ClaimedMessage {
        id: MessageId(row.try_get("id")?),
        subject,
        customer: customer
            .map(|it| results.optional(it, rows::joined_customer))
            .transpose()?
            .flatten()
            .flatten(),
        channel: rows::kind(row.try_get("channel")?)?,
        requested_at: rows::instant(row.try_get("created_at")?)?,
        expires_at: rows::instant(row.try_get("expires_at")?)?,
        origin: Origin {
            language: rows::language(row)?,
            ..rows::origin(row)?
        },
        message_id: row.try_get("message_id")?,
        attempts: row.try_get("attempts")?,
        unknown_outcomes: row.try_get("unknown_outcomes")?,
    }))
}

async fn otp_of(
    transaction: &mut Transaction<'_, '_>,
    row: &SqliteRow,
) -> StoreResult<Option<Otp>> {
    let Some(id) = row.try_get::<Option<i64>, _>("otp_id")? else {
        return Ok(None);
    };
    let mut batch = Batch::default();
    let otp = otps::select(&mut batch, OtpId(id));
    transaction.run(batch).await?.optional(otp, rows::otp)
}

#[async_trait]
impl OutboxStore for SqliteStore {
    async fn pending_work(&self) -> StoreResult<PendingWork> {
        let mut batch = Batch::default();
        let pending = outbox::select_pending_work(&mut batch);
        let pending = self.read(batch).await?.optional(pending, |row| {
            let due = |column| {
                row.try_get::<Option<i64>, _>(column)?
                    .map(rows::instant)
                    .transpose()
            };
            Ok(PendingWork {
                email_due_at: due("email")?,
                phone_due_at: due("phone")?,
                has_unsealed_history: row.try_get("unsealed")?,
            })
        });
        Ok(pending?.unwrap_or_default())
    }

    async fn claim(
        &self,
        channel: ContactType,
        lease: Lease,
        now: Timestamp,
    ) -> StoreResult<Option<ClaimedMessage>> {
        let mut claim = Batch::default();
        let message = outbox::claim(&mut claim, channel, &lease, now);
        let job = self.writer().run(claim, move |transaction, results| {
            Box::pin(async move { claimed(transaction, results.rows(message), now).await })
        });
        job.await
    }

    async fn renew_claim(
        &self,
        claimed: &ClaimedMessage,
        lease: Lease,
        now: Timestamp,
    ) -> StoreResult<Option<ClaimedMessage>> {
        let mut renew = Batch::default();
        let message = outbox::renew_claim(&mut renew, claimed, &lease);
        let job = self
            .writer()
            .run_unsynced(renew, move |transaction, results| {
                Box::pin(async move {
                    let Some(row) = results.rows(message).first() else {
                        return Ok(None);
                    };
                    load_claimed(transaction, row, now).await
                })
            });
        job.await
    }

    async fn renew_leases(&self, owner: WorkerId, until: Timestamp) -> StoreResult<()> {
        let mut batch = Batch::default();
        outbox::renew_leases(&mut batch, owner, until);
        self.writer()
            .run_unsynced(batch, |_, _| Box::pin(async { Ok(()) }))
            .await
    }

    async fn record_handover(&self, claimed: &ClaimedMessage, owner: WorkerId) -> StoreResult<()> {
        let mut batch = Batch::default();
        outbox::record_handover(&mut batch, claimed, owner);
        self.writer()
            .run_unsynced(batch, |_, _| Box::pin(async { Ok(()) }))
            .await
    }

    async fn finish_attempts(
        &self,
        attempts: &[(ClaimedMessage, AttemptResult)],
        now: Timestamp,
    ) -> StoreResult<Vec<bool>> {
        let attempts = attempts.to_vec();
        let mut load = Batch::default();
        let ids: Vec<_> = attempts.iter().map(|(claimed, _)| claimed.id).collect();
        let messages = outbox::select_each(&mut load, &ids);
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                let row = |id: MessageId| {
                    loaded
                        .rows(messages)
                        .iter()
                        .find(|row| row.try_get("id").is_ok_and(|number: i64| number == id.0))
                };
                let changes = attempts.iter().map(|(claimed, result)| {
                    match row(claimed.id).map(outbox::queued_message).transpose() {
                        Ok(message) => send::finish_attempt(claimed, message.as_ref(), result, now),
                        // An unreadable message must not block the results of the others.
                        Err(error) => {
                            log_failure(UNREADABLE, &error);
                            vec![give_up(claimed.id)]
                        }
                    }
                });
                let changes: Vec<_> = changes.collect();
                let recorded = changes.iter().map(|changes| !changes.is_empty()).collect();
                transaction
                    .apply(Decision::new(changes.concat(), recorded))
                    .await
            })
        });
        job.await
    }

    async fn retry_now(&self, channel: ContactType, now: Timestamp) -> StoreResult<()> {
        let mut batch = Batch::default();
        outbox::retry_now(&mut batch, channel, now);
        self.writer()
            .run(batch, |_, _| Box::pin(async { Ok(()) }))
            .await
    }

    async fn probe_one(&self, channel: ContactType, now: Timestamp) -> StoreResult<bool> {
        let mut batch = Batch::default();
        let probed = outbox::probe_one(&mut batch, channel, now);
        let job = self.writer().run(batch, move |_, results| {
            Box::pin(async move { Ok(results.changes(probed) == 1) })
        });
        job.await
    }

    async fn record_receipt(
        &self,
        gateway: &str,
        receipt: Receipt,
        now: Timestamp,
    ) -> StoreResult<ReceiptOutcome> {
        let mut load = Batch::default();
        let message = outbox::select_by_message_id(&mut load, &receipt.message_id, gateway);
        let replayed = outbox::select_is_remembered(&mut load, &receipt.digest);
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                let is_replayed = loaded.value(replayed)?;
                let Some(row) = loaded.rows(message).first() else {
                    return Ok(ReceiptOutcome::Unknown);
                };
                let otp = otp_of(transaction, row).await?;
                let message = (&outbox::queued_message(row)?, otp.as_ref());
                transaction
                    .apply(send::record_receipt(
                        &receipt,
                        Some(message),
                        is_replayed,
                        now,
                    ))
                    .await
            })
        });
        job.await
    }

    async fn outbox(&self, limit: u32) -> StoreResult<Vec<OutboxEntry>> {
        let mut batch = Batch::default();
        let entries = outbox::select_newest(&mut batch, limit);
        self.read(batch).await?.all(entries, rows::outbox_entry)
    }

    async fn spend(&self, expense: Expense) -> StoreResult<bool> {
        let mut load = Batch::default();
        let message = outbox::select(&mut load, expense.message);
        let spent = outbox::select_spent(&mut load, &outbox::day(expense.now));
        let job = self.writer().run(load, move |transaction, results| {
            Box::pin(async move {
                let is_cost_reserved = results
                    .optional(message, outbox::queued_message)?
                    .is_some_and(|message| message.is_cost_reserved);
                let spent = results.optional(spent, rows::spent)?.unwrap_or_default();
                transaction
                    .apply(expense.decide(is_cost_reserved, spent))
                    .await
            })
        });
        job.await
    }

    async fn spent(&self, now: Timestamp) -> StoreResult<SmsSpent> {
        let mut batch = Batch::default();
        let spent = outbox::select_spent(&mut batch, &outbox::day(now));
        Ok(self
            .read(batch)
            .await?
            .optional(spent, rows::spent)?
            .unwrap_or_default())
    }
}
