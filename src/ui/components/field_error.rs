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

/// The message for this field of the form, if the error blames it. Only then is the field
/// `aria-invalid`: a failed connection says nothing about a code.
#[must_use]
pub fn field_message(words: &Words, error: Option<&OtpError>, field: &str) -> Option<String> {
    error
        .filter(|error| error.field() == Some(field))
        .map(|error| words.error(error))
}
