//! The host that a request names: the one of `brand.public_url` or none of ours. Whatever a name of
//! somebody else's could reach (a link, a cache, another site's DNS rebound to this machine) is out
//! of the question then.

use axum::{
    body::Body,
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{AppState, failure::Refusal};
use crate::ui::pages::Problem;

/// The most characters of a foreign name that the log keeps. A DNS name has no more.
const LOGGED_CHARS: usize = 253;

/// Lets a request pass only if it names a host of ours; else 421 (RFC 9110 section 15.5.20).
pub async fn layer(State(state): State<AppState>, request: Request<Body>, next: Next) -> Response {
    match authority(&request) {
        Some(authority) if state.edge.hosts.include(authority) => next.run(request).await,
        Some(authority) => {
            let host: String = authority.chars().take(LOGGED_CHARS).collect();
            tracing::warn!(target: "doorcode::security", event = "unknown_host", ?host);
            Refusal(Problem::Misdirected).into_response()
        }
        None => Refusal(Problem::Malformed).into_response(),
    }
}

/// The host and port that a request names. The request target's count before those of the header,
/// and without one header exactly there is no telling (RFC 9112 sections 3.2 and 3.2.2).
fn authority(request: &Request<Body>) -> Option<&str> {
    let mut headers = request.headers().get_all(header::HOST).iter();
    let (header, None) = (headers.next()?, headers.next()) else {
        return None;
    };
    match request.uri().authority() {
        Some(authority) => Some(authority.as_str()),
        None => header.to_str().ok(),
    }
}
