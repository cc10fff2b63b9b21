//! `POST /otp/not-me/`

use leptos::prelude::*;

use super::{Accepted, Outcome, Refused};
use crate::{
    api::{Next, OtpError},
    server::http::RequestContext,
    shared::routes,
};

/// Ends a code that somebody else requested, and suppresses further codes to the contact from
/// unknown devices for a day.
///
/// # Errors
/// [`OtpError::Malformed`] for a link that is broken or too old, [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/otp/not-me/")]
pub async fn not_me(
    /// The token from the link in the email.
    #[server(default)]
    token: String,
) -> Result<Next, OtpError> {
    let context = RequestContext::current()?;
    context.respond(handle(&context, &token).await)
}

/// The target page reports the result without a flash message: the browser inside a mail app may
/// not keep cookies.
async fn handle(context: &RequestContext, token: &str) -> Outcome {
    match context.state.sign_in.not_me(token, &context.browser).await {
        Ok(Some(_)) => Ok(Accepted::at(&routes::with_token(
            routes::OTP_NOT_ME_DONE,
            token,
        ))),
        Ok(None) => Err(Refused::at(routes::OTP_NOT_ME, OtpError::Malformed).without_flash()),
        Err(error) => {
            let page = routes::with_token(routes::OTP_NOT_ME, token);
            Err(Refused::at(&page, context.unexpected(&error)).without_flash())
        }
    }
}
