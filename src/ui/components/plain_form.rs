//! A form of one button.

use leptos::prelude::*;

use super::proof::{Asked, Proof};

/// A form that only posts: no fields to fill, no fetch. The island `PageLife` keeps it from being
/// sent twice.
#[component]
pub fn PlainForm(
    /// Id of the form.
    #[prop(into)]
    id: String,
    /// Path that takes the POST.
    action: &'static str,
    /// Text of the button.
    #[prop(into)]
    label: String,
    /// Text of the button while the next page is on its way.
    #[prop(into)]
    busy: String,
    /// Id of the button, where something refers to it.
    #[prop(optional)]
    button_id: Option<&'static str>,
    /// Look of the button: `primary`, `secondary` or `link`.
    look: &'static str,
    /// Id of the text that explains the button.
    #[prop(optional, into)]
    described_by: Option<String>,
    /// Names and values of what it posts.
    #[prop(optional)]
    fields: Vec<(&'static str, String)>,
    /// What has to be solved before.
    #[prop(default = Asked::Nothing)]
    asked: Asked,
) -> impl IntoView {
    let fields = fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    view! {
        <form id=id method="post" action=action data-plain="">
            {fields.collect_view()}
            <Proof asked />
            <button id=button_id class=look type="submit" aria-describedby=described_by data-busy=busy>
                {label}
            </button>
        </form>
    }
}
