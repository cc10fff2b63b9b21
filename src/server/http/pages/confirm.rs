//! The pages with a single button: sending the code again, and signing out.

use leptos::prelude::*;

use super::response::{PageResult, to};
use crate::{
    server::http::RequestContext,
    shared::routes,
    ui::pages::{Confirm, ConfirmPage},
};

pub(super) async fn resend(context: RequestContext) -> PageResult {
    match context.pending().await? {
        Some(_) => show(&context, Confirm::Resend).await,
        None => Ok(context.start_again()),
    }
}

pub(super) async fn logout(context: RequestContext) -> PageResult {
    match context.customer().await? {
        Some(_) => show(&context, Confirm::Logout).await,
        None => Ok(to(routes::OTP_REQUEST)),
    }
}

async fn show(context: &RequestContext, confirm: Confirm) -> PageResult {
    let page = context.interactive(confirm.title(&context.translator));
    context
        .show(page, move || view! { <ConfirmPage confirm /> })
        .await
}
