//! Challenges for unknown browsers.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::server::{domain::Solution, random::Random};

/// Why a solution could not be checked. It never holds the solution.
#[derive(Debug, thiserror::Error)]
#[error("a solution cannot be checked: {0}")]
pub struct CaptchaError(pub String);

/// What is asked of an unknown browser beyond the soft limit of its network.
#[async_trait]
pub trait Captcha: Send + Sync {
    /// A new challenge for the browser to solve, as JSON; `None` if it gets none from us.
    fn challenge(&self, random: &dyn Random, now: Timestamp) -> Option<String>;

    /// The solution in this text, if it is a right one of a challenge that is still good. Whether
    /// it was taken before is for the limits to say.
    ///
    /// # Errors
    /// [`CaptchaError`], in a bounded time.
    async fn check(&self, text: &str, now: Timestamp) -> Result<Option<Solution>, CaptchaError>;
}
