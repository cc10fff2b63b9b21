//! A customer sees and ends their sessions (OWASP ASVS 5.0, 7.5.2).

use crate::server::domain::{Origin, Session, SessionId};

use super::{Service, ports::StoreResult, session::Account};

impl Service {
    /// The customer's sessions that are alive, the one used last first.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn sessions_of(&self, account: &Account) -> StoreResult<Vec<Session>> {
        self.store.sessions_of(account.customer.id, &self.policy.session, self.now()).await
    }

    /// Ends one of the customer's sessions, or all of them, this one too. A number that is none of theirs ends nothing.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn end_sessions(
        &self,
        account: &Account,
        session: Option<SessionId>,
        origin: &Origin,
    ) -> StoreResult<()> {
        self.store.end_sessions(account.customer.id, session, self.now(), origin).await?;
        Ok(())
    }
}
