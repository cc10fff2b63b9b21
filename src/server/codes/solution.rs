//! Checking the solution of a challenge that comes with a request.

use super::Codes;
use crate::server::{
    domain::{
        Browser, Contact, Limit, LimitExceeded, MessageRequest, Purpose, Rule, SecurityEvent,
        Solution, TokenDigest, issue::reveals_limits,
    },
    ports::{CaptchaError, StoreError},
    telemetry::record_security_event,
};

/// The error returned when a solution was not checked.
#[derive(Debug, thiserror::Error)]
pub enum SolutionError {
    /// The network has sent too many incorrect solutions or other invalid inputs.
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
    /// Returns a new challenge, as JSON, or `None` if this server issues no challenges of its own.
    #[must_use]
    pub fn challenge(&self) -> Option<String> {
        self.captcha.challenge(&*self.random, self.now())
    }

    /// Checks the solution that came with the request. Returns it if one is needed and it is
    /// correct. A captcha provider is asked only if the network exceeds its soft limit. An
    /// incorrect solution is counted, so that nobody can keep the server busy with checks.
    pub(super) async fn check_solution(
        &self,
        browser: &Browser,
        contact: &Contact,
        (purpose, text): (Purpose, &str),
    ) -> Result<Option<Solution>, SolutionError> {
        if text.is_empty() {
            return Ok(None);
        }
        let (message, invalid) = (
            self.message_rules(browser, contact, purpose),
            self.policy.limits.invalid_input(browser.network),
        );
        let usage = self
            .limits
            .usage(&[&message[..], &invalid[..]].concat(), self.now())
            .await?;
        let exceeded = usage.first_exceeded(&message, self.now());
        if exceeded.is_none_or(|exceeded| exceeded.limit != Limit::NetworkCaptcha) {
            return Ok(None);
        }
        if let Some(exceeded) = usage.first_exceeded(&invalid, self.now()) {
            return Err(SolutionError::Limited(exceeded));
        }
        let solution = self.captcha.check(text, self.now()).await?;
        if solution.is_none() {
            record_security_event(SecurityEvent::CaptchaFailed);
            self.count_invalid_input(browser).await?;
        }
        Ok(solution)
    }

    /// Returns the rules for a message to an unknown device that presents no solution. A browser
    /// without a token has sent nothing yet: the digest that stands for its token has no usage.
    fn message_rules(&self, browser: &Browser, contact: &Contact, purpose: Purpose) -> Vec<Rule> {
        self.policy.limits.message(&MessageRequest {
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
