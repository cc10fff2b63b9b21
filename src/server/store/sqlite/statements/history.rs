//! Statements about the history.

use super::super::batch::{Batch, Statement};
use crate::server::domain::{CustomerId, Event, Key, Link, OtpId, change::HistoryRecord};

/// The number of rows read at once, so that a long history needs no more memory than a short one.
const PAGE: u32 = 1_000;

/// The columns that `rows::chained` and `rows::history_entry` read.
macro_rules! columns {
    () => {
        "id, otp_id, customer_id, otp_type, contact, event, at, ip_prefix, user_agent, previous, key_id, digest, seal, mac"
    };
}

/// Records events, with the MACs that authenticate them until they are sealed.
pub(in super::super) fn insert(batch: &mut Batch, records: &[&HistoryRecord], key: &Key) {
    batch.add(
        "INSERT INTO otp_history (otp_id, customer_id, otp_type, contact, event, at, ip_prefix, user_agent, key_id, mac)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8,
                unhex(value ->> 9)
         FROM json_each(?) ORDER BY key",
    );
    let row = |record: &&HistoryRecord| {
        let row = record.row();
        let mac = hex::encode(row.mac(key));
        serde_json::json!([
            row.otp_id,
            row.customer_id,
            row.otp_type,
            row.contact,
            row.event,
            row.at,
            row.ip_prefix,
            row.user_agent,
            key.id().as_str(),
            mac
        ])
    };
    batch.bind(
        records
            .iter()
            .map(row)
            .collect::<serde_json::Value>()
            .to_string(),
    );
}

/// Selects the newest event of an OTP.
pub(in super::super) fn select_newest(batch: &mut Batch, otp: OtpId) -> Statement {
    let statement =
        batch.add("SELECT event FROM otp_history WHERE otp_id = ? ORDER BY id DESC LIMIT 1");
    batch.bind(otp.0);
    statement
}

/// Selects whether an OTP has an event.
pub(in super::super) fn select_has(batch: &mut Batch, otp: OtpId, event: Event) -> Statement {
    let statement =
        batch.add("SELECT EXISTS (SELECT 1 FROM otp_history WHERE otp_id = ? AND event = ?)");
    batch.bind(otp.0).bind(event.as_str().to_owned());
    statement
}

/// Selects the next page of rows after row number `after`.
pub(in super::super) fn select_after(batch: &mut Batch, after: i64) -> Statement {
    let statement = batch.add(concat!(
        "SELECT ",
        columns!(),
        " FROM otp_history WHERE id > ? ORDER BY id LIMIT ?"
    ));
    batch.bind(after).bind(PAGE);
    statement
}

/// Selects the unsealed rows after both row number `after` and the newest sealed row, oldest first.
pub(in super::super) fn select_unsealed(batch: &mut Batch, after: i64, limit: u32) -> Statement {
    let statement = batch.add(concat!(
        "SELECT ",
        columns!(),
        " FROM otp_history
          WHERE seal IS NULL
            AND id > max(?, coalesce((SELECT id FROM otp_history WHERE seal IS NOT NULL ORDER BY id DESC LIMIT 1), 0))
          ORDER BY id LIMIT ?"
    ));
    batch.bind(after).bind(limit);
    statement
}

/// Selects the digest of the newest sealed row.
pub(in super::super) fn select_head(batch: &mut Batch) -> Statement {
    batch.add("SELECT digest FROM otp_history WHERE seal IS NOT NULL ORDER BY id DESC LIMIT 1")
}

/// Writes the seals of rows, which replace their MACs.
pub(in super::super) fn seal(batch: &mut Batch, links: &[(i64, Link)]) {
    batch.add(
        "UPDATE otp_history
         SET mac = NULL, previous = unhex(link.value ->> 1), key_id = link.value ->> 2, digest = unhex(link.value ->> 3),
             seal = unhex(link.value ->> 4)
         FROM json_each(?) AS link WHERE otp_history.id = link.value ->> 0",
    );
    let row = |(id, link): &(i64, Link)| {
        serde_json::json!([
            id,
            hex::encode(link.previous),
            link.key_id.as_str(),
            hex::encode(link.digest),
            hex::encode(link.seal)
        ])
    };
    batch.bind(
        links
            .iter()
            .map(row)
            .collect::<serde_json::Value>()
            .to_string(),
    );
}

pub(in super::super) fn select_of_otp(batch: &mut Batch, otp: OtpId) -> Statement {
    let statement = batch.add(concat!(
        "SELECT ",
        columns!(),
        " FROM otp_history WHERE otp_id = ? ORDER BY id"
    ));
    batch.bind(otp.0);
    statement
}

pub(in super::super) fn select_of_customer(batch: &mut Batch, customer: CustomerId) -> Statement {
    let statement = batch.add(concat!(
        "SELECT ",
        columns!(),
        " FROM otp_history WHERE customer_id = ? ORDER BY id"
    ));
    batch.bind(customer.0);
    statement
}
