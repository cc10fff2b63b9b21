//! The notice at the top of a page.

use leptos::prelude::*;

/// Shows news that needs no correction. The element is rendered even if there are none: an island
/// fills it, and screen readers announce changes of a live region but not its initial content (WCAG
/// 2.2 SC 4.1.3, ARIA22).
#[component]
pub fn NoticeBanner(
    /// The news, if there are any.
    text: Option<String>,
) -> impl IntoView {
    view! { <p id="notice" class="notice" role="status">{text}</p> }
}
