//! A customer changes a contact with a code to the new one, and can undo the change with the link
//! in the notice.

use super::{Account, Browser, SignedInCustomer};
use crate::{
    server::{
        codes::{
            check::VerifyError,
            request::{CodeParameters, RequestError},
        },
        domain::{
            Contact, Origin, PastChange, Purpose, Token, UndoToken, check_code::Rejection,
            customer_changes::ContactChange, sign_in::NoticeDraft,
        },
        ports::{StoreError, StoreResult},
    },
    shared::ContactType,
};

/// The reason why no code was sent to a new contact.
#[derive(Debug, thiserror::Error)]
pub enum NewContactError {
    /// The customer already has this contact.
    #[error("the customer has this contact already")]
    Unchanged,
    /// The code could not be requested.
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// The outcome of undoing a change of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoOutcome {
    /// The previous contact is restored.
    Done,
    /// The link is invalid or expired, or another customer has the previous contact by now.
    InvalidLink,
}

impl Account {
    /// Sends a code to the contact that the customer wants to change to. Returns `Some(seconds)` if
    /// nothing was sent because the last message is too recent: another message can be sent after
    /// this time.
    ///
    /// If another customer has the contact, no message is sent, but the answer is the same as for
    /// any other contact (OWASP ASVS 5.0, 6.3.8). The OTP belongs to nobody, and no code matches
    /// it.
    ///
    /// # Errors
    /// Returns [`NewContactError`] if no code was issued.
    pub async fn request_new_contact(
        &self,
        signed_in: &SignedInCustomer,
        browser: &Browser,
        (kind, value): (ContactType, &str),
    ) -> Result<Option<u32>, NewContactError> {
        let contact = match Contact::parse(kind, value, self.codes.policy.region) {
            Ok(contact) => contact,
            Err(error) => {
                let error = self.codes.count_invalid_contact(browser, error).await;
                return Err(error.unwrap_or_else(RequestError::from).into());
            }
        };
        if signed_in.customer.contact(kind).as_ref() == Some(&contact) {
            return Err(NewContactError::Unchanged);
        }
        let customer = Some(signed_in.customer.id);
        let parameters = CodeParameters {
            purpose: Purpose::ChangeContact,
            contact,
            typed: None,
            customer,
            solution: "",
        };
        Ok(self.codes.request(browser, parameters).await?.wait)
    }

    /// Changes the customer's contact to the one that the code was sent to, if `text` contains the
    /// code. Returns the new token of the session. All other sessions end, and the previous contact
    /// gets a notice with a link that undoes the change.
    ///
    /// # Errors
    /// Returns [`VerifyError`] if the code is rejected or the database fails; with
    /// [`Rejection::Expired`] if another customer has the contact by now.
    pub async fn verify_new_contact(
        &self,
        browser: &Browser,
        text: &str,
    ) -> Result<Token, VerifyError> {
        let (renewal, attempt, token) = self.renewal(browser, Purpose::ChangeContact, text).await?;
        let Some((renewal, customer)) = renewal.zip(attempt.otp.customer_id) else {
            return self.renewed(token).await;
        };
        let (codes, now) = (&self.codes, renewal.now);
        let slots = codes.queue.slots(&ContactType::ALL, now);
        let notice = NoticeDraft {
            message_id: codes.message_id(),
            leases: slots.leases(),
        };
        let (new, origin) = (attempt.otp.contact, browser.origin.clone());
        let change = ContactChange {
            customer,
            by: Some(renewal),
            new,
            notice,
            origin,
            now,
        };
        match self.customers.change_contact(change).await {
            Ok(Some(queued)) => {
                if let Some(queued) = queued {
                    codes.queue.dispatch(queued, slots);
                }
                Ok(token)
            }
            Ok(None) => self.renewed(token).await,
            Err(StoreError::ContactTaken) => Err(Rejection::Expired.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns the change that a link undoes, or `None` if the link is invalid or the change can no
    /// longer be undone. This call changes nothing, because mail scanners follow every link.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database fails.
    pub async fn undoable_change(&self, token: &str) -> StoreResult<Option<PastChange>> {
        Ok(self
            .past_change(token)
            .await?
            .filter(|change| change.can_be_undone(self.codes.now())))
    }

    /// Undoes the change that a link refers to and restores the previous contact. The customer's
    /// codes and sessions end. Undoing the same change again also returns [`UndoOutcome::Done`].
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database fails.
    pub async fn undo_contact_change(
        &self,
        token: &str,
        origin: &Origin,
    ) -> StoreResult<UndoOutcome> {
        let Some(change) = self.past_change(token).await? else {
            return Ok(UndoOutcome::InvalidLink);
        };
        match self
            .customers
            .undo_contact_change(change.id, origin, self.codes.now())
            .await
        {
            Ok(true) => Ok(UndoOutcome::Done),
            Ok(false) if change.undone_at.is_some() => Ok(UndoOutcome::Done),
            Ok(false) | Err(StoreError::ContactTaken) => Ok(UndoOutcome::InvalidLink),
            Err(error) => Err(error),
        }
    }

    async fn past_change(&self, token: &str) -> StoreResult<Option<PastChange>> {
        let Some(token) = UndoToken::parse(token) else {
            return Ok(None);
        };
        let change = self.customers.contact_change(token.change()).await?;
        Ok(change.filter(|change| token.is_genuine(change.customer, &self.codes.keys)))
    }
}
