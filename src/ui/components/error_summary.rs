//! The error summary at the top of a page.

use leptos::prelude::*;

use crate::ui::messages::{PLACEHOLDER, use_translator};

/// States the problem and links to the control that corrects it (WCAG 2.2 SC 3.3.1).
///
/// The element is rendered even without an error, but hidden: an island fills and shows it, and
/// screen readers announce an alert reliably only if its element existed before (ARIA 1.2, role
/// `alert`).
#[component]
pub fn ErrorSummary(
    /// The problem, if there is one.
    message: Option<String>,
    /// The id of the control that the message links to.
    field: &'static str,
) -> impl IntoView {
    let translator = use_translator();
    let hidden = message.is_none();
    // An island adds the text before the placeholder to the page title, or removes it.
    let title = translator.problem_title(PLACEHOLDER.into());
    view! {
        <div id="error-summary" class="summary" role="alert" tabindex="-1" aria-labelledby="error-heading" hidden=hidden data-title=title>
            <h2 id="error-heading">{translator.t("problem-heading")}</h2>
            <a id="error-text" href=format!("#{field}")>
                {message.unwrap_or_default()}
            </a>
        </div>
    }
}
