//! The pages, one file each. A page redirects if it does not fit the state of the visitor.

mod account;
mod confirm;
mod contact;
mod not_me;
mod query;
mod request;
mod response;
mod sessions;
mod step_up;
mod undo;
mod verify;

use axum::{
    Router,
    response::{IntoResponse, Redirect},
    routing::{MethodRouter, get},
};

use super::{AppState, RequestContext};
use crate::shared::routes;

/// Returns the routes of the pages.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route(routes::ROOT, get(root))
        .route(routes::OTP_REQUEST, get(request::page))
        .route(routes::OTP_VERIFY, get(verify::page))
        .route(routes::OTP_RESEND, get(confirm::resend))
        .route(routes::OTP_LOGOUT, get(confirm::logout))
        .route(routes::OTP_CHANGE, redirect(routes::OTP_REQUEST))
        .route(routes::OTP_NOT_ME, get(not_me::page))
        .route(routes::OTP_NOT_ME_DONE, get(not_me::done))
        .route(routes::ACCOUNT, get(account::page))
        .route(routes::ACCOUNT_CONFIRM, get(step_up::page))
        .route(
            routes::ACCOUNT_CONFIRM_SEND,
            redirect(routes::ACCOUNT_CONFIRM),
        )
        .route(routes::ACCOUNT_SESSIONS, get(sessions::page))
        .route(
            routes::ACCOUNT_SESSIONS_ALL,
            redirect(routes::ACCOUNT_SESSIONS),
        )
        .route(routes::ACCOUNT_CONTACT, get(contact::page))
        .route(routes::ACCOUNT_CONTACT_VERIFY, get(contact::verify))
        .route(routes::ACCOUNT_CONTACT_UNDO, get(undo::page))
        .route(routes::ACCOUNT_CONTACT_UNDO_DONE, get(undo::done))
}

async fn root(context: RequestContext) -> response::PageResult {
    let is_signed_in = context.customer().await?.is_some();
    Ok(Redirect::to(if is_signed_in {
        routes::ACCOUNT
    } else {
        routes::OTP_REQUEST
    })
    .into_response())
}

fn redirect(path: &'static str) -> MethodRouter<AppState> {
    get(move || async move { Redirect::to(path) })
}
