//! The solution of a challenge that comes with a request.

use super::Codes;
use crate::server::{
    domain::{
        Browser, Contact, Limit, LimitExceeded, MessageAsk, Purpose, Rule, SecurityEvent, Solution,
        TokenDigest, issue::reveals_limits,
    },
    ports::{CaptchaError, StoreError},
    telemetry::record_security_event,
};

/// Why a solution was not checked.
#[derive(Debug, thiserror::Error)]
pub enum SolutionError {
    /// Too many wrong ones came from the network.
    #[error("a limit is exceeded: {:?}", .0.limit)]
    Limited(LimitExceeded),
    /// The check failed.
    #[error(transparent)]
    Captcha(#[from] CaptchaError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Codes {
    /// A new challenge, as JSON; `None` if browsers get none from us.
    #[must_use]
    pub fn challenge(&self) -> Option<String> {
        self.captcha.challenge(&*self.random, self.now())
    }

    /// The solution that came along, if one is needed: a provider is asked only when the answer
    /// counts. A text that is no solution is counted, so that nobody can keep the server busy with
    /// checking.
    pub(super) async fn solution(
        &self,
        browser: &Browser,
        contact: &Contact,
        (purpose, text): (Purpose, &str),
    ) -> Result<Option<Solution>, SolutionError> {
        if text.is_empty() {
            return Ok(None);
        }
        let (message, invalid) = (
            self.message(browser, contact, purpose),
            self.policy.limits.invalid_input(browser.network),
        );
        let usage = self
            .limits
            .usage(&[&message[..], &invalid[..]].concat(), self.now())
            .await?;
        let exceeded = usage.first_exceeded(&message, self.now());
        if exceeded.is_none_or(|exceeded| exceeded.limit != Limit::NetworkSoft) {
            return Ok(None);
        }
        if let Some(exceeded) = usage.first_exceeded(&invalid, self.now()) {
            return Err(SolutionError::Limited(exceeded));
        }
        let solution = self.captcha.check(text, self.now()).await?;
        if solution.is_none() {
            record_security_event(SecurityEvent::WrongSolution);
            self.invalid_input(browser).await?;
        }
        Ok(solution)
    }

    /// The rules for a message to an unknown browser without a solution.
    fn message(&self, browser: &Browser, contact: &Contact, purpose: Purpose) -> Vec<Rule> {
        self.policy.limits.message(&MessageAsk {
            contact,
            channel: contact.kind(),
            browser: browser
                .token
                .as_ref()
                .map_or(TokenDigest([1; 32]), |token| token.binding(purpose)),
            device: None,
            network: browser.network,
            is_signed_in: purpose != Purpose::SignIn,
            is_new_code: false,
            solution: None,
            reveals: reveals_limits(&self.policy, purpose),
        })
    }
}
