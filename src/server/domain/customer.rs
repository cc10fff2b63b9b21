//! Customers: the people who sign in.

use jiff::Timestamp;

use super::{
    contact::{Contact, EmailAddress, PhoneNumber},
    id::CustomerId,
};
use crate::shared::ContactType;

/// A customer and the contacts that codes may go to.
#[derive(Clone, Debug)]
pub struct Customer {
    /// The number of the row.
    pub id: CustomerId,
    /// The name that messages address the customer by.
    pub name: String,
    /// The email address, in canonical form.
    pub email: Option<EmailAddress>,
    /// The phone number, in E.164 form.
    pub phone: Option<PhoneNumber>,
    /// When the customer was added.
    pub created_at: Timestamp,
    /// When the customer was disabled; `None` if they may sign in.
    pub disabled_at: Option<Timestamp>,
}

impl Customer {
    /// Returns the stored contact of a kind. A sign-in code goes to the stored contact, never to
    /// one from a request (CVE-2023-7028).
    #[must_use]
    pub fn contact(&self, kind: ContactType) -> Option<Contact> {
        match kind {
            ContactType::Email => self.email.clone().map(Contact::Email),
            ContactType::Phone => self.phone.clone().map(Contact::Phone),
        }
    }

    /// Returns the customer with another contact of a kind, or with none.
    #[must_use]
    pub fn with_contact(self, kind: ContactType, contact: Option<Contact>) -> Self {
        match (kind, contact) {
            (ContactType::Email, Some(Contact::Email(email))) => Self {
                email: Some(email),
                ..self
            },
            (ContactType::Phone, Some(Contact::Phone(phone))) => Self {
                phone: Some(phone),
                ..self
            },
            (ContactType::Email, _) => Self {
                email: None,
                ..self
            },
            (ContactType::Phone, _) => Self {
                phone: None,
                ..self
            },
        }
    }
}
