//! The outcome of a form and the response to it.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use leptos::prelude::expect_context;
use leptos_axum::ResponseOptions;

use crate::{
    api::{MESSAGE_HEADER, Next, Notice, OtpError, RequestForm},
    server::http::{RequestContext, cookie::Cookie, error_response, flash::Flash},
    shared::routes,
};

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
/// The data that a browser deletes when a customer signs out (OWASP ASVS 5.0, 14.3.1;
/// <https://www.w3.org/TR/clear-site-data/>): cached pages, including the back/forward cache, and
/// storage. Not "cookies": the flash carries the sign-out notice, and the device stays known.
const CLEARED: &str = "\"cache\", \"storage\"";

/// The result of handling a form.
pub type Outcome = Result<Accepted, Refused>;

/// An accepted form: the next page, with cookies and a flash message.
pub struct Accepted {
    location: String,
    cookies: Vec<HeaderValue>,
    flash: Option<Flash>,
    clears_site_data: bool,
}

/// A refused form: the error, and the page that shows it.
pub struct Refused {
    error: OtpError,
    page: String,
    cookies: Vec<HeaderValue>,
    flash: Option<Box<Flash>>,
}

impl Accepted {
    /// Sends the customer on to this page.
    pub(super) fn at(location: &str) -> Self {
        Self {
            location: location.to_owned(),
            cookies: vec![],
            flash: None,
            clears_site_data: false,
        }
    }

    /// Signs the browser out: clears the session cookie and the site data, and shows `notice` on
    /// the next page.
    pub(super) fn signed_out(context: &RequestContext, notice: Notice) -> Self {
        let accepted =
            Self::at(routes::OTP_REQUEST).with_cookie(context.cleared_cookie(Cookie::Session));
        Self {
            clears_site_data: true,
            ..accepted.with_flash(Flash::notice(notice))
        }
    }

    pub(super) fn with_cookie(mut self, cookie: Option<HeaderValue>) -> Self {
        self.cookies.extend(cookie);
        self
    }

    pub(super) fn with_flash(self, flash: Flash) -> Self {
        Self {
            flash: Some(flash),
            ..self
        }
    }

    /// Reports that a code is on its way. `wait` is `None` for a new code. For a code sent moments
    /// ago, it is the number of seconds until another can be sent.
    pub(super) fn with_code_sent(self, wait: Option<u32>) -> Self {
        self.with_flash(match wait {
            None => Flash::notice(Notice::CodeSent),
            Some(seconds) => Flash::error(OtpError::Cooldown { seconds }),
        })
    }
}

impl Refused {
    /// Sends the customer back to a page, which shows the error.
    pub(super) fn at(page: &str, error: OtpError) -> Self {
        let flash = Some(Box::new(Flash::error(error.clone())));
        Self {
            error,
            page: page.to_owned(),
            cookies: vec![],
            flash,
        }
    }

    /// Like [`Refused::at`] for a page of the sign-in, but goes to the page that the error
    /// requires, if it requires one.
    pub(super) fn in_sign_in(page: &str, error: OtpError) -> Self {
        Self::at(error.redirect_to().unwrap_or(page), error)
    }

    pub(super) fn with_cookie(mut self, cookie: Option<HeaderValue>) -> Self {
        self.cookies.extend(cookie);
        self
    }

    /// Restores the visitor's input on the page.
    pub(super) fn with_draft(self, form: RequestForm) -> Self {
        Self {
            flash: self.flash.map(|flash| Box::new(flash.with_draft(form))),
            ..self
        }
    }

    /// Sends no flash message, because the page knows without it what to show.
    pub(super) fn without_flash(self) -> Self {
        Self {
            flash: None,
            ..self
        }
    }
}

impl RequestContext {
    /// Writes the response to a form.
    ///
    /// # Errors
    /// Returns the error of a refused form, for callers that read JSON.
    pub fn respond(&self, outcome: Outcome) -> Result<Next, OtpError> {
        let response = expect_context::<ResponseOptions>();
        match outcome {
            Ok(accepted) => Ok(self.accept(&response, accepted)),
            Err(refused) => Err(self.refuse(&response, refused)),
        }
    }

    fn accept(&self, response: &ResponseOptions, accepted: Accepted) -> Next {
        let Accepted {
            location,
            mut cookies,
            flash,
            clears_site_data,
        } = accepted;
        if let Some(token) = &self.browser.token {
            self.state.streams.notify(token.digest());
        }
        if clears_site_data {
            response.insert_header(CLEAR_SITE_DATA, HeaderValue::from_static(CLEARED));
        }
        cookies.extend(flash.and_then(|flash| self.flash_cookie(&flash.on(&location))));
        set_cookies(response, cookies);
        if self.wants_page {
            redirect(response, &location);
        }
        Next { location }
    }

    /// An island shows the error in place, unless the customer has to move to another page. In that
    /// case, and for a plain form, the next page shows the error.
    fn refuse(&self, response: &ResponseOptions, refused: Refused) -> OtpError {
        let Refused {
            error,
            page,
            mut cookies,
            flash,
        } = refused;
        let flash = flash.filter(|_| self.wants_page || error.redirect_to().is_some());
        cookies.extend(flash.and_then(|flash| self.flash_cookie(&flash.on(&page))));
        set_cookies(response, cookies);
        if let Some(seconds) = error.retry_after() {
            response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.wants_page {
            redirect(response, &page);
        } else {
            let message = error_response::percent_encoded(&self.translator.error(&error));
            let message =
                HeaderValue::from_str(&message).unwrap_or_else(|_| HeaderValue::from_static(""));
            response.insert_header(HeaderName::from_static(MESSAGE_HEADER), message);
            response.set_status(
                StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST),
            );
        }
        error
    }
}

fn set_cookies(response: &ResponseOptions, cookies: Vec<HeaderValue>) {
    for cookie in cookies {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

/// The status 303 (RFC 9110 section 15.4.4) makes the next request a GET, whatever the method of
/// this one.
fn redirect(response: &ResponseOptions, location: &str) {
    if let Ok(location) = HeaderValue::from_str(location) {
        response.insert_header(header::LOCATION, location);
        response.set_status(StatusCode::SEE_OTHER);
    }
}
