//! What is asked of an unknown browser beyond the soft limit of its network, and how it answers.

use super::{
    Browser, Service, StoreError,
    events::SecurityEvent,
    ports::{CaptchaError, StoreResult},
};
use crate::server::domain::{Full, Limit, MessageAsk, Solution};

/// Why a solution was not looked at.
#[derive(Debug, thiserror::Error)]
pub enum SolutionError {
    /// Too many wrong ones came from the network.
    #[error("a limit is reached: {:?}", .0.limit)]
    Limited(Full),
    /// Nobody knows whether it is right.
    #[error(transparent)]
    Captcha(#[from] CaptchaError),
    /// Our fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Service {
    /// A new challenge, as JSON; `None` if browsers get none from us.
    #[must_use]
    pub fn challenge(&self) -> Option<String> {
        self.captcha.challenge(&*self.random, self.now())
    }

    /// Whether the next message to an unknown browser takes a solved challenge.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn asks_for_proof(&self, browser: &Browser) -> Result<bool, StoreError> {
        Ok(self.store.full(&self.policy.limits.proof(browser.network), self.now()).await?.is_some())
    }

    /// The solution that came with a request for a message, if one is needed: a provider is asked only when the answer counts.
    /// What is no solution is counted, so that nobody can keep us busy with checking.
    pub(super) async fn solution(
        &self,
        browser: &Browser,
        ask: &MessageAsk<'_>,
        text: &str,
    ) -> Result<Option<Solution>, SolutionError> {
        if text.is_empty() || !self.is_soft_limit_first(ask).await? {
            return Ok(None);
        }
        let misses = self.policy.limits.miss(browser.network);
        if let Some(full) = self.store.full(&misses, self.now()).await? {
            return Err(SolutionError::Limited(full));
        }
        let solution = self.captcha.check(text, self.now()).await?;
        if solution.is_none() {
            SecurityEvent::WrongSolution.record();
            self.miss(browser).await?;
        }
        Ok(solution)
    }

    async fn is_soft_limit_first(&self, ask: &MessageAsk<'_>) -> StoreResult<bool> {
        let full = self.store.full(&self.policy.limits.message(ask), self.now()).await?;
        Ok(full.is_some_and(|full| full.limit == Limit::NetworkSoft))
    }
}
