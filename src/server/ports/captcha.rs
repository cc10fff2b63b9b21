//! Challenges for unknown devices.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::server::{domain::Solution, random::Random};

/// The error returned when a solution cannot be checked. It never contains the solution.
#[derive(Debug, thiserror::Error)]
#[error("a solution cannot be checked: {0}")]
pub struct CaptchaError(pub String);

/// The challenge required of an unknown device once its network exceeds the soft limit.
#[async_trait]
pub trait CaptchaVerifier: Send + Sync {
    /// Returns a new challenge for the browser to solve, as JSON, or `None` if this implementation
    /// issues no challenges of its own.
    fn challenge(&self, random: &dyn Random, now: Timestamp) -> Option<String>;

    /// Returns the solution in `text`, if it is correct and its challenge is still valid. This does
    /// not check whether the solution was already used: the limits do.
    ///
    /// # Errors
    /// [`CaptchaError`], in a bounded time.
    async fn check(&self, text: &str, now: Timestamp) -> Result<Option<Solution>, CaptchaError>;
}
