//! `POST /otp/resend/`

use leptos::prelude::*;

use super::{Accepted, Outcome, Refused, guards::is_signed_in};
use crate::{
    api::{Next, Notice, OtpError, ResendForm},
    server::{
        codes::resend::Sent,
        http::{RequestContext, flash::Flash},
    },
    shared::{ContactType, routes},
};

/// Sends the pending code again, or its next generation once half of its lifetime is over. The
/// message goes to the same contact or to the customer's other one.
///
/// # Errors
/// [`OtpError::Cooldown`], [`OtpError::CodeExhausted`], [`OtpError::SessionExpired`],
/// [`OtpError::CaptchaRequired`] and other limits, [`OtpError::SendFailed`];
/// [`OtpError::Malformed`] for a contact that the page did not offer.
#[server(prefix = "", endpoint = "/otp/resend/")]
pub async fn resend_otp(
    /// The fields of the form.
    #[server(flatten)]
    form: ResendForm,
) -> Result<Next, OtpError> {
    let context = RequestContext::current()?;
    context.respond(handle(&context, form).await)
}

async fn handle(context: &RequestContext, form: ResendForm) -> Outcome {
    let refused = |error| Refused::in_sign_in(routes::OTP_VERIFY, error);
    let channel = ContactType::from_value(&form.contact_type);
    if channel.is_none() && !form.contact_type.is_empty() {
        return Err(refused(OtpError::Malformed));
    }
    if is_signed_in(context).await.map_err(refused)? {
        return Ok(Accepted::at(routes::ACCOUNT));
    }
    let sent = context
        .state
        .sign_in
        .resend_otp(&context.browser, channel, &form.solution)
        .await;
    let notice = match sent.map_err(|error| refused(context.resend_error(error)))? {
        Sent::OnlyCode => Notice::CodeSent,
        Sent::NextCode => Notice::CodeResent,
    };
    let cookie = context
        .browser
        .token
        .as_ref()
        .and_then(|token| context.pre_auth_cookie(token));
    Ok(Accepted::at(routes::OTP_VERIFY)
        .with_cookie(cookie)
        .with_flash(Flash::notice(notice)))
}
