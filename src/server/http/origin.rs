//! The same-origin check. Forms of other sites change nothing here, whether or not the visitor is
//! signed in (OWASP ASVS 5.0, 3.5.1).

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{AppState, error_response::ProblemResponse};
use crate::ui::pages::Problem;

/// Rejects requests that may change something unless our own pages sent them.
pub async fn layer(State(state): State<AppState>, request: Request<Body>, next: Next) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if safe || is_same_origin(request.headers(), &state.http.origin) {
        return next.run(request).await;
    }
    tracing::warn!(target: "doorcode::security", event = "malicious_cors", path = request.uri().path());
    ProblemResponse(Problem::Forbidden).into_response()
}

/// Browsers set `Sec-Fetch-Site`, and scripts cannot. Older browsers set `Origin` instead. A
/// request with neither header is refused.
fn is_same_origin(headers: &HeaderMap, own: &str) -> bool {
    let text = |name| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    match (
        text(header::HeaderName::from_static("sec-fetch-site")),
        text(header::ORIGIN),
    ) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == own,
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn passes(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs.iter().map(|(name, value)| {
            (
                header::HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        is_same_origin(&headers.collect(), "https://pay.example.com")
    }

    #[test]
    fn own_pages_are_accepted() {
        assert!(passes(&[("sec-fetch-site", "same-origin")]));
        assert!(passes(&[("origin", "https://pay.example.com")]));
    }

    #[test]
    fn other_origins_are_refused() {
        for headers in [
            &[][..],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://pay.example.com"),
            ],
            &[("origin", "null")],
            &[("origin", "https://evil.example")],
            &[("origin", "http://pay.example.com")],
            &[("origin", "https://pay.example.com.evil.example")],
            &[("referer", "https://pay.example.com/")],
        ] {
            assert!(!passes(headers), "{headers:?}");
        }
    }
}
