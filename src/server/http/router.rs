//! The routes of the site and their layers.

use std::{collections::BTreeSet, panic::resume_unwind, path::Path};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{Extensions, HeaderMap, StatusCode, Uri, Version, header},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect},
    routing::{any, post},
};
use leptos::{prelude::provide_context, server_fn::axum::server_fn_paths};
use tower::ServiceBuilder;
use tower_http::compression::CompressionLayer;
use tracing::Instrument;

use super::{
    AppState, assets, challenge, dev, error_response, form, headers, health, host,
    logo::{self, Logo},
    maintenance, origin, pages, receipts,
    render::RepeatsAddress,
    states, status, trace,
};
use crate::{server::inbox::Inbox, shared::routes};

/// The paths that end with a slash and are neither pages nor paths of forms.
const DATA: [&str; 2] = [routes::OTP_STATUS, routes::OTP_CHALLENGE];

/// Returns the router of the whole site. With an inbox, it includes the pages for developers.
pub fn router(
    state: AppState,
    site_root: &Path,
    logo: Option<Logo>,
    inbox: Option<Inbox>,
) -> Router {
    // Outermost first: each layer wraps the layers after it.
    let layers = ServiceBuilder::new()
        // Outermost, so that refused requests also get an ID and a log line.
        .layer(from_fn_with_state(state.clone(), trace::layer))
        // Outside `error_response::layer`, so that error responses also have the security headers.
        .layer(from_fn_with_state(state.clone(), headers::layer))
        // Writes the response to every refusal and failure of the layers below.
        .layer(from_fn_with_state(state.clone(), error_response::layer))
        // Inside `error_response::layer`, which handles a panic like any other failure.
        .layer(from_fn(error_response::catch_panic));
    // HTML is generated for each visitor. Files are compressed at build time.
    let compression = CompressionLayer::new().compress_when(is_page);
    // Rejects foreign host names before any handler reads the request.
    let own_host = from_fn_with_state(state.clone(), host::layer);
    let maintenance = from_fn_with_state(state.clone(), maintenance::layer);
    let layers_of_pages = ServiceBuilder::new()
        // Runs before any byte of a form is read.
        .layer(from_fn_with_state(state.clone(), origin::layer))
        // Server functions only see bounded, well-formed forms.
        .layer(from_fn(form::layer));
    Router::new()
        .merge(pages())
        .merge(status::routes())
        .merge(challenge::routes())
        .merge(server_functions())
        .merge(slash_redirects())
        .merge(
            inbox
                .map(|inbox| dev::routes(inbox).merge(states::routes()))
                .unwrap_or_default(),
        )
        .layer(layers_of_pages)
        .layer(maintenance)
        // Outside the maintenance layer, because problem pages need the logo and the assets.
        .merge(logo.map(logo::routes).unwrap_or_default())
        .merge(assets::routes(site_root, &state.site.options.site_pkg_dir))
        // Receipts come from other servers. Their signature authenticates them, not their origin.
        .merge(receipts::routes())
        .layer(own_host)
        // Outside the host check, because probes use the address of a machine. Their responses
        // contain nothing that an outsider could use.
        .merge(health::routes())
        .layer(layers)
        // Outside every layer that writes pages.
        .layer(compression)
        .with_state(state)
}

/// Whether to compress a response. Only pages are compressed, except those that repeat a part of
/// their address: the compressed length would reveal how similar that part is to other text on the
/// page (BREACH, <https://www.breachattack.com>).
fn is_page(_: StatusCode, _: Version, headers: &HeaderMap, extensions: &Extensions) -> bool {
    headers::is_html(headers) && extensions.get::<RepeatsAddress>().is_none()
}

fn pages() -> Router<AppState> {
    pages::routes()
        .into_iter()
        .fold(Router::new(), |router, (path, page)| {
            router.route(path, page)
        })
}

/// Returns the paths that forms are posted to: every server function of the crate has one.
fn forms() -> impl Iterator<Item = &'static str> {
    server_fn_paths().map(|(path, _)| path)
}

fn server_functions() -> Router<AppState> {
    forms().fold(Router::new(), |router, path| {
        router.route(path, post(server_function))
    })
}

/// Runs a server function to its end even if the client disconnects: its commit may have queued a
/// message that only this process can send.
async fn server_function(
    axum::extract::State(state): axum::extract::State<AppState>,
    mut request: Request<Body>,
) -> impl IntoResponse {
    // If the server function sets no redirect, Leptos sends a plain form back to the `Referer`,
    // which the client controls.
    request.headers_mut().remove(header::REFERER);
    let response = leptos_axum::handle_server_fns_with_context(
        move || provide_context(state.clone()),
        request,
    );
    let response = tokio::spawn(async { response.await.into_response() }.in_current_span()).await;
    // `error_response::catch_panic` handles a panic of the task like any other.
    response.unwrap_or_else(|error| resume_unwind(error.into_panic()))
}

/// Returns redirects from each path without its trailing slash to the path with it. They keep the
/// method, the form and the query.
fn slash_redirects() -> Router<AppState> {
    let redirect = |path: &'static str| {
        any(move |uri: Uri| async move {
            let query = uri
                .query()
                .map(|query| format!("?{query}"))
                .unwrap_or_default();
            Redirect::permanent(&format!("{path}{query}"))
        })
    };
    let pages = pages::routes().into_iter().map(|(path, _)| path);
    // A page and its form share their path.
    let paths: BTreeSet<_> = forms().chain(DATA).chain(pages).collect();
    let paths = paths.into_iter().filter(|path| *path != routes::ROOT);
    paths.fold(Router::new(), |router, path| {
        router.route(path.trim_end_matches('/'), redirect(path))
    })
}
