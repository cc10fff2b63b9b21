//! Customers.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::server::domain::{
    ChangeId, Contact, Customer, CustomerId, EmailAddress, Origin, PastChange, PhoneNumber,
    SmsSpent, customer_changes::ContactChange, issue::Queued,
};

/// Customers.
#[async_trait]
pub trait CustomerStore: Send + Sync {
    /// Adds a customer. [`super::StoreError::ContactTaken`] if one of the contacts is somebody's.
    async fn add_customer(
        &self,
        name: &str,
        email: Option<&EmailAddress>,
        phone: Option<&PhoneNumber>,
        now: Timestamp,
    ) -> StoreResult<CustomerId>;

    /// All customers, oldest first.
    async fn customers(&self) -> StoreResult<Vec<Customer>>;

    /// A customer, and what text messages have cost so far.
    async fn customer(
        &self,
        id: CustomerId,
        now: Timestamp,
    ) -> StoreResult<Option<(Customer, SmsSpent)>>;

    /// The customer who has a contact and may sign in.
    async fn customer_by_contact(&self, contact: &Contact) -> StoreResult<Option<Customer>>;

    /// Changes a contact. The answer is the notice that was queued, if any; `None` if nothing was
    /// changed. [`super::StoreError::ContactTaken`] if the contact is somebody else's.
    async fn change_contact(&self, change: ContactChange) -> StoreResult<Option<Option<Queued>>>;

    /// A change of a contact that was made.
    async fn contact_change(&self, id: ChangeId) -> StoreResult<Option<PastChange>>;

    /// Brings a contact back as it was before a change. False if that cannot be done (any more).
    /// [`super::StoreError::ContactTaken`] if the contact is somebody else's by now.
    async fn undo_contact_change(
        &self,
        id: ChangeId,
        origin: &Origin,
        now: Timestamp,
    ) -> StoreResult<bool>;

    /// Bars a customer from signing in, or lets them sign in again. False if there is no such
    /// customer, or it is so already.
    async fn set_disabled(
        &self,
        customer: CustomerId,
        disabled: bool,
        now: Timestamp,
    ) -> StoreResult<bool>;
}
