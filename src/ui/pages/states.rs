//! Every state of the screens side by side, for a developer.

use leptos::prelude::*;
use leptos::tachys::html::attribute::custom::custom_attribute;

use crate::shared::routes;

// Not translated, because only developers read this page.
/// The title of the page, without the brand.
pub const HEADING: &str = "States of the screens";
const TEXT: &str =
    "Each frame shows a page in one state, in this browser's language. Shown in DEV only.";

/// All states, each in a frame.
#[component]
pub fn StatesPage(
    /// The names of the states.
    names: Vec<&'static str>,
) -> impl IntoView {
    let states = names.into_iter().map(|name| {
        let path = routes::dev_state(name);
        view! {
            <article class="message">
                <h2>
                    <a href=path.clone()>{name}</a>
                </h2>
                <iframe {..custom_attribute("loading", "lazy")} src=path title=name></iframe>
            </article>
        }
    });
    view! {
        <h1>{HEADING}</h1>
        <p class="lead">{TEXT}</p>
        {states.collect_view()}
    }
}
