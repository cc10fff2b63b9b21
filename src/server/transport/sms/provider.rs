//! The trait that all gateways implement. Each gateway is the HTTP API of a provider.

use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, RequestBuilder};
use url::Url;

use super::{TextMessage, api::ApiResponse};
use crate::server::{
    config::Endpoint,
    domain::send::Receipt,
    ports::receipts::{Callback, ReceiptError},
    transport::failover::TransportError,
};

/// The most that the time of a signature may differ from the current time, in either direction.
pub(super) const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// The HTTP API of a provider: how to send a text message, what the responses mean, and how
/// receipts are signed.
pub(super) trait Provider: Send + Sync {
    /// Returns the URL that requests are sent to.
    fn url(&self) -> &Url;

    /// Builds the request that sends a text message.
    ///
    /// # Errors
    /// Returns [`TransportError::Misconfigured`] if no request can be built with these settings.
    fn request(
        &self,
        client: &Client,
        text: &TextMessage,
        now: Timestamp,
    ) -> Result<RequestBuilder, TransportError>;

    /// Returns the provider's ID for the message, if the response contains one.
    ///
    /// # Errors
    /// Returns [`TransportError`] if the provider did not accept the message.
    fn outcome(&self, response: &ApiResponse) -> Result<Option<String>, TransportError>;

    /// Verifies and parses a callback. Providers without signed callbacks do not support receipts.
    ///
    /// # Errors
    /// Returns [`ReceiptError`] if the callback is not a valid receipt.
    fn receipt(&self, _callback: &Callback<'_>, _now: Timestamp) -> Result<Receipt, ReceiptError> {
        Err(ReceiptError::Unsupported)
    }
}

/// An invalid key in the settings of a gateway, and the problem.
pub(super) struct InvalidKey {
    pub(super) key: String,
    pub(super) problem: String,
}

impl InvalidKey {
    pub(super) fn new(key: &str, problem: impl ToString) -> Self {
        Self {
            key: key.to_owned(),
            problem: problem.to_string(),
        }
    }
}

/// Returns the URL of a resource at `endpoint`, or at `provider` without an endpoint.
pub(super) fn resource_url(
    endpoint: Option<&Endpoint>,
    provider: &str,
    path: &[&str],
) -> Result<Url, InvalidKey> {
    let no_address = || InvalidKey::new("endpoint", "it is not a valid base URL");
    let own = || Url::parse(provider).map_err(|_| no_address());
    let mut url = endpoint.map_or_else(own, |endpoint| Ok(endpoint.url().clone()))?;
    url.path_segments_mut()
        .map_err(|()| no_address())?
        .pop_if_empty()
        .extend(path);
    Ok(url)
}

/// Whether the time of a signature is within [`TOLERANCE`] of the current time.
pub(super) fn is_recent(signed_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(signed_at).abs() <= TOLERANCE
}

/// Returns the number without its plus sign, for providers that do not accept one.
pub(super) fn without_plus(text: &TextMessage) -> &str {
    text.to.as_str().trim_start_matches('+')
}
