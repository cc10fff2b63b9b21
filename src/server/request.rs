//! What a server function knows of its request, and how its outcome becomes an answer: a redirect and a flash for a plain
//! form, JSON for an island.

mod account;

use axum::http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::{
    api::{Next, Notice, OtpError, WORDS_HEADER},
    server::{
        domain::{ContactError, Full, Limit, NextPath, SmsRefusal, Token},
        http::{
            AppState,
            browser::{browser, request_id, wants_page},
            cookie::{self, Cookie, CookieChange},
            failure,
            flash::{Draft, Flash},
            language,
            pages::pre_auth_cookie,
        },
        service::{
            Browser, StoreError,
            request_otp::{RequestError, RequestForm},
            resend_otp::{ResendError, Sent},
            verify_otp::VerifyError,
        },
    },
    shared::{ContactType, RequestId, Words, routes},
};

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
/// What a browser drops when a customer signs out (OWASP ASVS 5.0, 14.3.1; <https://www.w3.org/TR/clear-site-data/>): copies of
/// pages, the back/forward cache among them, and storage. Not "cookies": we change ours ourselves, and the browser stays known.
const FORGET: &str = "\"cache\", \"storage\"";

/// One call of a server function.
pub struct ServerRequest {
    state: AppState,
    browser: Browser,
    words: Words,
    id: RequestId,
    is_plain_form: bool,
    /// Whether the device keeps a contact.
    is_remembered: bool,
    response: ResponseOptions,
}

/// The call that is being answered.
///
/// # Errors
/// [`OtpError::Malformed`] outside of a request.
pub fn current() -> Result<ServerRequest, OtpError> {
    let context = || Some((use_context::<AppState>()?, use_context::<Parts>()?, use_context::<ResponseOptions>()?));
    let (state, parts, response) = context().ok_or(OtpError::Malformed)?;
    Ok(ServerRequest {
        browser: browser(&parts, &state),
        words: language::words(&parts.headers, &state),
        id: request_id(&parts),
        is_plain_form: wants_page(&parts.headers),
        is_remembered: cookie::text(&parts.headers, Cookie::Contact, state.edge.https).is_some(),
        state,
        response,
    })
}

/// A form that was accepted.
pub struct Accepted {
    location: String,
    cookie: CookieChange,
    /// Cookies that stay: the token that the browser is known by from now on, what its owner has chosen.
    cookies: Vec<HeaderValue>,
    /// What the next page has to say, if it is one of ours.
    flash: Option<Flash>,
    /// Whether the browser has to forget what it keeps of this site.
    forgets: bool,
}

/// A form that was not.
pub struct Refused {
    error: OtpError,
    page: String,
    draft: Option<Draft>,
    /// Whether the next page says why. It takes a cookie, and where the browser may have a good one it must stay.
    says_why: bool,
}

/// What became of a form.
pub type Outcome = Result<Accepted, Refused>;

impl ServerRequest {
    /// `POST /otp/request/`
    ///
    /// # Errors
    /// The form was not accepted.
    pub async fn request_otp(
        &self,
        (contact_type, contact_value, next): (&str, String, String),
        solution: String,
        remembers: bool,
    ) -> Outcome {
        let kind = kind_or_default(contact_type);
        let draft = Draft { contact_type: kind.unwrap_or_default(), contact_value, next, remember: remembers };
        let refused = |error| Refused { draft: Some(draft.clone()), ..Refused::at(routes::OTP_REQUEST, error) };
        if kind.is_none() {
            return Err(refused(OtpError::Malformed));
        }
        if self.is_remembered && !remembers {
            self.set_cookies(self.kept(Cookie::Contact, ""));
        }
        if self.is_signed_in(routes::OTP_REQUEST).await? {
            return Ok(Accepted::at(routes::ACCOUNT));
        }
        let Draft { contact_type, contact_value, next, .. } = draft.clone();
        let kept = remembers.then(|| format!("{}:{contact_value}", contact_type.as_str()));
        let form = RequestForm { contact_type, contact_value, next, solution };
        let requested = self.state.service.request_otp(&self.browser, &form).await;
        let requested = requested.map_err(|error| refused(self.request_error(error, contact_type)))?;
        let (cookie, flash) = (pre_auth_cookie(requested.token), Some(sent_or_wait(requested.wait)));
        let cookies = kept.map(|kept| self.kept(Cookie::Contact, &kept)).unwrap_or_default();
        Ok(Accepted { cookie, cookies, flash, ..Accepted::at(routes::OTP_VERIFY) })
    }

