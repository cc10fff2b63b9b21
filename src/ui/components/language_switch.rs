//! The language switch.

use leptos::either::Either;
use leptos::prelude::*;

use crate::api::fields;
use crate::shared::{Language, routes};
use crate::ui::messages::use_translator;

/// A button for each language. It leads back to the page that it is on.
#[component]
pub fn LanguageSwitch(
    /// The languages to choose from.
    languages: Vec<Language>,
    /// The path of the page that the switch is on.
    page: String,
    /// The form of the page, if its fields must not be lost. The buttons then submit that form.
    #[prop(optional_no_strip)]
    form: Option<&'static str>,
) -> impl IntoView {
    let translator = use_translator();
    let own_form = form.unwrap_or("language-form");
    let buttons = languages.into_iter().map(|language| {
        let is_current = language == translator.language;
        view! {
            <button
                class="link"
                type="submit"
                form=own_form
                formaction=routes::LANGUAGE
                name=fields::LANGUAGE
                value=language.code()
                lang=language.code()
                translate="no"
                aria-current=is_current.then_some("true")
            >
                {language.name()}
            </button>
        }
    });
    let buttons = buttons.collect_view();
    let label = translator.t("language-label");
    match form {
        Some(_) => Either::Left(view! {
            <div id="language-form" class="languages" role="group" aria-label=label>
                {buttons}
            </div>
        }),
        None => Either::Right(view! {
            <form id=own_form class="languages" method="post" action=routes::LANGUAGE aria-label=label>
                <input type="hidden" name=fields::PAGE value=page />
                {buttons}
            </form>
        }),
    }
}
