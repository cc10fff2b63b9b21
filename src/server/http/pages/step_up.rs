//! The page on which a signed-in customer confirms their identity.

use leptos::prelude::*;

use super::{
    query::{NextQuery, next},
    response::{PageResult, open_code, to},
};
use crate::{
    server::{
        domain::Purpose,
        http::{RequestContext, context::safe_next},
    },
    shared::routes,
    ui::pages::{StepUpPage, StepUpScreen},
};

pub(super) async fn page(context: RequestContext, query: NextQuery) -> PageResult {
    let next = safe_next(&next(query));
    let Some(account) = context.state.account.signed_in(&context.browser).await? else {
        return Ok(context.sign_in_first());
    };
    if account.session.is_confirmed(context.state.now()) {
        return Ok(to(&next));
    }
    let flash = context.flash(routes::ACCOUNT_CONFIRM);
    let code = context
        .state
        .account
        .open_otp(&context.browser, Purpose::StepUp)
        .await?;
    let contact = context.state.account.confirmation_contact(&account);
    let screen = StepUpScreen {
        contact: contact.map(|contact| contact.to_string()),
        next,
        code: code.map(|otp| open_code(&otp)),
        error: flash.error,
        notice: flash.notice,
    };
    let page = context.personal(screen.title(&context.translator));
    context
        .show(page, move || view! { <StepUpPage screen=screen.clone() /> })
        .await
}
