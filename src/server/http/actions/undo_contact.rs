//! `POST /account/undo/`

use leptos::prelude::*;

use super::{Accepted, Outcome, Refused};
use crate::{
    api::{Next, OtpError},
    server::{account::UndoOutcome, http::RequestContext},
    shared::routes,
};

/// Undoes a change of a contact.
///
/// # Errors
/// [`OtpError::Malformed`] for a link that is broken or too old, [`OtpError::Unexpected`].
#[server(prefix = "", endpoint = "/account/undo/")]
pub async fn undo_contact(
    /// The token from the link in the notice.
    #[server(default)]
    token: String,
) -> Result<Next, OtpError> {
    let context = RequestContext::current()?;
    context.respond(handle(&context, &token).await)
}

/// The target page reports the result without a flash message: the browser inside a mail app may
/// not keep cookies.
async fn handle(context: &RequestContext, token: &str) -> Outcome {
    match context
        .state
        .account
        .undo_contact_change(token, &context.browser.origin)
        .await
    {
        Ok(UndoOutcome::Done) => Ok(Accepted::at(routes::ACCOUNT_CONTACT_UNDO_DONE)),
        Ok(UndoOutcome::InvalidLink) => {
            Err(Refused::at(routes::ACCOUNT_CONTACT_UNDO, OtpError::Malformed).without_flash())
        }
        Err(error) => {
            let page = routes::with_token(routes::ACCOUNT_CONTACT_UNDO, token);
            Err(Refused::at(&page, context.unexpected(&error)).without_flash())
        }
    }
}
