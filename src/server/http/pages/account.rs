//! The pages of who is signed in, and the one behind the link in the notice of a changed contact.

use axum::{
    Router,
    extract::{Query, rejection::QueryRejection},
    response::{IntoResponse, Redirect},
    routing::get,
};
use jiff::Timestamp;
use leptos::prelude::*;

use super::{Answer, NextQuery, TokenQuery, Visit};
use crate::{
    server::{
        domain::{Customer, NextPath, Otp, PastChange, Purpose, Session, SmsLevel, device_words, place_words},
        http::{
            AppState,
            failure::{Failed, Refusal},
            flash::Flash,
            render::Page,
        },
        service::{confirm::Denied, session::Account},
    },
    shared::{ContactType, routes},
    ui::{
        components::OpenCode,
        messages,
        pages::{
            AccountPage, AccountScreen, ContactPage, ContactScreen, NewContactPage, NewContactScreen, Problem,
            SessionRow, SessionsPage, SessionsScreen, StepUpPage, StepUpScreen, UndoDonePage, UndoPage, UndoScreen,
        },
    },
};

pub(super) fn routes() -> Router<AppState> {
    let to = |path: &'static str| get(move || async move { Redirect::to(path) });
    Router::new()
        .route(routes::ACCOUNT, get(account_page))
        .route(routes::ACCOUNT_CONFIRM, get(step_up_page))
        .route(routes::ACCOUNT_CONFIRM_SEND, to(routes::ACCOUNT_CONFIRM))
        .route(routes::ACCOUNT_SESSIONS, get(sessions_page))
        .route(routes::ACCOUNT_SESSIONS_ALL, to(routes::ACCOUNT_SESSIONS))
        .route(routes::ACCOUNT_CONTACT, get(contact_page))
        .route(routes::ACCOUNT_CONTACT_VERIFY, get(verify_contact_page))
        .route(routes::ACCOUNT_CONTACT_UNDO, get(undo_page))
        .route(routes::ACCOUNT_CONTACT_UNDO_DONE, get(undo_done_page))
}

async fn account_page(visit: Visit) -> Answer {
    let Some(customer) = visit.customer().await? else { return Ok(to(routes::OTP_REQUEST)) };
    let screen = account_screen(&customer, visit.take_flash(routes::ACCOUNT).await?);
    Ok(visit.show(Page::alive(screen.title()), move || view! { <AccountPage screen=screen.clone() /> }).await)
}

async fn step_up_page(visit: Visit, query: Result<Query<NextQuery>, QueryRejection>) -> Answer {
    let next = query.ok().and_then(|Query(NextQuery { next })| NextPath::parse(&next));
    let next = next.map_or_else(|| routes::ACCOUNT.to_owned(), |next| next.as_str().to_owned());
    let service = &visit.state.service;
    let Some(account) = service.account(&visit.browser).await? else { return Ok(to(routes::OTP_REQUEST)) };
    if account.session.is_confirmed(service.now()) {
        return Ok(to(&next));
    }
    let flash = visit.take_flash(routes::ACCOUNT_CONFIRM).await?;
    let code = service.open_otp(&visit.browser, Purpose::StepUp).await?;
    let contact = service.confirmation_contact(&account).await?;
    let screen = StepUpScreen {
        contact: contact.map(|contact| contact.to_string()),
        next,
        code: code.map(|otp| open_code(&otp)),
        error: flash.error,
        notice: flash.notice,
    };
    Ok(visit.show(Page::alive(screen.title()), move || view! { <StepUpPage screen=screen.clone() /> }).await)
}

async fn sessions_page(visit: Visit) -> Answer {
    let account = match visit.confirmed(routes::ACCOUNT_SESSIONS).await {
        Ok(account) => account,
        Err(answer) => return answer,
    };
    let (service, now) = (&visit.state.service, visit.state.service.now());
    let flash = visit.take_flash(routes::ACCOUNT_SESSIONS).await?;
    let sessions = service.sessions_of(&account).await?;
    let sessions = sessions.iter().map(|session| session_row(session, &account.session, now)).collect();
    let screen = SessionsScreen { sessions, error: flash.error, notice: flash.notice };
    Ok(visit.show(Page::alive(screen.title()), move || view! { <SessionsPage screen=screen.clone() /> }).await)
}

