//! `POST /account/sessions/all/`

use leptos::prelude::*;

use super::{Next, OtpError};

/// Ends all of the customer's sessions, this one too.
///
/// # Errors
/// [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/account/sessions/all/")]
pub async fn end_all_sessions() -> Result<Next, OtpError> {
    let request = crate::server::request::current()?;
    let outcome = request.end_all_sessions().await;
    request.answer(outcome).await
}
