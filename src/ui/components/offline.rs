//! The banner that says that there is no connection.

use leptos::prelude::*;

use crate::ui::messages::use_translator;

/// Says that the browser is offline; the island `PageBehavior` shows it. The buttons stay enabled,
/// because a browser may be wrong about its connection.
#[component]
pub fn OfflineBanner() -> impl IntoView {
    let translator = use_translator();
    view! { <p id="offline" class="warning" role="status" data-text=translator.t("offline")></p> }
}
