//! Shows the error of a form without loading a page, with the markup that the server would render
//! for it.

use leptos::prelude::document;
use web_sys::HtmlElement;

use super::dom;
use super::submit::SubmitError;
use crate::ui::messages::PLACEHOLDER;

/// The element ids of a field and of its error message.
pub(super) struct Field {
    /// The id of the input, which is also its name in the form.
    pub(super) input: &'static str,
    /// The id of the error message beside the input.
    pub(super) error: &'static str,
}

/// Shows an error in the error summary and, if the server names the field, beside the field. An
/// error that is a notice replaces the notice instead.
///
/// `unreachable` is the message for a server that could not be reached; it tells the customer what
/// happens to the input.
pub(super) fn show(field: &Field, error: &SubmitError, unreachable: &str) {
    let (message, is_invalid) = match error {
        SubmitError::Rejected(rejection) if rejection.is_notice => {
            return show_notice(&rejection.message);
        }
        SubmitError::Rejected(rejection) => (
            rejection.message.as_str(),
            rejection.field.as_deref() == Some(field.input),
        ),
        SubmitError::Unreachable | SubmitError::VersionMismatch => (unreachable, false),
    };
    // A notice about the previous step would contradict the error.
    dom::set_text("notice", "");
    dom::set_hidden("error-summary", false);
    dom::set_text("error-text", message);
    set_field_error(field, if is_invalid { message } else { "" });
    set_title_prefix(true);
}

/// Marks the input as invalid again and makes screen readers announce the current error again,
/// after the same wrong input.
pub(super) fn show_again(input: &HtmlElement) {
    dom::set_attribute(input, "aria-invalid", "true");
    dom::announce_again("error-text");
}

/// Shows a notice. The focus stays where it is, because a notice asks for no correction.
fn show_notice(text: &str) {
    if let Some(notice) = dom::by_id::<HtmlElement>("notice") {
        notice.set_text_content(Some(text));
        notice.scroll_into_view();
    }
}

/// Clears the error when the form is sent again. Screen readers then announce the next error even
/// if it is the same.
pub(super) fn clear(field: &Field) {
    dom::set_hidden("error-summary", true);
    set_field_error(field, "");
    set_title_prefix(false);
}

/// Adds the error prefix to the page title, or removes it (WCAG 2.2 SC 3.3.1, G199). The prefix is
/// the text before the placeholder in `data-title`.
fn set_title_prefix(has_problem: bool) {
    let Some(summary) = dom::by_id::<HtmlElement>("error-summary") else {
        return;
    };
    let (pattern, title) = (dom::data(&summary, "data-title"), document().title());
    let prefix = pattern.split(PLACEHOLDER).next().unwrap_or_default();
    let plain = title.strip_prefix(prefix).unwrap_or(&title);
    document().set_title(&if has_problem {
        [prefix, plain].concat()
    } else {
        plain.to_owned()
    });
}

/// Shows the error message of the field, or clears it if `message` is empty.
fn set_field_error(field: &Field, message: &str) {
    dom::set_text(field.error, message);
    dom::set_hidden(field.error, message.is_empty());
    match dom::by_id::<HtmlElement>(field.input) {
        Some(input) if message.is_empty() => clear_invalid(&input),
        Some(input) => dom::set_attribute(&input, "aria-invalid", "true"),
        None => {}
    }
}

/// Removes the invalid state of an input. After an edit, it is unknown whether the input is still
/// wrong.
pub(super) fn clear_invalid(input: &HtmlElement) {
    dom::remove_attribute(input, "aria-invalid");
}

/// Moves the focus to the error summary.
pub(super) fn focus_summary() {
    if let Some(summary) = dom::by_id::<HtmlElement>("error-summary") {
        _ = summary.focus();
    }
}

/// Moves the focus to the error summary that the server has rendered, unless the customer has
/// already moved it elsewhere.
pub(super) fn focus_rendered_summary() {
    let is_shown =
        dom::by_id::<HtmlElement>("error-summary").is_some_and(|summary| !summary.hidden());
    let body: Option<web_sys::Element> = document().body().map(Into::into);
    if is_shown && document().active_element() == body {
        focus_summary();
    }
}
