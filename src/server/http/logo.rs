//! The operator's logo.

use axum::{
    Extension, Router,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::AppState;
use crate::shared::routes;

/// An image, read at the start.
#[derive(Clone, Debug)]
pub struct Logo {
    /// Its media type.
    pub kind: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Its name holds a digest of the bytes as its query, so it can be kept.
const FOR_A_YEAR: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The logo's route.
pub fn routes(logo: Logo) -> Router<AppState> {
    Router::new()
        .route(routes::LOGO, get(image))
        .layer(Extension(logo))
}

/// Like every answer that is no page it may load and run nothing, whatever stands in an SVG.
async fn image(Extension(Logo { kind, bytes }): Extension<Logo>) -> Response {
    (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
            (header::CACHE_CONTROL, FOR_A_YEAR),
        ],
        bytes,
    )
        .into_response()
}
