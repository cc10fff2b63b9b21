//! `POST /otp/logout/`

use leptos::prelude::*;

use super::{Accepted, Outcome, Refused};
use crate::{
    api::{Next, Notice, OtpError},
    server::http::RequestContext,
    shared::routes,
};

/// Ends the session in the database and clears the cookie.
///
/// # Errors
/// [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/otp/logout/")]
pub async fn customer_logout() -> Result<Next, OtpError> {
    let context = RequestContext::current()?;
    context.respond(handle(&context).await)
}

/// Keeps the cookie if the session cannot be ended: the session may still be alive, and without the
/// cookie nobody could end it.
async fn handle(context: &RequestContext) -> Outcome {
    let ended = context
        .state
        .account
        .customer_logout(&context.browser)
        .await;
    ended.map_err(|error| {
        Refused::at(routes::OTP_LOGOUT, context.unexpected(&error)).without_flash()
    })?;
    Ok(Accepted::signed_out(context, Notice::SignedOut))
}
