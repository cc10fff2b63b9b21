//! Sending a code again.

use jiff::Timestamp;

use super::{Codes, solution::SolutionError};
use crate::{
    server::{
        domain::{
            Browser, Otp, Resend, Solution, Token,
            resend_code::{ResendRefusal, ResendRequest},
        },
        ports::{CaptchaError, StoreError, StoreResult},
    },
    shared::ContactType,
};

/// The error returned when nothing was sent again.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// A rule of the domain refuses the resend.
    #[error(transparent)]
    Refused(#[from] ResendRefusal),
    /// The solution of the challenge could not be checked.
    #[error(transparent)]
    Captcha(#[from] CaptchaError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SolutionError> for ResendError {
    fn from(error: SolutionError) -> Self {
        match error {
            SolutionError::Limited(exceeded) => Self::Refused(ResendRefusal::Limited(exceeded)),
            SolutionError::Captcha(error) => Self::Captcha(error),
            SolutionError::Store(error) => Self::Store(error),
        }
    }
}

/// The code that was sent. The page has to tell the visitor if the previous code still works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The only valid code: either the previous code again, or a new letter code that invalidates
    /// the previous numeric codes.
    OnlyCode,
    /// A new code. The previous one stays valid until its own expiry.
    NextCode,
}

impl Codes {
    /// Queues another message for the browser's OTP. `channel` is the kind of contact that it goes
    /// to; `None` means the kind that the last message went to. `solution` is the solution of a
    /// captcha, or empty.
    ///
    /// # Errors
    /// Returns [`ResendError`] if the resend is refused, or if the captcha or the database fails.
    pub async fn resend(
        &self,
        browser: &Browser,
        channel: Option<ContactType>,
        solution: &str,
    ) -> Result<Sent, ResendError> {
        let token = browser.token.as_ref().ok_or(ResendRefusal::NoOtp)?;
        let solution = self.resend_solution(browser, token, solution).await?;
        let now = self.now();
        let slots = self.queue.slots(&ContactType::ALL, now);
        let request = ResendRequest {
            browser: token.digest(),
            channel,
            network: browser.network,
            solution,
            message_id: self.message_id(),
            leases: slots.leases(),
            origin: browser.origin.clone(),
            now,
        };
        let resent = self.otps.resend_code(request).await??;
        if let Some(queued) = resent.queued {
            self.queue.dispatch(queued, slots);
        }
        Ok(if resent.is_next_code {
            Sent::NextCode
        } else {
            Sent::OnlyCode
        })
    }

    /// Returns when a browser that has used up the codes of its sign-in can get another one.
    /// Returns `None` if the next message can still contain a code: the current one, or a new one
    /// within the limit.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database fails.
    pub async fn next_code_at(
        &self,
        otp: &Otp,
        browser: &Browser,
    ) -> StoreResult<Option<Timestamp>> {
        let Some(token) = &browser.token else {
            return Ok(None);
        };
        let next_at = otp.resend_at(&self.policy.otp.cooldowns).max(self.now());
        if otp.resend(next_at, &self.policy.otp, otp.format) != Resend::NextGeneration {
            return Ok(None);
        }
        let rules = [self.policy.limits.new_code(token.binding(otp.purpose))];
        let usage = self.limits.usage(&rules, next_at).await?;
        Ok(usage
            .first_exceeded(&rules, next_at)
            .map(|exceeded| exceeded.until))
    }

    /// Returns the verified solution, or `None` if it is incorrect or not needed.
    async fn resend_solution(
        &self,
        browser: &Browser,
        token: &Token,
        text: &str,
    ) -> Result<Option<Solution>, ResendError> {
        if text.is_empty() {
            return Ok(None);
        }
        let otp = self
            .otps
            .latest_otp(token.digest())
            .await?
            .ok_or(ResendRefusal::NoOtp)?;
        // Known devices need no captcha.
        if otp.device.is_some() {
            return Ok(None);
        }
        Ok(self
            .check_solution(browser, &otp.contact, (otp.purpose, text))
            .await?)
    }
}
