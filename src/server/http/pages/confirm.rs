//! The pages with a single button: sending the code again, and signing out.

use leptos::prelude::*;

use super::answer::{Answer, to};
use crate::{
    server::http::RequestContext,
    shared::routes,
    ui::pages::{Confirm, ConfirmPage},
};

pub(super) async fn resend(context: RequestContext) -> Answer {
    match context.pending().await? {
        Some(_) => show(&context, Confirm::Resend).await,
        None => Ok(context.start_again()),
    }
}

pub(super) async fn logout(context: RequestContext) -> Answer {
    match context.customer().await? {
        Some(_) => show(&context, Confirm::Logout).await,
        None => Ok(to(routes::OTP_REQUEST)),
    }
}

async fn show(context: &RequestContext, confirm: Confirm) -> Answer {
    let page = context.interactive(confirm.title(&context.translator));
    context
        .show(page, move || view! { <ConfirmPage confirm /> })
        .await
}
