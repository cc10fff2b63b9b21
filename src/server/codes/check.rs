//! Checking a code.

use super::Codes;
use crate::server::{
    domain::{
        Browser, Contact, Purpose, Token, TokenDigest,
        check_code::{CountedAttempt, Rejection, VerifyRequest, wrong_code},
    },
    ports::StoreError,
};

/// The error returned when a code is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The code was rejected, or was not compared.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Codes {
    /// Checks the code in `text` against the newest OTP that the browser requested for `purpose`.
    ///
    /// If the OTP was verified moments ago, the code can no longer be compared. The result then has
    /// [`CountedAttempt::is_replay`] set, and the caller has to check that the code is the correct
    /// one.
    ///
    /// # Errors
    /// Returns [`VerifyError`] if the code is rejected or the database fails.
    pub async fn check(
        &self,
        browser: &Browser,
        purpose: Purpose,
        text: &str,
    ) -> Result<CountedAttempt, VerifyError> {
        let token = browser.token.as_ref().ok_or(Rejection::NoOtp)?;
        self.count_and_compare(self.verify_request(browser, token.binding(purpose), None, text))
            .await
    }

    /// Like [`Self::check`], for the newest OTP that the command line issued for `contact`.
    ///
    /// # Errors
    /// Returns [`VerifyError`] if the code is rejected or the database fails.
    pub async fn check_on_command_line(
        &self,
        contact: Contact,
        text: &str,
    ) -> Result<CountedAttempt, VerifyError> {
        self.count_and_compare(self.verify_request(
            &Browser::default(),
            TokenDigest::COMMAND_LINE,
            Some(contact),
            text,
        ))
        .await
    }

    fn verify_request(
        &self,
        browser: &Browser,
        binding: TokenDigest,
        contact: Option<Contact>,
        text: &str,
    ) -> VerifyRequest {
        VerifyRequest {
            browser: binding,
            contact,
            device: browser.device.as_ref().map(Token::digest),
            network: browser.network,
            text: text.to_owned(),
            origin: browser.origin.clone(),
            now: self.now(),
        }
    }

    /// Counts the attempt, then compares the code and records a wrong one. The count is committed
    /// before the comparison, so that parallel requests and dropped connections yield no uncounted
    /// guesses.
    async fn count_and_compare(
        &self,
        request: VerifyRequest,
    ) -> Result<CountedAttempt, VerifyError> {
        let (origin, now) = (request.origin.clone(), request.now);
        let counted = self.otps.count_attempt(request).await??;
        if counted.is_replay || counted.otp.accepts(&counted.code, &self.keys, self.now()) {
            return Ok(counted);
        }
        let rejection = wrong_code(&counted.otp);
        self.otps
            .record_rejection(&counted.otp, rejection, &origin, now)
            .await?;
        Err(rejection.into())
    }
}
