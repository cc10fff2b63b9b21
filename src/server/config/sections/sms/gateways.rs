//! `[sms.gateway.NAME]`: the settings of a gateway, with one struct for each kind.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use config::{Map, Value};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error as _};
use url::Url;

use crate::server::config::{
    sections::{is_aws_region, is_own_machine},
    strict::{self, one_of},
};

/// The settings of a gateway. The key `kind` selects the provider.
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
    /// Returns the problem with a combination of keys, if there is one.
    pub(super) fn problem(&self) -> Option<&'static str> {
        match self {
            Self::Twilio(twilio)
                if twilio.from.is_some() == twilio.messaging_service_sid.is_some() =>
            {
                Some("it needs either from or messaging_service_sid")
            }
            Self::Generic(generic) => generic.problem(),
            _ => None,
        }
    }
}

/// Not derived as a tagged enum: serde would lose the key of an error.
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

/// Settings for Twilio's Messages resource.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwilioSettings {
    /// The ID of the account, `AC…`.
    #[serde(deserialize_with = "strict::non_empty")]
    pub account_sid: String,
    /// The token of the account, which also signs receipts.
    #[serde(deserialize_with = "strict::non_empty_secret")]
    pub auth_token: SecretString,
    /// The number or name of the sender.
    #[serde(default, deserialize_with = "strict::optional_text")]
    pub from: Option<String>,
    /// The ID of a messaging service, `MG…`, which chooses the sender.
    #[serde(default, deserialize_with = "strict::optional_text")]
    pub messaging_service_sid: Option<String>,
    /// A URL that replaces the provider's own.
    pub endpoint: Option<Endpoint>,
}

/// Settings for Vonage's Messages API.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VonageSettings {
    /// The ID of the application.
    #[serde(deserialize_with = "strict::non_empty")]
    pub application_id: String,
    /// The PEM file with the private key of the application.
    pub private_key_file: PathBuf,
    /// The number or name of the sender.
    #[serde(deserialize_with = "strict::non_empty")]
    pub from: String,
    /// The secret that signs receipts. Without it, receipts are rejected.
    #[serde(default, deserialize_with = "strict::optional_secret")]
    pub signature_secret: Option<SecretString>,
    /// The ID of the sending business, which India requires (DLT).
    #[serde(default, deserialize_with = "strict::optional_text")]
    pub dlt_entity_id: Option<String>,
    /// The ID of the registered text, which India requires (DLT).
    #[serde(default, deserialize_with = "strict::optional_text")]
    pub dlt_template_id: Option<String>,
    /// A URL that replaces the provider's own.
    pub endpoint: Option<Endpoint>,
}

/// Settings for Bird's Channels API.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BirdSettings {
    /// The ID of the workspace.
    #[serde(deserialize_with = "strict::non_empty")]
    pub workspace_id: String,
    /// The ID of the channel for text messages. The channel determines the sender.
    #[serde(deserialize_with = "strict::non_empty")]
    pub channel_id: String,
    /// The access key.
    #[serde(deserialize_with = "strict::non_empty_secret")]
    pub access_key: SecretString,
    /// A URL that replaces the provider's own.
    pub endpoint: Option<Endpoint>,
}

/// Settings for Amazon SNS.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnsSettings {
    /// The region, like `eu-west-1`.
    #[serde(deserialize_with = "aws_region")]
    pub region: String,
    /// The ID of the access key.
    #[serde(deserialize_with = "strict::non_empty")]
    pub access_key_id: String,
    /// The secret part of the access key.
    #[serde(deserialize_with = "strict::non_empty_secret")]
    pub secret_access_key: SecretString,
    /// The name of the sender.
    #[serde(default, deserialize_with = "strict::optional_text")]
    pub sender_id: Option<String>,
    /// The ID of the sending business, which India requires (DLT).
    #[serde(default, deserialize_with = "strict::optional_text")]
    pub dlt_entity_id: Option<String>,
    /// The ID of the registered text, which India requires (DLT).
    #[serde(default, deserialize_with = "strict::optional_text")]
    pub dlt_template_id: Option<String>,
    /// A URL that replaces the provider's own.
    pub endpoint: Option<Endpoint>,
}

/// Settings for Plivo's Message API.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlivoSettings {
    /// The ID of the account.
    #[serde(deserialize_with = "strict::non_empty")]
    pub auth_id: String,
    /// The token of the account.
    #[serde(deserialize_with = "strict::non_empty_secret")]
    pub auth_token: SecretString,
    /// The number or name of the sender.
    #[serde(deserialize_with = "strict::non_empty")]
    pub from: String,
    /// The ID of the sending business, which India requires (DLT).
    #[serde(default, deserialize_with = "strict::optional_text")]
    pub dlt_entity_id: Option<String>,
    /// The ID of the registered text, which India requires (DLT).
    #[serde(default, deserialize_with = "strict::optional_text")]
    pub dlt_template_id: Option<String>,
    /// A URL that replaces the provider's own.
    pub endpoint: Option<Endpoint>,
}

