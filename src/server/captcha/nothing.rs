//! No captcha: a network that exceeds its soft limit has to wait.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::server::{
    domain::Solution,
    ports::{CaptchaError, CaptchaVerifier},
    random::Random,
};

/// A captcha that has no challenge and accepts no solution.
#[derive(Debug)]
pub struct NoCaptcha;

#[async_trait]
impl CaptchaVerifier for NoCaptcha {
    fn challenge(&self, _: &dyn Random, _: Timestamp) -> Option<String> {
        None
    }

    async fn check(&self, _: &str, _: Timestamp) -> Result<Option<Solution>, CaptchaError> {
        Ok(None)
    }
}
