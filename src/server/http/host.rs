//! The host check. A request must name the host of `brand.public_url`. This rules out attacks that
//! use a foreign host name: in links, in caches, or by rebinding another site's DNS to this
//! machine.

use axum::{
    body::Body,
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{AppState, error_response::ProblemResponse};
use crate::ui::pages::Problem;

/// The maximum number of characters of a foreign host name in the log. No DNS name is longer.
const LOGGED_CHARS: usize = 253;

/// Passes on requests that name one of our hosts. Answers others with 421 (RFC 9110 section
/// 15.5.20).
pub async fn layer(State(state): State<AppState>, request: Request<Body>, next: Next) -> Response {
    match authority(&request) {
        Some(authority) if state.http.hosts.include(authority) => next.run(request).await,
        Some(authority) => {
            let host: String = authority.chars().take(LOGGED_CHARS).collect();
            tracing::warn!(target: "doorcode::security", event = "unknown_host", host);
            ProblemResponse(Problem::Misdirected).into_response()
        }
        None => ProblemResponse(Problem::Malformed).into_response(),
    }
}

/// Returns the host and port that a request names. The request target takes precedence over the
/// header. Without exactly one `Host` header, the host is ambiguous and the result is `None` (RFC
/// 9112 sections 3.2 and 3.2.2).
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
