//! The history, written in the transaction of what it tells, and chained there: whoever writes holds the write lock, so the
//! row before stays the row before.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{SqliteStore, rows, writer::Writer};
use crate::server::{
    domain::{ChainDigest, ChainRow, Contact, CustomerId, Event, Link, Origin, Otp, OtpId},
    service::{
        events::SecurityEvent,
        history::HistoryOf,
        ports::{HistoryEntry, HistoryStore, StoreResult},
    },
};

/// Rows that are read at once, so that a long history needs no more memory than a short one.
const PAGE: u32 = 1_000;

/// What an entry is about.
pub(super) struct Subject<'a> {
    pub otp: Option<OtpId>,
    pub customer: Option<CustomerId>,
    pub contact: Option<&'a Contact>,
}

pub(super) async fn record(
    writer: &mut Writer,
    event: Event,
    subject: Subject<'_>,
    origin: &Origin,
    now: Timestamp,
) -> StoreResult<()> {
    let (id, previous) = next(writer).await?;
    let row = ChainRow {
        id,
        otp_id: subject.otp.map(|id| id.0),
        customer_id: subject.customer.map(|id| id.0),
        otp_type: subject.contact.map(|contact| contact.kind().as_str().to_owned()),
        contact: subject.contact.map(Contact::to_string),
        event: event.as_str().to_owned(),
        at: now.as_millisecond(),
        ip_prefix: origin.ip_prefix.clone(),
        user_agent: origin.user_agent.clone(),
    };
    let link = row.link(previous, &writer.key);
    insert(writer, &row, &link).await?;
    writer.tell(SecurityEvent::Kept(event, subject.otp, subject.customer));
    Ok(())
}

/// The number of the next row, which no row has had before, and the digest of the newest. One that cannot be read stops nobody's
/// sign-in: proving the history names it.
async fn next(connection: &mut SqliteConnection) -> StoreResult<(i64, ChainDigest)> {
    let select = "SELECT max(coalesce((SELECT max(id) FROM otp_history), 0),
                             coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'otp_history'), 0)) + 1 AS id,
                         (SELECT digest FROM otp_history ORDER BY id DESC LIMIT 1) AS digest";
    let row = sqlx::query(select).fetch_one(connection).await?;
    let digest: Option<Vec<u8>> = row.try_get("digest")?;
    Ok((row.try_get("id")?, digest.and_then(|digest| digest.try_into().ok()).unwrap_or_default()))
}

async fn insert(connection: &mut SqliteConnection, row: &ChainRow, link: &Link) -> StoreResult<()> {
    let insert =
        "INSERT INTO otp_history (id, otp_id, customer_id, otp_type, contact, event, at, ip_prefix, user_agent,
                                           previous, key_id, digest, seal)
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    sqlx::query(insert)
        .bind(row.id)
        .bind(row.otp_id)
        .bind(row.customer_id)
        .bind(&row.otp_type)
        .bind(&row.contact)
        .bind(&row.event)
        .bind(row.at)
        .bind(&row.ip_prefix)
        .bind(&row.user_agent)
        .bind(&link.previous[..])
        .bind(link.key_id.as_str())
        .bind(&link.digest[..])
        .bind(&link.seal[..])
        .execute(connection)
        .await?;
    Ok(())
}

/// Seals the rows that a version without the chain has left, as they are: once, at the start that brings the chain. Later a row
/// without a seal is one that was put in.
pub(super) async fn seal_old_rows(writer: &mut Writer) -> StoreResult<()> {
    let (mut last, mut previous) = (i64::MIN, ChainDigest::default());
    loop {
        let page = page(writer, last).await?;
        if page.is_empty() {
            return Ok(());
        }
        for (row, _) in page {
            let link = row.link(previous, &writer.key);
            let update = "UPDATE otp_history SET previous = ?2, key_id = ?3, digest = ?4, seal = ?5 WHERE id = ?1";
            sqlx::query(update)
                .bind(row.id)
                .bind(&link.previous[..])
                .bind(link.key_id.as_str())
                .bind(&link.digest[..])
                .bind(&link.seal[..])
                .execute(&mut **writer)
                .await?;
            (last, previous) = (row.id, link.digest);
        }
    }
}

/// Whether the newest entry of an OTP says the same, and once is enough.
async fn repeats(connection: &mut SqliteConnection, otp: OtpId, event: Event) -> StoreResult<bool> {
    let select = "SELECT event FROM otp_history WHERE otp_id = ?1 ORDER BY id DESC LIMIT 1";
    let newest: Option<String> = sqlx::query_scalar(select).bind(otp.0).fetch_optional(connection).await?;
    Ok(event != Event::Wrong && newest.as_deref() == Some(event.as_str()))
}

async fn page(connection: &mut SqliteConnection, after: i64) -> StoreResult<Vec<(ChainRow, Option<Link>)>> {
    let select = sqlx::query("SELECT * FROM otp_history WHERE id > ?1 ORDER BY id LIMIT ?2").bind(after).bind(PAGE);
    select.fetch_all(connection).await?.iter().map(rows::chained).collect()
}

#[async_trait]
impl HistoryStore for SqliteStore {
    async fn record_answer(&self, otp: &Otp, event: Event, now: Timestamp, origin: &Origin) -> StoreResult<()> {
        // Looked at on a reading connection first, so that answers to nothing do not stand in the writers' way.
        if repeats(&mut *self.read.acquire().await?, otp.id, event).await? {
            SecurityEvent::Kept(event, Some(otp.id), otp.customer_id).record();
            return Ok(());
        }
        let mut writer = self.begin().await?;
        if repeats(&mut writer, otp.id, event).await? {
            writer.tell(SecurityEvent::Kept(event, Some(otp.id), otp.customer_id));
        } else {
            let subject = Subject { otp: Some(otp.id), customer: otp.customer_id, contact: Some(&otp.contact) };
            record(&mut writer, event, subject, origin, now).await?;
        }
        writer.commit().await
    }

    async fn history(&self, of: HistoryOf) -> StoreResult<Vec<HistoryEntry>> {
        let (select, id) = match of {
            HistoryOf::Otp(id) => ("SELECT * FROM otp_history WHERE otp_id = ?1 ORDER BY id", id.0),
            HistoryOf::Customer(id) => ("SELECT * FROM otp_history WHERE customer_id = ?1 ORDER BY id", id.0),
        };
        let rows: Vec<SqliteRow> = sqlx::query(select).bind(id).fetch_all(&self.read).await?;
        rows.iter().map(rows::history_entry).collect()
    }

    async fn chain(&self, after: i64) -> StoreResult<Vec<(ChainRow, Option<Link>)>> {
        page(&mut *self.read.acquire().await?, after).await
    }
}
