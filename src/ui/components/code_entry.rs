//! The code form for a signed-in customer.

use leptos::prelude::*;

use super::{CodeField, field_error::field_message};
use crate::api::{OtpError, fields};
use crate::shared::CodeFormat;
use crate::ui::messages::use_translator;

/// A code that still accepts attempts.
#[derive(Clone, Copy, Debug)]
pub struct OpenCode {
    /// The format of the code.
    pub format: CodeFormat,
    /// Attempts left, at least 1.
    pub attempts_remaining: u32,
}

/// The code field and its button, in a form that only posts.
#[component]
pub fn CodeEntry(
    /// The path to post the form to.
    action: &'static str,
    /// The code that the form accepts.
    code: OpenCode,
    /// The error of the last form, if it was rejected.
    error: Option<OtpError>,
    /// The path on this site to go to afterwards, if the form has to carry it.
    #[prop(optional, into)]
    next: Option<String>,
) -> impl IntoView {
    let translator = use_translator();
    let next = next.map(|next| view! { <input type="hidden" name=fields::NEXT value=next /> });
    view! {
        <form id="code-form" method="post" action=action novalidate=true data-plain="">
            {next}
            <CodeField
                format=code.format
                attempts_remaining=code.attempts_remaining
                error=field_message(&translator, error.as_ref(), "otp_code")
                focused=error.is_none_or(|error| error.is_notice())
            />
            <button class="primary" type="submit" data-busy=translator.t("checking")>
                {translator.t("verify-button")}
            </button>
        </form>
    }
}
