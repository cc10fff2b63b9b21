//! A code that is on its way.

use leptos::prelude::*;

use crate::ui::messages;

/// Leads to where the code that was already sent is entered.
#[component]
pub fn PendingNotice(
    /// Where it was sent.
    contact: String,
    /// Path of the page that takes it.
    path: &'static str,
) -> impl IntoView {
    view! {
        <section class="notice" aria-label=messages::PENDING_LABEL>
            {messages::PENDING_BEFORE}
            <strong class="contact" dir="auto" translate="no">
                {contact}
            </strong>
            ". "
            <a href=path>{messages::PENDING_LINK}</a>
        </section>
    }
}
