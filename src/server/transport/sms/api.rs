//! Reads and interprets the responses of all gateways. An error contains nothing from a body but
//! known or numeric codes, because the body may repeat the number or the text.

use std::{error::Error, io, time::Duration};

use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use reqwest::{RequestBuilder, Response, StatusCode, header};
use serde_json::Value;

use crate::server::{
    domain::FailureReason,
    transport::{email, failover::TransportError},
};

/// How long a gateway may take to respond. Giving up leaves the outcome unknown, and then the text
/// message is not sent again.
const RESPONSE_TIMEOUT: Duration = Duration::from_mins(1);
/// The number of bytes after which no more of a body is read.
const MAX_BYTES: usize = 64 * 1024;
/// The longest message ID that is kept, in bytes.
const MAX_ID: usize = 100;

/// The meaning of a provider's error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ErrorClass {
    /// A retry or another gateway may succeed.
    Unavailable,
    /// The operator has to change the account or the settings.
    Misconfigured,
    /// This provider rejects the message, but another may accept it.
    Declined(FailureReason),
    /// Every provider would reject this message to this number.
    Refused(FailureReason),
}

/// The error codes in a provider's documentation, and their meanings.
pub(super) type ErrorCodes = [(&'static str, ErrorClass)];

/// Returns the meaning of a code, or `None` if the table does not list it.
pub(super) fn classify(codes: &ErrorCodes, code: &str) -> Option<ErrorClass> {
    codes
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, class)| *class)
}

/// Returns the reason why a message did not arrive, by the code in its receipt.
pub(super) fn reason(codes: &ErrorCodes, code: Option<&str>) -> FailureReason {
    match code.and_then(|code| classify(codes, code)) {
        Some(ErrorClass::Declined(reason) | ErrorClass::Refused(reason)) => reason,
        _ => FailureReason::Other,
    }
}

/// The response of a gateway. It does not implement `Debug` because its body may repeat the
/// message.
pub(super) struct ApiResponse {
    status: StatusCode,
    retry_after: Option<SignedDuration>,
    body: String,
}

