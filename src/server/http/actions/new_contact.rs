//! `POST /account/contact/`

use leptos::prelude::*;

use super::{Accepted, Outcome, Refused, guards::confirmed};
use crate::{
    api::{NewContactForm, Next, Notice, OtpError, RequestForm},
    server::{
        account::NewContactError,
        http::{RequestContext, flash::Flash},
    },
    shared::{ContactType, routes},
};

/// Sends a code to the customer's new contact.
///
/// # Errors
/// [`OtpError::ContactMissing`], [`OtpError::ContactInvalid`], [`OtpError::CountryNotAllowed`],
/// [`OtpError::NotMobile`], [`OtpError::SmsBudgetSpent`], [`OtpError::Cooldown`],
/// [`OtpError::SendFailed`].
#[server(prefix = "", endpoint = "/account/contact/")]
pub async fn new_contact(
    /// The fields of the form.
    #[server(flatten)]
    form: NewContactForm,
) -> Result<Next, OtpError> {
    let context = RequestContext::current()?;
    context.respond(handle(&context, form).await)
}

async fn handle(context: &RequestContext, form: NewContactForm) -> Outcome {
    let page = routes::ACCOUNT_CONTACT;
    let account = match confirmed(context, page).await {
        Ok(account) => account,
        Err(outcome) => return outcome,
    };
    let NewContactForm {
        contact_type,
        contact_value,
    } = form;
    let kind = ContactType::from_value(&contact_type)
        .ok_or_else(|| Refused::at(page, OtpError::Malformed))?;
    match context
        .state
        .account
        .request_new_contact(&account, &context.browser, (kind, &contact_value))
        .await
    {
        Ok(wait) => Ok(Accepted::at(routes::ACCOUNT_CONTACT_VERIFY).with_code_sent(wait)),
        Err(NewContactError::Unchanged) => {
            Ok(Accepted::at(page).with_flash(Flash::notice(Notice::ContactUnchanged)))
        }
        Err(NewContactError::Request(error)) => {
            let draft = RequestForm {
                contact_type,
                contact_value,
                ..RequestForm::default()
            };
            Err(Refused::at(page, context.request_error(error, kind)).with_draft(draft))
        }
    }
}
