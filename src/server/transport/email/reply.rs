//! Reads the responses of a relay. Their text is not kept, because it may repeat the recipient's
//! address.

use std::error::Error as _;

use lettre::transport::smtp::{Error, response::Response};

use crate::server::{
    domain::{Reply, ReplyClass, smtp_reply::enhanced},
    transport::failover::TransportError,
};

/// Returns the response that caused `error`, if a response did.
pub(super) fn of_error(error: &Error) -> Option<Reply> {
    let text = error.source().map(ToString::to_string).unwrap_or_default();
    error.status().map(|code| Reply::new(code.into(), &text))
}

/// Returns a negative response without its text.
pub(super) fn from_response(response: &Response) -> Reply {
    let lines: Vec<_> = response.message().collect();
    Reply::new(response.code().into(), &lines.join("\n"))
}

/// Converts the class of a response to an error. `cause` is for the log.
pub(super) fn transport_error(class: ReplyClass, cause: String) -> TransportError {
    match class {
        ReplyClass::Mailbox(reason) => TransportError::Refused { cause, reason },
        ReplyClass::Deferred(deferral) => TransportError::Deferred { cause, deferral },
        ReplyClass::Unclear(reason) => TransportError::Declined { cause, reason },
        ReplyClass::Sender => TransportError::Misconfigured { cause },
        ReplyClass::Connection => TransportError::unavailable(cause),
    }
}

/// Returns the relay's ID for an accepted email, if the response contains one in a known form:
/// `queued as 4XyZ`, `id=1abc-2`, or a single word after `Ok` (Amazon SES).
pub(super) fn provider_message_id(response: &Response) -> Option<String> {
    let line = response.first_line()?;
    let words: Vec<_> = line
        .split_whitespace()
        .skip_while(|word| enhanced(word).is_some())
        .collect();
    let after_queued = words
        .windows(3)
        .find(|words| words[..2] == ["queued", "as"])
        .map(|words| words[2]);
    let id = words.iter().find_map(|word| word.strip_prefix("id="));
    let after_ok =
        || matches!(words[..], [ok, _] if ok.eq_ignore_ascii_case("ok")).then(|| words[1]);
    after_queued
        .or(id)
        .or_else(after_ok)
        .filter(|id| is_plain(id))
        .map(str::to_owned)
}

fn is_plain(id: &str) -> bool {
    (4..=100).contains(&id.len())
        && id
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

#[cfg(test)]
mod tests {
    #[test]
    fn relay_id_is_read_only_in_plain_form() {
        let provider_message_id = |text: &str| {
            let response = format!("250 {text}\r\n").parse().expect("a response");
            super::provider_message_id(&response)
        };
        assert_eq!(
            provider_message_id("2.0.0 Ok: queued as 4bXyZ12").as_deref(),
            Some("4bXyZ12")
        );
        assert_eq!(
            provider_message_id("OK id=1qAbCd-0001-Xy").as_deref(),
            Some("1qAbCd-0001-Xy")
        );
        assert_eq!(
            provider_message_id("Ok 0100018f-aaaa-bbbb-000000").as_deref(),
            Some("0100018f-aaaa-bbbb-000000")
        );
        for text in [
            "Great success",
            "queued as user@example.com",
            "Ok",
            "queued as",
            "OK got it all",
            "queued as a\u{7f}bcd",
        ] {
            assert_eq!(provider_message_id(text), None, "{text}");
        }
    }
}
