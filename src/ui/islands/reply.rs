//! Reads an error that the server sent as JSON.
//!
//! An [`OtpError`] has no free text: its JSON is a name and at most one number or contact type. Taking it apart by hand
//! keeps `serde_json` out of the WASM (20 KB); a test holds it to what serde writes.

use crate::api::OtpError;
use crate::shared::{CodeFormat, ContactType, RequestId};

/// The error in this JSON, or `None` if it is none of ours.
pub(super) fn read_error(json: &str) -> Option<OtpError> {
    let mut words = json.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let name = words.next()?;
    let detail = words.next_back().unwrap_or_default();
    let number = || detail.parse().ok();
    Some(match name {
        "ContactMissing" => OtpError::ContactMissing(ContactType::from_value(detail)?),
        "ContactInvalid" => OtpError::ContactInvalid(ContactType::from_value(detail)?),
        "CountryNotAllowed" => OtpError::CountryNotAllowed,
        "NotMobile" => OtpError::NotMobile,
        "SmsPaused" => OtpError::SmsPaused,
        "CustomerNotFound" => OtpError::CustomerNotFound,
        "CodeMalformed" => OtpError::CodeMalformed(if detail == "Letters" {
            CodeFormat::Letters
        } else {
            CodeFormat::Digits(detail.parse().ok()?)
        }),
        "CodeExpired" => OtpError::CodeExpired,
        "CodeInvalid" => OtpError::CodeInvalid { attempts_remaining: number()? },
        "CodeExhausted" => OtpError::CodeExhausted,
        "CodeEscalated" => OtpError::CodeEscalated,
        "BrowserLimit" => OtpError::BrowserLimit { seconds: number()? },
        "ContactLimit" => OtpError::ContactLimit { seconds: number()? },
        "NetworkLimit" => OtpError::NetworkLimit { seconds: number()? },
        "Busy" => OtpError::Busy { seconds: number()? },
        "ProofNeeded" => OtpError::ProofNeeded { seconds: number()? },
        "Cooldown" => OtpError::Cooldown { seconds: number()? },
        "SessionExpired" => OtpError::SessionExpired,
        "Malformed" => OtpError::Malformed,
        "SendFailed" => OtpError::SendFailed(RequestId(number()?)),
        "Unexpected" => OtpError::Unexpected(RequestId(number()?)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use leptos::serde_json;

    use super::*;

    /// The error that follows in a walk through all of them; a new variant does not compile until it has its place.
    fn next(error: &OtpError) -> Option<OtpError> {
        let id = RequestId(u32::MAX);
        Some(match error {
            OtpError::ContactMissing(_) => OtpError::ContactInvalid(ContactType::Phone),
            OtpError::ContactInvalid(_) => OtpError::CountryNotAllowed,
            OtpError::CountryNotAllowed => OtpError::NotMobile,
            OtpError::NotMobile => OtpError::SmsPaused,
            OtpError::SmsPaused => OtpError::CustomerNotFound,
            OtpError::CustomerNotFound => OtpError::CodeMalformed(CodeFormat::Digits(10)),
            OtpError::CodeMalformed(CodeFormat::Digits(_)) => OtpError::CodeMalformed(CodeFormat::Letters),
            OtpError::CodeMalformed(CodeFormat::Letters) => OtpError::CodeExpired,
            OtpError::CodeExpired => OtpError::CodeInvalid { attempts_remaining: 4 },
            OtpError::CodeInvalid { .. } => OtpError::CodeExhausted,
            OtpError::CodeExhausted => OtpError::CodeEscalated,
            OtpError::CodeEscalated => OtpError::BrowserLimit { seconds: 1 },
            OtpError::BrowserLimit { .. } => OtpError::ContactLimit { seconds: 3_600 },
            OtpError::ContactLimit { .. } => OtpError::NetworkLimit { seconds: 61 },
            OtpError::NetworkLimit { .. } => OtpError::Busy { seconds: 9 },
            OtpError::Busy { .. } => OtpError::ProofNeeded { seconds: 10 },
            OtpError::ProofNeeded { .. } => OtpError::Cooldown { seconds: 60 },
            OtpError::Cooldown { .. } => OtpError::SessionExpired,
            OtpError::SessionExpired => OtpError::Malformed,
            OtpError::Malformed => OtpError::SendFailed(id),
            OtpError::SendFailed(_) => OtpError::Unexpected(id),
            OtpError::Unexpected(_) => return None,
        })
    }

    #[test]
    fn every_error_is_read_as_it_was_written() {
        let first = OtpError::ContactMissing(ContactType::Email);
        for error in std::iter::successors(Some(first), next) {
            let json = serde_json::to_string(&error).unwrap();
            assert_eq!(read_error(&json), Some(error), "{json}");
        }
    }

    #[test]
    fn what_is_not_ours_is_no_error_of_ours() {
        for text in ["", "null", "<html>", "{\"location\":\"/\"}", "{\"CodeInvalid\":{}}", "\"Other\""] {
            assert_eq!(read_error(text), None, "{text}");
        }
    }
}
