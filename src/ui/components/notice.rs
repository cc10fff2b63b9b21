//! Good news at the top of a page.

use leptos::prelude::*;

use crate::api::Notice;
use crate::ui::messages::use_words;

/// Says once what the customer's last step did; nothing without a notice.
#[component]
pub fn NoticeBanner(
    /// What happened, if anything did.
    notice: Option<Notice>,
) -> impl IntoView {
    let words = use_words();
    notice.map(|notice| {
        view! {
            <p id="notice" class="notice" role="status">
                {words.notice(notice)}
            </p>
        }
    })
}
