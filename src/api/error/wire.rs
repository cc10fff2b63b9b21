//! The JSON representation of [`OtpError`].

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::OtpError;
use crate::shared::{CodeFormat, ContactType, RequestId};

/// The members of the JSON object. Members that do not apply to an error are omitted.
#[derive(Serialize, Deserialize)]
pub(super) struct Wire {
    /// One of the codes in docs/http.md.
    code: Cow<'static, str>,

    // Instructions for the island. The code determines them, so they are not deserialized.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    redirect_to: Option<&'static str>,
    #[serde(skip_deserializing, skip_serializing_if = "std::ops::Not::not")]
    needs_captcha: bool,
    #[serde(skip_deserializing, skip_serializing_if = "std::ops::Not::not")]
    notice: bool,

    // Details of the error.
    /// In seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts_remaining: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_type: Option<ContactType>,
    /// A [`CodeFormat::name`].
    #[serde(skip_serializing_if = "Option::is_none")]
    code_format: Option<String>,
    /// 8 hexadecimal digits, as in the log and on the customer's page.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

impl From<OtpError> for Wire {
    fn from(error: OtpError) -> Self {
        let (mut contact_type, mut code_format, mut request_id) = (None, None, None);
        match error {
            OtpError::ContactMissing(kind) | OtpError::ContactInvalid(kind) => {
                contact_type = Some(kind);
            }
            OtpError::CodeMalformed(format) => code_format = Some(format.name()),
            OtpError::SendFailed(id) | OtpError::Unexpected(id) => {
                request_id = Some(id.to_string());
            }
            _ => {}
        }
        Self {
            code: error.code().into(),
            field: error.field(),
            redirect_to: error.redirect_to(),
            needs_captcha: error.needs_captcha(),
            notice: error.is_notice(),
            retry_after: error.retry_after(),
            attempts_remaining: error.attempts_remaining(),
            contact_type,
            code_format,
            request_id,
        }
    }
}

impl TryFrom<Wire> for OtpError {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        wire.error()
            .ok_or("unknown error code, or a member that belongs to it is missing")
    }
}

impl Wire {
    fn error(&self) -> Option<OtpError> {
        Some(match &*self.code {
            "contact_missing" => OtpError::ContactMissing(self.contact_type?),
            "contact_invalid" => OtpError::ContactInvalid(self.contact_type?),
            "country_not_allowed" => OtpError::CountryNotAllowed,
            "not_mobile" => OtpError::NotMobile,
            "sms_budget_spent" => OtpError::SmsBudgetSpent,
            "customer_not_found" => OtpError::CustomerNotFound,
            "code_malformed" => {
                OtpError::CodeMalformed(CodeFormat::from_name(self.code_format.as_deref()?)?)
            }
            "code_expired" => OtpError::CodeExpired,
            "code_invalid" => OtpError::CodeInvalid {
                attempts_remaining: self.attempts_remaining?,
            },
            "code_exhausted" => OtpError::CodeExhausted,
            "code_escalated" => OtpError::CodeEscalated,
            "browser_limit" => OtpError::BrowserLimit {
                seconds: self.retry_after?,
            },
            "contact_limit" => OtpError::ContactLimit {
                seconds: self.retry_after?,
            },
            "network_limit" => OtpError::NetworkLimit {
                seconds: self.retry_after?,
            },
            "global_limit" => OtpError::GlobalLimit {
                seconds: self.retry_after?,
            },
            "captcha_required" => OtpError::CaptchaRequired {
                seconds: self.retry_after?,
            },
            "cooldown" => OtpError::Cooldown {
                seconds: self.retry_after?,
            },
            "session_expired" => OtpError::SessionExpired,
            "malformed" => OtpError::Malformed,
            "send_failed" => OtpError::SendFailed(self.request_id()?),
            "unexpected" => OtpError::Unexpected(self.request_id()?),
            _ => return None,
        })
    }

    fn request_id(&self) -> Option<RequestId> {
        u32::from_str_radix(self.request_id.as_deref()?, 16)
            .ok()
            .map(RequestId)
    }
}

#[cfg(test)]
mod tests {
    use leptos::serde_json;

    use super::*;

