//! `POST /account/contact/`

use leptos::prelude::*;

use super::{Next, OtpError};

/// Sends a code to a contact that is to be the customer's.
///
/// # Errors
/// [`OtpError::ContactMissing`], [`OtpError::ContactInvalid`], [`OtpError::CountryNotAllowed`], [`OtpError::NotMobile`],
/// [`OtpError::SmsPaused`], [`OtpError::Cooldown`], [`OtpError::SendFailed`].
#[server(prefix = "", endpoint = "/account/contact/")]
pub async fn new_contact(
    /// `email` or `phone`.
    #[server(default)]
    contact_type: String,
    /// The contact as typed.
    #[server(default)]
    contact_value: String,
) -> Result<Next, OtpError> {
    let request = crate::server::request::current()?;
    let outcome = request.new_contact(&contact_type, contact_value).await;
    request.answer(outcome).await
}