    /// `POST /language/`
    ///
    /// # Errors
    /// The form was not accepted.
    pub fn set_language(
        &self,
        code: &str,
        page: &str,
        (contact_type, contact_value, next): (&str, String, String),
        remember: bool,
    ) -> Outcome {
        let page = NextPath::parse(page).map(|page| page.as_str().to_owned());
        let location = page.clone().unwrap_or_else(|| routes::OTP_REQUEST.to_owned());
        let quietly = |error| Refused { says_why: false, ..Refused::on(&location, error) };
        let language = self.state.localizer.choice(code).ok_or_else(|| quietly(OtpError::Malformed))?;
        let contact_type = kind_or_default(contact_type).unwrap_or_default();
        let draft = Draft { contact_type, contact_value, next, remember };
        let is_news = draft != Draft::default() || self.is_remembered;
        let flash = (page.is_none() && is_news).then(|| Flash { draft: Some(draft), ..Flash::default() });
        let cookies = self.kept(Cookie::Language, language.code());
        Ok(Accepted { cookies, flash, ..Accepted::at(&location) })
    }

    fn set_cookies(&self, cookies: Vec<HeaderValue>) {
        for cookie in cookies {
            self.response.append_header(header::SET_COOKIE, cookie);
        }
    }

    /// What stays on the device until its owner says otherwise.
    fn kept(&self, cookie: Cookie, text: &str) -> Vec<HeaderValue> {
        cookie::keep(cookie, text, self.state.edge.https).into_iter().collect()
    }

    /// `POST /otp/verify/`
    ///
    /// # Errors
    /// The form was not accepted.
    pub async fn verify_otp(&self, otp_code: &str) -> Outcome {
        if self.is_signed_in(routes::OTP_VERIFY).await? {
            return Ok(Accepted::at(routes::ACCOUNT));
        }
        let signed_in = self.state.service.verify_otp(&self.browser, otp_code).await;
        let signed_in = signed_in.map_err(|error| self.verify_refused(error))?;
        Ok(Accepted {
            cookie: self.session_cookie(signed_in.token),
            cookies: cookie::device(&signed_in.device, self.state.edge.https).into_iter().collect(),
            flash: Some(Flash::notice(Notice::SignedIn)),
            ..Accepted::at(signed_in.next.as_deref().unwrap_or(routes::ACCOUNT))
        })
    }

    /// `POST /otp/resend/`
    ///
    /// # Errors
    /// The form was not accepted.
    pub async fn resend_otp(&self, contact_type: &str, solution: &str) -> Outcome {
        let channel = ContactType::from_value(contact_type);
        if channel.is_none() && !contact_type.is_empty() {
            return Err(Refused::at(routes::OTP_VERIFY, OtpError::Malformed));
        }
        if self.is_signed_in(routes::OTP_VERIFY).await? {
            return Ok(Accepted::at(routes::ACCOUNT));
        }
        let sent = self.state.service.resend_otp(&self.browser, channel, solution).await;
        let sent = sent.map_err(|error| Refused::at(routes::OTP_VERIFY, self.resend_error(error)))?;
        let notice = match sent {
            Sent::OnlyCode => Notice::CodeSent,
            Sent::NextCode => Notice::CodeResent,
        };
        let cookie = self.browser.token.clone().map_or(CookieChange::Keep, pre_auth_cookie);
        Ok(Accepted { cookie, flash: Some(Flash::notice(notice)), ..Accepted::at(routes::OTP_VERIFY) })
    }

    /// `POST /otp/change/`
    ///
    /// # Errors
    /// The form was not accepted.
    pub async fn change_contact(&self) -> Outcome {
        let forgotten = self.state.service.change_contact(&self.browser).await;
        forgotten.map_err(|error| Refused::at(routes::OTP_REQUEST, self.unexpected(&error)))?;
        Ok(Accepted::at(routes::OTP_REQUEST))
    }

    /// `POST /otp/not-me/`
    ///
    /// Where it leads says what became of it, without a flash: the browser inside a mail program may keep no cookie, and
    /// another may have a good one.
    ///
    /// # Errors
    /// The form was not accepted.
    pub async fn not_me(&self, token: &str) -> Outcome {
        let quietly = |page: &str, error| Refused { says_why: false, ..Refused::at(page, error) };
        match self.state.service.not_me(token, &self.browser.origin).await {
            Ok(Some(_)) => Ok(Accepted::at(&routes::with_token(routes::OTP_NOT_ME_DONE, token))),
            Ok(None) => Err(quietly(routes::OTP_NOT_ME, OtpError::Malformed)),
            Err(error) => Err(quietly(&routes::with_token(routes::OTP_NOT_ME, token), self.unexpected(&error))),
        }
    }

