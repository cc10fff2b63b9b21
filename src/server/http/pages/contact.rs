//! The pages on which a customer changes a contact.

use leptos::prelude::*;

use super::response::{PageResult, open_code, to};
use crate::{
    server::{
        domain::{Purpose, SmsLevel},
        http::RequestContext,
    },
    shared::{ContactType, routes},
    ui::pages::{ContactPage, ContactScreen, NewContactPage, NewContactScreen},
};

pub(super) async fn page(context: RequestContext) -> PageResult {
    let account = match context.confirmed(routes::ACCOUNT_CONTACT).await {
        Ok(account) => account,
        Err(response) => return response,
    };
    let flash = context.flash(routes::ACCOUNT_CONTACT);
    let pending = context
        .state
        .account
        .open_otp(&context.browser, Purpose::ChangeContact)
        .await?;
    let draft = flash.draft.unwrap_or_default();
    let screen = ContactScreen {
        current: ContactType::ALL.map(|kind| {
            account
                .customer
                .contact(kind)
                .map(|contact| contact.to_string())
        }),
        text_messages: context.state.sign_in.sms_level().await? != SmsLevel::Off,
        draft: (draft.kind().unwrap_or_default(), draft.contact_value),
        pending: pending.map(|otp| {
            (
                otp.contact.as_str().to_owned(),
                context.state.localizer.time(otp.last_requested_at),
            )
        }),
        error: flash.error,
        notice: flash.notice,
    };
    let page = context.personal(screen.title(&context.translator));
    context
        .show(
            page,
            move || view! { <ContactPage screen=screen.clone() /> },
        )
        .await
}

pub(super) async fn verify(context: RequestContext) -> PageResult {
    if context.customer().await?.is_none() {
        return Ok(context.sign_in_first());
    }
    let Some(otp) = context
        .state
        .account
        .open_otp(&context.browser, Purpose::ChangeContact)
        .await?
    else {
        return Ok(to(routes::ACCOUNT_CONTACT));
    };
    let flash = context.flash(routes::ACCOUNT_CONTACT_VERIFY);
    let contact = (otp.contact.kind(), otp.contact.as_str().to_owned());
    let screen = NewContactScreen {
        contact,
        code: open_code(&otp),
        error: flash.error,
        notice: flash.notice,
    };
    let page = context.personal(screen.title(&context.translator));
    context
        .show(
            page,
            move || view! { <NewContactPage screen=screen.clone() /> },
        )
        .await
}
