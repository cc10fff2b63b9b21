//! The pages: who is asking decides which one, and whether it is this one at all.

mod account;

pub use account::own_path;

use axum::{
    Router,
    extract::{FromRequestParts, Query, rejection::QueryRejection},
    http::{HeaderMap, Method, Uri, request::Parts},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use jiff::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use super::{
    AppState,
    browser::browser,
    cookie::{self, Cookie, CookieChange},
    failure::{Failed, Refusal},
    flash::{Draft, Flash},
    language,
    render::{self, Page},
    status::delivery,
};
use crate::{
    api::OtpError,
    server::{
        domain::{Customer, NextPath, OtpState, Session, SmsLevel, Token, policy::PRE_AUTH_LIFETIME},
        localizer::Localizer,
        service::{Browser, progress::Status, session::Pending},
    },
    shared::{ContactType, Words, routes},
    ui::{
        Switch,
        components::Asked,
        pages::{
            self, Clock, Confirm, ConfirmPage, NotMeDonePage, NotMePage, NotMeScreen, Problem, RequestPage,
            RequestScreen, TextMessages, VerifyPage, VerifyScreen, request::FORM,
        },
    },
};

/// The pages' routes.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route(routes::ROOT, get(root))
        .route(routes::OTP_REQUEST, get(request_page))
        .route(routes::OTP_VERIFY, get(verify_page))
        .route(routes::OTP_RESEND, get(resend_page))
        .route(routes::OTP_LOGOUT, get(logout_page))
        .route(routes::OTP_CHANGE, get(|| async { Redirect::to(routes::OTP_REQUEST) }))
        .route(routes::OTP_NOT_ME, get(not_me_page))
        .route(routes::OTP_NOT_ME_DONE, get(not_me_done_page))
        .merge(account::routes())
}

type Answer = Result<Response, Failed>;

/// A browser that asks for a page.
struct Visit {
    state: AppState,
    browser: Browser,
    words: Words,
    /// The path that it asks for, with the part of its query that the page needs.
    path: String,
    /// The contact that its device keeps.
    remembered: Option<Draft>,
    /// Who asks for the headers alone (HEAD) reads no page, and leaves what it has to say to who does.
    reads: bool,
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        Ok(Self {
            state: state.clone(),
            browser: browser(parts, state),
            words: language::words(&parts.headers, state),
            path: own_address(&parts.uri),
            remembered: remembered(&parts.headers, state.edge.https),
            reads: parts.method != Method::HEAD,
        })
    }
}

#[derive(Deserialize)]
struct NextQuery {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
struct TokenQuery {
    #[serde(default)]
    token: String,
}

async fn root(visit: Visit) -> Answer {
    let signed_in = visit.customer().await?.is_some();
    Ok(Redirect::to(if signed_in { routes::ACCOUNT } else { routes::OTP_REQUEST }).into_response())
}

async fn request_page(visit: Visit, query: Result<Query<NextQuery>, QueryRejection>) -> Answer {
    if visit.customer().await?.is_some() {
        return Ok(Redirect::to(routes::ACCOUNT).into_response());
    }
    let flash = visit.take_flash(routes::OTP_REQUEST).await?;
    let pending = visit.pending().await?;
    let text_messages = text_messages(visit.state.service.sms_level().await?);
    let next = query.map(|Query(NextQuery { next })| next).unwrap_or_default();
    let live = pending.filter(|pending| pending.otp.is_valid(visit.state.service.now()));
    let screen = visit.request_screen(flash, live, &next, text_messages);
    let switch = Switch { page: String::new(), form: Some(FORM) };
    let page = visit.alive(screen.title(&visit.words)).asking(&screen.asked);
    let page = Page { switch: Some(switch), repeats_address: !screen.next.is_empty(), ..page };
    Ok(visit.show(page, move || view! { <RequestPage screen=screen.clone() /> }).await)
}

async fn verify_page(visit: Visit) -> Answer {
    if visit.customer().await?.is_some() {
        return Ok(Redirect::to(routes::ACCOUNT).into_response());
    }
    let (Some(pending), Some(status)) = (visit.pending().await?, visit.state.service.status(&visit.browser).await?)
    else {
        return visit.start_again().await;
    };
    let flash = visit.take_flash(routes::OTP_VERIFY).await?;
    let asked = visit.asked_again(&status, &flash).await?;
    let used_up_until = visit.state.service.used_up_until(&status.otp, &visit.browser).await?;
    let screen = visit.verify_screen(&pending.session, &status, flash, (asked, used_up_until));
    let page = visit.alive(screen.title(&visit.words)).asking(&screen.asked);
    Ok(visit.show(page, move || view! { <VerifyPage screen=screen.clone() /> }).await)
}

async fn resend_page(visit: Visit) -> Answer {
    match visit.pending().await? {
        Some(_) => Ok(visit.confirm(Confirm::Resend).await),
        None => visit.start_again().await,
    }
}

async fn logout_page(visit: Visit) -> Answer {
    match visit.customer().await? {
        Some(_) => Ok(visit.confirm(Confirm::Logout).await),
        None => Ok(Redirect::to(routes::OTP_REQUEST).into_response()),
    }
}

async fn not_me_page(visit: Visit, query: Result<Query<TokenQuery>, QueryRejection>) -> Answer {
    let Some(screen) = visit.not_me(query).await? else {
        return Ok(Refusal(Problem::DeadLink).into_response());
    };
    let page = visit.alive(visit.words.say("not-me-heading"));
    Ok(visit.show(page, move || view! { <NotMePage screen=screen.clone() /> }).await)
}

async fn not_me_done_page(visit: Visit, query: Result<Query<TokenQuery>, QueryRejection>) -> Answer {
    let Some(NotMeScreen { contact, ends_sessions, .. }) = visit.not_me(query).await? else {
        return Ok(Refusal(Problem::DeadLink).into_response());
    };
    let page = visit.still(visit.words.say("not-me-done-heading"));
    Ok(visit.show(page, move || view! { <NotMeDonePage contact=contact.clone() ends_sessions /> }).await)
}

impl Visit {
    async fn customer(&self) -> Result<Option<Customer>, Failed> {
        Ok(self.state.service.signed_in(&self.browser).await?)
    }

