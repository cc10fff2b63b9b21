//! Requesting a code.

use super::{Codes, solution::SolutionError};
use crate::server::{
    domain::{
        Browser, Contact, ContactError, CustomerId, Limit, LimitExceeded, Network, Origin, OtpId,
        Purpose, Token, TokenDigest,
        request_code::{CodeRequest, RequestRefusal, TypedContact},
        security_event::SecurityEvent,
    },
    ports::{CaptchaError, StoreError},
    random,
    telemetry::record_security_event,
};

/// The error returned when no code was issued.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The contact cannot be used.
    #[error(transparent)]
    Contact(#[from] ContactError),
    /// The rules refuse the request.
    #[error(transparent)]
    Refused(#[from] RequestRefusal),
    /// The solution of the challenge could not be checked.
    #[error(transparent)]
    Captcha(#[from] CaptchaError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SolutionError> for RequestError {
    fn from(error: SolutionError) -> Self {
        match error {
            SolutionError::Limited(exceeded) => Self::Refused(RequestRefusal::Limited(exceeded)),
            SolutionError::Captcha(error) => Self::Captcha(error),
            SolutionError::Store(error) => Self::Store(error),
        }
    }
}

/// The result of a request for a code.
#[derive(Debug)]
pub struct Requested {
    /// The token for the browser to keep.
    pub token: Token,
    /// Seconds until another message can be sent, if nothing was sent because a message went out
    /// moments ago.
    pub wait: Option<u32>,
}

/// The parameters of a request for a code.
pub struct CodeParameters<'a> {
    /// The purpose of the code.
    pub purpose: Purpose,
    /// The contact that the code is for.
    pub contact: Contact,
    /// The input of the request form, for a sign-in.
    pub typed: Option<TypedContact>,
    /// The customer who is signed in, if the code is for one.
    pub customer: Option<CustomerId>,
    /// The solution of a challenge, or an empty string.
    pub solution: &'a str,
}

impl Codes {
    /// Issues an OTP for a contact, bound to the browser, and queues its message, or continues with
    /// an earlier OTP.
    ///
    /// # Errors
    /// [`RequestError`].
    pub async fn request(
        &self,
        browser: &Browser,
        parameters: CodeParameters<'_>,
    ) -> Result<Requested, RequestError> {
        let (now, fresh) = (self.now(), Token::new(random::bytes(&*self.random)));
        let solution = self
            .solution(
                browser,
                &parameters.contact,
                (parameters.purpose, parameters.solution),
            )
            .await;
        let slots = self.queue.slots(&[parameters.contact.kind()], now);
        let lease = slots.leases().of(parameters.contact.kind());
        let request = CodeRequest {
            purpose: parameters.purpose,
            contact: parameters.contact,
            typed: parameters.typed,
            browser: browser
                .token
                .as_ref()
                .map(|token| token.binding(parameters.purpose)),
            new_browser: fresh.binding(parameters.purpose),
            customer: parameters.customer,
            device: browser.device.as_ref().map(Token::digest),
            network: browser.network,
            solution: solution.as_ref().ok().copied().flatten(),
            nonce: random::bytes(&*self.random),
            key_id: self.keys.current().id().clone(),
            message_id: self.message_id(),
            lease,
            origin: browser.origin.clone(),
            now,
        };
        let answer = self.otps.request_code(request).await?;
        // A failed check matters only where a solution was needed: a known device needs none.
        if let Err(RequestRefusal::Limited(LimitExceeded {
            limit: Limit::NetworkCaptcha,
            ..
        })) = answer
        {
            solution?;
        }
        let requested = answer?;
        if let Some(queued) = requested.queued {
            self.queue.dispatch(queued, slots);
        }
        let token = browser
            .token
            .clone()
            .filter(|_| requested.keeps_token)
            .unwrap_or(fresh);
        Ok(Requested {
            token,
            wait: requested.wait,
        })
    }

    /// Issues an OTP that is bound to the command line and queues its message. No limits apply.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn request_on_command_line(
        &self,
        contact: Contact,
        customer: CustomerId,
    ) -> Result<OtpId, StoreError> {
        let request = CodeRequest {
            purpose: Purpose::SignIn,
            contact,
            typed: None,
            browser: Some(TokenDigest::COMMAND_LINE),
            new_browser: TokenDigest::COMMAND_LINE,
            customer: Some(customer),
            device: None,
            network: Network::default(),
            solution: None,
            nonce: random::bytes(&*self.random),
            key_id: self.keys.current().id().clone(),
            message_id: self.message_id(),
            lease: None,
            origin: Origin::default(),
            now: self.now(),
        };
        match self.otps.request_code(request).await? {
            Ok(requested) => Ok(requested.otp),
            Err(_) => Err(StoreError::Corrupt("an unlimited request was refused")),
        }
    }

    /// Counts input that customers rarely get wrong. Returns `error`, or the exceeded limit if this
    /// input was one too many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn invalid_contact(
        &self,
        browser: &Browser,
        error: ContactError,
    ) -> Result<RequestError, StoreError> {
        if error == ContactError::Missing {
            return Ok(error.into());
        }
        let exceeded = self.invalid_input(browser).await?;
        Ok(exceeded.map_or_else(
            || error.into(),
            |exceeded| RequestRefusal::Limited(exceeded).into(),
        ))
    }

    /// Counts input that customers rarely get wrong. Returns the limit that this input exceeded, if
    /// any.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn invalid_input(
        &self,
        browser: &Browser,
    ) -> Result<Option<LimitExceeded>, StoreError> {
        let rules = self.policy.limits.invalid_input(browser.network);
        let exceeded = self.limits.consume(rules, self.now()).await?;
        Ok(exceeded
            .inspect(|exceeded| record_security_event(SecurityEvent::Limited(exceeded.limit))))
    }
}
