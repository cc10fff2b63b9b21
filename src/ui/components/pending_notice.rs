//! A code that is on its way.

use leptos::prelude::*;

use crate::ui::messages::use_words;

/// Leads to where the code that was already sent is entered.
#[component]
pub fn PendingNotice(
    /// Where it was sent.
    contact: String,
    /// The time of day at which it was asked for.
    time: String,
    /// Path of the page that takes it.
    path: &'static str,
) -> impl IntoView {
    let words = use_words();
    let (before, after) = words.around("pending", "contact", &[("time", time.into())]);
    view! {
        <section class="notice" aria-label=words.say("pending-label")>
            {before}
            <strong class="contact" dir="auto" translate="no">
                {contact}
            </strong>
            {after}
            " "
            <a class="away" href=path>{words.say("pending-link")}</a>
        </section>
    }
}
