//! `POST /account/contact/verify/`

use leptos::prelude::*;

use super::{Next, OtpError};

/// Changes the customer's contact with the code that went to the new one.
///
/// # Errors
/// [`OtpError::CodeMalformed`], [`OtpError::CodeInvalid`], [`OtpError::CodeExpired`], [`OtpError::CodeExhausted`],
/// [`OtpError::SessionExpired`], [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/account/contact/verify/")]
pub async fn verify_contact(
    /// The code as typed or pasted, perhaps with the message around it.
    #[server(default)]
    otp_code: String,
) -> Result<Next, OtpError> {
    let request = crate::server::request::current()?;
    let outcome = request.verify_contact(&otp_code).await;
    request.answer(outcome).await
}
