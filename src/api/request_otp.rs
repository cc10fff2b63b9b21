//! `POST /otp/request/`

use leptos::prelude::*;

use super::{Next, OtpError};

/// Issues an OTP for a contact and queues its message.
///
/// # Errors
/// [`OtpError::ContactMissing`], [`OtpError::ContactInvalid`], [`OtpError::CustomerNotFound`] (reveal only),
/// [`OtpError::CountryNotAllowed`], [`OtpError::NotMobile`], [`OtpError::SmsPaused`], [`OtpError::Cooldown`],
/// [`OtpError::ProofNeeded`] and other limits, [`OtpError::SendFailed`].
#[server(prefix = "", endpoint = "/otp/request/")]
pub async fn request_otp(
    /// `email` (the default) or `phone`.
    #[server(default)]
    contact_type: String,
    /// The contact as typed.
    #[server(default)]
    contact_value: String,
    /// The own path that the customer came from, or nothing.
    #[server(default)]
    next: String,
    /// The solution of a challenge, beyond the soft limit of the network.
    #[server(default)]
    solution: String,
    /// `yes`, if the device is to keep the contact.
    #[server(default)]
    remember: String,
) -> Result<Next, OtpError> {
    let request = crate::server::request::current()?;
    let outcome = request.request_otp((&contact_type, contact_value, next), solution, remember == "yes").await;
    request.answer(outcome).await
}
