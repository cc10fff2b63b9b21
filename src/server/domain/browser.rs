//! A browser as a request shows it.

use super::{history::Origin, network::Network, token::Token};

/// The browser that sent a request.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// The token in its session cookie, if it has one of the right form. Only the store knows
    /// whether it means anything.
    pub token: Option<Token>,
    /// The token in its long-lived cookie, likewise.
    pub device: Option<Token>,
    /// Its network, for limits.
    pub network: Network,
    /// Where it is and what it is, as coarse as the history keeps it.
    pub origin: Origin,
}
