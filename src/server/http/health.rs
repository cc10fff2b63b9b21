//! For operations: is it alive, is it ready, how is it doing.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::PrometheusHandle;

use super::AppState;
use crate::{server::telemetry, shared::routes};

/// The health checks. They tell nothing that an outsider could use.
pub fn routes() -> Router<AppState> {
    Router::new().route(routes::HEALTH_LIVE, get(|| async { "ok" })).route(routes::HEALTH_READY, get(ready))
}

/// The metrics' own site, for an address that only operations can reach.
pub fn metrics(recorder: PrometheusHandle) -> Router {
    Router::new().route(routes::METRICS, get(move || std::future::ready(recorder.render())))
}

async fn ready(State(state): State<AppState>) -> Response {
    match state.service.is_ready().await {
        Ok(()) => "ok".into_response(),
        Err(error) => {
            telemetry::log_failure("the database does not answer", &error);
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response()
        }
    }
}
