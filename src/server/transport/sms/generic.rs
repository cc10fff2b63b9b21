//! Any other gateway: the settings describe the request, and receipts have a format of our own.
//!
//! The endpoint, the body and the headers are minijinja templates with the variables `to`, `text`,
//! `message_id` and `from`. Values in the endpoint are percent-encoded, and values in the body are
//! escaped for its format, so that no brand or name breaks out of its place: `{{ text }}` becomes a
//! whole JSON string with its quotes, or one encoded value of a form or a URL. If the gateway has
//! an idempotency key, its header or field is `{{ message_id }}`.
//!
//! Many gateways answer an error with the status 200. The settings can say how an answer shows that
//! the message was accepted.
//!
//! A receipt is a POST to `/receipts/NAME/`. Its body is JSON or a form with `message_id`, `status`
//! (`sent`, `delivered` or `failed`) and an optional `reason`. Its signature is in the header
//! `X-Doorcode-Signature: t=<unix seconds>,v1=<HMAC-SHA-256 of "t.body", hexadecimal>`.

use jiff::Timestamp;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context, escape_formatter};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{
    Client, RequestBuilder,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{
    TextMessage,
    api::{ApiResponse, is_numeric},
    provider::{InvalidKey, Provider, is_recent},
    signature,
};
use crate::server::{
    config::{BodyFormat, GenericSettings, Method},
    domain::send::Receipt,
    domain::{DeliveryState, FailureReason, PhoneNumber},
    ports::{
        messenger::HandoverSignal,
        receipts::{Callback, ReceiptError},
    },
    transport::failover::TransportError,
};

/// The names of the templates of the body and the endpoint. No header can have these names.
const BODY: &str = "(body)";
const ENDPOINT: &str = "(endpoint)";
const FORM: &str = "application/x-www-form-urlencoded";
/// The characters that are encoded in a value of a URL: all but the unreserved ones (RFC 3986
/// section 2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(super) struct Generic {
    /// The URL of the gateway without path and query.
    host: Url,
    method: reqwest::Method,
    /// The type of the body, if requests have one.
    content_type: Option<&'static str>,
    templates: Environment<'static>,
    headers: Vec<HeaderName>,
    from: Option<String>,
    success: Option<Success>,
    id: Option<Field>,
    secret: Option<SecretString>,
}

/// The condition for a response to mean that the gateway accepted the message.
enum Success {
    /// A field with this value.
    Field(Field, String),
    /// This text.
    Text(String),
}

/// A field of a JSON response.
struct Field {
    /// The path in the settings, like `data.id`.
    path: String,
    /// The same as a JSON pointer (RFC 6901).
    pointer: String,
}

/// The content of a receipt.
#[derive(Deserialize)]
struct Report {
    message_id: String,
    status: String,
    reason: Option<String>,
}

