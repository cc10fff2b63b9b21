//! The page that lists the customer's sessions.

use jiff::Timestamp;
use leptos::prelude::*;

use super::response::PageResult;
use crate::{
    server::{
        domain::{Device, Session, place},
        http::RequestContext,
    },
    shared::routes,
    ui::pages::{KnownBrowserRow, SessionRow, SessionsPage, SessionsScreen},
};

pub(super) async fn page(context: RequestContext) -> PageResult {
    let account = match context.confirmed(routes::ACCOUNT_SESSIONS).await {
        Ok(account) => account,
        Err(response) => return response,
    };
    let now = context.state.now();
    let flash = context.flash(routes::ACCOUNT_SESSIONS);
    let sessions = context.state.account.sessions_of(&account).await?;
    let sessions = sessions
        .iter()
        .map(|session| row(&context, session, &account.session, now))
        .collect();
    let browsers = context
        .state
        .account
        .devices_of(&account, &context.browser)
        .await?;
    let browsers = browsers
        .iter()
        .map(|(device, is_this)| KnownBrowserRow {
            is_this: *is_this,
            last_sign_in: context
                .state
                .localizer
                .day_and_time(context.translator.language, device.last_seen_at),
        })
        .collect();
    let screen = SessionsScreen {
        sessions,
        browsers,
        error: flash.error,
        notice: flash.notice,
    };
    let page = context.personal(screen.title(&context.translator));
    context
        .show(
            page,
            move || view! { <SessionsPage screen=screen.clone() /> },
        )
        .await
}

fn row(context: &RequestContext, session: &Session, own: &Session, now: Timestamp) -> SessionRow {
    let translator = &context.translator;
    SessionRow {
        number: session.id.0,
        is_this: session.id == own.id,
        device: Device::of(&session.origin)
            .map(|device| translator.device(device.browser, device.system)),
        place: place(&session.origin)
            .map(|network| translator.t_with_argument("place", "network", network)),
        since: context
            .state
            .localizer
            .day_and_time(translator.language, session.created_at),
        seconds_idle: now.duration_since(session.last_seen_at).as_secs(),
    }
}
