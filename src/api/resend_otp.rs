//! `POST /otp/resend/`

use leptos::prelude::*;

use super::{Next, OtpError};

/// Sends the pending code again, or its next generation once half of its life is over.
///
/// # Errors
/// [`OtpError::Cooldown`], [`OtpError::CodeExhausted`], [`OtpError::SessionExpired`], [`OtpError::SendFailed`].
#[server(prefix = "", endpoint = "/otp/resend/")]
pub async fn resend_otp() -> Result<Next, OtpError> {
    let request = crate::server::request::current()?;
    let outcome = request.resend_otp().await;
    request.answer(outcome).await
}