    async fn pending(&self) -> Result<Option<Pending>, Failed> {
        match &self.browser.token {
            Some(token) => Ok(self.state.service.pending(token).await?),
            None => Ok(None),
        }
    }

    async fn take_flash(&self, page: &str) -> Result<Flash, Failed> {
        if !self.reads {
            return Ok(Flash::default());
        }
        Ok(Flash::read(self.state.service.take_flash(&self.browser).await?.as_deref(), page))
    }

    /// What a link is about.
    async fn not_me(&self, query: Result<Query<TokenQuery>, QueryRejection>) -> Result<Option<NotMeScreen>, Failed> {
        let token = query.map(|Query(TokenQuery { token })| token).unwrap_or_default();
        let subject = self.state.service.not_me_subject(&token).await?;
        Ok(subject.map(|subject| NotMeScreen {
            contact: subject.contact.to_string(),
            ends_sessions: subject.ends_sessions,
            token,
        }))
    }

    /// There is nothing to go on with: back to the request screen, which says so.
    async fn start_again(&self) -> Answer {
        let mut response = Redirect::to(routes::OTP_REQUEST).into_response();
        if !self.reads {
            return Ok(response);
        }
        let flash = Flash::error(OtpError::SessionExpired).on(routes::OTP_REQUEST);
        let token = self.state.service.leave_flash(&self.browser, &flash.write()).await?;
        let cookie = token.and_then(|token| pre_auth_cookie(token).header(self.state.edge.https));
        response.headers_mut().extend(cookie.map(|cookie| (axum::http::header::SET_COOKIE, cookie)));
        Ok(response)
    }

    /// A page with islands.
    fn alive(&self, title: String) -> Page {
        self.with_switch(Page::alive(title))
    }

    /// A page with islands that shows what is a customer's own.
    fn personal(&self, title: String) -> Page {
        Page { is_personal: true, ..self.alive(title) }
    }

    /// A page that is HTML alone.
    fn still(&self, title: String) -> Page {
        self.with_switch(Page::still(title))
    }

    fn with_switch(&self, page: Page) -> Page {
        let switch = Switch { page: self.path.clone(), form: None };
        Page { switch: Some(switch), repeats_address: self.path.contains('?'), ..page }
    }

    async fn confirm(&self, confirm: Confirm) -> Response {
        self.show(self.alive(confirm.title(&self.words)), move || view! { <ConfirmPage confirm /> }).await
    }

    async fn show<V, F>(&self, page: Page, view: F) -> Response
    where
        V: IntoView + 'static,
        F: Fn() -> V + Clone + Send + Sync + 'static,
    {
        render::page(&self.state, self.words.clone(), page, view).await
    }

    /// What has to be solved before a code is sent. An island starts a proof of work when it has to; a provider hears of a
    /// visitor only if a form was refused for it.
    fn asked(&self, flash: &Flash) -> Asked {
        let is_refused = matches!(flash.error, Some(OtpError::ProofNeeded { .. }));
        match &self.state.edge.asked {
            Asked::Widget(_) if !is_refused => Asked::Nothing,
            asked => asked.clone(),
        }
    }