    /// `POST /otp/logout/`
    ///
    /// # Errors
    /// The form was not accepted. The cookie stays: the session may be alive, and without it nobody could end it.
    pub async fn customer_logout(&self) -> Outcome {
        let ended = self.state.service.customer_logout(&self.browser).await;
        ended
            .map_err(|error| Refused { says_why: false, ..Refused::at(routes::OTP_LOGOUT, self.unexpected(&error)) })?;
        Ok(self.signed_out(Notice::SignedOut).await)
    }

    /// The session is over: the browser gets a new cookie, and word for the next page.
    async fn signed_out(&self, notice: Notice) -> Accepted {
        let goodbye = Flash::notice(notice).on(routes::OTP_REQUEST);
        let nobody = Browser::default();
        let token = self.log_failure(self.state.service.leave_flash(&nobody, &goodbye.write()).await).flatten();
        let cookie = token.map_or(CookieChange::Clear, pre_auth_cookie);
        Accepted { cookie, forgets: true, ..Accepted::at(routes::OTP_REQUEST) }
    }

    /// Answers with an outcome: leaves what the next page has to say, changes the cookie, and redirects a plain form.
    ///
    /// # Errors
    /// The refusal, for a caller that reads JSON.
    pub async fn answer(&self, outcome: Outcome) -> Result<Next, OtpError> {
        match outcome {
            Ok(accepted) => Ok(self.accept(accepted).await),
            Err(refused) => Err(self.refuse(refused).await),
        }
    }

    async fn accept(&self, accepted: Accepted) -> Next {
        let Accepted { location, cookie, cookies, flash, forgets } = accepted;
        if let Some(token) = &self.browser.token {
            self.state.streams.tell(token.digest());
        }
        let cookie = match flash {
            Some(flash) => self.leave_word(cookie, &flash.on(&location).write()).await,
            None => cookie,
        };
        if forgets {
            self.response.insert_header(CLEAR_SITE_DATA, HeaderValue::from_static(FORGET));
        }
        self.set_cookie(&cookie);
        self.set_cookies(cookies);
        if self.is_plain_form {
            self.redirect(&location);
        }
        Next { location }
    }

    /// For the next page: in the session that the browser has then, which may begin here.
    async fn leave_word(&self, cookie: CookieChange, flash: &str) -> CookieChange {
        let service = &self.state.service;
        if let CookieChange::Set(token, _) = &cookie {
            self.log_failure(service.put_flash(token, flash).await);
            return cookie;
        }
        let begun = self.log_failure(service.leave_flash(&self.browser, flash).await).flatten();
        begun.map_or(cookie, pre_auth_cookie)
    }

    /// An island shows the error in place, unless it has to move on to another page; then, and for a plain form, the next
    /// page says it.
    async fn refuse(&self, refused: Refused) -> OtpError {
        let Refused { error, page, draft, says_why } = refused;
        if says_why && (self.is_plain_form || error.moves_to().is_some()) {
            let flash = Flash { draft, ..Flash::error(error.clone()).on(&page) };
            let token = self.log_failure(self.state.service.leave_flash(&self.browser, &flash.write()).await);
            self.set_cookie(&token.flatten().map_or(CookieChange::Keep, pre_auth_cookie));
        }
        if let Some(seconds) = error.retry_after() {
            self.response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.is_plain_form {
            self.redirect(&page);
        } else {
            let words = failure::written(&self.words.error(&error));
            let words = HeaderValue::from_str(&words).unwrap_or_else(|_| HeaderValue::from_static(""));
            self.response.insert_header(HeaderName::from_static(WORDS_HEADER), words);
            self.response.set_status(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST));
        }
        error
    }

    /// 303 (RFC 9110 section 15.4.4): the next request is a GET, whatever this one was.
    fn redirect(&self, location: &str) {
        if let Ok(location) = HeaderValue::from_str(location) {
            self.response.insert_header(header::LOCATION, location);
            self.response.set_status(StatusCode::SEE_OTHER);
        }
    }

    fn session_cookie(&self, token: Token) -> CookieChange {
        CookieChange::Set(token, self.state.service.policy().session.absolute.as_secs())
    }

    fn set_cookie(&self, change: &CookieChange) {
        if let Some(cookie) = change.header(self.state.edge.https) {
            self.response.append_header(header::SET_COOKIE, cookie);
        }
    }

    /// Whether there is nothing to sign in to any more.
    async fn is_signed_in(&self, page: &'static str) -> Result<bool, Refused> {
        let customer = self.state.service.signed_in(&self.browser).await;
        let customer =
            customer.map_err(|error| Refused { says_why: false, ..Refused::at(page, self.unexpected(&error)) })?;
        Ok(customer.is_some())
    }

