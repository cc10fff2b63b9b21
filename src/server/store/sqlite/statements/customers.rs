//! Statements about customers and contact changes.

use jiff::Timestamp;

use super::super::batch::{Batch, Statement};
use crate::{
    server::domain::{
        ChangeId, Contact, CustomerId, EmailAddress, PhoneNumber, change::NewContactChange,
    },
    shared::ContactType,
};

/// The columns that `rows::customer` reads. Their aliases do not clash with columns of other
/// tables.
macro_rules! columns {
    () => {
        r#"customers.id AS "customers.id", customers.name AS "customers.name", customers.email AS "customers.email",
           customers.phone AS "customers.phone", customers.created_at AS "customers.created_at",
           customers.disabled_at AS "customers.disabled_at""#
    };
}
pub(super) use columns;

/// The columns that `rows::past_change` reads.
macro_rules! change_columns {
    () => {
        "id, customer_id, kind, old, new, expires_at, undone_at"
    };
}

pub(in super::super) fn select(batch: &mut Batch, id: CustomerId) -> Statement {
    let statement = batch.add(concat!(
        "SELECT ",
        columns!(),
        " FROM customers WHERE id = ?"
    ));
    batch.bind(id.0);
    statement
}

/// Selects the customer who has a contact and may sign in.
pub(in super::super) fn select_by_contact(batch: &mut Batch, contact: &Contact) -> Statement {
    let statement = batch.add(match contact {
        Contact::Email(_) => concat!(
            "SELECT ",
            columns!(),
            " FROM customers WHERE email = ? AND disabled_at IS NULL"
        ),
        Contact::Phone(_) => concat!(
            "SELECT ",
            columns!(),
            " FROM customers WHERE phone = ? AND disabled_at IS NULL"
        ),
    });
    batch.bind(contact.as_str().to_owned());
    statement
}

/// Selects whether any customer, disabled or not, has a contact.
pub(in super::super) fn select_is_taken(batch: &mut Batch, contact: &Contact) -> Statement {
    let statement = batch.add(match contact {
        Contact::Email(_) => "SELECT EXISTS (SELECT 1 FROM customers WHERE email = ?)",
        Contact::Phone(_) => "SELECT EXISTS (SELECT 1 FROM customers WHERE phone = ?)",
    });
    batch.bind(contact.as_str().to_owned());
    statement
}

pub(in super::super) fn set_contact(
    batch: &mut Batch,
    customer: CustomerId,
    kind: ContactType,
    contact: Option<&Contact>,
) {
    batch.add(match kind {
        ContactType::Email => "UPDATE customers SET email = ? WHERE id = ?",
        ContactType::Phone => "UPDATE customers SET phone = ? WHERE id = ?",
    });
    batch
        .bind(contact.map(|contact| contact.as_str().to_owned()))
        .bind(customer.0);
}

pub(in super::super) fn remember_change(batch: &mut Batch, change: &NewContactChange) {
    batch.add("INSERT INTO contact_changes (id, customer_id, kind, old, new, expires_at) VALUES (?, ?, ?, ?, ?, ?)");
    batch
        .bind(change.id.0)
        .bind(change.customer.0)
        .bind(change.new.kind().as_str());
    batch
        .bind(change.old.as_ref().map(|old| old.as_str().to_owned()))
        .bind(change.new.as_str().to_owned());
    batch.bind(change.undo_until.as_millisecond());
}

pub(in super::super) fn undo_change(batch: &mut Batch, id: ChangeId, at: Timestamp) {
    batch.add("UPDATE contact_changes SET undone_at = ? WHERE id = ?");
    batch.bind(at.as_millisecond()).bind(id.0);
}

pub(in super::super) fn set_disabled(
    batch: &mut Batch,
    customer: CustomerId,
    at: Option<Timestamp>,
) {
    batch.add("UPDATE customers SET disabled_at = ? WHERE id = ?");
    batch
        .bind(at.map(Timestamp::as_millisecond))
        .bind(customer.0);
}

/// Selects all customers, oldest first.
pub(in super::super) fn select_all(batch: &mut Batch) -> Statement {
    batch.add(concat!(
        "SELECT ",
        columns!(),
        " FROM customers ORDER BY id"
    ))
}

pub(in super::super) fn insert(
    batch: &mut Batch,
    name: &str,
    (email, phone): (Option<&EmailAddress>, Option<&PhoneNumber>),
    now: Timestamp,
) -> Statement {
    let id = batch.add(
        "INSERT INTO customers (name, email, phone, created_at) VALUES (?, ?, ?, ?) RETURNING id",
    );
    batch
        .bind(name.to_owned())
        .bind(email.map(|email| email.as_str().to_owned()));
    batch
        .bind(phone.map(|phone| phone.as_str().to_owned()))
        .bind(now.as_millisecond());
    id
}

pub(in super::super) fn select_change(batch: &mut Batch, id: ChangeId) -> Statement {
    let statement = batch.add(concat!(
        "SELECT ",
        change_columns!(),
        " FROM contact_changes WHERE id = ?"
    ));
    batch.bind(id.0);
    statement
}

/// Selects a contact change and all others of the same customer.
pub(in super::super) fn select_changes_with(batch: &mut Batch, id: ChangeId) -> Statement {
    let statement = batch.add(concat!(
        "SELECT ",
        change_columns!(),
        " FROM contact_changes WHERE customer_id = (SELECT customer_id FROM contact_changes WHERE id = ?)"
    ));
    batch.bind(id.0);
    statement
}
