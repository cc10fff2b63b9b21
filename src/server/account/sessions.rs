//! Finding, listing and ending the sessions of a customer (OWASP ASVS 5.0, 7.5.2).

use super::{Account, Browser, SignedInCustomer};
use crate::server::{
    domain::{Event, Origin, Session, SessionId, Token},
    ports::{StoreResult, sessions::SessionsToEnd},
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

    /// Ends one of the customer's sessions. If `session` is `None`, ends all of them, including the
    /// current one. A session of another customer is left alone.
    ///
    /// # Errors
    /// Returns [`crate::server::ports::StoreError`] if the database fails.
    pub async fn end_sessions(
        &self,
        signed_in: &SignedInCustomer,
        session: Option<SessionId>,
        origin: &Origin,
    ) -> StoreResult<()> {
        let customer = signed_in.customer.id;
        let sessions = session.map_or(SessionsToEnd::All(customer), |session| {
            SessionsToEnd::One(customer, session)
        });
        self.sessions
            .end(sessions, Event::SessionEnded, origin, self.codes.now())
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
        let session = SessionsToEnd::OfToken(token.digest());
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
