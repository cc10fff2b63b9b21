//! `[sms.gateway.name]`: what a gateway needs, a struct a kind.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use config::{Map, Value};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error as _};
use url::Url;

use crate::server::config::{
    sections::{is_aws_region, is_own_machine},
    strict::{self, one_of},
};

/// A gateway's settings; the key `kind` says whose they are.
#[derive(Debug)]
pub enum GatewaySettings {
    /// `kind = "twilio"`
    Twilio(TwilioSettings),
    /// `kind = "vonage"`
    Vonage(VonageSettings),
    /// `kind = "bird"`
    Bird(BirdSettings),
    /// `kind = "sns"`
    Sns(SnsSettings),
    /// `kind = "plivo"`
    Plivo(PlivoSettings),
    /// `kind = "generic"`
    Generic(GenericSettings),
}

impl GatewaySettings {
    /// What its keys say together that they must not.
    pub(super) fn problem(&self) -> Option<&'static str> {
        match self {
            Self::Twilio(twilio)
                if twilio.from.is_some() == twilio.messaging_service_sid.is_some() =>
            {
                Some("it needs either from or messaging_service_sid")
            }
            _ => None,
        }
    }
}

/// Not serde's tagged enum: that forgets in which key a mistake is.
impl<'de> Deserialize<'de> for GatewaySettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut table = Map::<String, Value>::deserialize(deserializer)?;
        let kind = table
            .remove("kind")
            .and_then(|kind| kind.into_string().ok())
            .unwrap_or_default();
        let settings = match kind.as_str() {
            "twilio" => read(table).map(Self::Twilio),
            "vonage" => read(table).map(Self::Vonage),
            "bird" => read(table).map(Self::Bird),
            "sns" => read(table).map(Self::Sns),
            "plivo" => read(table).map(Self::Plivo),
            "generic" => read(table).map(Self::Generic),
            _ => Err(
                r#"kind: it must be one of "twilio" "vonage" "bird" "sns" "plivo" "generic""#
                    .to_owned(),
            ),
        };
        settings.map_err(D::Error::custom)
    }
}

fn read<T: DeserializeOwned>(table: Map<String, Value>) -> Result<T, String> {
    serde_path_to_error::deserialize(Value::from(table)).map_err(|error| {
        let key = error.path().to_string();
        let problem = error.inner().to_string();
        if key == "." {
            problem
        } else {
            format!("{key}: {problem}")
        }
    })
}

fn aws_region<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let region = strict::text(deserializer)?;
    if is_aws_region(&region) {
        Ok(region)
    } else {
        Err(D::Error::custom("it must be like eu-central-1"))
    }
}

/// Twilio's Messages resource.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwilioSettings {
    /// The account, `AC…`.
    #[serde(deserialize_with = "strict::filled")]
    pub account_sid: String,
    /// Its token, which also signs receipts.
    #[serde(deserialize_with = "strict::filled_secret")]
    pub auth_token: SecretString,
    /// The sending number or name.
    #[serde(default, deserialize_with = "strict::optional")]
    pub from: Option<String>,
    /// A messaging service, `MG…`, that chooses the sender.
    #[serde(default, deserialize_with = "strict::optional")]
    pub messaging_service_sid: Option<String>,
    /// Instead of the provider's own address.
    pub endpoint: Option<Endpoint>,
}

/// Vonage's Messages API.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VonageSettings {
    /// The application.
    #[serde(deserialize_with = "strict::filled")]
    pub application_id: String,
    /// The file with the application's private key (PEM).
    pub private_key_file: PathBuf,
    /// The sending number or name.
    #[serde(deserialize_with = "strict::filled")]
    pub from: String,
    /// What signs receipts; none are taken without it.
    #[serde(default, deserialize_with = "strict::optional_secret")]
    pub signature_secret: Option<SecretString>,
    /// The sending business, which India wants to know (DLT).
    #[serde(default, deserialize_with = "strict::optional")]
    pub dlt_entity_id: Option<String>,
    /// The registered text, likewise.
    #[serde(default, deserialize_with = "strict::optional")]
    pub dlt_template_id: Option<String>,
    /// Instead of the provider's own address.
    pub endpoint: Option<Endpoint>,
}

