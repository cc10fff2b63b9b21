//! The operator's view of customers.

use crate::server::domain::{ContactError, Customer, CustomerId, EmailAddress, PhoneNumber};

use super::{Service, StoreError, ports::StoreResult};

/// A customer to add, as typed.
#[derive(Debug)]
pub struct NewCustomer {
    /// What messages call the customer.
    pub name: String,
    /// Email address.
    pub email: Option<String>,
    /// Phone number, international or of the default region.
    pub phone: Option<String>,
}

/// Why a customer was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// The name is empty, too long, or holds control characters.
    #[error("the name must have 1 to 200 characters and no control characters")]
    Name,
    /// The address is none.
    #[error("the email address is not valid")]
    Email,
    /// The number is none.
    #[error("the phone number is not valid; write it like +12025550123")]
    Phone,
    /// Nothing to send a code to.
    #[error("a customer needs an email address or a phone number")]
    NoContact,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Service {
    /// Adds a customer.
    ///
    /// # Errors
    /// [`AddError`].
    pub async fn add_customer(&self, customer: &NewCustomer) -> Result<CustomerId, AddError> {
        let name = customer.name.trim();
        if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
            return Err(AddError::Name);
        }
        let email = customer
            .email
            .as_deref()
            .map(EmailAddress::parse)
            .transpose()
            .map_err(|_: ContactError| AddError::Email)?;
        let phone = customer
            .phone
            .as_deref()
            .map(|phone| PhoneNumber::parse(phone, self.policy.region))
            .transpose()
            .map_err(|_: ContactError| AddError::Phone)?;
        if email.is_none() && phone.is_none() {
            return Err(AddError::NoContact);
        }
        Ok(self.store.add_customer(name, email.as_ref(), phone.as_ref(), self.now()).await?)
    }

    /// All customers, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn customers(&self) -> StoreResult<Vec<Customer>> {
        self.store.customers().await
    }

    /// Bars a customer from signing in: they are answered like somebody whom nobody knows, and their codes and sessions end
    /// (OWASP ASVS 5.0, 7.4.2). Or lets them sign in again. False if there is no such customer, or it is so already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_disabled(&self, customer: CustomerId, disabled: bool) -> StoreResult<bool> {
        self.store.set_disabled(customer, disabled, self.now()).await
    }
}
