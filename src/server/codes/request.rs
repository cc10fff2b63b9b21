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
    /// The seconds until another message can be sent. Set if nothing was sent because the previous
    /// message is too recent.
    pub wait: Option<u32>,
}

/// The parameters of a request for a code.
pub struct CodeParameters<'a> {
    /// The purpose of the code.
    pub purpose: Purpose,
    /// The contact that the code is for.
    pub contact: Contact,
    /// The input of the request form, which a sign-in stores for its next pages.
    pub typed: Option<TypedContact>,
    /// The signed-in customer, for a step-up or a contact change.
    pub customer: Option<CustomerId>,
    /// The solution of a challenge, or an empty string.
    pub solution: &'a str,
}

impl Codes {
    /// Issues an OTP that is bound to the browser and queues its message. If the browser already
    /// has an OTP for the contact that can still be used, that OTP continues, and its attempts are
    /// not restored.
    ///
    /// # Errors
    /// Returns [`RequestError`] if the request is refused, or if the captcha or the database fails.
    pub async fn request(
        &self,
        browser: &Browser,
        parameters: CodeParameters<'_>,
    ) -> Result<Requested, RequestError> {
        let (now, new_token) = (self.now(), Token::new(random::bytes(&*self.random)));
        let solution = self
            .check_solution(
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
            new_browser: new_token.binding(parameters.purpose),
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
        let result = self.otps.request_code(request).await?;
        // A failed check is reported only if a solution was needed. A known device needs none.
        if let Err(RequestRefusal::Limited(LimitExceeded {
            limit: Limit::NetworkCaptcha,
            ..
        })) = result
        {
            solution?;
        }
        let requested = result?;
        if let Some(queued) = requested.queued {
            self.queue.dispatch(queued, slots);
        }
        let token = browser
            .token
            .clone()
            .filter(|_| requested.keeps_token)
            .unwrap_or(new_token);
        Ok(Requested {
            token,
            wait: requested.wait,
        })
    }

    /// Issues an OTP that is bound to the command line and queues its message. No limits apply.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database fails.
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

    /// Counts an invalid contact as [`Self::count_invalid_input`] does. An empty field is not
    /// counted, because customers submit it by mistake. Returns the error to report: `error`, or
    /// the limit if it is exceeded.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database fails.
    pub async fn count_invalid_contact(
        &self,
        browser: &Browser,
        error: ContactError,
    ) -> Result<RequestError, StoreError> {
        if error == ContactError::Missing {
            return Ok(error.into());
        }
        let exceeded = self.count_invalid_input(browser).await?;
        Ok(exceeded.map_or_else(
            || error.into(),
            |exceeded| RequestRefusal::Limited(exceeded).into(),
        ))
    }

    /// Counts an invalid input towards the limits of the network, so that scripts cannot keep the
    /// server busy with it. Returns the exceeded limit, if any.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database fails.
    pub async fn count_invalid_input(
        &self,
        browser: &Browser,
    ) -> Result<Option<LimitExceeded>, StoreError> {
        let rules = self.policy.limits.invalid_input(browser.network);
        let exceeded = self.limits.consume(rules, self.now()).await?;
        Ok(exceeded
            .inspect(|exceeded| record_security_event(SecurityEvent::Limited(exceeded.limit))))
    }
}
