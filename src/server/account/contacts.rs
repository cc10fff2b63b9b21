//! A customer changes a contact, with a code to the new one, and back by the link in the notice.

use super::{Account, Browser, SignedInCustomer};
use crate::{
    server::{
        codes::{
            check::VerifyError,
            request::{Ask, RequestError},
        },
        domain::{
            Contact, Origin, PastChange, Purpose, Token, UndoToken, check_code::Rejection,
            customer_changes::ContactChange, sign_in::NoticeDraft,
        },
        ports::{StoreError, StoreResult},
    },
    shared::ContactType,
};

/// Why no code went to a new contact.
#[derive(Debug, thiserror::Error)]
pub enum NewContactError {
    /// It is the customer's contact already.
    #[error("the customer has this contact already")]
    Unchanged,
    /// As for every code.
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// What became of an undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undone {
    /// The contact is as it was.
    Done,
    /// The link is broken or too old, or the contact as it was is somebody else's by now.
    InvalidLink,
}

impl Account {
    /// Sends a code to a contact that is to be the customer's. The answer is how many seconds it is
    /// too early for another message, if it is.
    ///
    /// A contact that is somebody else's gets nothing and is answered like any other (OWASP ASVS
    /// 5.0, 6.3.8): its OTP belongs to nobody, and no code is right.
    ///
    /// # Errors
    /// [`NewContactError`].
    pub async fn ask_new_contact(
        &self,
        signed_in: &SignedInCustomer,
        browser: &Browser,
        (kind, value): (ContactType, &str),
    ) -> Result<Option<u32>, NewContactError> {
        let contact = match Contact::parse(kind, value, self.codes.policy.region) {
            Ok(contact) => contact,
            Err(error) => {
                let error = self.codes.invalid_contact(browser, error).await;
                return Err(error.unwrap_or_else(RequestError::from).into());
            }
        };
        if signed_in.customer.contact(kind).as_ref() == Some(&contact) {
            return Err(NewContactError::Unchanged);
        }
        let customer = Some(signed_in.customer.id);
        let ask = Ask {
            purpose: Purpose::ChangeContact,
            contact,
            typed: None,
            customer,
            solution: "",
        };
        Ok(self.codes.request(browser, ask).await?.wait)
    }

    /// Changes the customer's contact to the one that the code went to, if `text` holds the code.
    /// The answer is the session's new token; all other sessions end, and the contact as it was
    /// gets a notice with a link that undoes it.
    ///
    /// # Errors
    /// [`VerifyError`]; [`Rejection::Expired`] if somebody else has the contact by now.
    pub async fn verify_new_contact(
        &self,
        browser: &Browser,
        text: &str,
    ) -> Result<Token, VerifyError> {
        let (renewal, answer, token) = self.renewal(browser, Purpose::ChangeContact, text).await?;
        let Some((renewal, customer)) = renewal.zip(answer.otp.customer_id) else {
            return self.renewed(token).await;
        };
        let (codes, now) = (&self.codes, renewal.now);
        let places = codes.queue.places(&ContactType::ALL, now);
        let notice = NoticeDraft {
            message_id: codes.message_id(),
            leases: places.leases(),
        };
        let (new, origin) = (answer.otp.contact, browser.origin.clone());
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
                    codes.queue.pass_on(queued, places);
                }
                Ok(token)
            }
            Ok(None) => self.renewed(token).await,
            Err(StoreError::ContactTaken) => Err(Rejection::Expired.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// The change that a link undoes; `None` if it cannot (any more). Asking changes nothing: mail
    /// scanners follow every link.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn undoable(&self, token: &str) -> StoreResult<Option<PastChange>> {
        Ok(self
            .past_change(token)
            .await?
            .filter(|change| change.can_be_undone(self.codes.now())))
    }

    /// Brings the contact back as it was before the change that the link is about. The customer's
    /// codes and sessions end. Pressed twice, it says the same.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn undo_contact_change(&self, token: &str, origin: &Origin) -> StoreResult<Undone> {
        let Some(change) = self.past_change(token).await? else {
            return Ok(Undone::InvalidLink);
        };
        match self
            .customers
            .undo_contact_change(change.id, origin, self.codes.now())
            .await
        {
            Ok(true) => Ok(Undone::Done),
            Ok(false) if change.undone_at.is_some() => Ok(Undone::Done),
            Ok(false) | Err(StoreError::ContactTaken) => Ok(Undone::InvalidLink),
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
