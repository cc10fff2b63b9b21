//! The message beside the field it is about.

use leptos::prelude::*;

use crate::api::OtpError;
use crate::shared::Words;

/// What is wrong with one field. Hidden while nothing is, so that an island can fill it.
#[component]
pub fn FieldError(
    /// Id that the field names in `aria-describedby`.
    #[prop(into)]
    id: String,
    /// What is wrong, if anything is.
    message: Option<String>,
) -> impl IntoView {
    let hidden = message.is_none();
    view! {
        <p id=id class="error" hidden=hidden>
            {message.unwrap_or_default()}
        </p>
    }
}

/// The message, if the error is about what stands in the page's field and not about anything else.
///
/// Only then is the field `aria-invalid`: a failed connection says nothing about a code.
#[must_use]
pub fn about_field(words: &Words, error: Option<&OtpError>) -> Option<String> {
    error.filter(|error| blames_field(error)).map(|error| words.error(error))
}

/// Whether other text in the field would have been accepted.
#[must_use]
pub const fn blames_field(error: &OtpError) -> bool {
    matches!(
        error,
        OtpError::ContactMissing(_)
            | OtpError::ContactInvalid(_)
            | OtpError::CountryNotAllowed
            | OtpError::NotMobile
            | OtpError::CustomerNotFound
            | OtpError::CodeMalformed { .. }
            | OtpError::CodeInvalid { .. }
    )
}
