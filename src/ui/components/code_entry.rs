//! The form that takes a code from somebody who is signed in.

use leptos::prelude::*;

use super::{CodeField, field_error::field_message};
use crate::api::{OtpError, fields};
use crate::shared::CodeFormat;
use crate::ui::messages::use_words;

/// A code that takes answers.
#[derive(Clone, Copy, Debug)]
pub struct OpenCode {
    /// What it looks like.
    pub format: CodeFormat,
    /// Answers left, at least 1.
    pub attempts_remaining: u32,
}

/// The code field with its button; it only posts.
#[component]
pub fn CodeEntry(
    /// Path that takes the POST.
    action: &'static str,
    /// What it takes.
    code: OpenCode,
    /// Why the last form was not accepted.
    error: Option<OtpError>,
    /// The own path to go to afterwards, where the form has to say it.
    #[prop(optional, into)]
    next: Option<String>,
) -> impl IntoView {
    let words = use_words();
    let next = next.map(|next| view! { <input type="hidden" name=fields::NEXT value=next /> });
    view! {
        <form id="code-form" method="post" action=action novalidate=true data-plain="">
            {next}
            <CodeField
                format=code.format
                attempts_remaining=code.attempts_remaining
                error=field_message(&words, error.as_ref(), "otp_code")
                focused=error.is_none_or(|error| error.is_news())
            />
            <button class="primary" type="submit" data-busy=words.say("checking")>
                {words.say("verify-button")}
            </button>
        </form>
    }
}
