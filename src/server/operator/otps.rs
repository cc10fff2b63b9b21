//! OTPs: the reference's utilities.

use super::Operator;
use crate::server::{
    codes::check::VerifyError,
    domain::{Code, Contact, Otp, check_code::Rejection},
    ports::{StoreError, StoreResult, otps::OtpFilter, outbox::OutboxEntry},
};

/// Why the command line could not issue an OTP.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// Nobody has the contact.
    #[error("no customer has this contact")]
    UnknownContact,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Operator {
    /// Issues an OTP that belongs to the command line and to no browser, and queues its message.
    ///
    /// # Errors
    /// [`CreateError`].
    pub async fn create_otp(&self, contact: Contact) -> Result<Otp, CreateError> {
        let customer = self
            .customers
            .customer_by_contact(&contact)
            .await?
            .ok_or(CreateError::UnknownContact)?;
        let id = self
            .codes
            .request_on_command_line(contact, customer.id)
            .await?;
        let filter = OtpFilter {
            id: Some(id),
            ..OtpFilter::default()
        };
        let created = self.codes.otps.otps(&filter).await?.into_iter().next();
        created.ok_or(CreateError::Store(StoreError::Corrupt(
            "a new OTP is not there",
        )))
    }

    /// The current code of an OTP, for the terminal of an operator who asked for it by name.
    #[must_use]
    pub fn code(&self, otp: &Otp) -> Option<Code> {
        otp.code(otp.generation, &self.codes.keys)
    }

    /// Answers the newest OTP that the command line issued for a contact. The rules are those of a
    /// browser, but no session opens.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub async fn verify_on_command_line(
        &self,
        contact: Contact,
        text: &str,
    ) -> Result<Otp, VerifyError> {
        let answer = self.codes.check_on_command_line(contact, text).await?;
        if answer.is_repeat
            || !self
                .codes
                .otps
                .use_on_command_line(answer.otp.id, self.codes.now())
                .await?
        {
            return Err(if answer.is_repeat {
                Rejection::AlreadyUsed
            } else {
                Rejection::NoOtp
            }
            .into());
        }
        Ok(answer.otp)
    }

    /// The OTPs that a filter names, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn otps(&self, filter: &OtpFilter) -> StoreResult<Vec<Otp>> {
        self.codes.otps.otps(filter).await
    }

    /// Deletes the OTPs that a filter names and tells how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_otps(&self, filter: &OtpFilter) -> StoreResult<u64> {
        self.codes.otps.delete_otps(filter).await
    }

    /// The newest messages, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn outbox(&self, limit: u32) -> StoreResult<Vec<OutboxEntry>> {
        self.outbox.outbox(limit).await
    }
}
