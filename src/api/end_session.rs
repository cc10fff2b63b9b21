//! `POST /account/sessions/`

use leptos::prelude::*;

use super::{Next, OtpError};

/// Ends one of the customer's sessions.
///
/// # Errors
/// [`OtpError::Malformed`] for what is no number, [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/account/sessions/")]
pub async fn end_session(
    /// Its number in the list.
    #[server(default)]
    session: String,
) -> Result<Next, OtpError> {
    let request = crate::server::request::current()?;
    let outcome = request.end_session(&session).await;
    request.answer(outcome).await
}
