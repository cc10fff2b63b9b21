//! The maintenance mode.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{AppState, error_response::ProblemResponse};
use crate::ui::pages::Problem;

/// The number of seconds until a visitor may retry.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("300");

/// Answers pages and forms with 503 (RFC 9110 section 15.6.4) while the file of the setting
/// `server.maintenance_file` exists. Health checks and receipts of gateways still work.
pub async fn layer(State(state): State<AppState>, request: Request<Body>, next: Next) -> Response {
    let is_on = match &state.http.maintenance_file {
        Some(file) => tokio::fs::try_exists(file).await.unwrap_or_default(),
        None => false,
    };
    if !is_on {
        return next.run(request).await;
    }
    let mut response = ProblemResponse(Problem::Maintenance).into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, RETRY_AFTER);
    response
}
