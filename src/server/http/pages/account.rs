//! The account page of a signed-in customer.

use leptos::prelude::*;

use super::response::PageResult;
use crate::{
    server::http::RequestContext,
    shared::routes,
    ui::pages::{AccountPage, AccountScreen},
};

pub(super) async fn page(context: RequestContext) -> PageResult {
    let Some(customer) = context.customer().await? else {
        return Ok(context.sign_in_first());
    };
    let screen = AccountScreen {
        since: context
            .state
            .localizer
            .day(context.translator.language, customer.created_at),
        name: customer.name,
        email: customer.email.map(|email| email.to_string()),
        phone: customer.phone.map(|phone| phone.to_string()),
        notice: context.flash(routes::ACCOUNT).notice,
    };
    let page = context.personal(screen.title(&context.translator));
    context
        .show(
            page,
            move || view! { <AccountPage screen=screen.clone() /> },
        )
        .await
}
