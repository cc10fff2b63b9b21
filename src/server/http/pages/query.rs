//! The query parameters of pages.

use axum::extract::{Query, rejection::QueryRejection};
use serde::Deserialize;

/// The query of a page that continues to another page.
pub(super) type NextQuery = Result<Query<Next>, QueryRejection>;
/// The query of a page behind a link in an email.
pub(super) type TokenQuery = Result<Query<Token>, QueryRejection>;

#[derive(Default, Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Default, Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    token: String,
}

/// Returns the `next` path; empty if the query has none or is unreadable.
pub(super) fn next(query: NextQuery) -> String {
    query.unwrap_or_default().0.next
}

/// Returns the token; empty if the query has none or is unreadable.
pub(super) fn token(query: TokenQuery) -> String {
    query.unwrap_or_default().0.token
}
