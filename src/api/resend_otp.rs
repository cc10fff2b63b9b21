//! `POST /otp/resend/`

use leptos::prelude::*;

use super::{Next, OtpError};

/// Sends the pending code again, or its next generation once half of its life is over; to the contact of before or to the
/// customer's other one.
///
/// # Errors
/// [`OtpError::Cooldown`], [`OtpError::CodeExhausted`], [`OtpError::SessionExpired`], [`OtpError::ProofNeeded`] and other
/// limits, [`OtpError::SendFailed`];
/// [`OtpError::Malformed`] for a contact that the page did not offer.
#[server(prefix = "", endpoint = "/otp/resend/")]
pub async fn resend_otp(
    /// `email` or `phone`; empty for where the last message went.
    #[server(default)]
    contact_type: String,
    /// The solution of a challenge, beyond the soft limit of the network.
    #[server(default)]
    solution: String,
) -> Result<Next, OtpError> {
    let request = crate::server::request::current()?;
    let outcome = request.resend_otp(&contact_type, &solution).await;
    request.answer(outcome).await
}
