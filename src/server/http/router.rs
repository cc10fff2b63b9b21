//! Routes, and the layers around them.

use std::{panic::resume_unwind, path::Path};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{Extensions, HeaderMap, StatusCode, Uri, Version, header},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect},
    routing::{any, post},
};
use leptos::prelude::provide_context;
use tower::ServiceBuilder;
use tower_http::compression::CompressionLayer;
use tracing::Instrument;

use super::{
    AppState, assets, challenge, dev, failure, form, headers, health, host,
    logo::{self, Logo},
    maintenance, origin, pages, receipts,
    render::RepeatsAddress,
    states, status, trace,
};
use crate::{server::inbox::Inbox, shared::routes};

/// Where forms are posted: the server functions.
const FORMS: [&str; 14] = [
    routes::LANGUAGE,
    routes::OTP_REQUEST,
    routes::OTP_VERIFY,
    routes::OTP_RESEND,
    routes::OTP_LOGOUT,
    routes::OTP_CHANGE,
    routes::OTP_NOT_ME,
    routes::ACCOUNT_CONFIRM,
    routes::ACCOUNT_CONFIRM_SEND,
    routes::ACCOUNT_SESSIONS,
    routes::ACCOUNT_SESSIONS_ALL,
    routes::ACCOUNT_CONTACT,
    routes::ACCOUNT_CONTACT_VERIFY,
    routes::ACCOUNT_CONTACT_UNDO,
];

/// The other paths with a last slash.
const PAGES_WITHOUT_FORM: [&str; 5] = [
    routes::OTP_STATUS,
    routes::OTP_CHALLENGE,
    routes::OTP_NOT_ME_DONE,
    routes::ACCOUNT,
    routes::ACCOUNT_CONTACT_UNDO_DONE,
];

/// The whole site; with an inbox also the pages for developers.
pub fn router(
    state: AppState,
    site_root: &Path,
    logo: Option<Logo>,
    inbox: Option<Inbox>,
) -> Router {
    // Outermost first: what comes early sees everything that comes later.
    let layers = ServiceBuilder::new()
        // Everything has an id and a log line, refusals too.
        .layer(from_fn_with_state(state.clone(), trace::layer))
        // Everything has the security headers, failures too.
        .layer(from_fn_with_state(state.clone(), headers::layer))
        // What refuses or fails below is answered in words.
        .layer(from_fn_with_state(state.clone(), failure::layer))
        // A panic below is a failure like others.
        .layer(from_fn(failure::catch_panic));
    // HTML is made for each visitor; files are compressed when they are built.
    let compression = CompressionLayer::new().compress_when(is_page);
    // Other names than our own are refused before anything looks at them.
    let own_host = from_fn_with_state(state.clone(), host::layer);
    let maintenance = from_fn_with_state(state.clone(), maintenance::layer);
    let layers_of_pages = ServiceBuilder::new()
        // Before a byte of a form is read: is it from our own page?
        .layer(from_fn_with_state(state.clone(), origin::layer))
        // Server functions see bounded, well-formed forms only.
        .layer(from_fn(form::layer));
    Router::new()
        .merge(pages::routes())
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
        // Problem pages need them, too.
        .merge(logo.map(logo::routes).unwrap_or_default())
        .merge(assets::routes(site_root, &state.site.options.site_pkg_dir))
        // Other servers send these: each proves itself by a signature, not by its origin.
        .merge(receipts::routes())
        .layer(own_host)
        // Probes ask by the address of a machine, and learn nothing but "ok".
        .merge(health::routes())
        .layer(layers)
        // Outside of everything that writes pages.
        .layer(compression)
        .with_state(state)
}

/// Pages, but for those that repeat something from their address: its length would tell how near
/// that is to what else stands there (BREACH, <https://www.breachattack.com>).
fn is_page(_: StatusCode, _: Version, headers: &HeaderMap, extensions: &Extensions) -> bool {
    let is_html = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    is_html && extensions.get::<RepeatsAddress>().is_none()
}

fn server_functions() -> Router<AppState> {
    FORMS.into_iter().fold(Router::new(), |router, path| {
        router.route(path, post(server_function))
    })
}

/// Runs a server function to its end even if the client goes away meanwhile: what it has committed
/// may have queued a message that only this process can send.
async fn server_function(
    axum::extract::State(state): axum::extract::State<AppState>,
    mut request: Request<Body>,
) -> impl IntoResponse {
    // Leptos would lead a plain form back to where the client says it came from, if nothing else
    // said where to go.
    request.headers_mut().remove(header::REFERER);
    let answer = leptos_axum::handle_server_fns_with_context(
        move || provide_context(state.clone()),
        request,
    );
    let answered = tokio::spawn(async { answer.await.into_response() }.in_current_span()).await;
    // The layer around this answers a panic like any other failure.
    answered.unwrap_or_else(|error| resume_unwind(error.into_panic()))
}

/// A path without its last slash redirects to the one with it, method and form kept.
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
    let paths = FORMS.into_iter().chain(PAGES_WITHOUT_FORM);
    paths.fold(Router::new(), |router, path| {
        router.route(path.trim_end_matches('/'), redirect(path))
    })
}
