//! Any other gateway: the settings describe the request, and receipts have a format of our own.
//!
//! The body and the headers are minijinja templates with the variables `to`, `text`, `message_id`
//! and `from`. Values in the body are escaped for its format, so that no brand or name breaks out
//! of its place: `{{ text }}` becomes a whole JSON string with its quotes, or one encoded value of
//! a form. If the gateway has an idempotency key, its header or field is `{{ message_id }}`.
//!
//! A receipt is a POST to `/receipts/NAME/`. Its body is JSON or a form with `message_id`, `status`
//! (`sent`, `delivered` or `failed`) and an optional `reason`. Its signature is in the header
//! `X-Doorcode-Signature: t=<unix seconds>,v1=<HMAC-SHA-256 of "t.body", hexadecimal>`.

use jiff::Timestamp;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context, escape_formatter};
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
    api::ApiResponse,
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

/// The name of the body's template. No header can have this name.
const BODY: &str = "(body)";
const FORM: &str = "application/x-www-form-urlencoded";

pub(super) struct Generic {
    url: Url,
    method: reqwest::Method,
    content_type: &'static str,
    templates: Environment<'static>,
    headers: Vec<HeaderName>,
    from: Option<String>,
    id: Option<String>,
    secret: Option<SecretString>,
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
        let compiled = templates.add_template_owned(BODY, settings.body.clone());
        compiled.map_err(|error| InvalidKey::new("body", format!("{error:#}")))?;
        let mut headers = Vec::new();
        for (name, template) in &settings.headers {
            let invalid = |problem: String| InvalidKey::new(&format!("headers.{name}"), problem);
            let header = HeaderName::try_from(name).map_err(|error| invalid(error.to_string()))?;
            // The template may contain a key, so only the kind of its error is reported.
            templates
                .add_template_owned(
                    header.as_str().to_owned(),
                    template.expose_secret().to_owned(),
                )
                .map_err(|error| invalid(error.kind().to_string()))?;
            headers.push(header);
        }
        let generic = Self {
            url: settings.endpoint.url().clone(),
            method: match settings.method {
                Method::Post => reqwest::Method::POST,
                Method::Put => reqwest::Method::PUT,
            },
            content_type: match settings.format {
                BodyFormat::Json => "application/json",
                BodyFormat::Form => FORM,
            },
            templates,
            headers,
            from: settings.from.clone(),
            id: settings
                .id_field
                .as_ref()
                .map(|field| format!("/{}", field.replace('.', "/"))),
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
        let body = self
            .render(BODY, &text)
            .map_err(|error| InvalidKey::new("body", format!("{error:#}")))?;
        if format == BodyFormat::Json && serde_json::from_str::<Value>(&body).is_err() {
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
        &self.url
    }

    fn request(
        &self,
        client: &Client,
        text: &TextMessage,
        _now: Timestamp,
    ) -> Result<RequestBuilder, TransportError> {
        let misconfigured = |cause| TransportError::Misconfigured { cause };
        let mut headers = HeaderMap::from_iter([(
            header::CONTENT_TYPE,
            HeaderValue::from_static(self.content_type),
        )]);
        for name in &self.headers {
            headers.insert(name, self.header(name, text).map_err(misconfigured)?);
        }
        let body = self
            .render(BODY, text)
            .map_err(|error| misconfigured(error.kind().to_string()))?;
        Ok(client
            .request(self.method.clone(), self.url.clone())
            .headers(headers)
            .body(body))
    }

    fn outcome(&self, response: &ApiResponse) -> Result<Option<String>, TransportError> {
        response.outcome(
            self.id.as_ref().and_then(|pointer| response.at(pointer)),
            None,
            &[],
        )
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

fn environment(format: BodyFormat) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(move |name| match format {
        BodyFormat::Json if name == BODY => AutoEscape::Json,
        BodyFormat::Form if name == BODY => AutoEscape::Custom(FORM),
        _ => AutoEscape::None,
    });
    environment.set_formatter(|out, state, value| match state.auto_escape() {
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
