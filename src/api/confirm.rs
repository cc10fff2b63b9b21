//! `POST /account/confirm/`

use leptos::prelude::*;

use super::{Next, OtpError};

/// Confirms the session with the code.
///
/// # Errors
/// [`OtpError::CodeMalformed`], [`OtpError::CodeInvalid`], [`OtpError::CodeExpired`], [`OtpError::CodeExhausted`],
/// [`OtpError::SessionExpired`], [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/account/confirm/")]
pub async fn confirm(
    /// The code as typed or pasted, perhaps with the message around it.
    #[server(default)]
    otp_code: String,
    /// The own path that needs the confirmation.
    #[server(default)]
    next: String,
) -> Result<Next, OtpError> {
    let request = crate::server::request::current()?;
    let outcome = request.confirm(&otp_code, &next).await;
    request.answer(outcome).await
}
