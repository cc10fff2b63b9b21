//! Vonage: the Messages API (<https://developer.vonage.com/en/api/messages>), its errors
//! (<https://developer.vonage.com/en/api-errors/messages>) and its signed callbacks
//! (<https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks>).
//!
//! The older SMS API is not used. It signs receipts with a hash over their fields, and only for
//! accounts that have asked for it. The Messages API signs every receipt with a JWT over the
//! SHA-256 of the body. Requests do not authenticate with key and secret, because Vonage says that
//! this method does not support callbacks. They carry a JWT that the application's private key
//! signs (RFC 7515, RS256).
//!
//! No idempotency key is documented. `client_ref` only identifies the message.

use std::sync::Arc;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, RequestBuilder};
use rustls::{
    SignatureScheme,
    pki_types::{PrivateKeyDer, pem::PemObject},
    sign::SigningKey,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;
use url::Url;

use super::{
    TextMessage,
    api::{self, ApiResponse, ErrorClass, ErrorCodes},
    provider::{InvalidKey, Provider, is_recent, resource_url, without_plus},
    signature,
};
use crate::server::{
    config::VonageSettings,
    domain::send::Receipt,
    domain::{DeliveryState, FailureReason},
    ports::receipts::{Callback, ReceiptError},
    transport::failover::TransportError,
};

const ENDPOINT: &str = "https://api.nexmo.com";
/// The lifetime of a token for a request. The token is used at once.
const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

const CODES: &ErrorCodes = &[
    ("1000", ErrorClass::Unavailable),
    ("1030", ErrorClass::Unavailable),
    ("1100", ErrorClass::Unavailable),
    // The account, its credit or the sender.
    ("low-balance", ErrorClass::Misconfigured),
    ("unauthorized", ErrorClass::Misconfigured),
    ("forbidden", ErrorClass::Misconfigured),
    ("unprovisioned", ErrorClass::Misconfigured),
    ("account-suspended", ErrorClass::Misconfigured),
    ("1060", ErrorClass::Misconfigured),
    ("1070", ErrorClass::Misconfigured),
    ("1080", ErrorClass::Misconfigured),
    ("1120", ErrorClass::Misconfigured),
    ("1140", ErrorClass::Misconfigured),
    ("1160", ErrorClass::Misconfigured),
    ("1040", ErrorClass::Refused(FailureReason::NoSuchAddress)),
    ("1170", ErrorClass::Refused(FailureReason::NoSuchAddress)),
    ("1190", ErrorClass::Refused(FailureReason::NoSuchAddress)),
    ("1050", ErrorClass::Refused(FailureReason::Blocked)),
    ("1210", ErrorClass::Refused(FailureReason::Blocked)),
    ("1240", ErrorClass::Refused(FailureReason::Blocked)),
    ("1180", ErrorClass::Refused(FailureReason::Unreachable)),
    ("1220", ErrorClass::Refused(FailureReason::Unreachable)),
    ("1260", ErrorClass::Refused(FailureReason::Unreachable)),
];

pub(super) struct Vonage {
    url: Url,
    application_id: String,
    key: Arc<dyn SigningKey>,
    from: String,
    sms: serde_json::Map<String, serde_json::Value>,
    signature_secret: Option<SecretString>,
    receipts: Option<String>,
}

/// The claims of a callback's JWT that are used here.
#[derive(Deserialize)]
struct Claims {
    iat: i64,
    payload_hash: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

/// The body of a status callback.
#[derive(Deserialize)]
struct Report {
    client_ref: String,
    status: String,
    error: Option<Problem>,
}

#[derive(Deserialize)]
struct Problem {
    r#type: String,
}

impl Vonage {
    pub(super) fn new(
        settings: &VonageSettings,
        receipts: Option<String>,
    ) -> Result<Self, InvalidKey> {
        let dlt = [
            ("entity_id", &settings.dlt_entity_id),
            ("content_id", &settings.dlt_template_id),
        ];
        let sms = dlt
            .into_iter()
            .filter_map(|(field, value)| Some((field.to_owned(), json!(value.as_ref()?))));
        Ok(Self {
            url: resource_url(settings.endpoint.as_ref(), ENDPOINT, &["v1", "messages"])?,
            application_id: settings.application_id.clone(),
            key: signing_key(settings)?,
            from: settings.from.clone(),
            sms: sms.collect(),
            signature_secret: settings.signature_secret.clone(),
            receipts: receipts.filter(|_| settings.signature_secret.is_some()),
        })
    }

    /// Creates the JWT that authenticates a request
    /// (<https://developer.vonage.com/en/getting-started/concepts/authentication#json-web-tokens>).
    fn token(&self, message_id: &str, now: Timestamp) -> Result<String, rustls::Error> {
        let expires = now.saturating_add(TOKEN_LIFETIME).unwrap_or(Timestamp::MAX);
        let claims = json!({
            "application_id": self.application_id,
            "iat": now.as_second(),
            "exp": expires.as_second(),
            "jti": format!("{message_id}-{}", now.as_millisecond()),
        });
        let part = |json: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!(
            "{}.{}",
            part(json!({ "alg": "RS256", "typ": "JWT" })),
            part(claims)
        );
        let rsa = self.key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]);
        let rsa = rsa.ok_or_else(|| rustls::Error::General("the key is no RSA key".to_owned()))?;
        Ok(format!(
            "{signed}.{}",
            BASE64_URL_SAFE_NO_PAD.encode(rsa.sign(signed.as_bytes())?)
        ))
    }
}

