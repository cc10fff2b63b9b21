//! Who signs in.

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
    /// What messages call the customer.
    pub name: String,
    /// Canonical email address.
    pub email: Option<EmailAddress>,
    /// Phone number, E.164.
    pub phone: Option<PhoneNumber>,
    /// When the customer was added.
    pub created_at: Timestamp,
    /// Since when they may not sign in.
    pub disabled_at: Option<Timestamp>,
}

impl Customer {
    /// The stored contact of a kind: the only place that a message may go to (CVE-2023-7028).
    #[must_use]
    pub fn contact(&self, kind: ContactType) -> Option<Contact> {
        match kind {
            ContactType::Email => self.email.clone().map(Contact::Email),
            ContactType::Phone => self.phone.clone().map(Contact::Phone),
        }
    }

    /// The customer with another contact of a kind, or none.
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
