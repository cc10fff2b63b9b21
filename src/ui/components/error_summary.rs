//! The box that says first what is wrong on the page.

use leptos::prelude::*;

use crate::ui::messages::{PLACE, use_words};

/// Says what is wrong and links to where it can be mended (WCAG 2.2 SC 3.3.1).
///
/// Without an error it is in the page all the same, hidden: an island fills and shows it, and an
/// alert is only spoken reliably when the element was there before (ARIA 1.2, role `alert`).
#[component]
pub fn ErrorSummary(
    /// What is wrong, if anything.
    message: Option<String>,
    /// Id of the control that the message links to.
    field: &'static str,
) -> impl IntoView {
    let words = use_words();
    let hidden = message.is_none();
    // What an island puts before the page's title, or takes away again.
    let title = words.problem_title(PLACE.into());
    view! {
        <div id="error-summary" class="summary" role="alert" tabindex="-1" aria-labelledby="error-heading" hidden=hidden data-title=title>
            <h2 id="error-heading">{words.say("problem-heading")}</h2>
            <a id="error-text" href=format!("#{field}")>
                {message.unwrap_or_default()}
            </a>
        </div>
    }
}
