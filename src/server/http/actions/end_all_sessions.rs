//! `POST /account/sessions/all/`

use leptos::prelude::*;

use super::{Accepted, Outcome, Refused, guards::confirmed};
use crate::{
    api::{Next, Notice, OtpError},
    server::http::RequestContext,
    shared::routes,
};

/// Ends all sessions of the customer, including this one.
///
/// # Errors
/// [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/account/sessions/all/")]
pub async fn end_all_sessions() -> Result<Next, OtpError> {
    let context = RequestContext::current()?;
    context.respond(handle(&context).await)
}

async fn handle(context: &RequestContext) -> Outcome {
    let account = match confirmed(context, routes::ACCOUNT_SESSIONS).await {
        Ok(account) => account,
        Err(outcome) => return outcome,
    };
    let ended = context
        .state
        .account
        .end_all_sessions(&account, &context.browser)
        .await;
    ended.map_err(|error| Refused::at(routes::ACCOUNT_SESSIONS, context.unexpected(&error)))?;
    Ok(Accepted::signed_out(context, Notice::SignedOutEverywhere))
}
