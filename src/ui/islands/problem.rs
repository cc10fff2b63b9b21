//! Shows in place the errors that the server would have rendered after a redirect.

use leptos::prelude::document;
use web_sys::HtmlElement;

use super::dom;
use super::submit::SubmitError;
use crate::ui::messages::PLACEHOLDER;

/// The ids of a field and of its error.
pub(super) struct Field {
    /// The id of the input, which is also its name in the form.
    pub(super) input: &'static str,
    /// The id of the message beside it.
    pub(super) error: &'static str,
}

/// Fills and shows the error summary and, if the field is to blame, the error of the field.
///
/// `unreachable` is the message if the server could not be reached; it says what happens to the
/// input.
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
    mark(field, if is_invalid { message } else { "" });
    mark_title(true);
}

/// Repeats the announcement of the current error.
pub(super) fn repeat(input: &HtmlElement) {
    dom::set_attribute(input, "aria-invalid", "true");
    dom::announce_again("error-text");
}

/// Shows a notice, which needs no correction; the focus stays.
fn show_notice(text: &str) {
    if let Some(notice) = dom::by_id::<HtmlElement>("notice") {
        notice.set_text_content(Some(text));
        notice.scroll_into_view();
    }
}

/// Clears the error, because the form is being sent again. If the same error follows, it is
/// announced again.
pub(super) fn clear(field: &Field) {
    dom::set_hidden("error-summary", true);
    mark(field, "");
    mark_title(false);
}

/// Marks the page title once if there is a problem (WCAG 2.2 SC 3.3.1, G199), or removes the mark.
fn mark_title(has_problem: bool) {
    let Some(summary) = dom::by_id::<HtmlElement>("error-summary") else {
        return;
    };
    let (pattern, title) = (dom::data(&summary, "data-title"), document().title());
    let mark = pattern.split(PLACEHOLDER).next().unwrap_or_default();
    let plain = title.strip_prefix(mark).unwrap_or(&title);
    document().set_title(&if has_problem {
        [mark, plain].concat()
    } else {
        plain.to_owned()
    });
}

/// Shows the error of the field, or clears it if `message` is empty.
fn mark(field: &Field, message: &str) {
    dom::set_text(field.error, message);
    dom::set_hidden(field.error, message.is_empty());
    match dom::by_id::<HtmlElement>(field.input) {
        Some(input) if message.is_empty() => clear_invalid(&input),
        Some(input) => dom::set_attribute(&input, "aria-invalid", "true"),
        None => {}
    }
}

/// Removes the invalid mark: the text has changed, and it is not yet known whether it is still
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
    let shown = dom::by_id::<HtmlElement>("error-summary").is_some_and(|summary| !summary.hidden());
    let body: Option<web_sys::Element> = document().body().map(Into::into);
    if shown && document().active_element() == body {
        focus_summary();
    }
}
