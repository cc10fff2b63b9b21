//! `POST /otp/change/`

use leptos::prelude::*;

use super::{Next, OtpError};

/// Forgets the pending contact and revokes its code.
///
/// # Errors
/// [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/otp/change/")]
pub async fn change_contact() -> Result<Next, OtpError> {
    let request = crate::server::request::current()?;
    let outcome = request.change_contact().await;
    request.answer(outcome).await
}
