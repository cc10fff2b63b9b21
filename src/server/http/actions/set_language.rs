//! `POST /language/`

use leptos::prelude::*;

use super::{Accepted, Outcome, Refused};
use crate::{
    api::{LanguageForm, Next, OtpError},
    server::{
        domain::NextPath,
        http::{RequestContext, cookie::Cookie, flash::Flash},
    },
    shared::routes,
};

/// Sets the language of this browser's pages and messages. The next page restores the values of the
/// request form.
///
/// # Errors
/// [`OtpError::Malformed`] for a language that the page did not offer.
#[server(prefix = "", endpoint = "/language/")]
pub async fn set_language(
    /// The fields of the form.
    #[server(flatten)]
    form: LanguageForm,
) -> Result<Next, OtpError> {
    let context = RequestContext::current()?;
    context.respond(handle(&context, form))
}

fn handle(context: &RequestContext, form: LanguageForm) -> Outcome {
    let page = NextPath::parse(&form.page).map(|page| page.as_str().to_owned());
    let location = page.as_deref().unwrap_or(routes::OTP_REQUEST);
    let language = context.state.localizer.choice(&form.language);
    let language =
        language.ok_or_else(|| Refused::at(location, OtpError::Malformed).without_flash())?;
    let accepted =
        Accepted::at(location).with_cookie(context.kept_cookie(Cookie::Language, language.code()));
    Ok(if page.is_some() {
        accepted
    } else {
        accepted.with_flash(Flash::draft(form.request))
    })
}
