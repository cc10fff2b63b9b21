//! What a handler knows of the request that it answers.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Method, Uri, request::Parts},
};
use leptos::prelude::use_context;

use super::{
    AppState,
    browser::{browser, request_id, wants_page},
    cookie::{self, Cookie},
    flash::{self, Flash},
    language,
};
use crate::{
    api::{OtpError, RequestForm},
    server::domain::{
        Browser, NextPath, Token,
        policy::{DEVICE_LIFETIME, PRE_AUTH_LIFETIME},
    },
    shared::{ContactType, RequestId, Words, routes},
};

/// One request: an extractor for pages, and what server functions begin with.
pub struct RequestContext {
    /// What every handler works with.
    pub state: AppState,
    /// Who sent it.
    pub browser: Browser,
    /// Sentences in the visitor's language.
    pub words: Words,
    /// Its name in the log.
    pub id: RequestId,
    /// Its path, with the part of the query that the page needs.
    pub path: String,
    /// Whether it asks for the headers alone. A HEAD request must not consume the flash.
    pub is_head: bool,
    /// Whether the sender is a browser that loads a page or posts a plain form, and not an island
    /// that reads JSON.
    pub wants_page: bool,
    /// The contact that the device keeps.
    pub remembered: Option<RequestForm>,
    /// The sealed flash that came with it.
    flash: Option<String>,
}

impl RequestContext {
    fn new(parts: &Parts, state: &AppState) -> Self {
        let (headers, https) = (&parts.headers, state.edge.https);
        Self {
            browser: browser(parts, state),
            words: language::words(headers, state),
            id: request_id(parts),
            path: own_address(&parts.uri),
            is_head: parts.method == Method::HEAD,
            wants_page: wants_page(headers),
            remembered: remembered(headers, https),
            flash: cookie::value(headers, Cookie::Flash, https).map(ToOwned::to_owned),
            state: state.clone(),
        }
    }

    /// The request that a server function answers.
    ///
    /// # Errors
    /// [`OtpError::Malformed`] outside of a request.
    pub fn current() -> Result<Self, OtpError> {
        let parts = use_context::<Parts>().ok_or(OtpError::Malformed)?;
        let state = use_context::<AppState>().ok_or(OtpError::Malformed)?;
        Ok(Self::new(&parts, &state))
    }

    /// What the last answer left for this page; nothing, if it was for another one.
    #[must_use]
    pub fn flash(&self, page: &str) -> Flash {
        let flash = self
            .flash
            .as_deref()
            .and_then(|value| self.state.flash.open(value));
        flash.filter(|flash| flash.is_for(page)).unwrap_or_default()
    }

    /// The cookie that leaves a flash for the next page.
    #[must_use]
    pub fn flash_cookie(&self, flash: &Flash) -> Option<HeaderValue> {
        let sealed = self.state.flash.seal(flash)?;
        cookie::set(Cookie::Flash, &sealed, flash::LIFETIME, self.https())
    }

    /// The header that removes the flash once a page was shown, whether it was for that page or
    /// not.
    #[must_use]
    pub fn consumed_flash(&self) -> Option<HeaderValue> {
        let is_consumed = self.flash.is_some() && !self.is_head;
        is_consumed
            .then(|| self.cleared_cookie(Cookie::Flash))
            .flatten()
    }

    /// The cookie of a browser that has asked for a code.
    #[must_use]
    pub fn pre_auth_cookie(&self, token: &Token) -> Option<HeaderValue> {
        cookie::set(
            Cookie::Session,
            &token.to_cookie(),
            PRE_AUTH_LIFETIME,
            self.https(),
        )
    }

    /// The cookie of a browser that is signed in.
    #[must_use]
    pub fn session_cookie(&self, token: &Token) -> Option<HeaderValue> {
        let lifetime = self.state.policy().session.absolute;
        cookie::set(Cookie::Session, &token.to_cookie(), lifetime, self.https())
    }

    /// The cookie by which a browser is known after its session.
    #[must_use]
    pub fn device_cookie(&self, token: &Token) -> Option<HeaderValue> {
        cookie::set(
            Cookie::Device,
            &token.to_cookie(),
            DEVICE_LIFETIME,
            self.https(),
        )
    }

    /// A cookie that stays on the device until its owner says otherwise.
    #[must_use]
    pub fn kept_cookie(&self, cookie: Cookie, text: &str) -> Option<HeaderValue> {
        cookie::set_text(cookie, text, DEVICE_LIFETIME, self.https())
    }

    /// The header that removes a cookie.
    #[must_use]
    pub fn cleared_cookie(&self, cookie: Cookie) -> Option<HeaderValue> {
        cookie::clear(cookie, self.https())
    }

    fn https(&self) -> bool {
        self.state.edge.https
    }
}

impl FromRequestParts<AppState> for RequestContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::new(parts, state))
    }
}

/// Where a link or a form leads that may name a page of this site: there, or to the account.
#[must_use]
pub fn own_path(next: &str) -> String {
    NextPath::parse(next).map_or_else(
        || routes::ACCOUNT.to_owned(),
        |next| next.as_str().to_owned(),
    )
}

/// The address of a page without what it would only repeat.
fn own_address(uri: &Uri) -> String {
    let needed = |part: &&str| part.starts_with("next=") || part.starts_with("token=");
    match uri.query().and_then(|query| query.split('&').find(needed)) {
        Some(query) => [uri.path(), "?", query].concat(),
        None => uri.path().to_owned(),
    }
}

/// The contact that a device keeps, as the form that it fills in.
fn remembered(headers: &HeaderMap, https: bool) -> Option<RequestForm> {
    let kept = cookie::text(headers, Cookie::Contact, https)?;
    let (kind, value) = kept.split_once(':')?;
    Some(flash::draft(RequestForm {
        contact_type: ContactType::from_value(kind)?.as_str().to_owned(),
        contact_value: value.to_owned(),
        remember: RequestForm::YES.to_owned(),
        ..RequestForm::default()
    }))
}
