//! The outcome of the customer's last step.

use leptos::prelude::*;

use super::{ErrorSummary, NoticeBanner};
use crate::api::{Notice, OtpError};
use crate::ui::messages::use_translator;

/// The error summary and the notice at the top of a page with forms.
#[component]
pub fn Outcome(
    /// The error of the last form, if it was rejected.
    error: Option<OtpError>,
    /// The flash message of the last step, if there is one.
    notice: Option<Notice>,
    /// The id of the control that corrects a problem.
    field: &'static str,
) -> impl IntoView {
    let translator = use_translator();
    let (problem, error_notice) = match error {
        Some(error) if error.is_notice() => (None, Some(translator.error(&error))),
        Some(error) => (Some(translator.error(&error)), None),
        None => (None, None),
    };
    let notice = error_notice.or_else(|| notice.map(|notice| translator.notice(notice)));
    view! {
        <ErrorSummary message=problem field />
        <NoticeBanner text=notice />
    }
}
