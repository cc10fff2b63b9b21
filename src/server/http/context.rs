//! The context of the request that a handler answers.

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
    shared::{ContactType, RequestId, Translator, routes},
};

/// The context of one request: an extractor for pages, and the starting point of server functions.
pub struct RequestContext {
    /// The state that all handlers share.
    pub state: AppState,
    /// The browser that sent the request.
    pub browser: Browser,
    /// The sentences of the site in the visitor's language.
    pub translator: Translator,
    /// The ID of the request in the log.
    pub id: RequestId,
    /// The path, with the part of the query that the page needs.
    pub path: String,
    /// Whether the method is HEAD. A HEAD request must not consume the flash message.
    pub is_head: bool,
    /// Whether the sender is a browser that loads a page or posts a plain form, not an island that
    /// reads JSON.
    pub wants_page: bool,
    /// The contact that the device remembers.
    pub remembered: Option<RequestForm>,
    /// The sealed flash message in the request's cookie.
    flash: Option<String>,
}

impl RequestContext {
    fn new(parts: &Parts, state: &AppState) -> Self {
        let (headers, https) = (&parts.headers, state.http.https);
        Self {
            browser: browser(parts, state),
            translator: language::translator(headers, state),
            id: request_id(parts),
            path: page_path(&parts.uri),
            is_head: parts.method == Method::HEAD,
            wants_page: wants_page(headers),
            remembered: remembered(headers, https),
            flash: cookie::value(headers, Cookie::Flash, https).map(ToOwned::to_owned),
            state: state.clone(),
        }
    }

    /// Returns the context of the request that a server function answers.
    ///
    /// # Errors
    /// [`OtpError::Malformed`] outside of a request.
    pub fn current() -> Result<Self, OtpError> {
        let parts = use_context::<Parts>().ok_or(OtpError::Malformed)?;
        let state = use_context::<AppState>().ok_or(OtpError::Malformed)?;
        Ok(Self::new(&parts, &state))
    }

    /// Returns the flash message for this page; an empty one if there is none or if it is for
    /// another page.
    #[must_use]
    pub fn flash(&self, page: &str) -> Flash {
        let flash = self
            .flash
            .as_deref()
            .and_then(|value| self.state.flash.open(value));
        flash.filter(|flash| flash.is_for(page)).unwrap_or_default()
    }

    /// Returns the cookie that carries a flash message to the next page.
    #[must_use]
    pub fn flash_cookie(&self, flash: &Flash) -> Option<HeaderValue> {
        let sealed = self.state.flash.seal(flash)?;
        cookie::set(Cookie::Flash, &sealed, flash::LIFETIME, self.https())
    }

    /// Returns the header that removes the flash message after a page was shown, whether or not it
    /// was for that page.
    #[must_use]
    pub fn consumed_flash(&self) -> Option<HeaderValue> {
        let is_consumed = self.flash.is_some() && !self.is_head;
        is_consumed
            .then(|| self.cleared_cookie(Cookie::Flash))
            .flatten()
    }

    /// Returns the session cookie of a browser that has requested a code.
    #[must_use]
    pub fn pre_auth_cookie(&self, token: &Token) -> Option<HeaderValue> {
        cookie::set(
            Cookie::Session,
            &token.to_cookie(),
            PRE_AUTH_LIFETIME,
            self.https(),
        )
    }

    /// Returns the session cookie of a browser that is signed in.
    #[must_use]
    pub fn session_cookie(&self, token: &Token) -> Option<HeaderValue> {
        let lifetime = self.state.policy().session.absolute;
        cookie::set(Cookie::Session, &token.to_cookie(), lifetime, self.https())
    }

    /// Returns the cookie that identifies a known device after its session has ended.
    #[must_use]
    pub fn device_cookie(&self, token: &Token) -> Option<HeaderValue> {
        cookie::set(
            Cookie::Device,
            &token.to_cookie(),
            DEVICE_LIFETIME,
            self.https(),
        )
    }

    /// Returns a cookie that stores a choice of the visitor for [`DEVICE_LIFETIME`].
    #[must_use]
    pub fn kept_cookie(&self, cookie: Cookie, text: &str) -> Option<HeaderValue> {
        cookie::set_text(cookie, text, DEVICE_LIFETIME, self.https())
    }

    /// Returns the header that removes a cookie.
    #[must_use]
    pub fn cleared_cookie(&self, cookie: Cookie) -> Option<HeaderValue> {
        cookie::clear(cookie, self.https())
    }

    fn https(&self) -> bool {
        self.state.http.https
    }
}

impl FromRequestParts<AppState> for RequestContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::new(parts, state))
    }
}

/// Returns the target of a link or form with a `next` path: that path if it is on this site,
/// otherwise the account page.
#[must_use]
pub fn safe_next(next: &str) -> String {
    NextPath::parse(next).map_or_else(
        || routes::ACCOUNT.to_owned(),
        |next| next.as_str().to_owned(),
    )
}

/// Returns the path of a page with the `next` or `token` parameter of its query. Drops all other
/// parameters.
fn page_path(uri: &Uri) -> String {
    let needed = |part: &&str| part.starts_with("next=") || part.starts_with("token=");
    match uri.query().and_then(|query| query.split('&').find(needed)) {
        Some(query) => [uri.path(), "?", query].concat(),
        None => uri.path().to_owned(),
    }
}

/// Returns the contact that the device remembers, as a prefilled form.
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
