//! Step-up: a signed-in customer confirms their identity with a code to the contact that they
//! signed in with.

use super::{Account, Browser, SignedInCustomer};
use crate::server::{
    codes::{
        check::VerifyError,
        request::{CodeParameters, RequestError},
    },
    domain::{
        Contact, Otp, Purpose, Token,
        check_code::{CountedAttempt, Rejection},
        issue::reachable,
        request_code::RequestRefusal,
        sign_in::Renewal,
    },
    ports::{StoreError, StoreResult},
};

/// The reason why an action that requires a fresh code is denied.
#[derive(Debug, thiserror::Error)]
pub enum AccessDenied {
    /// The browser has no signed-in session.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The last code in this session was entered too long ago.
    #[error("the session is not confirmed")]
    NotConfirmed,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Account {
    /// Returns the customer who is signed in on this browser, if they have recently entered a code
    /// (OWASP ASVS 5.0, 7.5.1 and 7.5.2).
    ///
    /// # Errors
    /// Returns [`AccessDenied`] if nobody is signed in, the last code was entered too long ago, or
    /// the database fails.
    pub async fn confirmed(&self, browser: &Browser) -> Result<SignedInCustomer, AccessDenied> {
        let signed_in = self
            .signed_in(browser)
            .await?
            .ok_or(AccessDenied::NotSignedIn)?;
        if signed_in.session.is_confirmed(self.codes.now()) {
            Ok(signed_in)
        } else {
            Err(AccessDenied::NotConfirmed)
        }
    }

    /// Returns the contact that the confirmation code goes to: the kind of contact that the
    /// customer signed in with, or the other kind if the first cannot be reached. Returns `None` if
    /// neither can be reached.
    #[must_use]
    pub fn confirmation_contact(&self, signed_in: &SignedInCustomer) -> Option<Contact> {
        let first = signed_in.session.contact_type.unwrap_or_default();
        reachable(&self.codes.policy, &signed_in.customer, first)
    }

    /// Sends a confirmation code. Returns `Some(seconds)` if nothing was sent because the last
    /// message is too recent: another message can be sent after this time.
    ///
    /// # Errors
    /// Returns [`RequestError`] if no code was issued; with [`RequestRefusal::UnknownContact`] if
    /// the customer cannot be reached.
    pub async fn send_confirmation(
        &self,
        signed_in: &SignedInCustomer,
        browser: &Browser,
    ) -> Result<Option<u32>, RequestError> {
        let contact = self
            .confirmation_contact(signed_in)
            .ok_or(RequestRefusal::UnknownContact)?;
        let customer = Some(signed_in.customer.id);
        let parameters = CodeParameters {
            purpose: Purpose::StepUp,
            contact,
            typed: None,
            customer,
            solution: "",
        };
        Ok(self.codes.request(browser, parameters).await?.wait)
    }

    /// Confirms the session if `text` contains the code. Returns the new token of the session. The
    /// old token stops working (OWASP ASVS 5.0, 7.2.4).
    ///
    /// # Errors
    /// Returns [`VerifyError`] if the code is rejected or the database fails.
    pub async fn confirm(&self, browser: &Browser, text: &str) -> Result<Token, VerifyError> {
        let (renewal, _, token) = self.renewal(browser, Purpose::StepUp, text).await?;
        if let Some(renewal) = renewal
            && self.sessions.renew(renewal).await?
        {
            return Ok(token);
        }
        self.renewed(token).await
    }

    /// Returns the latest OTP of this browser's session for `purpose`, if it still accepts codes.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database fails.
    pub async fn open_otp(&self, browser: &Browser, purpose: Purpose) -> StoreResult<Option<Otp>> {
        let Some(token) = &browser.token else {
            return Ok(None);
        };
        let otp = self.codes.otps.latest_otp(token.binding(purpose)).await?;
        Ok(otp.filter(|otp| otp.is_valid(self.codes.now())))
    }

    /// Checks a code and prepares the renewal of the session. Returns the renewal, the attempt and
    /// the new token of the session. The renewal is `None` if the session is not live or the code
    /// may be a repeat.
    pub(super) async fn renewal(
        &self,
        browser: &Browser,
        purpose: Purpose,
        text: &str,
    ) -> Result<(Option<Renewal>, CountedAttempt, Token), VerifyError> {
        let before = browser.token.as_ref().ok_or(Rejection::NoOtp)?;
        let is_live = self.live_session(before).await?.is_some();
        let attempt = self.codes.check(browser, purpose, text).await?;
        let key = self
            .codes
            .keys
            .find(&attempt.otp.key_id)
            .ok_or(Rejection::NoOtp)?;
        let token = Token::of_session(key, attempt.otp.id, before, &attempt.code);
        let renewal = (is_live && !attempt.is_replay).then(|| Renewal {
            otp: attempt.otp.id,
            purpose,
            session: before.digest(),
            renewed: token.digest(),
            key_id: attempt.otp.key_id.clone(),
            device: browser.device.as_ref().map(Token::digest),
            origin: browser.origin.clone(),
            now: self.codes.now(),
        });
        Ok((renewal, attempt, token))
    }

    /// Returns the token if it belongs to a live session. On a double tap, the other request may
    /// already have renewed the session.
    pub(super) async fn renewed(&self, token: Token) -> Result<Token, VerifyError> {
        let is_live = self.live_session(&token).await?.is_some();
        Ok(is_live.then_some(token).ok_or(Rejection::NoOtp)?)
    }
}
