//! What is the same with every gateway: how an answer is read. Nothing of a body gets into an
//! error: it may repeat the number or the text.

use std::{error::Error, io};

use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use reqwest::{RequestBuilder, Response, StatusCode, header};
use serde_json::Value;

use crate::server::{
    domain::FailureReason,
    transport::{carrier::CarrierError, email},
};

/// The most of an answer that is read.
const MAX_BYTES: usize = 64 * 1024;
/// The longest id that is kept.
const MAX_ID: usize = 100;

/// What an error of a provider means for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Another time or another gateway.
    Busy,
    /// The operator has to do something about the account or the settings.
    Operator,
    /// Not by this provider; another may.
    Declined(FailureReason),
    /// Not this message to this number, whoever carries it.
    Refused(FailureReason),
}

/// A provider's error codes, as its description lists them.
pub(super) type Codes = [(&'static str, Meaning)];

/// What a code means; `None` if the table does not have it.
pub(super) fn meaning(codes: &Codes, code: &str) -> Option<Meaning> {
    codes
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, meaning)| *meaning)
}

/// Why a message did not arrive, by the code in a receipt.
pub(super) fn reason(codes: &Codes, code: Option<&str>) -> FailureReason {
    match code.and_then(|code| meaning(codes, code)) {
        Some(Meaning::Declined(reason) | Meaning::Refused(reason)) => reason,
        _ => FailureReason::Other,
    }
}

/// A gateway's answer. It has no `Debug`: its body may repeat the message.
pub(super) struct Answer {
    status: StatusCode,
    retry_after: Option<SignedDuration>,
    body: String,
}

impl Answer {
    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// [`CarrierError`], if none came.
    pub(super) async fn to(request: RequestBuilder, now: Timestamp) -> Result<Self, CarrierError> {
        let mut response = request.send().await.map_err(|error| no_answer(&error))?;
        let retry_after = retry_after(&response, now);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| no_answer(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BYTES {
                break;
            }
        }
        Ok(Self {
            status: response.status(),
            retry_after,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }

    /// The body.
    pub(super) fn body(&self) -> &str {
        &self.body
    }

    /// The text or number at a place in a JSON body (RFC 6901).
    pub(super) fn at(&self, pointer: &str) -> Option<String> {
        match serde_json::from_str::<Value>(&self.body)
            .ok()?
            .pointer(pointer)?
        {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// What the answer means: with a good status the provider's id for the message, else an error
    /// by its code, or by the status if the code is not one of `codes`.
    pub(super) fn outcome(
        &self,
        id: Option<String>,
        code: Option<&str>,
        codes: &Codes,
    ) -> Result<Option<String>, CarrierError> {
        if self.status.is_success() {
            return Ok(id.filter(|id| id.len() <= MAX_ID && !id.contains(char::is_control)));
        }
        let known = code.and_then(|code| meaning(codes, code));
        let shown = code.filter(|code| known.is_some() || is_numeric(code));
        let why = shown.map_or_else(|| self.why(), |code| format!("{}, code {code}", self.why()));
        Err(match known.unwrap_or_else(|| self.meaning()) {
            Meaning::Busy => CarrierError::Unavailable {
                why,
                retry_after: self.retry_after,
            },
            Meaning::Operator => CarrierError::Misconfigured { why },
            Meaning::Declined(reason) => CarrierError::Declined { why, reason },
            Meaning::Refused(reason) => CarrierError::Refused { why, reason },
        })
    }

    fn why(&self) -> String {
        format!("HTTP status {}", self.status.as_u16())
    }

    /// RFC 9110, section 15: what the status says where the provider's code does not. It never says
    /// that the number is bad.
    fn meaning(&self) -> Meaning {
        match self.status.as_u16() {
            408 | 425 | 429 | 500.. => Meaning::Busy,
            400 | 409 | 410 | 413 | 422 => Meaning::Declined(FailureReason::Other),
            _ => Meaning::Operator,
        }
    }
}

/// A number says nothing about a person; a word could.
fn is_numeric(code: &str) -> bool {
    code.len() <= 6 && code.bytes().all(|b| b.is_ascii_digit())
}

/// RFC 9110, section 10.2.3: seconds or a date.
fn retry_after(response: &Response, now: Timestamp) -> Option<SignedDuration> {
    let text = response
        .headers()
        .get(header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim();
    let wait = match text.parse::<u32>() {
        Ok(seconds) => SignedDuration::from_secs(seconds.into()),
        Err(_) => rfc2822::parse(text).ok()?.timestamp().duration_since(now),
    };
    Some(wait.max(SignedDuration::ZERO))
}

/// The class of a failure. The library's own words hold the address, and so perhaps a key.
fn no_answer(error: &reqwest::Error) -> CarrierError {
    match tls_error(error) {
        Some(error @ rustls::Error::InvalidCertificate(_)) => CarrierError::Misconfigured {
            why: email::Failure::tls_words(error),
        },
        _ if error.is_timeout() => CarrierError::unavailable("no answer in time"),
        _ if error.is_connect() => CarrierError::unavailable("no connection"),
        _ => CarrierError::unavailable("the connection broke"),
    }
}

/// The error of TLS that an error comes of.
pub(super) fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    std::iter::successors(Some(error), |error| cause(*error))
        .find_map(|error| error.downcast_ref::<rustls::Error>())
}

/// What an error comes of. An I/O error made of another names that one's cause as its own and
/// leaves the other out.
fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}
