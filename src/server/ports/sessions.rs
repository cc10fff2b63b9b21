//! The store of sessions.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::server::domain::{
    Customer, CustomerId, Event, KnownDevice, Origin, Session, SessionId, TokenDigest,
    sign_in::Renewal,
};

/// Stores sessions. No method restores a session: only the use of a code opens a signed-in one, so
/// a request in progress during a sign-out cannot undo the sign-out.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Returns the session with this token, and the customer who is signed in to it.
    async fn session(&self, token: TokenDigest)
    -> StoreResult<Option<(Session, Option<Customer>)>>;

    /// Records that a session is in use.
    async fn touch(&self, session: SessionId, now: Timestamp) -> StoreResult<()>;

    /// Returns the signed-in sessions of a customer, most recently used first.
    async fn sessions_of(&self, customer: CustomerId) -> StoreResult<Vec<Session>>;

    /// Returns the devices that a customer has signed in on, most recently used first.
    async fn devices_of(&self, customer: CustomerId) -> StoreResult<Vec<KnownDevice>>;

    /// Confirms a session with a code and gives it a new token. Returns `false` if the code was
    /// already used or the session is over.
    async fn renew(&self, renewal: Renewal) -> StoreResult<bool>;

    /// Ends a signed-in session. Returns `false` if there is none.
    async fn end(
        &self,
        session: SessionToEnd,
        event: Event,
        origin: &Origin,
        now: Timestamp,
    ) -> StoreResult<bool>;

    /// Ends all sessions of a customer and forgets their devices, except the device `own`. Returns
    /// the number of sessions that ended.
    async fn end_all(
        &self,
        customer: CustomerId,
        own: Option<TokenDigest>,
        origin: &Origin,
        now: Timestamp,
    ) -> StoreResult<u64>;
}

/// The session to end.
#[derive(Clone, Copy, Debug)]
pub enum SessionToEnd {
    /// The session with this token.
    OfToken(TokenDigest),
    /// One session of a customer.
    One(CustomerId, SessionId),
}