    /// The same before another message is sent: here the page has to know that work has to be proved, because the forms are
    /// plain ones.
    async fn asked_again(&self, status: &Status, flash: &Flash) -> Result<Asked, Failed> {
        let asked = self.asked(flash);
        let is_known = status.otp.device.is_some();
        let is_idle = asked == Asked::Work && (is_known || !self.state.service.asks_for_proof(&self.browser).await?);
        Ok(if is_idle { Asked::Nothing } else { asked })
    }

    fn verify_screen(
        &self,
        session: &Session,
        status: &Status,
        flash: Flash,
        (asked, used_up_until): (Asked, Option<Timestamp>),
    ) -> VerifyScreen {
        let clock = |instant| clock(&self.state.localizer, instant);
        let (otp, now) = (&status.otp, self.state.service.now());
        let resend_at = otp.resend_at(&self.state.service.policy().otp.cooldowns);
        VerifyScreen {
            contact_type: otp.otp_type(),
            contact: session.contact_value.clone().unwrap_or_default(),
            channel: otp.channel,
            other_channel: status.other_channel,
            delivery: delivery(status.progress),
            format: otp.format,
            server_now: milliseconds(now),
            expires_at: milliseconds(otp.expires_at),
            resend_at: milliseconds(resend_at),
            expires_clock: clock(otp.expires_at),
            resend_clock: clock(resend_at),
            attempts_remaining: otp.attempts_remaining(),
            expired: otp.state(now) == OtpState::Expired,
            error: flash.error,
            notice: flash.notice,
            used_up_until: used_up_until.map(clock),
            asked,
        }
    }

    fn request_screen(
        &self,
        flash: Flash,
        pending: Option<Pending>,
        asked_next: &str,
        text_messages: TextMessages,
    ) -> RequestScreen {
        let asked = self.asked(&flash);
        let next = NextPath::parse(asked_next).map(|next| next.as_str().to_owned()).unwrap_or_default();
        let blank = || Draft { next, ..self.remembered.clone().unwrap_or_default() };
        let down: Vec<_> = ContactType::ALL.into_iter().filter(|kind| self.state.service.is_down(*kind)).collect();
        let draft = flash.draft.unwrap_or_else(blank).for_what_works(text_messages != TextMessages::Off, &down);
        let time = |at| self.state.localizer.time(at);
        RequestScreen {
            contact_type: draft.contact_type,
            contact_value: draft.contact_value,
            next: draft.next,
            error: flash.error,
            notice: flash.notice,
            pending: pending.map(|pending| pages::Pending {
                time: time(pending.otp.sent_at),
                contact: pending.session.contact_value.unwrap_or_default(),
            }),
            text_messages,
            down,
            is_remembered: draft.remember,
            asked,
        }
    }
}

/// The address of a page without what it would only repeat.
fn own_address(uri: &Uri) -> String {
    let needed = |part: &&str| part.starts_with("next=") || part.starts_with("token=");
    match uri.query().and_then(|query| query.split('&').find(needed)) {
        Some(query) => [uri.path(), "?", query].concat(),
        None => uri.path().to_owned(),
    }
}

/// The contact that a device keeps.
fn remembered(headers: &HeaderMap, https: bool) -> Option<Draft> {
    let kept = cookie::text(headers, Cookie::Contact, https)?;
    let (kind, value) = kept.split_once(':')?;
    Some(Draft {
        contact_type: ContactType::from_value(kind)?,
        contact_value: value.chars().filter(|c| !c.is_control()).take(MAX_REMEMBERED).collect(),
        next: String::new(),
        remember: true,
    })
}

/// The most characters of a contact that is filled in: more than any contact has, and little enough for any page.
const MAX_REMEMBERED: usize = 254;

/// The cookie of a browser that has asked for a code.
#[must_use]
pub fn pre_auth_cookie(token: Token) -> CookieChange {
    CookieChange::Set(token, PRE_AUTH_LIFETIME.as_secs())
}

const fn text_messages(level: SmsLevel) -> TextMessages {
    match level {
        SmsLevel::Off => TextMessages::Off,
        SmsLevel::Open => TextMessages::Open,
        SmsLevel::EmailFirst => TextMessages::EmailFirst,
        SmsLevel::KnownOnly => TextMessages::KnownOnly,
    }
}

/// Milliseconds since 1970 as browsers count them. Exact: an f64 holds every whole number up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "instants of this age are far below 2^53 ms")]
#[expect(clippy::as_conversions, reason = "there is no From for it")]
pub(super) fn milliseconds(instant: Timestamp) -> f64 {
    instant.as_millisecond() as f64
}

pub(super) fn clock(localizer: &Localizer, instant: Timestamp) -> Clock {
    Clock { machine: instant.strftime("%FT%TZ").to_string(), human: localizer.time(instant) }
}
