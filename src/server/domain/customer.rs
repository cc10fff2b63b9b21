//! Who signs in.

use jiff::Timestamp;

use super::contact::{Contact, EmailAddress, PhoneNumber};
use crate::shared::ContactType;

/// Names a customer in this system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomerId(pub i64);

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
}
