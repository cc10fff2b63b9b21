//! `POST /otp/not-me/`

use leptos::prelude::*;

use super::{Next, OtpError};

/// Ends the code that somebody else asked for, and keeps further ones from strangers for a day.
///
/// # Errors
/// [`OtpError::Malformed`] for a link that is broken or too old, [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/otp/not-me/")]
pub async fn not_me(
    /// From the link in the mail.
    #[server(default)]
    token: String,
) -> Result<Next, OtpError> {
    let request = crate::server::request::current()?;
    let outcome = request.not_me(&token).await;
    request.answer(outcome).await
}
