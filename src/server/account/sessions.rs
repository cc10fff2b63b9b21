//! Finding, listing and ending the sessions of a customer (OWASP ASVS 5.0, 7.5.2).

use super::{Account, Browser, SignedInCustomer};
use crate::server::{
    domain::{Event, KnownDevice, Origin, Session, SessionId, Token},
    ports::{StoreResult, sessions::SessionToEnd},
};

impl Account {
    /// Returns the customer who is signed in on a browser, if there is one. This call counts as
    /// activity and restarts the idle timeout of the session.
    ///
    /// # Errors
    /// Returns [`crate::server::ports::StoreError`] if the database fails.
    pub async fn signed_in(&self, browser: &Browser) -> StoreResult<Option<SignedInCustomer>> {
        let Some(token) = &browser.token else {
            return Ok(None);
        };
        let Some(signed_in) = self.live_session(token).await? else {
            return Ok(None);
        };
        let now = self.codes.now();
        if signed_in.session.needs_touch(now) {
            self.sessions.touch(signed_in.session.id, now).await?;
        }
        Ok(Some(signed_in))
    }

    /// Returns the customer's live sessions, the most recently used first.
    ///
    /// # Errors
    /// Returns [`crate::server::ports::StoreError`] if the database fails.
    pub async fn sessions_of(&self, signed_in: &SignedInCustomer) -> StoreResult<Vec<Session>> {
        let mut sessions = self.sessions.sessions_of(signed_in.customer.id).await?;
        sessions.retain(|session| self.is_live(session));
        Ok(sessions)
    }

    /// Returns the customer's known devices, the most recently used first. The bool tells whether a
    /// device is that of `browser`.
    ///
    /// # Errors
    /// Returns [`crate::server::ports::StoreError`] if the database fails.
    pub async fn devices_of(
        &self,
        signed_in: &SignedInCustomer,
        browser: &Browser,
    ) -> StoreResult<Vec<(KnownDevice, bool)>> {
        let now = self.codes.now();
        let own = browser.device.as_ref().map(Token::digest);
        let devices = self.sessions.devices_of(signed_in.customer.id).await?;
        let known = devices
            .into_iter()
            .filter(|device| device.is_known(&self.codes.keys, now));
        Ok(known
            .map(|device| {
                let is_own = Some(device.token) == own;
                (device, is_own)
            })
            .collect())
    }

    /// Ends one of the customer's sessions. A session of another customer is left alone.
    ///
    /// # Errors
    /// Returns [`crate::server::ports::StoreError`] if the database fails.
    pub async fn end_session(
        &self,
        signed_in: &SignedInCustomer,
        session: SessionId,
        origin: &Origin,
    ) -> StoreResult<()> {
        let session = SessionToEnd::One(signed_in.customer.id, session);
        self.sessions
            .end(session, Event::SessionEnded, origin, self.codes.now())
            .await?;
        Ok(())
    }

    /// Ends all of the customer's sessions, including the current one, and forgets their devices
    /// except that of `browser`.
    ///
    /// # Errors
    /// Returns [`crate::server::ports::StoreError`] if the database fails.
    pub async fn end_all_sessions(
        &self,
        signed_in: &SignedInCustomer,
        browser: &Browser,
    ) -> StoreResult<()> {
        let own = browser.device.as_ref().map(Token::digest);
        self.sessions
            .end_all(
                signed_in.customer.id,
                own,
                &browser.origin,
                self.codes.now(),
            )
            .await?;
        Ok(())
    }

    /// Signs the customer out by deleting the session from the database. A concurrent request
    /// cannot bring the session back, because requests only ever update the row (OWASP ASVS 5.0,
    /// 7.4.1).
    ///
    /// # Errors
    /// Returns [`crate::server::ports::StoreError`] if the database fails.
    pub async fn customer_logout(&self, browser: &Browser) -> StoreResult<()> {
        let Some(token) = &browser.token else {
            return Ok(());
        };
        let session = SessionToEnd::OfToken(token.digest());
        self.sessions
            .end(session, Event::LoggedOut, &browser.origin, self.codes.now())
            .await?;
        Ok(())
    }

    pub(super) async fn live_session(
        &self,
        token: &Token,
    ) -> StoreResult<Option<SignedInCustomer>> {
        let found = self.sessions.session(token.digest()).await?;
        let live = found.filter(|(session, _)| self.is_live(session));
        Ok(live.and_then(|(session, customer)| {
            Some(SignedInCustomer {
                customer: customer?,
                session,
            })
        }))
    }

    fn is_live(&self, session: &Session) -> bool {
        session.is_signed_in(
            &self.codes.policy.session,
            &self.codes.keys,
            self.codes.now(),
        )
    }
}
