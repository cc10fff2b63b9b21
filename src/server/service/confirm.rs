//! Somebody who is signed in confirms that it is still them (step-up), with a code to the contact that they signed in with.

use crate::server::domain::{Contact, Customer, Otp, Purpose, Token};
use crate::shared::ContactType;

use super::{
    Browser, Service, StoreError,
    ports::{Renewal, StoreResult},
    request_otp::{Asker, RequestError},
    session::Account,
    verify_otp::{Answer, VerifyError},
};

/// Why somebody may not do what needs a fresh code.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The last code in this session is too old.
    #[error("the session is not confirmed")]
    NotConfirmed,
    /// Our fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Service {
    /// The customer that this browser is signed in as, if they have entered a code lately (OWASP ASVS 5.0, 7.5.1 and 7.5.2).
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn confirmed(&self, browser: &Browser) -> Result<Account, Denied> {
        let account = self.account(browser).await?.ok_or(Denied::NotSignedIn)?;
        if account.session.is_confirmed(self.now()) { Ok(account) } else { Err(Denied::NotConfirmed) }
    }

    /// Where the code goes: to the kind of contact that the customer signed in with, if it can be reached.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn confirmation_contact(&self, account: &Account) -> StoreResult<Option<Contact>> {
        let first = account.session.contact_type.unwrap_or_default();
        self.reachable(&account.customer, first, true).await
    }

    /// Sends the code that confirms. The answer is how many seconds it is too early for another, if it is.
    ///
    /// # Errors
    /// [`RequestError`]; [`RequestError::UnknownContact`] if the customer cannot be reached.
    pub async fn send_confirmation(&self, account: &Account, browser: &Browser) -> Result<Option<u32>, RequestError> {
        let contact = self.confirmation_contact(account).await?;
        let (Some(contact), Some(token)) = (contact, &browser.token) else { return Err(RequestError::UnknownContact) };
        let purpose = Purpose::StepUp;
        let device = self.known_device(browser, Some(&account.customer), &contact).await?;
        let asker =
            Asker { browser, solution: "", bound: token.binding(purpose), purpose, known_browser: true, device };
        self.ask(contact, Some(&account.customer), asker).await
    }

    /// Confirms the session if `answer` holds the code. The answer is its new token: what was done before with the old one cannot
    /// be done any more (OWASP ASVS 5.0, 7.2.4).
    ///
    /// # Errors
    /// [`VerifyError`].
    pub async fn confirm(&self, browser: &Browser, answer: &str) -> Result<Token, VerifyError> {
        let (renewal, _, token) = self.renewal(browser, Purpose::StepUp, answer).await?;
        if let Some(renewal) = renewal {
            self.store.renew_session(&renewal, self.now(), &browser.origin).await?;
        }
        self.renewed(token).await
    }

    /// The OTP of this browser's session for a purpose, as long as it takes answers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_otp(&self, browser: &Browser, purpose: Purpose) -> StoreResult<Option<Otp>> {
        let Some(token) = &browser.token else { return Ok(None) };
        let otp = self.store.latest_otp(token.binding(purpose)).await?;
        Ok(otp.filter(|otp| otp.is_valid(self.now())))
    }

    /// What a right answer makes of the session, and its token then. There is nothing to make if the answer may be a repeat.
    pub(super) async fn renewal(
        &self,
        browser: &Browser,
        purpose: Purpose,
        answer: &str,
    ) -> Result<(Option<Renewal>, Answer, Token), VerifyError> {
        let before = browser.token.as_ref().ok_or(VerifyError::NoOtp)?;
        let is_live = self.live_session(before).await?.is_some();
        let answer = self.look_at(browser, purpose, answer).await?;
        let key = self.keys.find(&answer.otp.key_id).ok_or(VerifyError::NoOtp)?;
        let token = Token::of_session(key, answer.otp.id, before, &answer.code);
        let renewal = (is_live && !answer.is_repeat).then(|| Renewal {
            otp: answer.otp.id,
            purpose,
            session: before.digest(),
            renewed: token.digest(),
            device: browser.device.as_ref().map(Token::digest),
        });
        Ok((renewal, answer, token))
    }

    /// The token, if it is that of a session by now. If the other tap of a double tap was faster, its session is this one.
    pub(super) async fn renewed(&self, token: Token) -> Result<Token, VerifyError> {
        let is_live = self.live_session(&token).await?.is_some();
        is_live.then_some(token).ok_or(VerifyError::NoOtp)
    }

    /// The customer's contact of a kind if messages can go to it, else the other one.
    pub(super) async fn reachable(
        &self,
        customer: &Customer,
        first: ContactType,
        known_browser: bool,
    ) -> StoreResult<Option<Contact>> {
        for contact in [first, first.other()].into_iter().filter_map(|kind| customer.contact(kind)) {
            if self.sms_refusal(&contact, known_browser).await?.is_none() {
                return Ok(Some(contact));
            }
        }
        Ok(None)
    }
}
