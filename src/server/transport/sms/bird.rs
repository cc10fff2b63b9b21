//! Bird, formerly `MessageBird`: the Channels API of the platform that Bird offers to new customers
//! (<https://docs.bird.com/api/channels-api/supported-channels>, "Programmable SMS"). Bird is
//! moving customers away from the older REST API at rest.messagebird.com
//! (<https://docs.bird.com/api/connectivity-platform-migration-guide>).
//!
//! No idempotency key is documented. `reference` only identifies the message. Responses report
//! errors by HTTP status alone; problems with a number arrive later, in the events of a channel.
//! For India, the channel has the registration.

use jiff::Timestamp;
use reqwest::{Client, RequestBuilder, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::Url;

use super::{
    TextMessage,
    api::ApiResponse,
    provider::{InvalidKey, Provider, resource_url},
};
use crate::server::{config::BirdSettings, transport::failover::TransportError};

const ENDPOINT: &str = "https://api.bird.com";

pub(super) struct Bird {
    url: Url,
    access_key: SecretString,
}

impl Bird {
    pub(super) fn new(settings: &BirdSettings) -> Result<Self, InvalidKey> {
        let path = [
            "workspaces",
            &settings.workspace_id,
            "channels",
            &settings.channel_id,
            "messages",
        ];
        let url = resource_url(settings.endpoint.as_ref(), ENDPOINT, &path)?;
        Ok(Self {
            url,
            access_key: settings.access_key.clone(),
        })
    }
}

impl Provider for Bird {
    fn url(&self) -> &Url {
        &self.url
    }

    fn request(
        &self,
        client: &Client,
        text: &TextMessage,
        _now: Timestamp,
    ) -> Result<RequestBuilder, TransportError> {
        let contact =
            json!({ "identifierKey": "phonenumber", "identifierValue": text.to.as_str() });
        let body = json!({
            "receiver": { "contacts": [contact] },
            "body": { "type": "text", "text": { "text": text.body } },
            "reference": text.message_id,
        });
        let key = format!("AccessKey {}", self.access_key.expose_secret());
        Ok(client
            .post(self.url.clone())
            .header(header::AUTHORIZATION, key)
            .json(&body))
    }

    fn outcome(&self, response: &ApiResponse) -> Result<Option<String>, TransportError> {
        response.outcome(response.at("/id"), None, &[])
    }
}
