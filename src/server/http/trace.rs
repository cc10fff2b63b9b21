//! One ID and one log line per request.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

use super::AppState;
use crate::shared::{RequestId, routes};

/// Gives the request an ID, runs it inside a span with that ID, and logs the result.
pub async fn layer(
    State(state): State<AppState>,
    mut request: Request<Body>,
    next: Next,
) -> Response {
    let request_id = state.new_request_id();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    request.extensions_mut().insert(request_id);
    let started = state.now();
    let mut response = next
        .run(request)
        .instrument(tracing::info_span!("request", %request_id))
        .await;
    let status = response.status();
    let duration_ms = state.now().duration_since(started).as_millis();
    // The log would contain a wider number as text.
    let duration_ms = i64::try_from(duration_ms).unwrap_or(i64::MAX);
    log(request_id, (&method, path.as_str()), status, duration_ms);
    metrics::counter!("doorcode_requests_total", "status" => status.as_u16().to_string())
        .increment(1);
    add_header(&mut response, request_id);
    response
}

/// Logs a request with its path, but without its query. Health checks that succeed would hide the
/// other lines, so their level is DEBUG.
fn log(
    request_id: RequestId,
    (method, path): (&Method, &str),
    status: StatusCode,
    duration_ms: i64,
) {
    let is_health_check = matches!(path, routes::HEALTH_LIVE | routes::HEALTH_READY);
    let status_code = status.as_u16();
    if is_health_check && status.is_success() {
        tracing::debug!(%request_id, %method, path, status = status_code, duration_ms, "request");
    } else {
        tracing::info!(%request_id, %method, path, status = status_code, duration_ms, "request");
    }
}

fn add_header(response: &mut Response, id: RequestId) {
    if let Ok(value) = HeaderValue::try_from(id.to_string()) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-request-id"), value);
    }
}
