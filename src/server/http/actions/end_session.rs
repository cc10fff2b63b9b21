//! `POST /account/sessions/`

use leptos::prelude::*;

use super::{Accepted, Outcome, Refused, guards::confirmed};
use crate::{
    api::{Next, Notice, OtpError},
    server::{
        domain::SessionId,
        http::{RequestContext, flash::Flash},
    },
    shared::routes,
};

/// Ends one of the customer's sessions.
///
/// # Errors
/// [`OtpError::Malformed`] if `session` is not a number, [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/account/sessions/")]
pub async fn end_session(
    /// The number of the session in the list.
    #[server(default)]
    session: String,
) -> Result<Next, OtpError> {
    let context = RequestContext::current()?;
    context.respond(handle(&context, &session).await)
}

async fn handle(context: &RequestContext, session: &str) -> Outcome {
    let account = match confirmed(context, routes::ACCOUNT_SESSIONS).await {
        Ok(account) => account,
        Err(outcome) => return outcome,
    };
    let refused = |error| Refused::at(routes::ACCOUNT_SESSIONS, error);
    let session = SessionId(session.parse().map_err(|_| refused(OtpError::Malformed))?);
    let ended = context
        .state
        .account
        .end_session(&account, session, &context.browser.origin)
        .await;
    ended.map_err(|error| refused(context.unexpected(&error)))?;
    Ok(Accepted::at(routes::ACCOUNT_SESSIONS).with_flash(Flash::notice(Notice::SessionEnded)))
}
