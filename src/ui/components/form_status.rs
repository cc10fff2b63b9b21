//! What a form says without words on the screen.

use leptos::prelude::*;

/// Where a screen reader hears that a form is on its way. Empty, and there before it is filled
/// (ARIA 1.2, role `status`).
#[component]
pub fn FormStatus() -> impl IntoView {
    view! { <p id="form-status" class="visually-hidden" role="status"></p> }
}
