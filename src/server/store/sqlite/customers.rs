//! Customers.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    SqliteStore,
    history::{self, Subject},
    otps, outbox, rows,
};
use crate::server::{
    domain::{Contact, Customer, CustomerId, EmailAddress, Event, Origin, PhoneNumber},
    service::ports::{ContactChange, CustomerStore, StoreError, StoreResult},
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
            Contact::Email(_) => "SELECT * FROM customers WHERE email = ?1",
            Contact::Phone(_) => "SELECT * FROM customers WHERE phone = ?1",
        };
        let row = sqlx::query(select).bind(contact.as_str()).fetch_optional(&self.read).await?;
        row.as_ref().map(rows::customer).transpose()
    }

    async fn change_contact_of(&self, change: &ContactChange) -> StoreResult<bool> {
        let ContactChange { customer, new, notice, now } = change;
        let mut transaction = self.begin().await?;
        let select = sqlx::query("SELECT * FROM customers WHERE id = ?1").bind(customer.0);
        let row = select.fetch_optional(&mut *transaction).await?;
        let Some(before) = row.as_ref().map(rows::customer).transpose()? else { return Ok(false) };
        if before.contact(new.kind()).as_ref() == Some(new) {
            return Ok(false);
        }
        let update = match new {
            Contact::Email(_) => "UPDATE customers SET email = ?2 WHERE id = ?1",
            Contact::Phone(_) => "UPDATE customers SET phone = ?2 WHERE id = ?1",
        };
        let query = sqlx::query(update).bind(customer.0).bind(new.as_str());
        query.execute(&mut *transaction).await.map_err(taken)?;
        otps::void_of_customer(&mut transaction, *customer, *now).await?;
        for delete in ["DELETE FROM sessions WHERE customer_id = ?1", "DELETE FROM devices WHERE customer_id = ?1"] {
            sqlx::query(delete).bind(customer.0).execute(&mut *transaction).await?;
        }
        let origin = Origin::default();
        if let Some((notice, to)) = notice {
            let change = Some((to, new.kind()));
            outbox::enqueue_notice(&mut transaction, *customer, notice, change, &origin, *now).await?;
        }
        let subject = Subject { otp: None, customer: Some(*customer), contact: Some(new) };
        history::record(&mut transaction, Event::ContactChanged, subject, &origin, *now).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

fn taken(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(error) if error.is_unique_violation() => StoreError::ContactTaken,
        error => error.into(),
    }
}
