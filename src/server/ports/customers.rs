//! The store of customers.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::server::domain::{
    ChangeId, Contact, Customer, CustomerId, EmailAddress, Origin, PastChange, PhoneNumber,
    SmsSpent, customer_changes::ContactChange, issue::Queued,
};

/// Stores customers and the changes of their contacts.
#[async_trait]
pub trait CustomerStore: Send + Sync {
    /// Adds a customer. Fails with [`super::StoreError::ContactTaken`] if a customer already has
    /// one of the contacts.
    async fn add_customer(
        &self,
        name: &str,
        email: Option<&EmailAddress>,
        phone: Option<&PhoneNumber>,
        now: Timestamp,
    ) -> StoreResult<CustomerId>;

    /// Returns all customers, oldest first.
    async fn customers(&self) -> StoreResult<Vec<Customer>>;

    /// Returns a customer and the cost of text messages so far.
    async fn customer(
        &self,
        id: CustomerId,
        now: Timestamp,
    ) -> StoreResult<Option<(Customer, SmsSpent)>>;

    /// Returns the customer who has a contact, unless that customer is disabled.
    async fn customer_by_contact(&self, contact: &Contact) -> StoreResult<Option<Customer>>;

    /// Changes a contact. Returns `None` if nothing was changed, otherwise the notice that was
    /// queued, if any. Fails with [`super::StoreError::ContactTaken`] if another customer has the
    /// contact.
    async fn change_contact(&self, change: ContactChange) -> StoreResult<Option<Option<Queued>>>;

    /// Returns a past change of a contact.
    async fn contact_change(&self, id: ChangeId) -> StoreResult<Option<PastChange>>;

    /// Restores a contact to its value before a change. Returns `false` if the change cannot be
    /// undone (any more). Fails with [`super::StoreError::ContactTaken`] if another customer has
    /// the contact by now.
    async fn undo_contact_change(
        &self,
        id: ChangeId,
        origin: &Origin,
        now: Timestamp,
    ) -> StoreResult<bool>;

    /// Disables a customer, who can then no longer sign in, or enables them again. Returns `false`
    /// if the customer does not exist or is already in that state.
    async fn set_disabled(
        &self,
        customer: CustomerId,
        disabled: bool,
        now: Timestamp,
    ) -> StoreResult<bool>;
}
