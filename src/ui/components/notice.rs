//! News at the top of a page.

use leptos::prelude::*;

/// Says something once that needs no mending. Without it the element is in the page all the same:
/// an island fills it, and a screen reader hears what changes in a live region, not what comes with
/// one (WCAG 2.2 SC 4.1.3, ARIA22).
#[component]
pub fn NoticeBanner(
    /// What there is to say.
    text: Option<String>,
) -> impl IntoView {
    view! { <p id="notice" class="notice" role="status">{text}</p> }
}
