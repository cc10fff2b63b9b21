//! Creating, listing, verifying and deleting OTPs: the utilities of the system that this one
//! replaces.

use super::Operator;
use crate::server::{
    codes::check::VerifyError,
    domain::{Code, Contact, Otp, check_code::Rejection},
    ports::{StoreError, StoreResult, otps::OtpFilter, outbox::OutboxEntry},
};

/// The reason why the command line could not issue an OTP.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// No customer has the contact.
    #[error("no customer has this contact")]
    UnknownContact,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Operator {
    /// Issues an OTP that belongs to the command line, not to a browser, and queues its message.
    ///
    /// # Errors
    /// Returns [`CreateError`] if no customer has the contact or the database fails.
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

    /// Returns the current code of an OTP, to print it for an operator who explicitly asked for it.
    /// Returns `None` if the code can no longer be derived or was withheld.
    #[must_use]
    pub fn code(&self, otp: &Otp) -> Option<Code> {
        otp.code(otp.generation, &self.codes.keys)
    }

    /// Verifies a code for the newest OTP that the command line issued for a contact. The rules are
    /// the same as for a browser, but no session is opened.
    ///
    /// # Errors
    /// Returns [`VerifyError`] if the code is rejected or the database fails.
    pub async fn verify_on_command_line(
        &self,
        contact: Contact,
        text: &str,
    ) -> Result<Otp, VerifyError> {
        let attempt = self.codes.check_on_command_line(contact, text).await?;
        if attempt.is_replay
            || !self
                .codes
                .otps
                .use_on_command_line(attempt.otp.id, self.codes.now())
                .await?
        {
            return Err(if attempt.is_replay {
                Rejection::AlreadyUsed
            } else {
                Rejection::NoOtp
            }
            .into());
        }
        Ok(attempt.otp)
    }

    /// Returns the OTPs that match a filter, newest first.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database fails.
    pub async fn otps(&self, filter: &OtpFilter) -> StoreResult<Vec<Otp>> {
        self.codes.otps.otps(filter).await
    }

    /// Deletes the OTPs that match a filter and returns their number.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database fails.
    pub async fn delete_otps(&self, filter: &OtpFilter) -> StoreResult<u64> {
        self.codes.otps.delete_otps(filter).await
    }

    /// Returns the newest `limit` messages, newest first.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database fails.
    pub async fn outbox(&self, limit: u32) -> StoreResult<Vec<OutboxEntry>> {
        self.outbox.outbox(limit).await
    }
}
