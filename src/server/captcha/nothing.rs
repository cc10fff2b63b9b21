//! Nothing is asked: beyond its soft limit a network waits.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::server::{
    domain::Solution,
    ports::{Captcha, CaptchaError},
    random::Random,
};

/// No text is a solution.
#[derive(Debug)]
pub struct Nothing;

#[async_trait]
impl Captcha for Nothing {
    fn challenge(&self, _: &dyn Random, _: Timestamp) -> Option<String> {
        None
    }

    async fn check(&self, _: &str, _: Timestamp) -> Result<Option<Solution>, CaptchaError> {
        Ok(None)
    }
}
