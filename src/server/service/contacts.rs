//! Contacts change: by the customer, with a code to the new one; by the operator; and back, by the link in the notice.

use crate::{
    server::domain::{Contact, CustomerId, Origin, PastChange, Purpose, Token, UndoToken},
    shared::ContactType,
};

use super::{
    Browser, Service, StoreError,
    events::SecurityEvent,
    ports::{ContactChange, NewNotice, Renewal, StoreResult},
    request_otp::{Asker, RequestError},
    session::Account,
    verify_otp::VerifyError,
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
    DeadLink,
}

impl Service {
    /// Sends a code to a contact that is to be the customer's. The answer is how many seconds it is too early for another message,
    /// if it is.
    ///
    /// A contact that is somebody else's gets nothing and is answered like any other (OWASP ASVS 5.0, 6.3.8): its OTP belongs to
    /// nobody, and no code is right.
    ///
    /// # Errors
    /// [`NewContactError`].
    pub async fn ask_new_contact(
        &self,
        account: &Account,
        browser: &Browser,
        (kind, value): (ContactType, &str),
    ) -> Result<Option<u32>, NewContactError> {
        let new = match Contact::parse(kind, value, self.policy.region) {
            Ok(new) => new,
            Err(error) => {
                let missed = self.missed(browser, error.into()).await;
                return Err(missed.unwrap_or_else(RequestError::from).into());
            }
        };
        if account.customer.contact(kind).as_ref() == Some(&new) {
            return Err(NewContactError::Unchanged);
        }
        if let Some(refusal) = self.sms_refusal(&new, false).await.map_err(RequestError::from)? {
            SecurityEvent::SmsRefused(refusal).record();
            return Err(RequestError::Sms(refusal).into());
        }
        let token = browser.token.as_ref().ok_or(RequestError::UnknownContact)?;
        let purpose = Purpose::ChangeContact;
        let asker =
            Asker { browser, solution: "", bound: token.binding(purpose), purpose, known_browser: false, device: None };
        self.wait_for_other(&asker, &new).await?;
        let rule = self.policy.limits.new_contact(account.customer.id);
        if let Some(full) = self.store.charge(&[rule], self.now()).await.map_err(RequestError::from)? {
            return Err(RequestError::Limited(full).into());
        }
        let is_taken = self.store.is_taken(&new).await.map_err(RequestError::from)?;
        let customer = (!is_taken).then_some(&account.customer);
        Ok(self.ask(new, customer, asker).await?)
    }

    /// Changes the customer's contact to the one that the code went to, if `answer` holds the code. The answer is the session's new
    /// token; all others end, and the contact as it was gets a notice with a link that undoes it.
    ///
    /// # Errors
    /// [`VerifyError`]; [`VerifyError::Expired`] if somebody else has the contact by now.
    pub async fn verify_new_contact(&self, browser: &Browser, answer: &str) -> Result<Token, VerifyError> {
        let (renewal, answer, token) = self.renewal(browser, Purpose::ChangeContact, answer).await?;
        if let (Some(renewal), Some(customer)) = (renewal, answer.otp.customer_id) {
            let changed = self.change(customer, answer.otp.contact, Some(renewal), &browser.origin).await;
            changed.map_err(|error| match error {
                StoreError::ContactTaken => VerifyError::Expired,
                error => error.into(),
            })?;
        }
        self.renewed(token).await
    }

    /// Changes a customer's email address or phone number for the operator. Their codes and sessions end, their browsers are
    /// strangers again, and the contact as it was gets a notice (OWASP ASVS 5.0, 6.3.7 and 7.4.3). False if there is no such
    /// customer, or they have this contact already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn change_contact_of(&self, customer: CustomerId, new: Contact) -> StoreResult<bool> {
        self.change(customer, new, None, &Origin::default()).await
    }

    /// The change that a link undoes; `None` if it cannot (any more). Asking changes nothing: mail scanners follow every link.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn undoable(&self, token: &str) -> StoreResult<Option<PastChange>> {
        Ok(self.past_change(token).await?.filter(|change| change.can_be_undone(self.now())))
    }

    /// Brings the contact back as it was before the change that the link is about. The customer's codes and sessions end. Pressed
    /// twice, it says the same.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn undo_contact_change(&self, token: &str, origin: &Origin) -> StoreResult<Undone> {
        let Some(change) = self.past_change(token).await? else { return Ok(Undone::DeadLink) };
        match self.store.undo_contact_change(change.id, self.now(), origin).await {
            Ok(true) => Ok(Undone::Done),
            Ok(false) if change.undone_at.is_some() => Ok(Undone::Done),
            Ok(false) | Err(StoreError::ContactTaken) => Ok(Undone::DeadLink),
            Err(error) => Err(error),
        }
    }

    async fn past_change(&self, token: &str) -> StoreResult<Option<PastChange>> {
        let Some(token) = UndoToken::parse(token) else { return Ok(None) };
        let change = self.store.contact_change(token.change()).await?;
        Ok(change.filter(|change| token.is_genuine(change.customer, &self.keys)))
    }

    /// One contact after the other gets no code faster than the same one again.
    async fn wait_for_other(&self, asker: &Asker<'_>, new: &Contact) -> Result<(), RequestError> {
        match self.store.latest_otp(asker.bound).await? {
            Some(otp) if otp.contact != *new && self.seconds_to_resend(&otp) > 0 => {
                Err(RequestError::Cooldown { seconds: self.seconds_to_resend(&otp) })
            }
            _ => Ok(()),
        }
    }

    async fn change(
        &self,
        customer: CustomerId,
        new: Contact,
        by: Option<Renewal>,
        origin: &Origin,
    ) -> StoreResult<bool> {
        let Some(before) = self.store.customer(customer).await? else { return Ok(false) };
        // To the contact as it was if it can be reached, else to the other one.
        let to = self.reachable(&before, new.kind(), false).await?;
        let notice: Option<(NewNotice, Contact)> = to.map(|to| (self.notice(to.kind()), to));
        let now = self.now();
        let undo_until = now.saturating_add(PastChange::UNDO).unwrap_or(jiff::Timestamp::MAX);
        let change = ContactChange { customer, by, new, notice, undo_until, now, origin: origin.clone() };
        let is_changed = self.store.change_contact_of(&change).await?;
        if is_changed {
            change.notice.iter().for_each(|(notice, _)| self.ring_outbox(notice.channel));
        }
        Ok(is_changed)
    }
}
