//! The input field for the code.

use leptos::prelude::*;
use leptos::tachys::html::attribute::custom::custom_attribute;

use super::FieldError;
use crate::{
    api::fields,
    shared::CodeFormat,
    ui::messages::{PLACEHOLDER, use_translator},
};

/// The code field: label, hint, error, input and attempts.
///
/// The input is one visible text field, which accepts a paste of any shape, autofill and dictation
/// (WCAG 2.2 SC 3.3.8). It has no `maxlength` and no `pattern`, which would cut off or reject
/// `123 456`. It has `type="text"`, because a code is not a number. It never has a `value`, because
/// a code is not echoed.
#[component]
pub fn CodeField(
    /// The format of the code, which determines the keyboard and the hint.
    format: CodeFormat,
    /// Attempts left before the code is exhausted.
    attempts_remaining: u32,
    /// The error of the last attempt, if there is one.
    error: Option<String>,
    /// Whether the field has the focus when the page opens. On a page with an error, the error
    /// summary has it.
    focused: bool,
) -> impl IntoView {
    let translator = use_translator();
    let (inputmode, autocapitalize, letters_hint) = match format {
        CodeFormat::Digits(_) => ("numeric", "none", None),
        CodeFormat::Letters => ("text", "characters", Some(translator.t("letters-hint"))),
    };
    let described_by = if letters_hint.is_some() {
        "code-letters code-hint code-error"
    } else {
        "code-hint code-error"
    };
    // After a wrong code, the island shows one of these; the first one is for one attempt left.
    let sentences: Vec<_> = (1..attempts_remaining)
        .map(|left| translator.attempts(left))
        .collect();
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="field">
            <label for="otp_code">{translator.code_label(format)}</label>
            {letters_hint.map(|hint| view! { <p id="code-letters" class="hint">{hint}</p> })}
            <p id="code-hint" class="hint">
                {translator.t("code-hint")}
            </p>
            <FieldError id="code-error" message=error />
            <input
                id="otp_code"
                class="code"
                name=fields::OTP_CODE
                type="text"
                inputmode=inputmode
                autocomplete="one-time-code"
                autocapitalize=autocapitalize
                spellcheck="false"
                {..custom_attribute("autocorrect", "off")}
                enterkeyhint="go"
                dir="ltr"
                translate="no"
                required=true
                autofocus=focused
                aria-describedby=described_by
                aria-invalid=invalid
            />
            <p id="attempts" class="hint" data-attempts-left=sentences.join(&String::from(PLACEHOLDER))>
                {translator.attempts(attempts_remaining)}
            </p>
        </div>
    }
}
