//! Plivo: the Message API (<https://www.plivo.com/docs/messaging/api/messages/>).
//!
//! No idempotency key is documented. Responses report errors by HTTP status, and invalid numbers in
//! the body. The codes of <https://www.plivo.com/docs/messaging/troubleshooting/error-codes> come
//! with receipts.

use jiff::Timestamp;
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::Url;

use super::{
    TextMessage,
    api::ApiResponse,
    provider::{InvalidKey, Provider, resource_url, without_plus},
};
use crate::server::{
    config::PlivoSettings, domain::FailureReason, transport::failover::TransportError,
};

const ENDPOINT: &str = "https://api.plivo.com";

pub(super) struct Plivo {
    url: Url,
    auth_id: String,
    auth_token: SecretString,
    from: String,
    dlt_entity_id: Option<String>,
    dlt_template_id: Option<String>,
}

impl Plivo {
    pub(super) fn new(settings: &PlivoSettings) -> Result<Self, InvalidKey> {
        let path = ["v1", "Account", &settings.auth_id, "Message", ""];
        Ok(Self {
            url: resource_url(settings.endpoint.as_ref(), ENDPOINT, &path)?,
            auth_id: settings.auth_id.clone(),
            auth_token: settings.auth_token.clone(),
            from: settings.from.clone(),
            dlt_entity_id: settings.dlt_entity_id.clone(),
            dlt_template_id: settings.dlt_template_id.clone(),
        })
    }
}

impl Provider for Plivo {
    fn url(&self) -> &Url {
        &self.url
    }

    /// `log: false` keeps the text, and so the code, out of Plivo's own log.
    fn request(
        &self,
        client: &Client,
        text: &TextMessage,
        _now: Timestamp,
    ) -> Result<RequestBuilder, TransportError> {
        let mut body =
            json!({ "src": self.from, "dst": without_plus(text), "text": text.body, "log": false });
        for (field, value) in [
            ("dlt_entity_id", &self.dlt_entity_id),
            ("dlt_template_id", &self.dlt_template_id),
        ] {
            if let Some(value) = value {
                body[field] = json!(value);
            }
        }
        let request = client
            .post(self.url.clone())
            .basic_auth(&self.auth_id, Some(self.auth_token.expose_secret()));
        Ok(request.json(&body))
    }

    fn outcome(&self, response: &ApiResponse) -> Result<Option<String>, TransportError> {
        response.check_status(None, &[])?;
        let id = response.at("/message_uuid/0");
        if id.is_none() && response.at("/invalid_number/0").is_some() {
            return Err(TransportError::Refused {
                cause: "the answer calls the number invalid".to_owned(),
                reason: FailureReason::NoSuchAddress,
            });
        }
        response.outcome(id, None, &[])
    }
}
