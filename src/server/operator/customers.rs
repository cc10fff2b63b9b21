//! Adding, listing, changing and disabling customers.

use super::Operator;
use crate::{
    server::{
        domain::{
            Contact, ContactError, Customer, CustomerId, Origin, customer_changes::ContactChange,
            sign_in::NoticeDraft,
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
    /// A contact is refused for a reason that the operator can do something about.
    #[error(transparent)]
    Contact(ContactError),
    /// There is neither an email address nor a phone number.
    #[error("a customer needs an email address or a phone number")]
    NoContact,
    /// The database failed, or another customer has one of the contacts.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AddError {
    const fn of(kind: ContactType, error: ContactError) -> Self {
        match (error, kind) {
            (ContactError::Irregular | ContactError::Internationalized, _) => Self::Contact(error),
            (ContactError::Missing | ContactError::Invalid, ContactType::Email) => Self::Email,
            (ContactError::Missing | ContactError::Invalid, ContactType::Phone) => Self::Phone,
        }
    }
}

impl Operator {
    /// Adds a customer and returns their id.
    ///
    /// # Errors
    /// Returns [`AddError`] if the name or a contact is not valid, there is no contact, or the
    /// customer cannot be stored.
    pub async fn add_customer(&self, customer: &NewCustomer) -> Result<CustomerId, AddError> {
        self.add(customer, false).await
    }

    /// Like [`Operator::add_customer`], but accepts contacts that break the rules for their kind
    /// ([`Contact::parse_for_operator`]).
    ///
    /// # Errors
    /// As [`Operator::add_customer`].
    pub async fn force_customer(&self, customer: &NewCustomer) -> Result<CustomerId, AddError> {
        self.add(customer, true).await
    }

    async fn add(&self, customer: &NewCustomer, force: bool) -> Result<CustomerId, AddError> {
        let name = customer.name.trim();
        if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
            return Err(AddError::Name);
        }
        let region = self.codes.policy.region;
        let parse = |kind, text: &Option<String>| {
            let text = text.as_deref();
            text.map(|text| Contact::parse_for_operator(kind, text, region, force))
                .transpose()
                .map_err(|error| AddError::of(kind, error))
        };
        let email = parse(ContactType::Email, &customer.email)?;
        let phone = parse(ContactType::Phone, &customer.phone)?;
        if email.is_none() && phone.is_none() {
            return Err(AddError::NoContact);
        }
        let email = email.as_ref().and_then(Contact::email);
        let phone = phone.as_ref().and_then(Contact::phone);
        Ok(self
            .customers
            .add_customer(name, email, phone, self.codes.now())
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
