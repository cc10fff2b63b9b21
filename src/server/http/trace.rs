//! One ID and one log line per request.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

use super::AppState;
use crate::shared::RequestId;

/// Gives the request an ID, runs it inside a span with that ID, and logs the result. The log line
/// contains the path without its query.
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
    let duration_ms = state.now().duration_since(started).as_millis();
    let status = response.status().as_u16();
    tracing::info!(%request_id, %method, ?path, status, duration_ms, "request");
    metrics::counter!("doorcode_requests_total", "status" => status.to_string()).increment(1);
    add_header(&mut response, request_id);
    response
}

fn add_header(response: &mut Response, id: RequestId) {
    if let Ok(value) = HeaderValue::try_from(id.to_string()) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-request-id"), value);
    }
}
