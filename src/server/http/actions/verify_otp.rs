//! `POST /otp/verify/`

use leptos::prelude::*;

use super::{Accepted, Outcome, Refused, guards::is_signed_in};
use crate::{
    api::{Next, Notice, OtpError},
    server::{
        codes::check::VerifyError,
        domain::check_code::Rejection,
        http::{RequestContext, flash::Flash},
    },
    shared::routes,
};

/// Verifies a code and opens the session.
///
/// # Errors
/// [`OtpError::CodeMalformed`], [`OtpError::CodeInvalid`], [`OtpError::CodeExpired`],
/// [`OtpError::CodeExhausted`], [`OtpError::SessionExpired`], [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/otp/verify/")]
pub async fn verify_otp(
    /// The code as typed or pasted, possibly with the message around it.
    #[server(default)]
    otp_code: String,
) -> Result<Next, OtpError> {
    let context = RequestContext::current()?;
    context.respond(handle(&context, &otp_code).await)
}

async fn handle(context: &RequestContext, otp_code: &str) -> Outcome {
    let refused = |error| Refused::in_sign_in(routes::OTP_VERIFY, error);
    match context
        .state
        .sign_in
        .verify_otp(&context.browser, otp_code)
        .await
    {
        Ok(signed_in) => Ok(
            Accepted::at(signed_in.next.as_deref().unwrap_or(routes::ACCOUNT))
                .with_cookie(context.session_cookie(&signed_in.token))
                .with_cookie(context.device_cookie(&signed_in.device))
                .with_flash(Flash::notice(Notice::SignedIn)),
        ),
        // Another tab has used the code to sign in. The request page redirects to the account.
        Err(error @ VerifyError::Rejected(Rejection::AlreadyUsed)) => {
            Err(refused(context.verify_error(error)).without_flash())
        }
        Err(error) => {
            // A signed-in browser has no pending OTP.
            let has_no_otp = matches!(error, VerifyError::Rejected(Rejection::NoOtp));
            if has_no_otp && is_signed_in(context).await.map_err(refused)? {
                return Ok(Accepted::at(routes::ACCOUNT));
            }
            Err(refused(context.verify_error(error)))
        }
    }
}
