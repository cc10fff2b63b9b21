//! The use cases, by actor.

use super::{account::Account, delivery::Sender, operator::Operator, sign_in::SignIn};

/// The use cases, by actor. Cheap to clone.
#[derive(Clone)]
pub struct UseCases {
    /// A visitor who signs in.
    pub sign_in: SignIn,
    /// A customer who is signed in.
    pub account: Account,
    /// A worker that sends messages.
    pub delivery: Sender,
    /// The operator.
    pub operator: Operator,
}
