//! A gateway: the HTTP API of a provider, with its name in the settings.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::Client;
use url::Url;

use super::{
    TextMessage,
    api::ApiResponse,
    bird::Bird,
    generic::Generic,
    plivo::Plivo,
    provider::{InvalidKey, Provider},
    sns::Sns,
    twilio::Twilio,
    vonage::Vonage,
};
use crate::{
    server::{
        clock::Clock,
        config::{GatewaySettings, PublicUrl, Sms},
        domain::send::Receipt,
        https,
        ports::receipts::{Callback, ReceiptError, ReceiptVerifier},
        transport::failover::{Transport, TransportError},
    },
    shared::routes,
};

/// An error while setting up the gateways. Its message is one sentence.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A key of a gateway is invalid.
    #[error("The setting sms.gateway.{gateway}.{key} is wrong: {problem}.")]
    Setting {
        /// The name of the gateway.
        gateway: String,
        /// The key.
        key: String,
        /// The problem with its value.
        problem: String,
    },
    /// TLS cannot be configured.
    #[error("The text message gateways cannot be reached over TLS: {0}.")]
    Tls(#[from] rustls::Error),
    /// The HTTP client cannot be built.
    #[error("The text message gateways cannot be reached: {0}.")]
    Client(#[from] reqwest::Error),
}

/// A transport that sends text messages through the HTTP API of a provider.
pub struct Gateway {
    name: String,
    provider: Box<dyn Provider>,
    client: Client,
    clock: Arc<dyn Clock>,
}

impl Gateway {
    /// Creates the gateways in the settings, in their order. Providers that support it are asked to
    /// send receipts to `public_url`, but only if it is https. Other URLs are rejected by providers
    /// or would expose the receipts.
    ///
    /// # Errors
    /// Returns [`SetupError`] if a gateway's settings are invalid or the HTTP client cannot be
    /// built.
    pub fn from_settings(
        sms: &Sms,
        public_url: &PublicUrl,
        clock: &Arc<dyn Clock>,
    ) -> Result<Vec<Arc<Self>>, SetupError> {
        let client = https::client(https::tls()?)?;
        let gateway = |(name, settings)| {
            let receipts = public_url
                .is_https()
                .then(|| receipts_url(public_url, name));
            let provider =
                provider(settings, receipts).map_err(|InvalidKey { key, problem }| {
                    SetupError::Setting {
                        gateway: name.to_owned(),
                        key,
                        problem,
                    }
                })?;
            Ok(Arc::new(Self {
                name: name.to_owned(),
                provider,
                client: client.clone(),
                clock: clock.clone(),
            }))
        };
        sms.in_order().map(gateway).collect()
    }

    /// Returns the URL that requests are sent to.
    #[must_use]
    pub fn url(&self) -> &Url {
        self.provider.url()
    }
}

#[async_trait]
impl Transport<TextMessage> for Gateway {
    fn name(&self) -> &str {
        &self.name
    }

    async fn send(&self, text: &TextMessage) -> Result<Option<String>, TransportError> {
        let now = self.clock.now();
        let request = self.provider.request(&self.client, text, now)?;
        // The client does not tell when it has sent the body.
        text.handover.raise();
        self.provider
            .outcome(&ApiResponse::fetch(request, now).await?)
    }
}

/// The gateways, which verify the receipts that arrive under their names.
pub struct Gateways(Vec<Arc<Gateway>>);

impl Gateways {
    /// Creates a receiver for the receipts of `gateways`.
    #[must_use]
    pub const fn new(gateways: Vec<Arc<Gateway>>) -> Self {
        Self(gateways)
    }
}

impl ReceiptVerifier for Gateways {
    fn receipt(
        &self,
        gateway: &str,
        callback: &Callback<'_>,
        now: Timestamp,
    ) -> Result<Receipt, ReceiptError> {
        let gateway = self
            .0
            .iter()
            .find(|known| known.name == gateway)
            .ok_or(ReceiptError::Unsupported)?;
        gateway.provider.receipt(callback, now)
    }
}

fn provider(
    settings: &GatewaySettings,
    receipts: Option<String>,
) -> Result<Box<dyn Provider>, InvalidKey> {
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
    format!(
        "{}{}",
        public_url.origin(),
        routes::RECEIPTS.replace("{gateway}", gateway)
    )
}
