//! A code is checked.

use super::Codes;
use crate::server::{
    domain::{
        Browser, Contact, Purpose, Token, TokenDigest,
        check_code::{CodeAnswer, CountedAnswer, Rejection, wrong},
    },
    ports::StoreError,
};

/// Why an answer was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It is not right.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Codes {
    /// Finds the code in an answer to the OTP that the browser asked for, and compares it. The
    /// answer comes back if it was right, or if another was right moments ago: then the caller has
    /// to find out whether this one is the same.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub async fn check(
        &self,
        browser: &Browser,
        purpose: Purpose,
        text: &str,
    ) -> Result<CountedAnswer, VerifyError> {
        let token = browser.token.as_ref().ok_or(Rejection::NoOtp)?;
        self.compare(self.answer(browser, token.binding(purpose), None, text))
            .await
    }

    /// The same for an OTP of the command line.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub async fn check_on_command_line(
        &self,
        contact: Contact,
        text: &str,
    ) -> Result<CountedAnswer, VerifyError> {
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
    ) -> CodeAnswer {
        CodeAnswer {
            browser: bound,
            contact,
            device: browser.device.as_ref().map(Token::digest),
            network: browser.network,
            text: text.to_owned(),
            origin: browser.origin.clone(),
            now: self.now(),
        }
    }

    /// The attempt is counted and committed before anything is compared.
    async fn compare(&self, answer: CodeAnswer) -> Result<CountedAnswer, VerifyError> {
        let (origin, now) = (answer.origin.clone(), answer.now);
        let counted = self.otps.count_answer(answer).await??;
        if counted.is_repeat || counted.otp.accepts(&counted.code, &self.keys, self.now()) {
            return Ok(counted);
        }
        let rejection = wrong(&counted.otp);
        self.otps
            .record_rejection(&counted.otp, rejection, &origin, now)
            .await?;
        Err(rejection.into())
    }
}
