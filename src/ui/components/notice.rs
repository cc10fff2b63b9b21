//! The notice at the top of a page.

use leptos::prelude::*;

/// Shows a notice, which needs no correction. The element is rendered even without a text: an
/// island fills it, and screen readers announce changes of a live region but not its initial
/// content (WCAG 2.2 SC 4.1.3, ARIA22).
#[component]
pub fn NoticeBanner(
    /// The text, if there is one.
    text: Option<String>,
) -> impl IntoView {
    view! { <p id="notice" class="notice" role="status">{text}</p> }
}
