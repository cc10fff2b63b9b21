//! `POST /account/undo/`

use leptos::prelude::*;

use super::{Next, OtpError};

/// Undoes a change of a contact.
///
/// # Errors
/// [`OtpError::Malformed`] for a link that is broken or too old, [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/account/undo/")]
pub async fn undo_contact(
    /// From the link in the notice.
    #[server(default)]
    token: String,
) -> Result<Next, OtpError> {
    let request = crate::server::request::current()?;
    let outcome = request.undo_contact(&token).await;
    request.answer(outcome).await
}
