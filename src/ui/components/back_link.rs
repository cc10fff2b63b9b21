//! The link back to the account.

use leptos::prelude::*;

use crate::shared::routes;
use crate::ui::messages::use_translator;

/// A link to the account page, at the end of the pages that belong to it.
#[component]
pub fn BackToAccount() -> impl IntoView {
    let translator = use_translator();
    view! {
        <p>
            <a class="standalone-link" href=routes::ACCOUNT>
                {translator.t("back-to-account")}
            </a>
        </p>
    }
}
