//! The notice about a code that was already sent.

use leptos::prelude::*;

use crate::ui::messages::use_translator;

/// Links to the page on which the customer enters the code that was already sent.
#[component]
pub fn PendingNotice(
    /// The contact that the code was sent to.
    contact: String,
    /// The time of day at which the code was requested.
    time: String,
    /// The path of the page that accepts the code.
    path: &'static str,
) -> impl IntoView {
    let translator = use_translator();
    let (before, after) =
        translator.split_at_argument("pending", "contact", &[("time", time.into())]);
    view! {
        <section class="notice" aria-label=translator.t("pending-label")>
            {before}
            <strong class="contact" dir="auto" translate="no">
                {contact}
            </strong>
            {after}
            " "
            <a class="standalone-link" href=path>{translator.t("pending-link")}</a>
        </section>
    }
}
