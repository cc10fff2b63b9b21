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
        domain::{Customer, Device, NextPath, Otp, PastChange, Purpose, Session, SmsLevel, place},
        http::{
            AppState,
            failure::{Failed, Refusal},
            flash::Flash,
        },
        service::{confirm::Denied, session::Account},
    },
    shared::{ContactType, routes},
    ui::{
        components::OpenCode,
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
    let Some(customer) = visit.customer().await? else { return Ok(visit.sign_in_first()) };
    let screen = visit.account_screen(&customer, visit.take_flash(routes::ACCOUNT).await?);
    Ok(visit
        .show(visit.personal(screen.title(&visit.words)), move || view! { <AccountPage screen=screen.clone() /> })
        .await)
}

async fn step_up_page(visit: Visit, query: Result<Query<NextQuery>, QueryRejection>) -> Answer {
    let next = own_path(&query.map(|Query(NextQuery { next })| next).unwrap_or_default());
    let service = &visit.state.service;
    let Some(account) = service.account(&visit.browser).await? else { return Ok(visit.sign_in_first()) };
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
    Ok(visit
        .show(visit.personal(screen.title(&visit.words)), move || view! { <StepUpPage screen=screen.clone() /> })
        .await)
}

async fn sessions_page(visit: Visit) -> Answer {
    let account = match visit.confirmed(routes::ACCOUNT_SESSIONS).await {
        Ok(account) => account,
        Err(answer) => return answer,
    };
    let (service, now) = (&visit.state.service, visit.state.service.now());
    let flash = visit.take_flash(routes::ACCOUNT_SESSIONS).await?;
    let sessions = service.sessions_of(&account).await?;
    let sessions = sessions.iter().map(|session| visit.session_row(session, &account.session, now)).collect();
    let screen = SessionsScreen { sessions, error: flash.error, notice: flash.notice };
    Ok(visit
        .show(visit.personal(screen.title(&visit.words)), move || view! { <SessionsPage screen=screen.clone() /> })
        .await)
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
        pending: pending.map(|otp| (otp.contact.as_str().to_owned(), visit.state.localizer.time(otp.sent_at))),
        error: flash.error,
        notice: flash.notice,
    };
    Ok(visit
        .show(visit.personal(screen.title(&visit.words)), move || view! { <ContactPage screen=screen.clone() /> })
        .await)
}

async fn verify_contact_page(visit: Visit) -> Answer {
    if visit.customer().await?.is_none() {
        return Ok(visit.sign_in_first());
    }
    let Some(otp) = visit.state.service.open_otp(&visit.browser, Purpose::ChangeContact).await? else {
        return Ok(to(routes::ACCOUNT_CONTACT));
    };
    let flash = visit.take_flash(routes::ACCOUNT_CONTACT_VERIFY).await?;
    let contact = (otp.contact.kind(), otp.contact.as_str().to_owned());
    let screen = NewContactScreen { contact, code: open_code(&otp), error: flash.error, notice: flash.notice };
    Ok(visit
        .show(visit.personal(screen.title(&visit.words)), move || view! { <NewContactPage screen=screen.clone() /> })
        .await)
}

async fn undo_page(visit: Visit, query: Result<Query<TokenQuery>, QueryRejection>) -> Answer {
    let token = query.map(|Query(TokenQuery { token })| token).unwrap_or_default();
    let Some(PastChange { old, new, .. }) = visit.state.service.undoable(&token).await? else {
        return Ok(Refusal(Problem::DeadUndo).into_response());
    };
    let screen = UndoScreen { new: new.to_string(), old: old.map(|old| old.to_string()), token };
    let page = visit.alive(visit.words.say("undo-heading"));
    Ok(visit.show(page, move || view! { <UndoPage screen=screen.clone() /> }).await)
}

async fn undo_done_page(visit: Visit) -> Answer {
    Ok(visit.show(visit.still(visit.words.say("undo-done-heading")), || view! { <UndoDonePage /> }).await)
}

impl Visit {
    /// To the request screen, and from there back to where the visitor wanted to go.
    fn sign_in_first(&self) -> axum::response::Response {
        if self.path.split('?').next() == Some(routes::ACCOUNT) {
            to(routes::OTP_REQUEST)
        } else {
            to(&routes::request_before(&self.path))
        }
    }

    /// The customer, if they have entered a code lately; else the way there.
    async fn confirmed(&self, page: &str) -> Result<Account, Answer> {
        self.state.service.confirmed(&self.browser).await.map_err(|denied| match denied {
            Denied::NotSignedIn => Ok(self.sign_in_first()),
            Denied::NotConfirmed => Ok(to(&routes::confirm_before(page))),
            Denied::Store(error) => Err(Failed::from(error)),
        })
    }

    fn account_screen(&self, customer: &Customer, flash: Flash) -> AccountScreen {
        AccountScreen {
            name: customer.name.clone(),
            email: customer.email.as_ref().map(ToString::to_string),
            phone: customer.phone.as_ref().map(ToString::to_string),
            since: self.state.localizer.day(self.words.language, customer.created_at),
            notice: flash.notice,
        }
    }

    fn session_row(&self, session: &Session, own: &Session, now: Timestamp) -> SessionRow {
        SessionRow {
            number: session.id.0,
            is_this: session.id == own.id,
            device: Device::of(&session.origin).map(|device| self.words.device(device.browser, device.system)),
            place: place(&session.origin).map(|network| self.words.with("place", "network", network)),
            since: self.state.localizer.day_and_time(self.words.language, session.created_at),
            seconds_idle: now.duration_since(session.last_seen_at).as_secs(),
        }
    }
}

/// Where a link or a form leads that may name a page of this site.
#[must_use]
pub fn own_path(next: &str) -> String {
    NextPath::parse(next).map_or_else(|| routes::ACCOUNT.to_owned(), |next| next.as_str().to_owned())
}

fn to(path: &str) -> axum::response::Response {
    Redirect::to(path).into_response()
}

fn open_code(otp: &Otp) -> OpenCode {
    OpenCode { format: otp.format, attempts_remaining: otp.attempts_remaining() }
}
