//! The history, written in the transaction of what it tells.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::{SqliteStore, rows};
use crate::server::{
    domain::{Contact, CustomerId, Event, Origin, OtpId},
    service::ports::{HistoryEntry, StoreResult},
};

/// What an entry is about.
pub(super) struct Subject<'a> {
    pub otp: Option<OtpId>,
    pub customer: Option<CustomerId>,
    pub contact: Option<&'a Contact>,
}

pub(super) async fn record(
    connection: &mut SqliteConnection,
    event: Event,
    subject: Subject<'_>,
    origin: &Origin,
    now: Timestamp,
) -> StoreResult<()> {
    let insert = "INSERT INTO otp_history (otp_id, customer_id, otp_type, contact, event, at, ip_prefix, user_agent)
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    sqlx::query(insert)
        .bind(subject.otp.map(|id| id.0))
        .bind(subject.customer.map(|id| id.0))
        .bind(subject.contact.map(|contact| contact.kind().as_str()))
        .bind(subject.contact.map(Contact::to_string))
        .bind(event.as_str())
        .bind(now.as_millisecond())
        .bind(&origin.ip_prefix)
        .bind(&origin.user_agent)
        .execute(connection)
        .await?;
    Ok(())
}

impl SqliteStore {
    pub(super) async fn history_of(&self, id: OtpId) -> StoreResult<Vec<HistoryEntry>> {
        let select = sqlx::query("SELECT * FROM otp_history WHERE otp_id = ?1 ORDER BY id").bind(id.0);
        select.fetch_all(&self.read).await?.iter().map(rows::history_entry).collect()
    }
}
