//! Customers.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{SqliteStore, rows};
use crate::server::{
    domain::{Contact, Customer, CustomerId, EmailAddress, PhoneNumber},
    service::ports::{CustomerStore, StoreError, StoreResult},
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
        match id {
            Ok(id) => Ok(CustomerId(id)),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(StoreError::ContactTaken),
            Err(error) => Err(error.into()),
        }
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
}
