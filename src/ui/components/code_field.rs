//! The one field that takes the code.

use leptos::prelude::*;
use leptos::tachys::html::attribute::custom::custom_attribute;

use super::FieldError;
use crate::{
    api::fields,
    shared::CodeFormat,
    ui::messages::{PLACE, use_words},
};

/// Label, hint, error, input and attempts of the code.
///
/// One visible text input: it takes a paste of any shape, autofill and dictation (WCAG 2.2 SC
/// 3.3.8). No `maxlength` and no `pattern`, which would cut or refuse `123 456`; `type="text"`,
/// because a code is no number. Never a `value`: a code is not echoed.
#[component]
pub fn CodeField(
    /// What the code looks like: its keyboard and hint follow.
    format: CodeFormat,
    /// Answers left before the code is used up.
    attempts_remaining: u32,
    /// What is wrong with the last answer, if anything is.
    error: Option<String>,
    /// Whether the field has the focus when the page opens; on a page with an error the summary has
    /// it.
    focused: bool,
) -> impl IntoView {
    let words = use_words();
    let (inputmode, autocapitalize, letters_hint) = match format {
        CodeFormat::Digits(_) => ("numeric", "none", None),
        CodeFormat::Letters => ("text", "characters", Some(words.say("letters-hint"))),
    };
    let described_by = if letters_hint.is_some() {
        "code-letters code-hint code-error"
    } else {
        "code-hint code-error"
    };
    // What the island says after each wrong answer, from the last one on.
    let fewer: Vec<_> = (1..attempts_remaining)
        .map(|left| words.attempts(left))
        .collect();
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="field">
            <label for="otp_code">{words.code_label(format)}</label>
            {letters_hint.map(|hint| view! { <p id="code-letters" class="hint">{hint}</p> })}
            <p id="code-hint" class="hint">
                {words.say("code-hint")}
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
            <p id="attempts" class="hint" data-fewer=fewer.join(&String::from(PLACE))>
                {words.attempts(attempts_remaining)}
            </p>
        </div>
    }
}
