//! Converts errors of the use cases to the errors that visitors see. Internal errors are logged
//! here, once.

use std::error::Error;

use super::{RequestContext, error_response};
use crate::{
    api::OtpError,
    server::{
        codes::{check::VerifyError, request::RequestError, resend::ResendError},
        domain::{
            ContactError, Limit, LimitExceeded, SmsRefusal, check_code::Rejection,
            request_code::RequestRefusal, resend_code::ResendRefusal,
        },
    },
    shared::ContactType,
};

impl RequestContext {
    /// Converts the error of a request for a code to a contact of this kind.
    pub(super) fn request_error(&self, error: RequestError, kind: ContactType) -> OtpError {
        match error {
            RequestError::Contact(ContactError::Missing) => OtpError::ContactMissing(kind),
            RequestError::Contact(_) => OtpError::ContactInvalid(kind),
            RequestError::Refused(refusal) => self.request_refusal(refusal),
            RequestError::Captcha(error) => self.send_failed(&error),
            RequestError::Store(error) => self.send_failed(&error),
        }
    }

    fn request_refusal(&self, refusal: RequestRefusal) -> OtpError {
        match refusal {
            RequestRefusal::UnknownContact => OtpError::CustomerNotFound,
            RequestRefusal::Cooldown { seconds } => OtpError::Cooldown { seconds },
            RequestRefusal::Sms(SmsRefusal::CountryNotAllowed) => OtpError::CountryNotAllowed,
            RequestRefusal::Sms(SmsRefusal::NotMobile) => OtpError::NotMobile,
            RequestRefusal::Sms(SmsRefusal::BudgetSpent) => OtpError::SmsBudgetSpent,
            RequestRefusal::Limited(exceeded) => self.limited(&exceeded),
        }
    }

    /// Converts the error of a resend.
    pub(super) fn resend_error(&self, error: ResendError) -> OtpError {
        match error {
            ResendError::Refused(ResendRefusal::NoOtp) => OtpError::SessionExpired,
            ResendError::Refused(ResendRefusal::ChannelNotOffered) => OtpError::Malformed,
            ResendError::Refused(ResendRefusal::Exhausted) => OtpError::CodeExhausted,
            ResendError::Refused(ResendRefusal::Cooldown { seconds }) => {
                OtpError::Cooldown { seconds }
            }
            ResendError::Refused(ResendRefusal::Limited(exceeded)) => self.limited(&exceeded),
            ResendError::Captcha(error) => self.send_failed(&error),
            ResendError::Store(error) => self.send_failed(&error),
        }
    }

    /// Converts the error of a code check.
    pub(super) fn verify_error(&self, error: VerifyError) -> OtpError {
        match error {
            VerifyError::Rejected(rejection) => self.rejected(rejection),
            VerifyError::Store(error) => self.unexpected(&error),
        }
    }

    fn rejected(&self, rejection: Rejection) -> OtpError {
        match rejection {
            Rejection::Malformed(format) => OtpError::CodeMalformed(format),
            Rejection::NoOtp | Rejection::AlreadyUsed => OtpError::SessionExpired,
            Rejection::Expired => OtpError::CodeExpired,
            Rejection::Wrong { attempts_remaining } => OtpError::CodeInvalid { attempts_remaining },
            Rejection::Exhausted => OtpError::CodeExhausted,
            Rejection::Escalated => OtpError::CodeEscalated,
            Rejection::Limited(exceeded) => self.limited(&exceeded),
        }
    }

    /// Logs an internal error and returns the error with the request's ID.
    pub(super) fn unexpected(&self, error: &(dyn Error + 'static)) -> OtpError {
        error_response::log(error, self.id);
        OtpError::Unexpected(self.id)
    }

    /// Logs an internal error that prevented a code from being sent, and returns the error with the
    /// request's ID.
    fn send_failed(&self, error: &(dyn Error + 'static)) -> OtpError {
        error_response::log(error, self.id);
        OtpError::SendFailed(self.id)
    }

    fn limited(&self, exceeded: &LimitExceeded) -> OtpError {
        let seconds = exceeded.seconds(self.state.now());
        match exceeded.limit {
            Limit::Browser | Limit::Device | Limit::Breaker => OtpError::BrowserLimit { seconds },
            Limit::Contact => OtpError::ContactLimit { seconds },
            Limit::Network => OtpError::NetworkLimit { seconds },
            Limit::Global => OtpError::GlobalLimit { seconds },
            Limit::NetworkCaptcha | Limit::CaptchaSolution => OtpError::CaptchaRequired { seconds },
        }
    }
}
