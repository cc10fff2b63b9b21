//! Statements about sessions.

use jiff::Timestamp;

use super::{
    super::batch::{Batch, Statement},
    customers,
};
use crate::{
    server::domain::{
        CustomerId, SessionId, TokenDigest,
        change::{NewSession, PreAuth, SessionRenewal},
    },
    shared::ContactType,
};

/// The columns that `rows::session` and `rows::joined_customer` read.
macro_rules! select {
    () => {
        concat!("SELECT sessions.id, sessions.token_digest, sessions.contact_type, sessions.contact_value, sessions.customer_id,
                sessions.authenticated, sessions.next, sessions.created_at, sessions.last_seen_at, sessions.confirmed_at,
                sessions.key_id, sessions.ip_prefix, sessions.user_agent, ",
                customers::columns!(),
                " FROM sessions LEFT JOIN customers ON customers.id = sessions.customer_id ")
    };
}

pub(in super::super) fn select(batch: &mut Batch, token: TokenDigest) -> Statement {
    let statement = batch.add(concat!(select!(), "WHERE sessions.token_digest = ?"));
    batch.bind(token.0.to_vec());
    statement
}

/// Selects the sessions of a customer, most recently used first.
pub(in super::super) fn select_of_customer(batch: &mut Batch, customer: CustomerId) -> Statement {
    let order =
        "WHERE sessions.customer_id = ? ORDER BY sessions.last_seen_at DESC, sessions.id DESC";
    let statement = batch.add(&[select!(), order].concat());
    batch.bind(customer.0);
    statement
}

pub(in super::super) fn save_pre_auth(batch: &mut Batch, pre_auth: &PreAuth) {
    batch.add(
        "INSERT INTO sessions (token_digest, contact_type, contact_value, next, created_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (token_digest) DO UPDATE
         SET contact_type = excluded.contact_type, contact_value = excluded.contact_value, next = coalesce(excluded.next, next),
             last_seen_at = excluded.last_seen_at
         WHERE authenticated = 0",
    );
    let at = pre_auth.at.as_millisecond();
    batch
        .bind(pre_auth.token.0.to_vec())
        .bind(pre_auth.contact_type.as_str())
        .bind(pre_auth.contact_value.clone());
    batch.bind(pre_auth.next.clone()).bind(at).bind(at);
}

pub(in super::super) fn forget_pre_auth(batch: &mut Batch, token: TokenDigest) {
    batch.add(
        "UPDATE sessions SET contact_type = NULL, contact_value = NULL, next = NULL WHERE token_digest = ? AND authenticated = 0",
    );
    batch.bind(token.0.to_vec());
}

pub(in super::super) fn insert(batch: &mut Batch, session: &NewSession) {
    batch.add(
        "INSERT INTO sessions (token_digest, contact_type, contact_value, next, customer_id, authenticated, created_at, last_seen_at,
                               confirmed_at, ip_prefix, user_agent, key_id)
         VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)",
    );
    let at = session.at.as_millisecond();
    batch
        .bind(session.token.0.to_vec())
        .bind(session.contact_type.map(ContactType::as_str));
    batch
        .bind(session.contact_value.clone())
        .bind(session.next.clone())
        .bind(session.customer.0);
    batch
        .bind(at)
        .bind(at)
        .bind(at)
        .bind(session.origin.ip_prefix.clone())
        .bind(session.origin.user_agent.clone());
    batch.bind(session.key_id.as_str().to_owned());
}

pub(in super::super) fn touch(batch: &mut Batch, id: SessionId, at: Timestamp) {
    batch.add("UPDATE sessions SET last_seen_at = ? WHERE id = ?");
    batch.bind(at.as_millisecond()).bind(id.0);
}

pub(in super::super) fn renew(batch: &mut Batch, id: SessionId, renewal: &SessionRenewal) {
    batch.add("UPDATE sessions SET token_digest = ?, key_id = ?, confirmed_at = ?, last_seen_at = ? WHERE id = ?");
    let at = renewal.at.as_millisecond();
    batch
        .bind(renewal.token.0.to_vec())
        .bind(renewal.key_id.as_str().to_owned())
        .bind(at)
        .bind(at)
        .bind(id.0);
}

pub(in super::super) fn delete(batch: &mut Batch, id: SessionId) {
    batch.add("DELETE FROM sessions WHERE id = ?");
    batch.bind(id.0);
}
