//! Serves the operator's logo.

use axum::{
    Extension, Router,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::AppState;
use crate::shared::routes;

/// The logo file, read at startup.
#[derive(Clone, Debug)]
pub struct Logo {
    /// The media type.
    pub media_type: &'static str,
    /// The content of the file.
    pub bytes: Vec<u8>,
}

/// The query of the URL is a digest of the bytes, so browsers may cache the image.
const FOR_A_YEAR: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Returns the route of the logo.
pub fn routes(logo: Logo) -> Router<AppState> {
    Router::new()
        .route(routes::LOGO, get(image))
        .layer(Extension(logo))
}

/// The image gets the default policy of responses that are not pages, so nothing inside an SVG can
/// load or run anything.
async fn image(Extension(Logo { media_type, bytes }): Extension<Logo>) -> Response {
    (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
            (header::CACHE_CONTROL, FOR_A_YEAR),
        ],
        bytes,
    )
        .into_response()
}
