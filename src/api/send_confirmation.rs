//! `POST /account/confirm/send/`

use leptos::prelude::*;

use super::{Next, OtpError};

/// Sends the code with which somebody who is signed in confirms that it is still them.
///
/// # Errors
/// [`OtpError::Cooldown`], [`OtpError::SendFailed`].
#[server(prefix = "", endpoint = "/account/confirm/send/")]
pub async fn send_confirmation(
    /// The own path that needs the confirmation.
    #[server(default)]
    next: String,
) -> Result<Next, OtpError> {
    let request = crate::server::request::current()?;
    let outcome = request.send_confirmation(&next).await;
    request.answer(outcome).await
}
