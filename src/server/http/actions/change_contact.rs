//! `POST /otp/change/`

use leptos::prelude::*;

use super::{Accepted, Outcome, Refused};
use crate::{
    api::{Next, OtpError},
    server::http::RequestContext,
    shared::routes,
};

/// Forgets the pending contact and revokes its code.
///
/// # Errors
/// [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/otp/change/")]
pub async fn change_contact() -> Result<Next, OtpError> {
    let context = RequestContext::current()?;
    context.respond(handle(&context).await)
}

async fn handle(context: &RequestContext) -> Outcome {
    let forgotten = context.state.sign_in.change_contact(&context.browser).await;
    forgotten.map_err(|error| Refused::at(routes::OTP_REQUEST, context.unexpected(&error)))?;
    Ok(Accepted::at(routes::OTP_REQUEST))
}
