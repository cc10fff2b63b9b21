//! The status of a form, for screen readers only.

use leptos::prelude::*;

/// The live region in which a screen reader announces that a form is being sent. It is rendered
/// empty, because it has to exist before it is filled (ARIA 1.2, role `status`).
#[component]
pub fn FormStatus() -> impl IntoView {
    view! { <p id="form-status" class="visually-hidden" role="status"></p> }
}
