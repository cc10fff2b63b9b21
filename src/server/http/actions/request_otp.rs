//! `POST /otp/request/`

use axum::http::HeaderValue;
use leptos::prelude::*;

use super::{Accepted, Outcome, Refused, guards::is_signed_in};
use crate::{
    api::{Next, OtpError, RequestForm},
    server::{
        http::{RequestContext, cookie::Cookie},
        sign_in,
    },
    shared::{ContactType, routes},
};

/// Issues an OTP for a contact and queues its message.
///
/// # Errors
/// [`OtpError::ContactMissing`], [`OtpError::ContactInvalid`], [`OtpError::CustomerNotFound`] (only
/// if unknown contacts are revealed), [`OtpError::CountryNotAllowed`], [`OtpError::NotMobile`],
/// [`OtpError::SmsBudgetSpent`], [`OtpError::Cooldown`], [`OtpError::CaptchaRequired`] and other
/// limits, [`OtpError::SendFailed`].
#[server(prefix = "", endpoint = "/otp/request/")]
pub async fn request_otp(
    /// The fields of the form.
    #[server(flatten)]
    form: RequestForm,
) -> Result<Next, OtpError> {
    let context = RequestContext::current()?;
    context.respond(handle(&context, form).await)
}

/// A browser gets a token and a row in the database only when an OTP is issued.
async fn handle(context: &RequestContext, form: RequestForm) -> Outcome {
    let refused = |error| {
        let refused = Refused::in_sign_in(routes::OTP_REQUEST, error);
        refused
            .with_draft(form.clone())
            .with_cookie(forgotten(context, &form))
    };
    let Some(kind) = form.kind() else {
        return Err(refused(OtpError::Malformed));
    };
    if is_signed_in(context).await.map_err(refused)? {
        return Ok(Accepted::at(routes::ACCOUNT));
    }
    let request = sign_in::RequestForm {
        contact_type: kind,
        contact_value: form.contact_value.clone(),
        next: form.next.clone(),
        solution: form.solution.clone(),
    };
    let requested = context
        .state
        .sign_in
        .request_otp(&context.browser, &request)
        .await;
    let requested = requested.map_err(|error| refused(context.request_error(error, kind)))?;
    Ok(Accepted::at(routes::OTP_VERIFY)
        .with_cookie(context.pre_auth_cookie(&requested.token))
        .with_cookie(remembered(context, &form, kind).or_else(|| forgotten(context, &form)))
        .with_code_sent(requested.wait))
}

/// Returns the cookie that remembers the contact, if the box is ticked.
fn remembered(
    context: &RequestContext,
    form: &RequestForm,
    kind: ContactType,
) -> Option<HeaderValue> {
    let contact = format!("{}:{}", kind.as_str(), form.contact_value);
    form.remembers()
        .then(|| context.kept_cookie(Cookie::Contact, &contact))
        .flatten()
}

/// Returns the header that removes that cookie if the box was unticked, regardless of the outcome
/// of the request.
fn forgotten(context: &RequestContext, form: &RequestForm) -> Option<HeaderValue> {
    let is_unticked = context.remembered.is_some() && !form.remembers();
    is_unticked
        .then(|| context.cleared_cookie(Cookie::Contact))
        .flatten()
}
