//! The use cases of all actors.

use super::{account::Account, delivery::Sender, operator::Operator, sign_in::SignIn};

/// The use cases, grouped by actor. Cheap to clone.
#[derive(Clone)]
pub struct UseCases {
    /// The use cases of a visitor who signs in.
    pub sign_in: SignIn,
    /// The use cases of a customer who is signed in.
    pub account: Account,
    /// The use cases of a worker that sends messages.
    pub delivery: Sender,
    /// The use cases of the operator.
    pub operator: Operator,
}
