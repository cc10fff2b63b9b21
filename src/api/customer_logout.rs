//! `POST /otp/logout/`

use leptos::prelude::*;

use super::{Next, OtpError};

/// Ends the session in the database and clears the cookie.
///
/// # Errors
/// [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/otp/logout/")]
pub async fn customer_logout() -> Result<Next, OtpError> {
    let request = crate::server::request::current()?;
    let outcome = request.customer_logout().await;
    request.answer(outcome).await
}
