//! Selects the visitor's language.

use axum::http::{HeaderMap, HeaderName, header};

use super::{
    AppState,
    cookie::{self, Cookie},
    headers,
};
use crate::{
    api::LANGUAGE_HEADER,
    shared::{Language, Translator},
};

/// Returns the visitor's language. An island's request uses the language of its page, because the
/// visitor may have chosen another one in another tab since. Other requests use the language that
/// the visitor has chosen, or else the first offered language in `Accept-Language`.
#[must_use]
pub fn language(request: &HeaderMap, state: &AppState) -> Language {
    let page = headers::text(request, HeaderName::from_static(LANGUAGE_HEADER));
    let page = page.and_then(|code| state.localizer.choice(&code));
    let chosen = || cookie::text(request, Cookie::Language, state.http.https);
    let chosen = page.or_else(|| state.localizer.choice(&chosen()?));
    chosen.unwrap_or_else(|| {
        let accepted: Vec<_> = headers::list(request, header::ACCEPT_LANGUAGE).collect();
        state.localizer.accepted(&accepted.join(","))
    })
}

/// Returns the sentences of the site in the visitor's language.
#[must_use]
pub fn translator(headers: &HeaderMap, state: &AppState) -> Translator {
    state.localizer.translator(language(headers, state))
}
