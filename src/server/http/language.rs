//! Which language a visitor reads.

use axum::http::{HeaderMap, header};

use super::{
    AppState,
    cookie::{self, Cookie},
};
use crate::shared::{Language, Words};

/// The language that the visitor has chosen, else the first of those that their browser asks for.
#[must_use]
pub fn language(headers: &HeaderMap, state: &AppState) -> Language {
    let chosen = cookie::text(headers, Cookie::Language, state.edge.https);
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let chosen = chosen.and_then(|code| state.localizer.choice(&code));
    chosen.unwrap_or_else(|| state.localizer.accepted(accepted))
}

/// The words for the visitor.
#[must_use]
pub fn words(headers: &HeaderMap, state: &AppState) -> Words {
    state.localizer.words(language(headers, state))
}
