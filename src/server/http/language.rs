//! Selects the visitor's language.

use axum::http::{HeaderMap, header};

use super::{
    AppState,
    cookie::{self, Cookie},
};
use crate::{
    api::LANGUAGE_HEADER,
    shared::{Language, Translator},
};

/// Returns the visitor's language. An island's request uses the language of its page, because the
/// visitor may have chosen another one in another tab since. Other requests use the language that
/// the visitor has chosen, or else the first offered language in `Accept-Language`.
#[must_use]
pub fn language(headers: &HeaderMap, state: &AppState) -> Language {
    let header_text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let page = header_text(LANGUAGE_HEADER).and_then(|code| state.localizer.choice(code));
    let chosen = || cookie::text(headers, Cookie::Language, state.http.https);
    let chosen = page.or_else(|| state.localizer.choice(&chosen()?));
    chosen.unwrap_or_else(|| {
        state
            .localizer
            .accepted(header_text(header::ACCEPT_LANGUAGE.as_str()).unwrap_or_default())
    })
}

/// Returns the sentences of the site in the visitor's language.
#[must_use]
pub fn translator(headers: &HeaderMap, state: &AppState) -> Translator {
    state.localizer.translator(language(headers, state))
}