    fn request_error(&self, error: RequestError, kind: ContactType) -> OtpError {
        match error {
            RequestError::Contact(ContactError::Missing) => OtpError::ContactMissing(kind),
            RequestError::Contact(ContactError::Invalid) => OtpError::ContactInvalid(kind),
            RequestError::UnknownContact => OtpError::CustomerNotFound,
            RequestError::Cooldown { seconds } => OtpError::Cooldown { seconds },
            RequestError::Sms(refusal) => match refusal {
                SmsRefusal::CountryNotAllowed => OtpError::CountryNotAllowed,
                SmsRefusal::NotMobile => OtpError::NotMobile,
                SmsRefusal::Paused => OtpError::SmsPaused,
            },
            RequestError::Limited(full) => self.limited(&full),
            RequestError::Captcha(error) => self.send_failed(&error),
            RequestError::Store(error) => self.send_failed(&error),
        }
    }

    /// What a person is told of a limit.
    fn limited(&self, full: &Full) -> OtpError {
        let seconds = full.seconds(self.state.service.now());
        match full.limit {
            Limit::Browser | Limit::Device | Limit::Breaker => OtpError::BrowserLimit { seconds },
            Limit::Contact => OtpError::ContactLimit { seconds },
            Limit::Network => OtpError::NetworkLimit { seconds },
            Limit::Everybody => OtpError::Busy { seconds },
            Limit::NetworkSoft | Limit::Solution => OtpError::ProofNeeded { seconds },
        }
    }

    fn resend_error(&self, error: ResendError) -> OtpError {
        match error {
            ResendError::NoOtp => OtpError::SessionExpired,
            ResendError::ChannelNotOffered => OtpError::Malformed,
            ResendError::Exhausted => OtpError::CodeExhausted,
            ResendError::Cooldown { seconds } => OtpError::Cooldown { seconds },
            ResendError::Limited(full) => self.limited(&full),
            ResendError::Captcha(error) => self.send_failed(&error),
            ResendError::Store(error) => self.send_failed(&error),
        }
    }

    fn verify_refused(&self, error: VerifyError) -> Refused {
        let says_why = !matches!(error, VerifyError::AlreadyUsed);
        Refused { says_why, ..Refused::at(routes::OTP_VERIFY, self.verify_error(error)) }
    }

    fn verify_error(&self, error: VerifyError) -> OtpError {
        match error {
            VerifyError::Malformed(format) => OtpError::CodeMalformed(format),
            VerifyError::NoOtp | VerifyError::AlreadyUsed => OtpError::SessionExpired,
            VerifyError::Expired => OtpError::CodeExpired,
            VerifyError::Wrong { attempts_remaining } => OtpError::CodeInvalid { attempts_remaining },
            VerifyError::Exhausted => OtpError::CodeExhausted,
            VerifyError::Escalated => OtpError::CodeEscalated,
            VerifyError::Limited(full) => self.limited(&full),
            VerifyError::Store(error) => self.unexpected(&error),
        }
    }

    fn send_failed(&self, error: &(dyn std::error::Error + 'static)) -> OtpError {
        failure::log(error, self.id);
        OtpError::SendFailed(self.id)
    }

    fn unexpected(&self, error: &StoreError) -> OtpError {
        failure::log(error, self.id);
        OtpError::Unexpected(self.id)
    }

    fn log_failure<T>(&self, result: Result<T, StoreError>) -> Option<T> {
        result.inspect_err(|error| failure::log(error, self.id)).ok()
    }
}

/// The kind with a form's value; what is left out is email.
fn kind_or_default(value: &str) -> Option<ContactType> {
    if value.is_empty() { Some(ContactType::default()) } else { ContactType::from_value(value) }
}

/// A code is on its way: a new one, or one that was sent moments ago.
fn sent_or_wait(wait: Option<u32>) -> Flash {
    match wait {
        None => Flash::notice(Notice::CodeSent),
        Some(seconds) => Flash::error(OtpError::Cooldown { seconds }),
    }
}

impl Accepted {
    fn at(location: &str) -> Self {
        Self { location: location.to_owned(), cookie: CookieChange::Keep, cookies: vec![], flash: None, forgets: false }
    }
}

impl Refused {
    /// Back to a page of the sign-in, or to the one that has to replace it.
    fn at(page: &str, error: OtpError) -> Self {
        Self::on(error.moves_to().unwrap_or(page), error)
    }

    fn on(page: &str, error: OtpError) -> Self {
        Self { error, page: page.to_owned(), draft: None, says_why: true }
    }
}