/// Bird's Channels API.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BirdSettings {
    /// The workspace.
    #[serde(deserialize_with = "strict::filled")]
    pub workspace_id: String,
    /// The channel for text messages, which has the sender.
    #[serde(deserialize_with = "strict::filled")]
    pub channel_id: String,
    /// The access key.
    #[serde(deserialize_with = "strict::filled_secret")]
    pub access_key: SecretString,
    /// Instead of the provider's own address.
    pub endpoint: Option<Endpoint>,
}

/// Amazon SNS.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnsSettings {
    /// The region, like `eu-west-1`.
    #[serde(deserialize_with = "aws_region")]
    pub region: String,
    /// The access key's id.
    #[serde(deserialize_with = "strict::filled")]
    pub access_key_id: String,
    /// The access key.
    #[serde(deserialize_with = "strict::filled_secret")]
    pub secret_access_key: SecretString,
    /// The sending name.
    #[serde(default, deserialize_with = "strict::optional")]
    pub sender_id: Option<String>,
    /// The sending business, which India wants to know (DLT).
    #[serde(default, deserialize_with = "strict::optional")]
    pub dlt_entity_id: Option<String>,
    /// The registered text, likewise.
    #[serde(default, deserialize_with = "strict::optional")]
    pub dlt_template_id: Option<String>,
    /// Instead of the provider's own address.
    pub endpoint: Option<Endpoint>,
}

/// Plivo's Message API.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlivoSettings {
    /// The account.
    #[serde(deserialize_with = "strict::filled")]
    pub auth_id: String,
    /// Its token.
    #[serde(deserialize_with = "strict::filled_secret")]
    pub auth_token: SecretString,
    /// The sending number or name.
    #[serde(deserialize_with = "strict::filled")]
    pub from: String,
    /// The sending business, which India wants to know (DLT).
    #[serde(default, deserialize_with = "strict::optional")]
    pub dlt_entity_id: Option<String>,
    /// The registered text, likewise.
    #[serde(default, deserialize_with = "strict::optional")]
    pub dlt_template_id: Option<String>,
    /// Instead of the provider's own address.
    pub endpoint: Option<Endpoint>,
}

/// Any other gateway that takes JSON or a form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenericSettings {
    /// Where requests go.
    pub endpoint: Endpoint,
    /// `POST` or `PUT`.
    #[serde(default)]
    pub method: Method,
    /// What the body is, and so how values in it are escaped.
    #[serde(default)]
    pub format: BodyFormat,
    /// The body, a template.
    #[serde(deserialize_with = "strict::filled")]
    pub body: String,
    /// Headers, templates too. They may hold credentials.
    #[serde(default)]
    pub headers: BTreeMap<String, SecretString>,
    /// The sending number or name, for the template.
    #[serde(default, deserialize_with = "strict::optional")]
    pub from: Option<String>,
    /// Where the message's id stands in a JSON answer, like `data.id`.
    #[serde(default, deserialize_with = "strict::optional")]
    pub id_field: Option<String>,
    /// What signs receipts; none are taken without it.
    #[serde(default, deserialize_with = "strict::optional_secret")]
    pub receipt_secret: Option<SecretString>,
}

/// How a generic gateway is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// `POST`
    #[default]
    Post,
    /// `PUT`
    Put,
}

one_of!(Method, "POST" => Self::Post, "PUT" => Self::Put);

/// What a generic gateway's body is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyFormat {
    /// `application/json`
    #[default]
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
}

one_of!(BodyFormat, "json" => Self::Json, "form" => Self::Form);

/// A gateway's address: https, or http on this machine (OWASP ASVS 5.0, 12.3.1). Its path and query
/// may hold a key, so `Debug` shows the origin only.
#[derive(Clone)]
pub struct Endpoint(Url);

impl Endpoint {
    /// The address.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.0
    }

    fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let private = match url.scheme() {
            "https" => url.host_str().is_some(),
            "http" => is_own_machine(url.host_str()?),
            _ => false,
        };
        private.then_some(Self(url))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.origin().ascii_serialization())
    }
}

impl<'de> Deserialize<'de> for Endpoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = "it must be like https://sms.example.com; only a host on this machine may do without TLS";
        Self::parse(&String::deserialize(deserializer)?).ok_or_else(|| D::Error::custom(form))
    }
}
