//! Health checks and metrics for operations.

use std::time::Duration;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::PrometheusHandle;

use super::AppState;
use crate::{
    server::{ports::StoreError, telemetry},
    shared::routes,
};

/// The maximum time that a readiness check waits for the database.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Returns the routes of the health checks. Their responses contain nothing that an outsider could
/// use.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route(routes::HEALTH_LIVE, get(|| async { "ok" }))
        .route(routes::HEALTH_READY, get(ready))
}

/// Returns a separate router for the metrics. It must be served on an address that only operations
/// can reach.
pub fn metrics(recorder: PrometheusHandle) -> Router {
    Router::new().route(
        routes::METRICS,
        get(move || std::future::ready(recorder.render())),
    )
}

async fn ready(State(state): State<AppState>) -> Response {
    let checked = tokio::time::timeout(TIMEOUT, state.operator.check_database()).await;
    match checked.unwrap_or(Err(StoreError::Busy)) {
        Ok(()) => "ok".into_response(),
        Err(error) => {
            telemetry::log_failure("the database does not accept writes", &error);
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not accept writes",
            )
                .into_response()
        }
    }
}
