//! `POST /account/confirm/`

use leptos::prelude::*;

use super::{Accepted, Outcome, guards::code_refused};
use crate::{
    api::{ConfirmForm, Next, OtpError},
    server::http::{RequestContext, context::safe_next},
    shared::routes,
};

/// Confirms the session with a code.
///
/// # Errors
/// [`OtpError::CodeMalformed`], [`OtpError::CodeInvalid`], [`OtpError::CodeExpired`],
/// [`OtpError::CodeExhausted`], [`OtpError::SessionExpired`], [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/account/confirm/")]
pub async fn confirm(
    /// The fields of the form.
    #[server(flatten)]
    form: ConfirmForm,
) -> Result<Next, OtpError> {
    let context = RequestContext::current()?;
    context.respond(handle(&context, form).await)
}

async fn handle(context: &RequestContext, form: ConfirmForm) -> Outcome {
    let next = safe_next(&form.next);
    let page = routes::account_confirm_with_next(&next);
    let confirmed = context
        .state
        .account
        .confirm(&context.browser, &form.otp_code)
        .await;
    let token = confirmed.map_err(|error| code_refused(context, error, [&page, &page]))?;
    Ok(Accepted::at(&next).with_cookie(context.session_cookie(&token)))
}
