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
    response::{IntoResponse, Redirect},
    routing::{MethodRouter, get},
};

use super::{AppState, RequestContext};
use crate::shared::routes;

/// Returns the paths of the pages. The router also redirects to them from the path without its
/// trailing slash.
pub fn routes() -> Vec<(&'static str, MethodRouter<AppState>)> {
    vec![
        (routes::ROOT, get(root)),
        (routes::OTP_REQUEST, get(request::page)),
        (routes::OTP_VERIFY, get(verify::page)),
        (routes::OTP_RESEND, get(confirm::resend)),
        (routes::OTP_LOGOUT, get(confirm::logout)),
        (routes::OTP_CHANGE, redirect(routes::OTP_REQUEST)),
        (routes::OTP_NOT_ME, get(not_me::page)),
        (routes::OTP_NOT_ME_DONE, get(not_me::done)),
        (routes::ACCOUNT, get(account::page)),
        (routes::ACCOUNT_CONFIRM, get(step_up::page)),
        (
            routes::ACCOUNT_CONFIRM_SEND,
            redirect(routes::ACCOUNT_CONFIRM),
        ),
        (routes::ACCOUNT_SESSIONS, get(sessions::page)),
        (
            routes::ACCOUNT_SESSIONS_ALL,
            redirect(routes::ACCOUNT_SESSIONS),
        ),
        (routes::ACCOUNT_CONTACT, get(contact::page)),
        (routes::ACCOUNT_CONTACT_VERIFY, get(contact::verify)),
        (routes::ACCOUNT_CONTACT_UNDO, get(undo::page)),
        (routes::ACCOUNT_CONTACT_UNDO_DONE, get(undo::done)),
    ]
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
