//! Customers.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::{
    SqliteStore,
    history::{self, Subject},
    outbox::{self, ChangeToTell},
    rows, sessions,
    writer::Writer,
};
use crate::{
    server::{
        domain::{ChangeId, Contact, Customer, CustomerId, EmailAddress, Event, Origin, PastChange, PhoneNumber},
        service::ports::{ContactChange, CustomerStore, StoreError, StoreResult},
    },
    shared::ContactType,
};

#[async_trait]
impl CustomerStore for SqliteStore {
    async fn add_customer(
        &self,
        name: &str,
        email: Option<&EmailAddress>,
        phone: Option<&PhoneNumber>,
        now: Timestamp,
    ) -> StoreResult<CustomerId> {
        let insert = "INSERT INTO customers (name, email, phone, created_at) VALUES (?1, ?2, ?3, ?4) RETURNING id";
        let id = sqlx::query_scalar(insert)
            .bind(name)
            .bind(email.map(EmailAddress::as_str))
            .bind(phone.map(PhoneNumber::as_str))
            .bind(now.as_millisecond())
            .fetch_one(&self.write)
            .await;
        id.map(CustomerId).map_err(taken)
    }

    async fn customers(&self) -> StoreResult<Vec<Customer>> {
        let rows = sqlx::query("SELECT * FROM customers ORDER BY id").fetch_all(&self.read).await?;
        rows.iter().map(rows::customer).collect()
    }

    async fn customer(&self, id: CustomerId) -> StoreResult<Option<Customer>> {
        let select = sqlx::query("SELECT * FROM customers WHERE id = ?1").bind(id.0);
        select.fetch_optional(&self.read).await?.as_ref().map(rows::customer).transpose()
    }

    async fn customer_by_contact(&self, contact: &Contact) -> StoreResult<Option<Customer>> {
        let select = match contact {
            Contact::Email(_) => "SELECT * FROM customers WHERE email = ?1 AND disabled_at IS NULL",
            Contact::Phone(_) => "SELECT * FROM customers WHERE phone = ?1 AND disabled_at IS NULL",
        };
        let row = sqlx::query(select).bind(contact.as_str()).fetch_optional(&self.read).await?;
        row.as_ref().map(rows::customer).transpose()
    }

    async fn is_taken(&self, contact: &Contact) -> StoreResult<bool> {
        let select = match contact {
            Contact::Email(_) => "SELECT EXISTS (SELECT 1 FROM customers WHERE email = ?1)",
            Contact::Phone(_) => "SELECT EXISTS (SELECT 1 FROM customers WHERE phone = ?1)",
        };
        Ok(sqlx::query_scalar(select).bind(contact.as_str()).fetch_one(&self.read).await?)
    }

