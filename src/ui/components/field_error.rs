//! The error message beside a field.

use leptos::prelude::*;

use crate::api::OtpError;
use crate::shared::Translator;

/// The error of one field. It is hidden while there is none, so that an island can fill it.
#[component]
pub fn FieldError(
    /// The id that the field names in `aria-describedby`.
    #[prop(into)]
    id: String,
    /// The message, if there is an error.
    message: Option<String>,
) -> impl IntoView {
    let hidden = message.is_none();
    view! {
        <p id=id class="error" hidden=hidden>
            {message.unwrap_or_default()}
        </p>
    }
}

/// Returns the message for this field of the form if the error is about the field. Only then is the
/// field `aria-invalid`: a failed connection says nothing about a code.
#[must_use]
pub fn field_message(
    translator: &Translator,
    error: Option<&OtpError>,
    field: &str,
) -> Option<String> {
    error
        .filter(|error| error.field() == Some(field))
        .map(|error| translator.error(error))
}
