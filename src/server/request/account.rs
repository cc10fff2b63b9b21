//! The forms of the account pages.

use super::{Accepted, Outcome, Refused, ServerRequest, sent_or_wait};
use crate::{
    api::{Notice, OtpError},
    server::{
        domain::SessionId,
        http::{
            flash::{Draft, Flash},
            pages::own_path,
        },
        service::{
            confirm::Denied, contacts::NewContactError, contacts::Undone, session::Account, verify_otp::VerifyError,
        },
    },
    shared::{ContactType, routes},
};

impl ServerRequest {
    /// `POST /account/confirm/send/`
    ///
    /// # Errors
    /// The form was not accepted.
    pub async fn send_confirmation(&self, next: &str) -> Outcome {
        let page = routes::confirm_before(&own_path(next));
        let account = self.state.service.account(&self.browser).await;
        let account = account.map_err(|error| Refused::on(&page, self.unexpected(&error)))?;
        let Some(account) = account else { return Ok(Accepted::at(routes::OTP_REQUEST)) };
        let sent = self.state.service.send_confirmation(&account, &self.browser).await;
        let kind = ContactType::default();
        let wait = sent.map_err(|error| Refused::on(&page, self.request_error(error, kind)))?;
        Ok(Accepted { flash: Some(sent_or_wait(wait)), ..Accepted::at(&page) })
    }

    /// `POST /account/confirm/`
    ///
    /// # Errors
    /// The form was not accepted.
    pub async fn confirm(&self, otp_code: &str, next: &str) -> Outcome {
        let next = own_path(next);
        let confirmed = self.state.service.confirm(&self.browser, otp_code).await;
        let token = confirmed.map_err(|error| self.code_refused(error, [&routes::confirm_before(&next); 2]))?;
        Ok(Accepted { cookie: self.session_cookie(token), ..Accepted::at(&next) })
    }

    /// `POST /account/sessions/`
    ///
    /// # Errors
    /// The form was not accepted.
    pub async fn end_session(&self, session: &str) -> Outcome {
        let account = match self.confirmed(routes::ACCOUNT_SESSIONS).await {
            Ok(account) => account,
            Err(outcome) => return outcome,
        };
        let refused = |error| Refused::on(routes::ACCOUNT_SESSIONS, error);
        let session = session.parse().map_err(|_| refused(OtpError::Malformed))?;
        let ended = self.state.service.end_sessions(&account, Some(SessionId(session)), &self.browser.origin).await;
        ended.map_err(|error| refused(self.unexpected(&error)))?;
        let flash = Some(Flash::notice(Notice::SessionEnded));
        Ok(Accepted { flash, ..Accepted::at(routes::ACCOUNT_SESSIONS) })
    }

    /// `POST /account/sessions/all/`
    ///
    /// # Errors
    /// The form was not accepted.
    pub async fn end_all_sessions(&self) -> Outcome {
        let account = match self.confirmed(routes::ACCOUNT_SESSIONS).await {
            Ok(account) => account,
            Err(outcome) => return outcome,
        };
        let ended = self.state.service.end_sessions(&account, None, &self.browser.origin).await;
        ended.map_err(|error| Refused::on(routes::ACCOUNT_SESSIONS, self.unexpected(&error)))?;
        Ok(self.signed_out(Notice::SignedOutEverywhere).await)
    }

    /// `POST /account/contact/`
    ///
    /// # Errors
    /// The form was not accepted.
    pub async fn new_contact(&self, contact_type: &str, contact_value: String) -> Outcome {
        let account = match self.confirmed(routes::ACCOUNT_CONTACT).await {
            Ok(account) => account,
            Err(outcome) => return outcome,
        };
        let page = routes::ACCOUNT_CONTACT;
        let kind = ContactType::from_value(contact_type).ok_or_else(|| Refused::on(page, OtpError::Malformed))?;
        let draft = Draft { contact_type: kind, contact_value, ..Draft::default() };
        let asked = self.state.service.ask_new_contact(&account, &self.browser, (kind, &draft.contact_value)).await;
        match asked {
            Ok(wait) => {
                Ok(Accepted { flash: Some(sent_or_wait(wait)), ..Accepted::at(routes::ACCOUNT_CONTACT_VERIFY) })
            }
            Err(NewContactError::Unchanged) => {
                Ok(Accepted { flash: Some(Flash::notice(Notice::ContactUnchanged)), ..Accepted::at(page) })
            }
            Err(NewContactError::Request(error)) => {
                Err(Refused { draft: Some(draft), ..Refused::on(page, self.request_error(error, kind)) })
            }
        }
    }

    /// `POST /account/contact/verify/`
    ///
    /// # Errors
    /// The form was not accepted.
    pub async fn verify_contact(&self, otp_code: &str) -> Outcome {
        let changed = self.state.service.verify_new_contact(&self.browser, otp_code).await;
        let pages = [routes::ACCOUNT_CONTACT_VERIFY, routes::ACCOUNT_CONTACT];
        let token = changed.map_err(|error| self.code_refused(error, pages))?;
        Ok(Accepted {
            cookie: self.session_cookie(token),
            flash: Some(Flash::notice(Notice::ContactChanged)),
            ..Accepted::at(routes::ACCOUNT)
        })
    }

    /// `POST /account/undo/`
    ///
    /// Where it leads says what became of it, without a flash, as for "this was not me".
    ///
    /// # Errors
    /// The form was not accepted.
    pub async fn undo_contact(&self, token: &str) -> Outcome {
        let quietly = |page: &str, error| Refused { says_why: false, ..Refused::on(page, error) };
        match self.state.service.undo_contact_change(token, &self.browser.origin).await {
            Ok(Undone::Done) => Ok(Accepted::at(routes::ACCOUNT_CONTACT_UNDO_DONE)),
            Ok(Undone::DeadLink) => Err(quietly(routes::ACCOUNT_CONTACT_UNDO, OtpError::Malformed)),
            Err(error) => {
                let page = routes::with_token(routes::ACCOUNT_CONTACT_UNDO, token);
                Err(quietly(&page, self.unexpected(&error)))
            }
        }
    }

    /// The customer, if they have entered a code lately; else the way there.
    async fn confirmed(&self, page: &'static str) -> Result<Account, Outcome> {
        self.state.service.confirmed(&self.browser).await.map_err(|denied| match denied {
            Denied::NotSignedIn => Ok(Accepted::at(routes::OTP_REQUEST)),
            Denied::NotConfirmed => Ok(Accepted::at(&routes::confirm_before(page))),
            Denied::Store(error) => Err(Refused { says_why: false, ..Refused::on(page, self.unexpected(&error)) }),
        })
    }

    /// Back to where a code is entered, or to where one is asked for. Without an OTP that page decides where to go, and the
    /// browser, which may have a good cookie by another tab, keeps it.
    fn code_refused(&self, error: VerifyError, [enter, ask]: [&str; 2]) -> Refused {
        let says_why = !matches!(error, VerifyError::NoOtp | VerifyError::AlreadyUsed);
        let is_over = matches!(error, VerifyError::Expired | VerifyError::Exhausted);
        Refused { says_why, ..Refused::on(if is_over { ask } else { enter }, self.verify_error(error)) }
    }
}
