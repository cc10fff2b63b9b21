//! Receipts: reports of gateways on what happened to messages. Gateway servers are not browsers:
//! they send no cookie and no origin. A signature authenticates each request.

use std::time::Duration;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::post,
};
use tokio::time;

use super::{AppState, error_response::ServerError};
use crate::{
    server::{
        domain::send::ReceiptOutcome,
        ports::receipts::{Callback, ReceiptError},
    },
    shared::routes,
};

/// The maximum size of a receipt in bytes.
const MAX_BYTES: usize = 16 * 1024;
/// The maximum time that a receipt may take to arrive.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// Returns the route that receives receipts.
pub fn routes() -> Router<AppState> {
    Router::new().route(routes::RECEIPTS, post(receive))
}

async fn receive(
    State(state): State<AppState>,
    Path(gateway): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let body = match time::timeout(READ_TIMEOUT, to_bytes(body, MAX_BYTES)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    let url = format!(
        "{}{}",
        state.http.origin,
        uri.path_and_query().map_or("", |path| path.as_str())
    );
    let headers = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let callback = Callback {
        url: &url,
        headers: headers.collect(),
        body: &body,
    };
    let receipt = match state.receipts.receipt(&gateway, &callback, state.now()) {
        Ok(receipt) => receipt,
        Err(error) => return refusal(&gateway, error),
    };
    match state.delivery.record_receipt(&gateway, receipt).await {
        Ok(ReceiptOutcome::Recorded) => respond(&gateway, "recorded", StatusCode::NO_CONTENT),
        Ok(ReceiptOutcome::Replayed) => respond(&gateway, "replayed", StatusCode::CONFLICT),
        Ok(ReceiptOutcome::Unknown) => respond(&gateway, "unknown_message", StatusCode::NOT_FOUND),
        Err(error) => ServerError::from(error).into_response(),
    }
}

fn refusal(gateway: &str, error: ReceiptError) -> Response {
    match error {
        ReceiptError::BadSignature => respond(gateway, "forged", StatusCode::FORBIDDEN),
        ReceiptError::TooOld => respond(gateway, "too_old", StatusCode::FORBIDDEN),
        ReceiptError::Malformed => respond(gateway, "malformed", StatusCode::BAD_REQUEST),
        // Outsiders must not be able to fill the log and the metrics with invented names.
        ReceiptError::Unsupported => respond("unknown", "unknown_gateway", StatusCode::NOT_FOUND),
    }
}

fn respond(gateway: &str, result: &'static str, status: StatusCode) -> Response {
    metrics::counter!("doorcode_receipts_total", "gateway" => gateway.to_owned(), "result" => result).increment(1);
    tracing::info!(gateway, result, "receipt");
    status.into_response()
}
