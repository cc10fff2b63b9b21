//! The operator's view of OTPs: the reference's utilities on the command line.

use crate::server::domain::{Code, Contact, Origin, Otp, OtpId, Purpose, TokenDigest};

use super::{
    Service, StoreError,
    events::SecurityEvent,
    ports::{HistoryEntry, OtpFilter, OutboxEntry, StoreResult},
    request_otp::Asker,
    verify_otp::{VerifyError, no_answer_taken, wrong},
};

/// Why the command line could not issue an OTP.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// Nobody has the contact.
    #[error("no customer has this contact")]
    UnknownContact,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Service {
    /// Issues an OTP that belongs to the command line and to no browser, and queues its message.
    ///
    /// # Errors
    /// [`CreateError`].
    pub async fn create_otp(&self, contact: Contact) -> Result<Otp, CreateError> {
        let customer = self.store.customer_by_contact(&contact).await?.ok_or(CreateError::UnknownContact)?;
        let asker = Asker { browser: TokenDigest::COMMAND_LINE, known_browser: true, purpose: Purpose::SignIn };
        let id = self.issue(contact, Some(&customer), asker, &Origin::default()).await?;
        let filter = OtpFilter { id: Some(id), ..OtpFilter::default() };
        let created = self.store.otps(&filter).await?.into_iter().next();
        created.ok_or(CreateError::Store(StoreError::Corrupt("a new OTP is not there")))
    }

    /// The current code of an OTP, for the terminal of an operator who asked for it by name.
    #[must_use]
    pub fn code(&self, otp: &Otp) -> Option<Code> {
        otp.code(otp.generation, &self.keys)
    }

    /// Answers the newest OTP that the command line issued for a contact. The rules are those of a browser, but no session
    /// opens.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub async fn verify_on_command_line(&self, contact: Contact, answer: &str) -> Result<Otp, VerifyError> {
        let otp = self.store.latest_otp_for(TokenDigest::COMMAND_LINE, &contact).await?.ok_or(VerifyError::NoOtp)?;
        let code = Code::parse(answer, otp.length).ok_or(VerifyError::Malformed { length: otp.length })?;
        let now = self.now();
        let Some(otp) = self.store.count_attempt(otp.id, TokenDigest::COMMAND_LINE, now).await? else {
            return Err(no_answer_taken(&otp, now));
        };
        if !otp.accepts(&code, &self.keys, now) {
            return Err(wrong(&otp));
        }
        if !self.store.mark_verified(otp.id, now).await? {
            return Err(VerifyError::NoOtp);
        }
        SecurityEvent::SignedIn(otp.id, otp.customer_id).record();
        Ok(otp)
    }

    /// The OTPs that a filter names, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn otps(&self, filter: &OtpFilter) -> StoreResult<Vec<Otp>> {
        self.store.otps(filter).await
    }

    /// Deletes the OTPs that a filter names and tells how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_otps(&self, filter: &OtpFilter) -> StoreResult<u64> {
        self.store.delete_otps(filter).await
    }

    /// What happened to an OTP.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn history(&self, id: OtpId) -> StoreResult<Vec<HistoryEntry>> {
        self.store.history(id).await
    }

    /// The newest messages, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn outbox(&self, limit: u32) -> StoreResult<Vec<OutboxEntry>> {
        self.store.outbox(limit).await
    }
}
