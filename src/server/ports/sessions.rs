//! Sessions.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::server::domain::{
    Customer, CustomerId, Event, Origin, Session, SessionId, TokenDigest, sign_in::Renewal,
};

/// Sessions. Nothing here brings a session back: a signed-in one is opened by the use of a code
/// only, so a request that is under way during a sign-out cannot undo it.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// The session with this token, and the customer who is signed in.
    async fn session(&self, token: TokenDigest)
    -> StoreResult<Option<(Session, Option<Customer>)>>;

    /// Records that a session is in use.
    async fn touch(&self, session: SessionId, now: Timestamp) -> StoreResult<()>;

    /// The signed-in sessions of a customer, the one used last first.
    async fn sessions_of(&self, customer: CustomerId) -> StoreResult<Vec<Session>>;

    /// Confirms a session with a code and gives it its new token. False if the code was used or the
    /// session over before.
    async fn renew(&self, renewal: Renewal) -> StoreResult<bool>;

    /// Ends the signed-in sessions that are named: the one with a token, or those of a customer.
    /// Tells how many.
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
    /// The one with this token.
    OfToken(TokenDigest),
    /// One of a customer's.
    One(CustomerId, SessionId),
    /// All of a customer's.
    All(CustomerId),
}
