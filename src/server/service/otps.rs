//! The operator's view of OTPs: the reference's utilities on the command line.

use crate::server::domain::{Code, Contact, Origin, Otp, TokenDigest};
use crate::shared::CodeFormat;

use super::{
    Browser, Service, StoreError,
    ports::{Counted, OtpFilter, OutboxEntry, StoreResult},
    request_otp::Terms,
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
        let format = CodeFormat::Digits(self.policy.otp.length);
        let terms = Terms { known_browser: true, device: None, format, messages: 1, rules: vec![] };
        let (browser, origin) = ((TokenDigest::COMMAND_LINE, terms), Origin::default());
        let issued = self.issue(contact, Some(&customer), browser, &origin).await?;
        let id = issued.map_err(|_| StoreError::Corrupt("a limit where there is none"))?;
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
        let code = Code::parse(answer, otp.format).ok_or(VerifyError::Malformed(otp.format))?;
        let now = self.now();
        let otp = match self.count_attempt(otp.id, TokenDigest::COMMAND_LINE, &Browser::default()).await? {
            Counted::Taken(otp) => *otp,
            Counted::NotTaken => {
                return Err(self.refused(&otp, no_answer_taken(&otp, now), &Origin::default()).await?);
            }
            Counted::Limited(full) => return Err(self.limited(full).await?),
        };
        if !otp.accepts(&code, &self.keys, now) {
            return Err(self.refused(&otp, wrong(&otp), &Origin::default()).await?);
        }
        if !self.store.mark_verified(otp.id, now).await? {
            return Err(VerifyError::NoOtp);
        }
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

    /// The newest messages, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn outbox(&self, limit: u32) -> StoreResult<Vec<OutboxEntry>> {
        self.store.outbox(limit).await
    }
}
