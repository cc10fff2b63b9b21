//! `POST /account/contact/verify/`

use leptos::prelude::*;

use super::{Accepted, Outcome, guards::code_refused};
use crate::{
    api::{Next, Notice, OtpError},
    server::http::{RequestContext, flash::Flash},
    shared::routes,
};

/// Changes the customer's contact, with the code that was sent to the new contact.
///
/// # Errors
/// [`OtpError::CodeMalformed`], [`OtpError::CodeInvalid`], [`OtpError::CodeExpired`],
/// [`OtpError::CodeExhausted`], [`OtpError::SessionExpired`], [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/account/contact/verify/")]
pub async fn verify_contact(
    /// The code as typed or pasted, possibly with the message around it.
    #[server(default)]
    otp_code: String,
) -> Result<Next, OtpError> {
    let context = RequestContext::current()?;
    context.respond(handle(&context, &otp_code).await)
}

async fn handle(context: &RequestContext, otp_code: &str) -> Outcome {
    let changed = context
        .state
        .account
        .verify_new_contact(&context.browser, otp_code)
        .await;
    let pages = [routes::ACCOUNT_CONTACT_VERIFY, routes::ACCOUNT_CONTACT];
    let token = changed.map_err(|error| code_refused(context, error, pages))?;
    Ok(Accepted::at(routes::ACCOUNT)
        .with_cookie(context.session_cookie(&token))
        .with_flash(Flash::notice(Notice::ContactChanged)))
}
