//! Adding, listing, changing and disabling customers.

use super::Operator;
use crate::{
    server::{
        domain::{
            Contact, ContactError, Customer, CustomerId, EmailAddress, Origin, PhoneNumber,
            customer_changes::ContactChange, sign_in::NoticeDraft,
        },
        ports::{StoreError, StoreResult},
    },
    shared::ContactType,
};

/// A customer to add, as typed.
#[derive(Debug)]
pub struct NewCustomer {
    /// The name that messages use for the customer.
    pub name: String,
    /// The email address, if any.
    pub email: Option<String>,
    /// The phone number, if any: in international format, or in the national format of the default
    /// region.
    pub phone: Option<String>,
}

/// The reason why a customer was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// The name is empty, too long, or holds control characters.
    #[error("the name must have 1 to 200 characters and no control characters")]
    Name,
    /// The email address is not valid.
    #[error("the email address is not valid")]
    Email,
    /// The phone number is not valid.
    #[error("the phone number is not valid; write it like +12025550123")]
    Phone,
    /// There is neither an email address nor a phone number.
    #[error("a customer needs an email address or a phone number")]
    NoContact,
    /// The database failed, or another customer has one of the contacts.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Operator {
    /// Adds a customer and returns their id.
    ///
    /// # Errors
    /// Returns [`AddError`] if the name or a contact is not valid, there is no contact, or the
    /// customer cannot be stored.
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
            .map(|phone| PhoneNumber::parse(phone, self.codes.policy.region))
            .transpose()
            .map_err(|_: ContactError| AddError::Phone)?;
        if email.is_none() && phone.is_none() {
            return Err(AddError::NoContact);
        }
        Ok(self
            .customers
            .add_customer(name, email.as_ref(), phone.as_ref(), self.codes.now())
            .await?)
    }

    /// Returns all customers, oldest first.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database fails.
    pub async fn customers(&self) -> StoreResult<Vec<Customer>> {
        self.customers.customers().await
    }

    /// Disables or enables a customer. A disabled customer cannot sign in: their contacts are
    /// treated as unknown, and all their codes and sessions end immediately (OWASP ASVS 5.0,
    /// 7.4.2). Returns `false` if there is no such customer, or the customer is already in this
    /// state.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database fails.
    pub async fn set_disabled(&self, customer: CustomerId, disabled: bool) -> StoreResult<bool> {
        self.customers
            .set_disabled(customer, disabled, self.codes.now())
            .await
    }

    /// Changes a customer's email address or phone number. Their codes and sessions end, their
    /// browsers become unknown devices, and the previous contact gets a notice (OWASP ASVS 5.0,
    /// 6.3.7 and 7.4.3). Returns `false` if there is no such customer, or they already have this
    /// contact.
    ///
    /// # Errors
    /// Returns [`StoreError::ContactTaken`] if another customer has the contact, or another
    /// [`StoreError`] if the database fails.
    pub async fn change_contact_of(&self, customer: CustomerId, new: Contact) -> StoreResult<bool> {
        let now = self.codes.now();
        let slots = self.codes.queue.slots(&ContactType::ALL, now);
        let notice = NoticeDraft {
            message_id: self.codes.message_id(),
            leases: slots.leases(),
        };
        let change = ContactChange {
            customer,
            by: None,
            new,
            notice,
            origin: Origin::default(),
            now,
        };
        let changed = self.customers.change_contact(change).await?;
        let is_changed = changed.is_some();
        if let Some(queued) = changed.flatten() {
            self.codes.queue.dispatch(queued, slots);
        }
        Ok(is_changed)
    }
}
