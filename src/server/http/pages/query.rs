//! What pages read from their address.

use axum::extract::{Query, rejection::QueryRejection};
use serde::Deserialize;

/// The query of a page that leads on to another one.
pub(super) type NextQuery = Result<Query<Next>, QueryRejection>;
/// The query of a page behind a link in a mail.
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

/// The path; empty, if the query has none that can be read.
pub(super) fn next(query: NextQuery) -> String {
    query.unwrap_or_default().0.next
}

/// The token, likewise.
pub(super) fn token(query: TokenQuery) -> String {
    query.unwrap_or_default().0.token
}
