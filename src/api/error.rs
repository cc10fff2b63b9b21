//! The reasons why a form is rejected, and what the browser should do about them. Errors carry no
//! free text.

mod wire;

use leptos::server_fn::{codec::JsonEncoding, error::FromServerFnError, error::ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use crate::shared::{CodeFormat, ContactType, RequestId, routes};

/// The error that a server function returns when it rejects a form. The messages are in
/// `ui/messages.rs`.
///
/// Its JSON has a stable code and says what the browser should do, so that the browser needs no
/// table of codes. `docs/http.md` lists the codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "wire::Wire", try_from = "wire::Wire")]
pub enum OtpError {
    /// The contact field was empty.
    ContactMissing(ContactType),
    /// The contact is not a valid email address or phone number.
    ContactInvalid(ContactType),
    /// Numbers of this country receive no text messages, whether or not a customer has the number.
    CountryNotAllowed,
    /// The number cannot receive text messages, whether or not a customer has it.
    NotMobile,
    /// Until the next day or month, text messages are sent only to browsers that have signed in
    /// before.
    SmsBudgetSpent,
    /// No customer has this contact. Returned only with `privacy.unknown_contacts = "reveal"`.
    CustomerNotFound,
    /// The input does not look like a code. It does not count as an attempt.
    CodeMalformed(CodeFormat),
    /// The code has expired. The input may have been right or wrong.
    CodeExpired,
    /// The code was wrong.
    CodeInvalid {
        /// Attempts left before the OTP is exhausted; at least 1.
        attempts_remaining: u32,
    },
    /// All attempts at the OTP are used up.
    CodeExhausted,
    /// Digit codes are no longer accepted for the contact; the next code has letters.
    CodeEscalated,
    /// This browser has reached a rate limit for requests or attempts.
    BrowserLimit {
        /// Seconds to wait, at least 1.
        seconds: u32,
    },
    /// The contact has reached a rate limit for codes. Returned only with
    /// `privacy.unknown_contacts = "reveal"`.
    ContactLimit {
        /// Seconds to wait, at least 1.
        seconds: u32,
    },
    /// This network has reached a rate limit.
    NetworkLimit {
        /// Seconds to wait, at least 1.
        seconds: u32,
    },
    /// All customers together have reached a rate limit.
    GlobalLimit {
        /// Seconds to wait, at least 1.
        seconds: u32,
    },
    /// This network has reached its soft limit: the next request needs a solved challenge, or has
    /// to wait.
    CaptchaRequired {
        /// Seconds to wait, at least 1.
        seconds: u32,
    },
    /// It is too early to send another code.
    Cooldown {
        /// Seconds to wait, at least 1.
        seconds: u32,
    },
    /// This browser has no sign-in in progress.
    SessionExpired,
    /// The request could not be parsed: it did not come from one of our forms.
    Malformed,
    /// An internal error while sending a code; the log has the cause under this id.
    SendFailed(RequestId),
    /// Any other internal error; the log has the cause under this id.
    Unexpected(RequestId),
}

impl OtpError {
    /// Returns the HTTP status for a client that reads JSON.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::CodeExhausted => 429,
            _ if self.retry_after().is_some() => 429,
            Self::SendFailed(_) | Self::Unexpected(_) => 503,
            _ => 422,
        }
    }

    /// Returns the code on the wire. Codes are part of the HTTP contract: their meaning never
    /// changes.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ContactMissing(_) => "contact_missing",
            Self::ContactInvalid(_) => "contact_invalid",
            Self::CountryNotAllowed => "country_not_allowed",
            Self::NotMobile => "not_mobile",
            Self::SmsBudgetSpent => "sms_budget_spent",
            Self::CustomerNotFound => "customer_not_found",
            Self::CodeMalformed(_) => "code_malformed",
            Self::CodeExpired => "code_expired",
            Self::CodeInvalid { .. } => "code_invalid",
            Self::CodeExhausted => "code_exhausted",
            Self::CodeEscalated => "code_escalated",
            Self::BrowserLimit { .. } => "browser_limit",
            Self::ContactLimit { .. } => "contact_limit",
            Self::NetworkLimit { .. } => "network_limit",
            Self::GlobalLimit { .. } => "global_limit",
            Self::CaptchaRequired { .. } => "captcha_required",
            Self::Cooldown { .. } => "cooldown",
            Self::SessionExpired => "session_expired",
            Self::Malformed => "malformed",
            Self::SendFailed(_) => "send_failed",
            Self::Unexpected(_) => "unexpected",
        }
    }

    /// Returns the form field to mark as invalid: the one in which another value would have been
    /// accepted.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::ContactMissing(_)
            | Self::ContactInvalid(_)
            | Self::CountryNotAllowed
            | Self::NotMobile
            | Self::CustomerNotFound => Some("contact_value"),
            Self::CodeMalformed(_) | Self::CodeInvalid { .. } => Some("otp_code"),
            _ => None,
        }
    }

    /// Returns the page to go to, if the customer cannot continue on the current page.
    #[must_use]
    pub const fn redirect_to(&self) -> Option<&'static str> {
        match self {
            Self::SessionExpired => Some(routes::OTP_REQUEST),
            Self::CodeExhausted | Self::CodeExpired | Self::CodeEscalated => {
                Some(routes::OTP_VERIFY)
            }
            _ => None,
        }
    }

    /// Whether the form is accepted immediately if it is sent again with a solved challenge.
    #[must_use]
    pub const fn needs_captcha(&self) -> bool {
        matches!(self, Self::CaptchaRequired { .. })
    }

    /// Whether to announce the error as a notice, not as a problem: the customer has made no
    /// mistake and has nothing to correct.
    #[must_use]
    pub const fn is_notice(&self) -> bool {
        matches!(self, Self::Cooldown { .. } | Self::SessionExpired)
    }

    /// Returns the seconds to wait before the same form can be accepted.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Cooldown { seconds }
            | Self::BrowserLimit { seconds }
            | Self::ContactLimit { seconds }
            | Self::NetworkLimit { seconds }
            | Self::GlobalLimit { seconds }
            | Self::CaptchaRequired { seconds } => Some(*seconds),
            _ => None,
        }
    }

    /// Returns the attempts left after a wrong code.
    #[must_use]
    pub const fn attempts_remaining(&self) -> Option<u32> {
        match self {
            Self::CodeInvalid { attempts_remaining } => Some(*attempts_remaining),
            _ => None,
        }
    }
}

impl FromServerFnError for OtpError {
    type Encoder = JsonEncoding;

    /// Maps errors of the transport. In the browser, the reply could not be read (network failure,
    /// a proxy's page); on the server, the form could not be parsed. In both cases the form was not
    /// accepted.
    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::Malformed
    }
}