    /// Returns the JSON of an error, and the error that follows it in [`all`]. The match is
    /// exhaustive, so that the tests cover every new variant.
    fn expected(error: &OtpError) -> (&'static str, Option<OtpError>) {
        let id = RequestId(0x0bad_cafe);
        let (json, next) = match error {
            OtpError::ContactMissing(_) => (
                r#"{"code":"contact_missing","field":"contact_value","contact_type":"email"}"#,
                OtpError::ContactInvalid(ContactType::Phone),
            ),
            OtpError::ContactInvalid(_) => (
                r#"{"code":"contact_invalid","field":"contact_value","contact_type":"phone"}"#,
                OtpError::CountryNotAllowed,
            ),
            OtpError::CountryNotAllowed => (
                r#"{"code":"country_not_allowed","field":"contact_value"}"#,
                OtpError::NotMobile,
            ),
            OtpError::NotMobile => (
                r#"{"code":"not_mobile","field":"contact_value"}"#,
                OtpError::SmsBudgetSpent,
            ),
            OtpError::SmsBudgetSpent => {
                (r#"{"code":"sms_budget_spent"}"#, OtpError::CustomerNotFound)
            }
            OtpError::CustomerNotFound => (
                r#"{"code":"customer_not_found","field":"contact_value"}"#,
                OtpError::CodeMalformed(CodeFormat::Digits(10)),
            ),
            OtpError::CodeMalformed(CodeFormat::Digits(_)) => (
                r#"{"code":"code_malformed","field":"otp_code","code_format":"10"}"#,
                OtpError::CodeMalformed(CodeFormat::Letters),
            ),
            OtpError::CodeMalformed(CodeFormat::Letters) => (
                r#"{"code":"code_malformed","field":"otp_code","code_format":"letters"}"#,
                OtpError::CodeExpired,
            ),
            OtpError::CodeExpired => (
                r#"{"code":"code_expired","redirect_to":"/otp/verify/"}"#,
                OtpError::CodeInvalid {
                    attempts_remaining: 4,
                },
            ),
            OtpError::CodeInvalid { .. } => (
                r#"{"code":"code_invalid","field":"otp_code","attempts_remaining":4}"#,
                OtpError::CodeExhausted,
            ),
            OtpError::CodeExhausted => (
                r#"{"code":"code_exhausted","redirect_to":"/otp/verify/"}"#,
                OtpError::CodeEscalated,
            ),
            OtpError::CodeEscalated => (
                r#"{"code":"code_escalated","redirect_to":"/otp/verify/"}"#,
                OtpError::BrowserLimit { seconds: 1 },
            ),
            OtpError::BrowserLimit { .. } => (
                r#"{"code":"browser_limit","retry_after":1}"#,
                OtpError::ContactLimit { seconds: 3_600 },
            ),
            OtpError::ContactLimit { .. } => (
                r#"{"code":"contact_limit","retry_after":3600}"#,
                OtpError::NetworkLimit { seconds: 61 },
            ),
            OtpError::NetworkLimit { .. } => (
                r#"{"code":"network_limit","retry_after":61}"#,
                OtpError::GlobalLimit { seconds: 9 },
            ),
            OtpError::GlobalLimit { .. } => (
                r#"{"code":"global_limit","retry_after":9}"#,
                OtpError::CaptchaRequired { seconds: 60 },
            ),
            OtpError::CaptchaRequired { .. } => (
                r#"{"code":"captcha_required","needs_captcha":true,"retry_after":60}"#,
                OtpError::Cooldown { seconds: 42 },
            ),
            OtpError::Cooldown { .. } => (
                r#"{"code":"cooldown","notice":true,"retry_after":42}"#,
                OtpError::SessionExpired,
            ),
            OtpError::SessionExpired => (
                r#"{"code":"session_expired","redirect_to":"/otp/request/","notice":true}"#,
                OtpError::Malformed,
            ),
            OtpError::Malformed => (r#"{"code":"malformed"}"#, OtpError::SendFailed(id)),
            OtpError::SendFailed(_) => (
                r#"{"code":"send_failed","request_id":"0badcafe"}"#,
                OtpError::Unexpected(id),
            ),
            OtpError::Unexpected(_) => {
                return (r#"{"code":"unexpected","request_id":"0badcafe"}"#, None);
            }
        };
        (json, Some(next))
    }

    fn all() -> impl Iterator<Item = OtpError> {
        let first = OtpError::ContactMissing(ContactType::Email);
        std::iter::successors(Some(first), |error| expected(error).1)
    }

    #[test]
    fn every_error_round_trips_through_its_documented_json() {
        for error in all() {
            let json = serde_json::to_string(&error).unwrap();
            assert_eq!(json, expected(&error).0);
            assert_eq!(serde_json::from_str::<OtpError>(&json).unwrap(), error);
        }
    }

    #[test]
    fn every_code_is_in_the_documented_table() {
        let document = include_str!("../../../docs/http.md");
        for error in all() {
            let code = format!("`{}`", error.code());
            let is_row = |line: &str| line.starts_with("| `") && line.contains(&code);
            assert!(document.lines().any(is_row), "{code}");
        }
    }

    #[test]
    fn json_contains_no_variant_names() {
        for error in all() {
            let json = serde_json::to_string(&error).unwrap();
            assert!(!json.contains(char::is_uppercase), "{json}");
        }
    }

    #[test]
    fn deserializing_ignores_members_that_follow_from_the_code_or_are_unknown() {
        for json in [
            r#"{"code":"code_expired"}"#,
            r#"{"code":"code_expired","redirect_to":"/elsewhere/","passkey":true}"#,
        ] {
            assert_eq!(
                serde_json::from_str::<OtpError>(json).unwrap(),
                OtpError::CodeExpired,
                "{json}"
            );
        }
    }

    #[test]
    fn rejects_json_that_is_not_a_valid_error() {
        for json in [
            "null",
            r#""CodeExpired""#,
            r#"{"CodeInvalid":{"attempts_remaining":4}}"#,
            r#"{"location":"/"}"#,
            r#"{"code":"passkey_needed"}"#,
            r#"{"code":"CodeExpired"}"#,
            r#"{"code":"code_invalid"}"#,
            r#"{"code":"code_invalid","attempts_remaining":-1}"#,
            r#"{"code":"contact_invalid","contact_type":"fax"}"#,
            r#"{"code":"code_malformed","code_format":"six"}"#,
            r#"{"code":"unexpected","request_id":"cafe0badf"}"#,
        ] {
            assert!(serde_json::from_str::<OtpError>(json).is_err(), "{json}");
        }
    }
}
