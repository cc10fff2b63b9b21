//! `POST /account/confirm/send/`

use leptos::prelude::*;

use super::{Accepted, Outcome, Refused};
use crate::{
    api::{Next, OtpError},
    server::http::{RequestContext, context::safe_next},
    shared::{ContactType, routes},
};

/// Sends a code with which a signed-in customer confirms their identity.
///
/// # Errors
/// [`OtpError::Cooldown`], [`OtpError::SendFailed`].
#[server(prefix = "", endpoint = "/account/confirm/send/")]
pub async fn send_confirmation(
    /// The path on this site that requires the confirmation.
    #[server(default)]
    next: String,
) -> Result<Next, OtpError> {
    let context = RequestContext::current()?;
    context.respond(handle(&context, &next).await)
}

async fn handle(context: &RequestContext, next: &str) -> Outcome {
    let page = routes::account_confirm_with_next(&safe_next(next));
    let account = context.state.account.signed_in(&context.browser).await;
    let account = account.map_err(|error| Refused::at(&page, context.unexpected(&error)))?;
    let Some(account) = account else {
        return Ok(Accepted::at(routes::OTP_REQUEST));
    };
    let sent = context
        .state
        .account
        .send_confirmation(&account, &context.browser)
        .await;
    let wait = sent.map_err(|error| {
        Refused::at(&page, context.request_error(error, ContactType::default()))
    })?;
    Ok(Accepted::at(&page).with_code_sent(wait))
}