impl ApiResponse {
    /// Sends a request and reads the response.
    ///
    /// # Errors
    /// Returns [`TransportError`] if there is no response. Unless the connection failed, the outcome
    /// is unknown.
    pub(super) async fn fetch(
        request: RequestBuilder,
        now: Timestamp,
    ) -> Result<Self, TransportError> {
        let mut response = request
            .timeout(RESPONSE_TIMEOUT)
            .send()
            .await
            .map_err(|error| request_error(&error))?;
        let retry_after = retry_after(&response, now);
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| request_error(&error))?
        {
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

    /// Returns the body.
    pub(super) fn body(&self) -> &str {
        &self.body
    }

    /// Returns the string or number at a JSON pointer (RFC 6901) in the body.
    pub(super) fn at(&self, pointer: &str) -> Option<String> {
        match self.value_at(pointer)? {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Returns the value at a JSON pointer (RFC 6901) in the body.
    pub(super) fn value_at(&self, pointer: &str) -> Option<Value> {
        let body: Value = serde_json::from_str(&self.body).ok()?;
        body.pointer(pointer).cloned()
    }

    /// Interprets the response. A success status returns `id`, the provider's ID for the message.
    /// Some servers answer an error with a success status, so a response without an ID means that
    /// the message was not accepted. Any other status is an error, as in [`Self::check_status`].
    pub(super) fn outcome(
        &self,
        id: Option<String>,
        code: Option<&str>,
        codes: &ErrorCodes,
    ) -> Result<Option<String>, TransportError> {
        self.check_status(code, codes)?;
        let id = id.filter(|id| !id.trim().is_empty());
        let id = id.ok_or_else(|| self.declined("the answer has no ID of the message"))?;
        Ok(Self::stored_id(id))
    }

    /// Returns an ID of the provider, unless it is too long or not printable.
    pub(super) fn stored_id(id: String) -> Option<String> {
        Some(id).filter(|id| id.len() <= MAX_ID && !id.contains(char::is_control))
    }

    /// Returns the error for a message that was not accepted although the status says so. It is not
    /// retried: if the answer is misunderstood, each attempt is paid for.
    pub(super) fn declined(&self, problem: &str) -> TransportError {
        TransportError::Declined {
            cause: format!("{}, but {problem}", self.status_text()),
            reason: FailureReason::Other,
        }
    }

    /// Returns an error unless the status is a success: by `code` if `codes` lists it, otherwise by
    /// the status.
    pub(super) fn check_status(
        &self,
        code: Option<&str>,
        codes: &ErrorCodes,
    ) -> Result<(), TransportError> {
        if self.status.is_success() {
            return Ok(());
        }
        let known = code.and_then(|code| classify(codes, code));
        let shown = code.filter(|code| known.is_some() || is_numeric(code));
        let cause = shown.map_or_else(
            || self.status_text(),
            |code| format!("{}, code {code}", self.status_text()),
        );
        if known.is_none() && self.is_proxy_timeout() {
            return Err(TransportError::OutcomeUnknown { cause });
        }
        Err(match known.unwrap_or_else(|| self.status_class()) {
            ErrorClass::Unavailable => TransportError::Unavailable {
                cause,
                retry_after: self.retry_after,
            },
            ErrorClass::Misconfigured => TransportError::Misconfigured { cause },
            ErrorClass::Declined(reason) => TransportError::Declined { cause, reason },
            ErrorClass::Refused(reason) => TransportError::Refused { cause, reason },
        })
    }

    fn status_text(&self) -> String {
        format!("HTTP status {}", self.status.as_u16())
    }

    /// Whether a proxy in front of the gateway gave up waiting for it (RFC 9110, section 15.6.5;
    /// 524 is Cloudflare's). The gateway may have accepted the message.
    fn is_proxy_timeout(&self) -> bool {
        matches!(self.status.as_u16(), 504 | 524)
    }

    /// Returns the meaning of the HTTP status (RFC 9110, section 15), for errors without a known
    /// code. A status never means that the number is invalid.
    fn status_class(&self) -> ErrorClass {
        match self.status.as_u16() {
            408 | 425 | 429 | 500.. => ErrorClass::Unavailable,
            400 | 409 | 410 | 413 | 422 => ErrorClass::Declined(FailureReason::Other),
            _ => ErrorClass::Misconfigured,
        }
    }
}

/// Whether a code is a number. A number reveals nothing about a person, but a word could.
pub(super) fn is_numeric(code: &str) -> bool {
    code.len() <= 6 && code.bytes().all(|b| b.is_ascii_digit())
}

/// Parses `Retry-After`: seconds or a date (RFC 9110, section 10.2.3).
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

/// Classifies a failed request. The library's own message is not used: it contains the URL, which
/// may contain a key.
fn request_error(error: &reqwest::Error) -> TransportError {
    match tls_error(error) {
        Some(error @ rustls::Error::InvalidCertificate(_)) => TransportError::Misconfigured {
            cause: email::SmtpError::describe_tls_error(error),
        },
        _ if error.is_connect() => TransportError::unavailable("no connection"),
        _ if error.is_builder() => TransportError::unavailable("no valid request"),
        _ if error.is_timeout() => outcome_unknown("no response in time"),
        _ => outcome_unknown("the connection broke"),
    }
}

fn outcome_unknown(cause: &str) -> TransportError {
    TransportError::OutcomeUnknown {
        cause: cause.to_owned(),
    }
}

/// Returns the TLS error among the causes of an error, if there is one.
pub(super) fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    std::iter::successors(Some(error), |error| cause(*error))
        .find_map(|error| error.downcast_ref::<rustls::Error>())
}

/// Returns the cause of an error. `io::Error::source` would skip the error that an I/O error wraps
/// and return the source of that error.
fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}