impl Provider for Vonage {
    fn url(&self) -> &Url {
        &self.url
    }

    fn request(
        &self,
        client: &Client,
        text: &TextMessage,
        now: Timestamp,
    ) -> Result<RequestBuilder, TransportError> {
        let mut body = json!({
            "channel": "sms",
            "message_type": "text",
            "to": without_plus(text),
            "from": self.from,
            "text": text.body,
            "client_ref": text.message_id,
        });
        if let Some(url) = &self.receipts {
            body["webhook_url"] = json!(url);
            body["webhook_version"] = json!("v1");
        }
        if !self.sms.is_empty() {
            body["sms"] = json!(self.sms);
        }
        let token = self.token(&text.message_id, now);
        let token = token.map_err(|error| TransportError::Misconfigured {
            cause: format!("no token: {error}"),
        })?;
        Ok(client.post(self.url.clone()).bearer_auth(token).json(&body))
    }

    fn outcome(&self, response: &ApiResponse) -> Result<Option<String>, TransportError> {
        let kind = response.at("/type");
        response.outcome(
            response.at("/message_uuid"),
            kind.as_deref().and_then(code),
            CODES,
        )
    }

    fn receipt(&self, callback: &Callback<'_>, now: Timestamp) -> Result<Receipt, ReceiptError> {
        let secret = self
            .signature_secret
            .as_ref()
            .ok_or(ReceiptError::Unsupported)?;
        let token = callback
            .header("authorization")
            .and_then(|header| header.strip_prefix("Bearer "));
        let (signed, claims) = token
            .and_then(|token| verified(token, secret))
            .ok_or(ReceiptError::BadSignature)?;
        let hash = hex::encode(signature::sha256(callback.body));
        if !signature::constant_time_eq(
            hash.as_bytes(),
            claims.payload_hash.to_ascii_lowercase().as_bytes(),
        ) {
            return Err(ReceiptError::BadSignature);
        }
        if !Timestamp::from_second(claims.iat).is_ok_and(|signed_at| is_recent(signed_at, now)) {
            return Err(ReceiptError::TooOld);
        }
        let report: Report =
            serde_json::from_slice(callback.body).map_err(|_| ReceiptError::Malformed)?;
        Ok(Receipt {
            state: state(&report).ok_or(ReceiptError::Malformed)?,
            message_id: report.client_ref,
            digest: signature::sha256(signed.as_bytes()),
        })
    }
}

/// Returns the signed part of a JWT and its claims, if it was signed with the secret (RFC 7515,
/// HS256).
fn verified<'a>(token: &'a str, secret: &SecretString) -> Option<(&'a str, Claims)> {
    let (signed, received) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let expected = signature::hmac_sha256(secret.expose_secret().as_bytes(), signed.as_bytes());
    let authentic =
        signature::constant_time_eq(&expected, &BASE64_URL_SAFE_NO_PAD.decode(received).ok()?);
    let understood = authentic && part::<Header>(header)?.alg == "HS256";
    understood
        .then(|| part(claims))
        .flatten()
        .map(|claims| (signed, claims))
}

fn part<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

fn state(report: &Report) -> Option<DeliveryState> {
    let code = report
        .error
        .as_ref()
        .and_then(|problem| code(&problem.r#type));
    match report.status.as_str() {
        "submitted" => Some(DeliveryState::Sent),
        "delivered" => Some(DeliveryState::Delivered),
        "rejected" | "undeliverable" => Some(DeliveryState::Failed(api::reason(CODES, code))),
        _ => None,
    }
}

/// Returns the code at the end of an error's type, like
/// `https://developer.vonage.com/api-errors/messages#1000`.
fn code(kind: &str) -> Option<&str> {
    kind.rsplit_once('#').map(|(_, code)| code)
}

fn signing_key(settings: &VonageSettings) -> Result<Arc<dyn SigningKey>, InvalidKey> {
    let file = &settings.private_key_file;
    let invalid = |problem: &dyn ToString| {
        InvalidKey::new(
            "private_key_file",
            format!("{}: {}", file.display(), problem.to_string()),
        )
    };
    let pem = std::fs::read(file).map_err(|error| invalid(&error))?;
    let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|error| invalid(&error))?;
    rustls::crypto::ring::sign::any_supported_type(&key).map_err(|error| invalid(&error))
}
