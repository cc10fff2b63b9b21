//! A gateway: a provider's HTTP API under the name that the settings give it.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, RequestBuilder};
use url::Url;

use super::{Text, api::Answer, bird::Bird, generic::Generic, plivo::Plivo, sns::Sns, twilio::Twilio, vonage::Vonage};
use crate::{
    server::{
        clock::Clock,
        config::{Endpoint, GatewaySettings, PublicUrl, Sms},
        delivery::carrier::{Carrier, CarrierError},
        https,
        service::{
            callbacks::{Callback, ReceiptError, Receivers},
            ports::Receipt,
        },
    },
    shared::routes,
};

/// How far the time of a signature may be from ours, either way.
pub(super) const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// A provider's HTTP API: how it is asked to send, what its answers mean, and how its receipts are signed.
pub(super) trait Provider: Send + Sync {
    /// Where requests go.
    fn url(&self) -> &Url;

    /// Asks to send a text message.
    ///
    /// # Errors
    /// [`CarrierError::Misconfigured`], if the settings do not make a request.
    fn request(&self, client: &Client, text: &Text, now: Timestamp) -> Result<RequestBuilder, CarrierError>;

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

/// The gateways could not be set up, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A key of a gateway.
    #[error("The setting sms.gateway.{gateway}.{key} is wrong: {problem}.")]
    Setting {
        /// The gateway's name.
        gateway: String,
        /// The key.
        key: String,
        /// What is wrong.
        problem: String,
    },
    /// TLS.
    #[error("The text message gateways cannot be reached over TLS: {0}.")]
    Tls(#[from] rustls::Error),
    /// The HTTP client.
    #[error("The text message gateways cannot be reached: {0}.")]
    Client(#[from] reqwest::Error),
}

/// A key of a gateway's settings that is wrong, and how.
pub(super) struct Wrong {
    pub(super) key: String,
    pub(super) problem: String,
}

impl Wrong {
    pub(super) fn new(key: &str, problem: impl ToString) -> Self {
        Self { key: key.to_owned(), problem: problem.to_string() }
    }
}

/// A gateway that is set up.
pub struct Gateway {
    name: String,
    provider: Box<dyn Provider>,
    client: Client,
    clock: Arc<dyn Clock>,
}

impl Gateway {
    /// The gateways of the settings, in their order. Those that can are told to send receipts to `public_url` if that is
    /// https: others are refused by providers, or would show the receipts to everybody.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn all(sms: &Sms, public_url: &PublicUrl, clock: &Arc<dyn Clock>) -> Result<Vec<Arc<Self>>, SetupError> {
        let client = https::client(https::tls()?)?;
        let gateway = |(name, settings)| {
            let receipts = public_url.is_https().then(|| receipts_url(public_url, name));
            let provider = provider(settings, receipts).map_err(|Wrong { key, problem }| SetupError::Setting {
                gateway: name.to_owned(),
                key,
                problem,
            })?;
            Ok(Arc::new(Self { name: name.to_owned(), provider, client: client.clone(), clock: clock.clone() }))
        };
        sms.in_order().map(gateway).collect()
    }

    /// Where its requests go.
    #[must_use]
    pub fn url(&self) -> &Url {
        self.provider.url()
    }
}

#[async_trait]
impl Carrier<Text> for Gateway {
    fn name(&self) -> &str {
        &self.name
    }

    async fn carry(&self, text: &Text) -> Result<Option<String>, CarrierError> {
        let now = self.clock.now();
        let request = self.provider.request(&self.client, text, now)?;
        self.provider.outcome(&Answer::to(request, now).await?)
    }
}

/// The gateways, for the receipts that they send.
pub struct Gateways(Vec<Arc<Gateway>>);

impl Gateways {
    /// These.
    #[must_use]
    pub const fn new(gateways: Vec<Arc<Gateway>>) -> Self {
        Self(gateways)
    }
}

impl Receivers for Gateways {
    fn receipt(&self, gateway: &str, callback: &Callback<'_>, now: Timestamp) -> Result<Receipt, ReceiptError> {
        let gateway = self.0.iter().find(|known| known.name == gateway).ok_or(ReceiptError::Unsupported)?;
        gateway.provider.receipt(callback, now)
    }
}

fn provider(settings: &GatewaySettings, receipts: Option<String>) -> Result<Box<dyn Provider>, Wrong> {
    Ok(match settings {
        GatewaySettings::Twilio(twilio) => Box::new(Twilio::new(twilio, receipts)?),
        GatewaySettings::Vonage(vonage) => Box::new(Vonage::new(vonage, receipts)?),
        GatewaySettings::Bird(bird) => Box::new(Bird::new(bird)?),
        GatewaySettings::Sns(sns) => Box::new(Sns::new(sns)?),
        GatewaySettings::Plivo(plivo) => Box::new(Plivo::new(plivo)?),
        GatewaySettings::Generic(generic) => Box::new(Generic::new(generic)?),
    })
}

fn receipts_url(public_url: &PublicUrl, gateway: &str) -> String {
    format!("{}{}", public_url.origin(), routes::RECEIPTS.replace("{gateway}", gateway))
}

/// The address of a resource at the provider, or at the operator's choice in its place.
pub(super) fn resource(endpoint: Option<&Endpoint>, provider: &str, path: &[&str]) -> Result<Url, Wrong> {
    let no_address = || Wrong::new("endpoint", "it makes no address");
    let own = || Url::parse(provider).map_err(|_| no_address());
    let mut url = endpoint.map_or_else(own, |endpoint| Ok(endpoint.url().clone()))?;
    url.path_segments_mut().map_err(|()| no_address())?.pop_if_empty().extend(path);
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
