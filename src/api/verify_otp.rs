//! `POST /otp/verify/`

use leptos::prelude::*;

use super::{Next, OtpError};

/// Verifies a code and opens the session.
///
/// # Errors
/// [`OtpError::CodeMalformed`], [`OtpError::CodeInvalid`], [`OtpError::CodeExpired`], [`OtpError::CodeExhausted`],
/// [`OtpError::SessionExpired`], [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/otp/verify/")]
pub async fn verify_otp(
    /// The code as typed or pasted, perhaps with the message around it.
    #[server(default)]
    otp_code: String,
) -> Result<Next, OtpError> {
    let request = crate::server::request::current()?;
    let outcome = request.verify_otp(&otp_code).await;
    request.answer(outcome).await
}
