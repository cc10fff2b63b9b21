//! Reads what an error that the server sent as JSON means for the page.
//!
//! An [`OtpError`](crate::api::OtpError) has no free text: its JSON is a name and at most one number or contact type. Taking it apart by
//! hand, and no further than islands need, keeps `serde_json` out of the WASM (20 KB); a test holds it to what the error itself says.

use crate::shared::routes;

/// What a page does about an error.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It says so at the field, too: other text there would have been accepted.
    BlamesField,
    /// The same, and it tells the answers that are left.
    WrongCode {
        /// At least 1.
        attempts_remaining: u32,
    },
    /// It solves a challenge and sends the form again.
    NeedsProof,
    /// It tells it as news: there is nothing to mend.
    Waits,
    /// It gives way to another page.
    MovesTo(&'static str),
    /// It says so.
    Other,
}

/// What this JSON means, or `None` if it is no error of ours.
pub(super) fn read_refusal(json: &str) -> Option<Refusal> {
    let mut words = json.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    Some(match words.next()? {
        "ContactMissing" | "ContactInvalid" | "CountryNotAllowed" | "NotMobile" | "CustomerNotFound"
        | "CodeMalformed" => Refusal::BlamesField,
        "CodeInvalid" => Refusal::WrongCode { attempts_remaining: words.next_back()?.parse().ok()? },
        "ProofNeeded" => Refusal::NeedsProof,
        "Cooldown" => Refusal::Waits,
        "SessionExpired" => Refusal::MovesTo(routes::OTP_REQUEST),
        "CodeExpired" | "CodeExhausted" | "CodeEscalated" => Refusal::MovesTo(routes::OTP_VERIFY),
        "SmsPaused" | "BrowserLimit" | "ContactLimit" | "NetworkLimit" | "Busy" | "Malformed" | "SendFailed"
        | "Unexpected" => Refusal::Other,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use leptos::serde_json;

    use super::*;
    use crate::{
        api::OtpError,
        shared::{CodeFormat, ContactType, RequestId},
        ui::components::field_error::blames_field,
    };

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

    fn meaning(error: &OtpError) -> Refusal {
        match error {
            OtpError::CodeInvalid { attempts_remaining } => {
                Refusal::WrongCode { attempts_remaining: *attempts_remaining }
            }
            OtpError::ProofNeeded { .. } => Refusal::NeedsProof,
            other => match other.moves_to() {
                Some(path) => Refusal::MovesTo(path),
                None if !other.is_problem() => Refusal::Waits,
                None if blames_field(other) => Refusal::BlamesField,
                None => Refusal::Other,
            },
        }
    }

    #[test]
    fn every_error_is_read_as_what_it_means() {
        let first = OtpError::ContactMissing(ContactType::Email);
        for error in std::iter::successors(Some(first), next) {
            let json = serde_json::to_string(&error).unwrap();
            assert_eq!(read_refusal(&json), Some(meaning(&error)), "{json}");
        }
    }

    #[test]
    fn what_is_not_ours_is_no_error_of_ours() {
        for text in ["", "null", "<html>", "{\"location\":\"/\"}", "{\"CodeInvalid\":{}}", "\"Other\""] {
            assert_eq!(read_refusal(text), None, "{text}");
        }
    }
}
