//! The store of sessions.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::server::domain::{
    Customer, CustomerId, Event, Origin, Session, SessionId, TokenDigest, sign_in::Renewal,
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

    /// Confirms a session with a code and gives it a new token. Returns `false` if the code was
    /// already used or the session is over.
    async fn renew(&self, renewal: Renewal) -> StoreResult<bool>;

    /// Ends signed-in sessions and returns how many.
    async fn end(
        &self,
        sessions: SessionsToEnd,
        event: Event,
        origin: &Origin,
        now: Timestamp,
    ) -> StoreResult<u64>;
}

/// The sessions to end.
#[derive(Clone, Copy, Debug)]
pub enum SessionsToEnd {
    /// The session with this token.
    OfToken(TokenDigest),
    /// One session of a customer.
    One(CustomerId, SessionId),
    /// All sessions of a customer.
    All(CustomerId),
}