/// Settings for any other gateway that accepts JSON, a form or a query.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenericSettings {
    /// The template of the URL that requests are sent to.
    pub endpoint: EndpointTemplate,
    /// The method of requests.
    #[serde(default)]
    pub method: Method,
    /// The format of the body. It determines how values in the body are escaped.
    #[serde(default)]
    pub format: BodyFormat,
    /// The template of the body. Without it, the values are in the endpoint.
    #[serde(default, deserialize_with = "strict::optional_secret")]
    pub body: Option<SecretString>,
    /// The templates of headers, by name. They may contain credentials.
    #[serde(default)]
    pub headers: BTreeMap<String, SecretString>,
    /// The number or name of the sender, for the templates.
    #[serde(default, deserialize_with = "strict::optional_text")]
    pub from: Option<String>,
    /// The path of the message's ID in a JSON response, like `data.id`. A response without it means
    /// that the message was not accepted.
    #[serde(default, deserialize_with = "strict::optional_text")]
    pub id_field: Option<String>,
    /// The path of a field in a JSON response. The message was accepted only if the field has the
    /// value `success_value`.
    #[serde(default, deserialize_with = "strict::optional_text")]
    pub success_field: Option<String>,
    /// The value of `success_field` if the message was accepted.
    #[serde(default, deserialize_with = "strict::optional_text")]
    pub success_value: Option<String>,
    /// A text that every response has if the message was accepted.
    #[serde(default, deserialize_with = "strict::optional_text")]
    pub success_text: Option<String>,
    /// The secret that signs receipts. Without it, receipts are rejected.
    #[serde(default, deserialize_with = "strict::optional_secret")]
    pub receipt_secret: Option<SecretString>,
}

impl GenericSettings {
    fn problem(&self) -> Option<&'static str> {
        let problems = [
            (
                self.method == Method::Get && self.body.is_some(),
                "a GET request has no body; write the values into endpoint, like \
                 https://sms.example.com/send?to={{ to }}&text={{ text }}",
            ),
            (
                self.body.is_none() && !self.endpoint.has_template(),
                "it needs body, or templates in endpoint, like \
                 https://sms.example.com/send?to={{ to }}&text={{ text }}",
            ),
            (
                self.success_field.is_some() != self.success_value.is_some(),
                "success_field and success_value belong together",
            ),
            (
                self.success_field.is_some() && self.success_text.is_some(),
                "it has either success_field or success_text",
            ),
        ];
        let problem = problems.into_iter().find(|(is_problem, _)| *is_problem);
        problem.map(|(_, problem)| problem)
    }
}

/// The HTTP method of requests to a generic gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// `GET`, without a body
    Get,
    /// `POST`
    #[default]
    Post,
    /// `PUT`
    Put,
}

one_of!(Method, "GET" => Self::Get, "POST" => Self::Post, "PUT" => Self::Put);

/// The body format of requests to a generic gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyFormat {
    /// `application/json`
    #[default]
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
}

one_of!(BodyFormat, "json" => Self::Json, "form" => Self::Form);

const ENDPOINT_FORM: &str =
    "it must be like https://sms.example.com; only a host on this machine may do without TLS";

/// The URL of a gateway: `https`, or `http` on this machine (OWASP ASVS 5.0, 12.3.1). Its path and
/// query may contain a key, so `Debug` shows only the origin.
#[derive(Clone)]
pub struct Endpoint(Url);

impl Endpoint {
    /// Returns the URL.
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
        let text = String::deserialize(deserializer)?;
        if is_template(&text) {
            let problem = "only the endpoint of a generic gateway can have templates";
            return Err(D::Error::custom(problem));
        }
        Self::parse(&text).ok_or_else(|| D::Error::custom(ENDPOINT_FORM))
    }
}

/// The URL of a generic gateway: an [`Endpoint`] that may have templates in its path and query.
/// `Debug` shows only the origin, like that of an endpoint.
#[derive(Clone)]
pub struct EndpointTemplate {
    template: String,
    host: Endpoint,
}

impl EndpointTemplate {
    /// Returns the template of the URL.
    #[must_use]
    pub fn template(&self) -> &str {
        &self.template
    }

    /// Returns the URL without path and query. It is the same for all messages.
    #[must_use]
    pub const fn host(&self) -> &Url {
        self.host.url()
    }

    fn has_template(&self) -> bool {
        is_template(&self.template)
    }
}

impl fmt::Debug for EndpointTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.host, f)
    }
}

impl<'de> Deserialize<'de> for EndpointTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let template = String::deserialize(deserializer)?;
        let after_scheme = template
            .find("://")
            .map_or(0, |scheme| scheme + "://".len());
        let (scheme, rest) = template.split_at(after_scheme);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if is_template(authority) {
            let problem = "templates belong into its path or query, not before";
            return Err(D::Error::custom(problem));
        }
        let host = Endpoint::parse(&format!("{scheme}{authority}"));
        let host = host.ok_or_else(|| D::Error::custom(ENDPOINT_FORM))?;
        Ok(Self { template, host })
    }
}

/// Whether a text has the marks of a template: of an expression, a statement or a comment.
fn is_template(text: &str) -> bool {
    ["{{", "{%", "{#"].iter().any(|mark| text.contains(mark))
}
