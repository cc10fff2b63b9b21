//! Which language a visitor reads.

use axum::http::{HeaderMap, header};

use super::{
    AppState,
    cookie::{self, Cookie},
};
use crate::{
    api::LANGUAGE_HEADER,
    shared::{Language, Words},
};

/// The language of the page that an island speaks for, else the one that the visitor has chosen,
/// perhaps in another tab meanwhile, else the first of those that their browser asks for.
#[must_use]
pub fn language(headers: &HeaderMap, state: &AppState) -> Language {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let page = said(LANGUAGE_HEADER).and_then(|code| state.localizer.choice(code));
    let chosen = || cookie::text(headers, Cookie::Language, state.edge.https);
    let chosen = page.or_else(|| state.localizer.choice(&chosen()?));
    chosen.unwrap_or_else(|| {
        state
            .localizer
            .accepted(said(header::ACCEPT_LANGUAGE.as_str()).unwrap_or_default())
    })
}

/// The words for the visitor.
#[must_use]
pub fn words(headers: &HeaderMap, state: &AppState) -> Words {
    state.localizer.words(language(headers, state))
}
