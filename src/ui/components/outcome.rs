//! What came of the customer's last step.

use leptos::prelude::*;

use super::{ErrorSummary, NoticeBanner};
use crate::api::{Notice, OtpError};
use crate::ui::messages::use_words;

/// Stands at the top of a page with forms.
#[component]
pub fn Outcome(
    /// Why the last form was not accepted.
    error: Option<OtpError>,
    /// What the last step did.
    notice: Option<Notice>,
    /// Id of the control in which a problem can be mended.
    field: &'static str,
) -> impl IntoView {
    let words = use_words();
    let (problem, news) = match error {
        Some(error) if error.is_news() => (None, Some(words.error(&error))),
        Some(error) => (Some(words.error(&error)), None),
        None => (None, None),
    };
    let news = news.or_else(|| notice.map(|notice| words.notice(notice)));
    view! {
        <ErrorSummary message=problem field />
        <NoticeBanner text=news />
    }
}
