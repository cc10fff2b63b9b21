//! What a cookie stands for: a sign-in in progress, or a customer.

use jiff::{SignedDuration, Timestamp};

use crate::server::domain::{Customer, Otp, Session, Token, policy::PRE_AUTH_LIFETIME};

use super::{Browser, Service, ports::StoreResult};

/// Who is signed in on a browser.
#[derive(Debug)]
pub struct Account {
    /// The customer.
    pub customer: Customer,
    /// The browser's session.
    pub session: Session,
}

/// A sign-in in progress.
#[derive(Debug)]
pub struct Pending {
    /// What the browser asked for.
    pub session: Session,
    /// Its OTP.
    pub otp: Otp,
}

impl Service {
    /// A visit within this time of the one before is not recorded: reading a page is no write most of the time, and the
    /// idle timeout may end a session by so much early.
    const TOUCH_EVERY: SignedDuration = SignedDuration::from_secs(60);

    /// The customer that this browser is signed in as. Asking keeps the session from idling out.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn signed_in(&self, browser: &Browser) -> StoreResult<Option<Customer>> {
        Ok(self.account(browser).await?.map(|account| account.customer))
    }

    /// The same with the session.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn account(&self, browser: &Browser) -> StoreResult<Option<Account>> {
        let Some(token) = &browser.token else { return Ok(None) };
        let Some(session) = self.live_session(token).await? else { return Ok(None) };
        let now = self.now();
        if now.duration_since(session.last_seen_at) >= Self::TOUCH_EVERY {
            self.store.touch_session(token.digest(), now).await?;
        }
        let customer = match session.customer_id {
            Some(id) => self.store.customer(id).await?,
            None => None,
        };
        Ok(customer.map(|customer| Account { customer, session }))
    }

    /// The sign-in that this token has in progress: its OTP may be live, expired or exhausted, not used or withdrawn.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn pending(&self, token: &Token) -> StoreResult<Option<Pending>> {
        let (Some(session), Some(otp)) = (self.pre_auth(token).await?, self.store.latest_otp(token.digest()).await?)
        else {
            return Ok(None);
        };
        let over = otp.is_verified || otp.revoked_at.is_some();
        Ok((!over).then_some(Pending { session, otp }))
    }

    /// Forgets what this browser asked for: withdraws its code and ends its pre-auth session.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn change_contact(&self, browser: &Browser) -> StoreResult<()> {
        match &browser.token {
            Some(token) => self.store.forget(token.digest(), self.now(), &browser.origin).await,
            None => Ok(()),
        }
    }

    /// Leaves word for the next page of a browser. The answer is the token that it has to keep; `None` if it is signed in and
    /// keeps its own.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn leave_flash(&self, browser: &Browser, flash: &str) -> StoreResult<Option<Token>> {
        if let Some(token) = &browser.token
            && self.live_session(token).await?.is_some()
        {
            self.put_flash(token, flash).await?;
            return Ok(None);
        }
        let token = self.pre_auth_token(browser).await?;
        self.put_flash(&token, flash).await?;
        Ok(Some(token))
    }

    /// Leaves word for the next page of the browser that keeps this token.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn put_flash(&self, token: &Token, flash: &str) -> StoreResult<()> {
        self.store.put_flash(token.digest(), flash, self.now()).await
    }

    /// Takes the word that was left for this page.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn take_flash(&self, browser: &Browser) -> StoreResult<Option<String>> {
        match &browser.token {
            Some(token) => self.store.take_flash(token.digest()).await,
            None => Ok(None),
        }
    }

    pub(super) async fn live_session(&self, token: &Token) -> StoreResult<Option<Session>> {
        self.store.live_session(token.digest(), &self.policy.session, self.now()).await
    }

    pub(super) async fn pre_auth(&self, token: &Token) -> StoreResult<Option<Session>> {
        let since = self.now().saturating_sub(PRE_AUTH_LIFETIME).unwrap_or(Timestamp::MIN);
        self.store.pre_auth(token.digest(), since).await
    }
}
