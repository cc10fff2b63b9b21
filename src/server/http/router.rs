//! Routes, and the layers around them.

use std::path::Path;

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{Uri, header},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect},
    routing::{any, post},
};
use leptos::prelude::provide_context;
use tower::ServiceBuilder;

use super::{
    AppState, assets, challenge, dev, failure, form, headers, health, host, origin, pages, receipts, status, trace,
};
use crate::{server::inbox::Inbox, shared::routes};

/// The whole site; with an inbox also its pages.
pub fn router(state: AppState, site_root: &Path, inbox: Option<Inbox>) -> Router {
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
    // Other names than our own are refused before anything looks at them.
    let own_host = from_fn_with_state(state.clone(), host::layer);
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
        .merge(inbox.map(dev::routes).unwrap_or_default())
        .merge(assets::routes(site_root, &state.site.options.site_pkg_dir))
        .layer(layers_of_pages)
        // Other servers send these: each proves itself by a signature, not by its origin.
        .merge(receipts::routes())
        .layer(own_host)
        // Probes ask by the address of a machine, and learn nothing but "ok".
        .merge(health::routes())
        .layer(layers)
        .with_state(state)
}

fn server_functions() -> Router<AppState> {
    let paths = [
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
    paths.into_iter().fold(Router::new(), |router, path| router.route(path, post(server_function)))
}

async fn server_function(
    axum::extract::State(state): axum::extract::State<AppState>,
    mut request: Request<Body>,
) -> impl IntoResponse {
    // Leptos would lead a plain form back to where the client says it came from, if nothing else said where to go.
    request.headers_mut().remove(header::REFERER);
    leptos_axum::handle_server_fns_with_context(move || provide_context(state.clone()), request).await
}

/// A path without its last slash redirects to the one with it, method and form kept.
fn slash_redirects() -> Router<AppState> {
    let paths = [
        routes::OTP_REQUEST,
        routes::OTP_VERIFY,
        routes::OTP_RESEND,
        routes::OTP_LOGOUT,
        routes::OTP_CHANGE,
        routes::OTP_STATUS,
        routes::OTP_CHALLENGE,
        routes::OTP_NOT_ME,
        routes::OTP_NOT_ME_DONE,
        routes::ACCOUNT,
        routes::ACCOUNT_CONFIRM,
        routes::ACCOUNT_CONFIRM_SEND,
        routes::ACCOUNT_SESSIONS,
        routes::ACCOUNT_SESSIONS_ALL,
        routes::ACCOUNT_CONTACT,
        routes::ACCOUNT_CONTACT_VERIFY,
        routes::ACCOUNT_CONTACT_UNDO,
        routes::ACCOUNT_CONTACT_UNDO_DONE,
    ];
    let redirect = |path: &'static str| {
        any(move |uri: Uri| async move {
            let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            Redirect::permanent(&format!("{path}{query}"))
        })
    };
    paths.into_iter().fold(Router::new(), |router, path| router.route(path.trim_end_matches('/'), redirect(path)))
}
