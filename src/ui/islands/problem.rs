//! Shows in place what the server would have rendered after a redirect.

use leptos::prelude::document;
use web_sys::HtmlElement;

use super::dom;
use super::submit::SubmitError;
use crate::ui::messages::PLACE;

/// Ids of a field and of its error.
pub(super) struct Field {
    /// The input; its name in the form is the same.
    pub(super) input: &'static str,
    /// The message beside it.
    pub(super) error: &'static str,
}

/// Fills and shows the summary and, where the field is to blame, the field's own error.
///
/// `unreachable` says what becomes of the input when the server could not be asked.
pub(super) fn show(field: &Field, error: &SubmitError, unreachable: &str) {
    let (message, is_invalid) = match error {
        SubmitError::Rejected(rejection) if rejection.is_news => return tell(&rejection.message),
        SubmitError::Rejected(rejection) => (
            rejection.message.as_str(),
            rejection.field.as_deref() == Some(field.input),
        ),
        SubmitError::Unreachable | SubmitError::Foreign => (unreachable, false),
    };
    // Good news of the step before would contradict it.
    dom::set_text("notice", "");
    dom::set_hidden("error-summary", false);
    dom::set_text("error-text", message);
    mark(field, if is_invalid { message } else { "" });
    mark_title(true);
}

/// Says once more what the page says already.
pub(super) fn repeat(input: &HtmlElement) {
    dom::set_attribute(input, "aria-invalid", "true");
    dom::say_again("error-text");
}

/// Says what needs no mending; the focus stays.
fn tell(words: &str) {
    if let Some(notice) = dom::by_id::<HtmlElement>("notice") {
        notice.set_text_content(Some(words));
        notice.scroll_into_view();
    }
}

/// Takes it back: something else is on its way, or the same once more, which is to be heard once
/// more.
pub(super) fn forget(field: &Field) {
    dom::set_hidden("error-summary", true);
    mark(field, "");
    mark_title(false);
}

/// The title says so first (WCAG 2.2 SC 3.3.1, G199), once.
fn mark_title(has_problem: bool) {
    let Some(summary) = dom::by_id::<HtmlElement>("error-summary") else {
        return;
    };
    let (pattern, title) = (dom::data(&summary, "data-title"), document().title());
    let mark = pattern.split(PLACE).next().unwrap_or_default();
    let plain = title.strip_prefix(mark).unwrap_or(&title);
    document().set_title(&if has_problem {
        [mark, plain].concat()
    } else {
        plain.to_owned()
    });
}

/// Says that the field is wrong, and why; with no text, that it is not.
fn mark(field: &Field, message: &str) {
    dom::set_text(field.error, message);
    dom::set_hidden(field.error, message.is_empty());
    match dom::by_id::<HtmlElement>(field.input) {
        Some(input) if message.is_empty() => forget_invalid(&input),
        Some(input) => dom::set_attribute(&input, "aria-invalid", "true"),
        None => {}
    }
}

/// The text has changed: nobody knows yet whether it is still wrong.
pub(super) fn forget_invalid(input: &HtmlElement) {
    dom::remove_attribute(input, "aria-invalid");
}

/// Brings the customer to the summary.
pub(super) fn focus_summary() {
    if let Some(summary) = dom::by_id::<HtmlElement>("error-summary") {
        _ = summary.focus();
    }
}

/// On a page that the server rendered with an error: goes to the summary, unless the customer is
/// already elsewhere.
pub(super) fn focus_rendered_summary() {
    let shown = dom::by_id::<HtmlElement>("error-summary").is_some_and(|summary| !summary.hidden());
    let body: Option<web_sys::Element> = document().body().map(Into::into);
    if shown && document().active_element() == body {
        focus_summary();
    }
}