impl Generic {
    pub(super) fn new(settings: &GenericSettings) -> Result<Self, InvalidKey> {
        let mut templates = environment(settings.format);
        // Templates may contain a key, so only the kinds of their errors are reported.
        let mut add = |key: &str, name: &'static str, template: &str| {
            let added = templates.add_template_owned(name, template.to_owned());
            added.map_err(|error| InvalidKey::new(key, error.kind()))
        };
        add("endpoint", ENDPOINT, settings.endpoint.template())?;
        if let Some(body) = &settings.body {
            add("body", BODY, body.expose_secret())?;
        }
        let mut headers = Vec::new();
        for (name, template) in &settings.headers {
            let invalid = |problem: String| InvalidKey::new(&format!("headers.{name}"), problem);
            let header = HeaderName::try_from(name).map_err(|error| invalid(error.to_string()))?;
            templates
                .add_template_owned(
                    header.as_str().to_owned(),
                    template.expose_secret().to_owned(),
                )
                .map_err(|error| invalid(error.kind().to_string()))?;
            headers.push(header);
        }
        let generic = Self {
            host: settings.endpoint.host().clone(),
            method: match settings.method {
                Method::Get => reqwest::Method::GET,
                Method::Post => reqwest::Method::POST,
                Method::Put => reqwest::Method::PUT,
            },
            content_type: settings.body.as_ref().map(|_| match settings.format {
                BodyFormat::Json => "application/json",
                BodyFormat::Form => FORM,
            }),
            templates,
            headers,
            from: settings.from.clone(),
            success: Success::from_settings(settings)?,
            id: Field::parse("id_field", settings.id_field.as_deref())?,
            secret: settings.receipt_secret.clone(),
        };
        generic.check(settings.format)?;
        Ok(generic)
    }

    /// Checks the templates with a message that contains characters that need escaping.
    fn check(&self, format: BodyFormat) -> Result<(), InvalidKey> {
        let text = TextMessage {
            to: PhoneNumber::from_canonical("+12025550100".to_owned()),
            body: "\"\\\n&=%é".to_owned(),
            message_id: "id".to_owned(),
            handover: HandoverSignal::default(),
        };
        self.endpoint(&text)
            .map_err(|problem| InvalidKey::new("endpoint", problem))?;
        let body = self
            .body(&text)
            .map_err(|problem| InvalidKey::new("body", problem))?;
        let is_json = |body: &String| serde_json::from_str::<Value>(body).is_ok();
        if format == BodyFormat::Json && !body.as_ref().is_none_or(is_json) {
            return Err(InvalidKey::new(
                "body",
                "it does not render valid JSON; write {{ text }} without quotes around it",
            ));
        }
        for name in &self.headers {
            self.header(name, &text)
                .map_err(|problem| InvalidKey::new(&format!("headers.{name}"), problem))?;
        }
        Ok(())
    }

    fn render(&self, template: &str, text: &TextMessage) -> Result<String, minijinja::Error> {
        let from = self
            .from
            .as_ref()
            .map_or_else(|| context! {}, |from| context! { from });
        let own =
            context! { to => text.to.as_str(), text => text.body, message_id => text.message_id };
        self.templates
            .get_template(template)?
            .render(context! { ..own, ..from })
    }

    /// Returns the URL of the request. A template cannot change the host, because values are
    /// encoded and the host has no template.
    fn endpoint(&self, text: &TextMessage) -> Result<Url, String> {
        let rendered = self
            .render(ENDPOINT, text)
            .map_err(|error| error.kind().to_string())?;
        let url = Url::parse(&rendered).map_err(|error| error.to_string())?;
        if url.origin() != self.host.origin() {
            return Err("its host and port must not depend on templates".to_owned());
        }
        match url.fragment() {
            Some(_) => Err("it must not have a fragment; write # as %23".to_owned()),
            None => Ok(url),
        }
    }

    /// Returns the body of the request, if it has one.
    fn body(&self, text: &TextMessage) -> Result<Option<String>, String> {
        let body = self.content_type.map(|_| self.render(BODY, text));
        body.transpose().map_err(|error| error.kind().to_string())
    }

    fn header(&self, name: &HeaderName, text: &TextMessage) -> Result<HeaderValue, String> {
        let value = self
            .render(name.as_str(), text)
            .map_err(|error| error.kind().to_string())?;
        let mut value = HeaderValue::try_from(value).map_err(|error| error.to_string())?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl Provider for Generic {
    fn url(&self) -> &Url {
        &self.host
    }

    fn request(
        &self,
        client: &Client,
        text: &TextMessage,
        _now: Timestamp,
    ) -> Result<RequestBuilder, TransportError> {
        let misconfigured = |cause| TransportError::Misconfigured { cause };
        let mut headers = HeaderMap::new();
        if let Some(content_type) = self.content_type {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        for name in &self.headers {
            headers.insert(name, self.header(name, text).map_err(misconfigured)?);
        }
        let url = self.endpoint(text).map_err(misconfigured)?;
        let request = client.request(self.method.clone(), url).headers(headers);
        Ok(match self.body(text).map_err(misconfigured)? {
            Some(body) => request.body(body),
            None => request,
        })
    }

    fn outcome(&self, response: &ApiResponse) -> Result<Option<String>, TransportError> {
        response.check_status(None, &[])?;
        let problem = |success: &Success| success.problem(response);
        if let Some(problem) = self.success.as_ref().and_then(problem) {
            return Err(response.declined(&problem));
        }
        let Some(Field { path, pointer }) = &self.id else {
            return Ok(None);
        };
        let id = response.at(pointer).filter(|id| !id.trim().is_empty());
        let id = id.ok_or_else(|| response.declined(&format!("the answer has no {path}")))?;
        Ok(ApiResponse::stored_id(id))
    }

    fn receipt(&self, callback: &Callback<'_>, now: Timestamp) -> Result<Receipt, ReceiptError> {
        let secret = self.secret.as_ref().ok_or(ReceiptError::Unsupported)?;
        let header = callback
            .header("x-doorcode-signature")
            .and_then(signature_parts);
        let (time, received) = header.ok_or(ReceiptError::BadSignature)?;
        let signed = [time.as_bytes(), b".", callback.body].concat();
        if !signature::constant_time_eq(
            &signature::hmac_sha256(secret.expose_secret().as_bytes(), &signed),
            &received,
        ) {
            return Err(ReceiptError::BadSignature);
        }
        let signed_at = time
            .parse()
            .ok()
            .and_then(|seconds| Timestamp::from_second(seconds).ok());
        if !signed_at.is_some_and(|signed_at| is_recent(signed_at, now)) {
            return Err(ReceiptError::TooOld);
        }
        let report = report(callback).ok_or(ReceiptError::Malformed)?;
        Ok(Receipt {
            state: state(&report).ok_or(ReceiptError::Malformed)?,
            message_id: report.message_id,
            digest: signature::sha256(&signed),
        })
    }
}

impl Success {
    fn from_settings(settings: &GenericSettings) -> Result<Option<Self>, InvalidKey> {
        let field = Field::parse("success_field", settings.success_field.as_deref())?;
        let value = settings.success_value.clone();
        let field = field.zip(value);
        let field = field.map(|(field, value)| Self::Field(field, value));
        Ok(field.or_else(|| settings.success_text.clone().map(Self::Text)))
    }

    /// Returns why a response does not mean that the message was accepted. Of the response, it
    /// repeats at most a number.
    fn problem(&self, response: &ApiResponse) -> Option<String> {
        match self {
            Self::Field(Field { path, pointer }, expected) => {
                let value = response.value_at(pointer).map(|value| match value {
                    Value::String(text) => text,
                    other => other.to_string(),
                });
                match value {
                    Some(value) if value == *expected => None,
                    Some(value) if is_numeric(&value) => {
                        Some(format!("{path} is {value} and not {expected}"))
                    }
                    _ => Some(format!("{path} is not {expected}")),
                }
            }
            Self::Text(text) if contains_word(response.body(), text) => None,
            Self::Text(text) => Some(format!("the answer does not contain {text}")),
        }
    }
}

impl Field {
    /// Parses the value of a setting: the names of objects and the positions in arrays, from the
    /// outermost to the innermost.
    fn parse(key: &str, path: Option<&str>) -> Result<Option<Self>, InvalidKey> {
        let Some(path) = path else {
            return Ok(None);
        };
        let is_name =
            |name: &str| !matches!(name, "" | "$") && !name.contains(['[', ']', '{', '}']);
        if !path.split('.').all(is_name) {
            let problem = "it must be the path of a field in a JSON answer, like data.0.id";
            return Err(InvalidKey::new(key, problem));
        }
        let escaped = path.replace('~', "~0").replace('/', "~1");
        Ok(Some(Self {
            path: path.to_owned(),
            pointer: format!("/{}", escaped.replace('.', "/")),
        }))
    }
}

/// Whether a text contains `word`, but not as part of a longer word or number: `0` is not in `301`.
fn contains_word(text: &str, word: &str) -> bool {
    let starts_inside = word.starts_with(char::is_alphanumeric);
    let ends_inside = word.ends_with(char::is_alphanumeric);
    text.match_indices(word).any(|(start, found)| {
        let (before, rest) = text.split_at(start);
        let after = rest.strip_prefix(found).unwrap_or_default();
        let is_part = (starts_inside && before.ends_with(char::is_alphanumeric))
            || (ends_inside && after.starts_with(char::is_alphanumeric));
        !is_part
    })
}

fn environment(format: BodyFormat) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(move |name| match (name, format) {
        (ENDPOINT, _) => AutoEscape::Custom(ENDPOINT),
        (BODY, BodyFormat::Json) => AutoEscape::Json,
        (BODY, BodyFormat::Form) => AutoEscape::Custom(FORM),
        _ => AutoEscape::None,
    });
    environment.set_formatter(|out, state, value| match state.auto_escape() {
        AutoEscape::Custom(ENDPOINT) => Ok(utf8_percent_encode(&value.to_string(), ENCODED)
            .try_for_each(|part| out.write_str(part))?),
        AutoEscape::Custom(_) => Ok(
            form_urlencoded::byte_serialize(value.to_string().as_bytes())
                .try_for_each(|part| out.write_str(part))?,
        ),
        _ => escape_formatter(out, state, value),
    });
    environment
}

/// Returns the time and the signature of `t=…,v1=…`.
fn signature_parts(header: &str) -> Option<(&str, Vec<u8>)> {
    let (time, signature) = header.split_once(',')?;
    Some((
        time.strip_prefix("t=")?,
        hex::decode(signature.trim_start().strip_prefix("v1=")?).ok()?,
    ))
}

fn report(callback: &Callback<'_>) -> Option<Report> {
    let is_form = callback
        .header("content-type")
        .is_some_and(|kind| kind.starts_with(FORM));
    if !is_form {
        return serde_json::from_slice(callback.body).ok();
    }
    let fields = form_urlencoded::parse(callback.body)
        .map(|(name, value)| (name.into_owned(), json!(value)));
    serde_json::from_value(Value::Object(fields.collect())).ok()
}

fn state(report: &Report) -> Option<DeliveryState> {
    let reason = match &report.reason {
        Some(name) => FailureReason::from_name(name)?,
        None => FailureReason::Other,
    };
    match report.status.as_str() {
        "sent" => Some(DeliveryState::Sent),
        "delivered" => Some(DeliveryState::Delivered),
        "failed" => Some(DeliveryState::Failed(reason)),
        _ => None,
    }
}
