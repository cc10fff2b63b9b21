//! What the gateways have in common: each is a provider's HTTP API.

use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, RequestBuilder};
use url::Url;

use super::{Text, api::Answer};
use crate::server::{
    config::Endpoint,
    domain::send::Receipt,
    ports::receipts::{Callback, ReceiptError},
    transport::carrier::CarrierError,
};

/// How far the time of a signature may be from ours, either way.
pub(super) const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// A provider's HTTP API: how it is asked to send, what its answers mean, and how its receipts are
/// signed.
pub(super) trait Provider: Send + Sync {
    /// Where requests go.
    fn url(&self) -> &Url;

    /// Asks to send a text message.
    ///
    /// # Errors
    /// [`CarrierError::Misconfigured`], if the settings do not make a request.
    fn request(
        &self,
        client: &Client,
        text: &Text,
        now: Timestamp,
    ) -> Result<RequestBuilder, CarrierError>;

    /// The provider's id for the message, or why it has not taken it.
    ///
    /// # Errors
    /// [`CarrierError`].
    fn outcome(&self, answer: &Answer) -> Result<Option<String>, CarrierError>;

    /// Verifies and reads a callback. A provider whose callbacks are not signed sends no receipts.
    ///
    /// # Errors
    /// [`ReceiptError`].
    fn receipt(&self, _callback: &Callback<'_>, _now: Timestamp) -> Result<Receipt, ReceiptError> {
        Err(ReceiptError::Unsupported)
    }
}

/// A key of a gateway's settings that is wrong, and how.
pub(super) struct Wrong {
    pub(super) key: String,
    pub(super) problem: String,
}

impl Wrong {
    pub(super) fn new(key: &str, problem: impl ToString) -> Self {
        Self {
            key: key.to_owned(),
            problem: problem.to_string(),
        }
    }
}

/// The address of a resource at the provider, or at the operator's choice in its place.
pub(super) fn resource(
    endpoint: Option<&Endpoint>,
    provider: &str,
    path: &[&str],
) -> Result<Url, Wrong> {
    let no_address = || Wrong::new("endpoint", "it makes no address");
    let own = || Url::parse(provider).map_err(|_| no_address());
    let mut url = endpoint.map_or_else(own, |endpoint| Ok(endpoint.url().clone()))?;
    url.path_segments_mut()
        .map_err(|()| no_address())?
        .pop_if_empty()
        .extend(path);
    Ok(url)
}

/// Whether something was signed just now.
pub(super) fn is_recent(signed_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(signed_at).abs() <= TOLERANCE
}

/// A number as providers want it who know no plus sign.
pub(super) fn digits(text: &Text) -> &str {
    text.to.as_str().trim_start_matches('+')
}