    async fn change_contact_of(&self, change: &ContactChange) -> StoreResult<bool> {
        let ContactChange { customer, by, new, notice, now, origin, .. } = change;
        let mut transaction = self.begin().await?;
        if let Some(renewal) = by
            && sessions::renew(&mut transaction, renewal, *now).await?.is_none()
        {
            return Ok(false);
        }
        let select = sqlx::query("SELECT * FROM customers WHERE id = ?1").bind(customer.0);
        let row = select.fetch_optional(&mut *transaction).await?;
        let Some(before) = row.as_ref().map(rows::customer).transpose()? else { return Ok(false) };
        let old = before.contact(new.kind());
        if old.as_ref() == Some(new) {
            return Ok(false);
        }
        set_contact(&mut transaction, *customer, new.kind(), Some(new)).await?;
        let id = match by {
            Some(_) => Some(remember(&mut transaction, change, old.as_ref()).await?),
            // What an operator takes away from a mailbox, nobody who reads it brings back.
            None => None,
        };
        sessions::end_all(&mut transaction, *customer, by.as_ref(), *now).await?;
        if let Some((notice, to)) = notice {
            let change = Some(ChangeToTell { id, changed: new.kind(), to });
            outbox::enqueue_notice(&mut transaction, *customer, notice, change, origin, *now).await?;
        }
        record(&mut transaction, Event::ContactChanged, *customer, Some(new), (origin, *now)).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn contact_change(&self, id: ChangeId) -> StoreResult<Option<PastChange>> {
        let select = sqlx::query("SELECT * FROM contact_changes WHERE id = ?1").bind(id.0);
        select.fetch_optional(&self.read).await?.as_ref().map(rows::past_change).transpose()
    }

    async fn undo_contact_change(&self, id: ChangeId, now: Timestamp, origin: &Origin) -> StoreResult<bool> {
        let mut transaction = self.begin().await?;
        let update = "UPDATE contact_changes SET undone_at = ?2
                      WHERE id = ?1 AND undone_at IS NULL AND expires_at > ?2
                      RETURNING *";
        let query = sqlx::query(update).bind(id.0).bind(now.as_millisecond());
        let row = query.fetch_optional(&mut *transaction).await?;
        let Some(change) = row.as_ref().map(rows::past_change).transpose()? else { return Ok(false) };
        let PastChange { customer, old, new, .. } = &change;
        // Later changes began with what this one brought: nobody may go back to that.
        let later = "UPDATE contact_changes SET undone_at = ?2
                     WHERE id > ?1 AND customer_id = ?3 AND kind = ?4 AND undone_at IS NULL";
        let query = sqlx::query(later).bind(id.0).bind(now.as_millisecond()).bind(customer.0);
        query.bind(new.kind().as_str()).execute(&mut *transaction).await?;
        set_contact(&mut transaction, *customer, new.kind(), old.as_ref()).await?;
        sessions::end_all(&mut transaction, *customer, None, now).await?;
        record(&mut transaction, Event::ContactChangeUndone, *customer, old.as_ref(), (origin, now)).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn set_disabled(&self, customer: CustomerId, disabled: bool, now: Timestamp) -> StoreResult<bool> {
        let mut transaction = self.begin().await?;
        let update = "UPDATE customers SET disabled_at = ?2 WHERE id = ?1 AND (disabled_at IS NULL) = (?2 IS NOT NULL)";
        let query = sqlx::query(update).bind(customer.0).bind(disabled.then(|| now.as_millisecond()));
        if query.execute(&mut *transaction).await?.rows_affected() == 0 {
            return Ok(false);
        }
        if disabled {
            sessions::end_all(&mut transaction, customer, None, now).await?;
        }
        let event = if disabled { Event::Disabled } else { Event::Enabled };
        record(&mut transaction, event, customer, None, (&Origin::default(), now)).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

async fn set_contact(
    connection: &mut SqliteConnection,
    customer: CustomerId,
    kind: ContactType,
    contact: Option<&Contact>,
) -> StoreResult<()> {
    let update = match kind {
        ContactType::Email => "UPDATE customers SET email = ?2 WHERE id = ?1",
        ContactType::Phone => "UPDATE customers SET phone = ?2 WHERE id = ?1",
    };
    let query = sqlx::query(update).bind(customer.0).bind(contact.map(Contact::as_str));
    query.execute(connection).await.map_err(taken)?;
    Ok(())
}

/// Keeps what a change needs to be undone.
async fn remember(
    connection: &mut SqliteConnection,
    change: &ContactChange,
    old: Option<&Contact>,
) -> StoreResult<ChangeId> {
    let insert = "INSERT INTO contact_changes (customer_id, kind, old, new, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)
                  RETURNING id";
    let id = sqlx::query_scalar(insert)
        .bind(change.customer.0)
        .bind(change.new.kind().as_str())
        .bind(old.map(Contact::as_str))
        .bind(change.new.as_str())
        .bind(change.undo_until.as_millisecond())
        .fetch_one(connection)
        .await?;
    Ok(ChangeId(id))
}

async fn record(
    writer: &mut Writer,
    event: Event,
    customer: CustomerId,
    contact: Option<&Contact>,
    (origin, now): (&Origin, Timestamp),
) -> StoreResult<()> {
    history::record(writer, event, Subject { otp: None, customer: Some(customer), contact }, origin, now).await
}

fn taken(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(error) if error.is_unique_violation() => StoreError::ContactTaken,
        error => error.into(),
    }
}