async fn contact_page(visit: Visit) -> Answer {
    let account = match visit.confirmed(routes::ACCOUNT_CONTACT).await {
        Ok(account) => account,
        Err(answer) => return answer,
    };
    let service = &visit.state.service;
    let flash = visit.take_flash(routes::ACCOUNT_CONTACT).await?;
    let pending = service.open_otp(&visit.browser, Purpose::ChangeContact).await?;
    let draft = flash.draft.unwrap_or_default();
    let screen = ContactScreen {
        current: ContactType::ALL.map(|kind| account.customer.contact(kind).map(|contact| contact.to_string())),
        text_messages: service.sms_level().await? != SmsLevel::Off,
        draft: (draft.contact_type, draft.contact_value),
        pending: pending.map(|otp| otp.contact.as_str().to_owned()),
        error: flash.error,
        notice: flash.notice,
    };
    Ok(visit.show(Page::alive(screen.title()), move || view! { <ContactPage screen=screen.clone() /> }).await)
}

async fn verify_contact_page(visit: Visit) -> Answer {
    if visit.customer().await?.is_none() {
        return Ok(to(routes::OTP_REQUEST));
    }
    let Some(otp) = visit.state.service.open_otp(&visit.browser, Purpose::ChangeContact).await? else {
        return Ok(to(routes::ACCOUNT_CONTACT));
    };
    let flash = visit.take_flash(routes::ACCOUNT_CONTACT_VERIFY).await?;
    let contact = (otp.contact.kind(), otp.contact.as_str().to_owned());
    let screen = NewContactScreen { contact, code: open_code(&otp), error: flash.error, notice: flash.notice };
    Ok(visit.show(Page::alive(screen.title()), move || view! { <NewContactPage screen=screen.clone() /> }).await)
}

async fn undo_page(visit: Visit, query: Result<Query<TokenQuery>, QueryRejection>) -> Answer {
    let token = query.map(|Query(TokenQuery { token })| token).unwrap_or_default();
    let Some(PastChange { old, new, .. }) = visit.state.service.undoable(&token).await? else {
        return Ok(Refusal(Problem::DeadUndo).into_response());
    };
    let screen = UndoScreen { new: new.to_string(), old: old.map(|old| old.to_string()), token };
    let title = messages::UNDO_HEADING.to_owned();
    Ok(visit.show(Page::alive(title), move || view! { <UndoPage screen=screen.clone() /> }).await)
}

async fn undo_done_page(visit: Visit) -> Answer {
    Ok(visit.show(Page::still(messages::UNDO_DONE_HEADING.to_owned()), || view! { <UndoDonePage /> }).await)
}

impl Visit {
    /// The customer, if they have entered a code lately; else the way there.
    async fn confirmed(&self, page: &str) -> Result<Account, Answer> {
        self.state.service.confirmed(&self.browser).await.map_err(|denied| match denied {
            Denied::NotSignedIn => Ok(to(routes::OTP_REQUEST)),
            Denied::NotConfirmed => Ok(to(&routes::confirm_before(page))),
            Denied::Store(error) => Err(Failed::from(error)),
        })
    }
}

fn to(path: &str) -> axum::response::Response {
    Redirect::to(path).into_response()
}

fn account_screen(customer: &Customer, flash: Flash) -> AccountScreen {
    AccountScreen {
        name: customer.name.clone(),
        email: customer.email.as_ref().map(ToString::to_string),
        phone: customer.phone.as_ref().map(ToString::to_string),
        since: customer.created_at.strftime("%-d %B %Y").to_string(),
        notice: flash.notice,
    }
}

fn open_code(otp: &Otp) -> OpenCode {
    OpenCode { format: otp.format, attempts_remaining: otp.attempts_remaining() }
}

fn session_row(session: &Session, own: &Session, now: Timestamp) -> SessionRow {
    SessionRow {
        number: session.id.0,
        is_this: session.id == own.id,
        device: session.origin.user_agent.as_deref().and_then(device_words),
        place: session.origin.ip_prefix.as_deref().and_then(place_words),
        since: session.created_at.strftime("%-d %B %Y, %H:%M UTC").to_string(),
        seconds_idle: now.duration_since(session.last_seen_at).as_secs(),
    }
}
