//! A form with one button.

use leptos::prelude::*;

use super::proof::{Challenge, Proof};

/// A form that only posts: it has no fields to fill and does not use `fetch`. The island
/// `PageBehavior` prevents it from being sent twice.
#[component]
pub fn PlainForm(
    /// The id of the form.
    #[prop(into)]
    id: String,
    /// The path to post the form to.
    action: &'static str,
    /// The text of the button.
    #[prop(into)]
    label: String,
    /// The text of the button while the next page is loading.
    #[prop(into)]
    busy: String,
    /// The id of the button, if something refers to it.
    #[prop(optional)]
    button_id: Option<&'static str>,
    /// The style of the button: `primary`, `secondary` or `link`.
    look: &'static str,
    /// The id of the text that explains the button.
    #[prop(optional, into)]
    described_by: Option<String>,
    /// The names and values of the hidden fields.
    #[prop(optional)]
    fields: Vec<(&'static str, String)>,
    /// The challenge to solve before the form is sent.
    #[prop(default = Challenge::None)]
    challenge: Challenge,
) -> impl IntoView {
    let fields = fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    view! {
        <form id=id method="post" action=action data-plain="">
            {fields.collect_view()}
            <Proof challenge />
            <button id=button_id class=look type="submit" aria-describedby=described_by data-busy=busy>
                {label}
            </button>
        </form>
    }
}
