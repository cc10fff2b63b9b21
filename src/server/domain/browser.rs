//! The browser that sent a request.

use super::{history::Origin, network::Network, token::Token};

/// The browser that sent a request.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// The token in its session cookie, if the cookie is well-formed. Only the store knows whether
    /// the token is valid.
    pub token: Option<Token>,
    /// The token in its long-lived device cookie, if the cookie is well-formed.
    pub device: Option<Token>,
    /// The network of the browser, for limits.
    pub network: Network,
    /// The network and the user agent of the browser, at the precision that the history keeps.
    pub origin: Origin,
}
