//! Static files: the hashed scripts, styles and WASM of the build, and the contents of `public/`.

use std::path::Path;

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tower_http::services::ServeDir;

use super::{AppState, error_response::ProblemResponse};
use crate::ui::pages::Problem;

/// For files with a hashed name: their content never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";
const A_DAY: &str = "public, max-age=86400";
/// For the files of a build without hashes, as `cargo leptos watch` makes it: browsers ask each
/// time whether a file has changed.
const REVALIDATE: &str = "no-cache";

/// Serves files from the build folder for paths without a route of their own. Browsers that accept
/// compression get files that were compressed at build time.
pub fn routes(site_root: &Path, package: &str) -> Router<AppState> {
    let files = ServeDir::new(site_root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let package = format!("/{package}/");
    let cached = move |request: Request<Body>, next: Next| cache(package.clone(), request, next);
    Router::new()
        .fallback_service(files)
        .layer(middleware::from_fn(cached))
}

async fn cache(package: String, request: Request<Body>, next: Next) -> Response {
    let policy = match request.uri().path().strip_prefix(&package) {
        Some(file) if is_hashed(file) => FOREVER,
        Some(_) => REVALIDATE,
        None => A_DAY,
    };
    let mut response = next.run(request).await;
    match response.status() {
        StatusCode::NOT_FOUND => return ProblemResponse(Problem::NotFound).into_response(),
        status if status.is_success() || status == StatusCode::NOT_MODIFIED => {
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static(policy));
            response
                .headers_mut()
                .append(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        _ => {}
    }
    response
}

/// Whether the name is like `doorcode.HASH.css`.
fn is_hashed(file: &str) -> bool {
    file.matches('.').count() > 1
}
