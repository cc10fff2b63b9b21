//! The operator's view of customers.

use crate::server::domain::{Contact, ContactError, Customer, CustomerId, EmailAddress, PhoneNumber};
use crate::shared::ContactType;

use super::{
    Service, StoreError,
    ports::{ContactChange, NewNotice, StoreResult},
};

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

    /// Changes a customer's email address or phone number. Their codes and sessions end, their browsers are strangers again,
    /// and the contact as it was gets a notice (OWASP ASVS 5.0, 6.3.7 and 7.4.3). False if there is no such customer, or they
    /// have this contact already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn change_contact_of(&self, customer: CustomerId, new: Contact) -> StoreResult<bool> {
        let Some(before) = self.store.customer(customer).await? else { return Ok(false) };
        let notice = self.change_notice(&before, new.kind()).await?;
        let change = ContactChange { customer, new, notice, now: self.now() };
        let is_changed = self.store.change_contact_of(&change).await?;
        if is_changed {
            change.notice.iter().for_each(|(notice, _)| self.ring_outbox(notice.channel));
        }
        Ok(is_changed)
    }

    /// The notice of a change: to the contact as it was if it can be reached, else to the other one.
    async fn change_notice(
        &self,
        before: &Customer,
        changed: ContactType,
    ) -> StoreResult<Option<(NewNotice, Contact)>> {
        for to in [before.contact(changed), before.contact(changed.other())].into_iter().flatten() {
            if self.sms_refusal(&to, false).await?.is_none() {
                return Ok(Some((self.notice(to.kind()), to)));
            }
        }
        Ok(None)
    }
}
