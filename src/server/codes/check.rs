//! Checking a code.

use super::Codes;
use crate::server::{
    domain::{
        Browser, Contact, Purpose, Token, TokenDigest,
        check_code::{CountedAttempt, Rejection, VerifyRequest, wrong},
    },
    ports::StoreError,
};

/// The error returned when an answer is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The answer was rejected.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Codes {
    /// Finds the code in an answer to the OTP that the browser requested, and compares it. Returns
    /// the answer if it is correct. Also returns it if the OTP was verified moments ago: then the
    /// caller has to find out whether this answer is the same as the correct one.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub async fn check(
        &self,
        browser: &Browser,
        purpose: Purpose,
        text: &str,
    ) -> Result<CountedAttempt, VerifyError> {
        let token = browser.token.as_ref().ok_or(Rejection::NoOtp)?;
        self.compare(self.answer(browser, token.binding(purpose), None, text))
            .await
    }

    /// Like [`Self::check`], for an OTP of the command line.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub async fn check_on_command_line(
        &self,
        contact: Contact,
        text: &str,
    ) -> Result<CountedAttempt, VerifyError> {
        self.compare(self.answer(
            &Browser::default(),
            TokenDigest::COMMAND_LINE,
            Some(contact),
            text,
        ))
        .await
    }

    fn answer(
        &self,
        browser: &Browser,
        bound: TokenDigest,
        contact: Option<Contact>,
        text: &str,
    ) -> VerifyRequest {
        VerifyRequest {
            browser: bound,
            contact,
            device: browser.device.as_ref().map(Token::digest),
            network: browser.network,
            text: text.to_owned(),
            origin: browser.origin.clone(),
            now: self.now(),
        }
    }

    /// Counts and commits the attempt before comparing anything.
    async fn compare(&self, answer: VerifyRequest) -> Result<CountedAttempt, VerifyError> {
        let (origin, now) = (answer.origin.clone(), answer.now);
        let counted = self.otps.count_attempt(answer).await??;
        if counted.is_replay || counted.otp.accepts(&counted.code, &self.keys, self.now()) {
            return Ok(counted);
        }
        let rejection = wrong(&counted.otp);
        self.otps
            .record_rejection(&counted.otp, rejection, &origin, now)
            .await?;
        Err(rejection.into())
    }
}
