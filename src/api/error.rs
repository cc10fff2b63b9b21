//! Why a form was not accepted, and what the browser should do about it. No free text crosses the
//! wire.

mod wire;

use leptos::server_fn::{codec::JsonEncoding, error::FromServerFnError, error::ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use crate::shared::{CodeFormat, ContactType, RequestId, routes};

/// What a server function answers when it does not accept a form. The words are in
/// `ui/messages.rs`.
///
/// Its JSON has a stable code and says what the browser should do, so that the browser needs no
/// table of codes: `docs/architecture.md` lists them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "wire::Wire", try_from = "wire::Wire")]
pub enum OtpError {
    /// The contact field was empty.
    ContactMissing(ContactType),
    /// The contact is no email address or phone number.
    ContactInvalid(ContactType),
    /// No text message goes to numbers of this country, whoever has them.
    CountryNotAllowed,
    /// The number takes no text messages, whoever has it.
    NotMobile,
    /// Text messages go only to browsers that have signed in before, until the next day or month.
    SmsPaused,
    /// Nobody has this contact. Told only with `privacy.unknown_contacts = "reveal"`.
    CustomerNotFound,
    /// What was entered does not look like a code. Costs no attempt.
    CodeMalformed(CodeFormat),
    /// The code was right or wrong, but its time is over.
    CodeExpired,
    /// The code was wrong.
    CodeInvalid {
        /// Answers left before the OTP is exhausted; at least 1.
        attempts_remaining: u32,
    },
    /// All attempts of the OTP are used.
    CodeExhausted,
    /// Codes of digits are not taken for the contact any more; the next one has letters.
    CodeEscalated,
    /// This browser has asked or answered often enough for a while.
    BrowserLimit {
        /// Seconds from now, at least 1.
        seconds: u32,
    },
    /// The contact has got as many codes as it gets in a while. Told only with
    /// `privacy.unknown_contacts = "reveal"`.
    ContactLimit {
        /// Seconds from now, at least 1.
        seconds: u32,
    },
    /// From this network too much was asked for.
    NetworkLimit {
        /// Seconds from now, at least 1.
        seconds: u32,
    },
    /// All customers together have asked for too much.
    Busy {
        /// Seconds from now, at least 1.
        seconds: u32,
    },
    /// From this network so much was asked for that the next request has to come with a solved
    /// challenge, or later.
    ProofNeeded {
        /// Seconds from now, at least 1.
        seconds: u32,
    },
    /// Another code may be sent only later.
    Cooldown {
        /// Seconds from now, at least 1.
        seconds: u32,
    },
    /// This browser has no sign-in in progress.
    SessionExpired,
    /// The request could not be read: it came from no form of ours.
    Malformed,
    /// Our fault while a code was to be sent; the log has the cause under this id.
    SendFailed(RequestId),
    /// Our fault elsewhere; the log has the cause under this id.
    Unexpected(RequestId),
}

impl OtpError {
    /// The HTTP status for a caller that reads JSON.
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

    /// The code on the wire. Codes are part of the HTTP contract: they never change their meaning.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ContactMissing(_) => "contact_missing",
            Self::ContactInvalid(_) => "contact_invalid",
            Self::CountryNotAllowed => "country_not_allowed",
            Self::NotMobile => "not_mobile",
            Self::SmsPaused => "sms_paused",
            Self::CustomerNotFound => "customer_not_found",
            Self::CodeMalformed(_) => "code_malformed",
            Self::CodeExpired => "code_expired",
            Self::CodeInvalid { .. } => "code_invalid",
            Self::CodeExhausted => "code_exhausted",
            Self::CodeEscalated => "code_escalated",
            Self::BrowserLimit { .. } => "browser_limit",
            Self::ContactLimit { .. } => "contact_limit",
            Self::NetworkLimit { .. } => "network_limit",
            Self::Busy { .. } => "busy",
            Self::ProofNeeded { .. } => "proof_needed",
            Self::Cooldown { .. } => "cooldown",
            Self::SessionExpired => "session_expired",
            Self::Malformed => "malformed",
            Self::SendFailed(_) => "send_failed",
            Self::Unexpected(_) => "unexpected",
        }
    }

    /// The form field to mark as invalid: another value there would have been accepted.
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

    /// The page to go to, if the customer cannot continue on the page they are on.
    #[must_use]
    pub const fn go_to(&self) -> Option<&'static str> {
        match self {
            Self::SessionExpired => Some(routes::OTP_REQUEST),
            Self::CodeExhausted | Self::CodeExpired | Self::CodeEscalated => {
                Some(routes::OTP_VERIFY)
            }
            _ => None,
        }
    }

    /// Whether the form is accepted at once if it is sent again with a solved challenge.
    #[must_use]
    pub const fn needs_proof(&self) -> bool {
        matches!(self, Self::ProofNeeded { .. })
    }

    /// Whether to announce it as news, not as a problem: the customer has made no mistake and has
    /// nothing to correct.
    #[must_use]
    pub const fn is_news(&self) -> bool {
        matches!(self, Self::Cooldown { .. } | Self::SessionExpired)
    }

    /// Seconds to wait before the same form can be accepted.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Cooldown { seconds }
            | Self::BrowserLimit { seconds }
            | Self::ContactLimit { seconds }
            | Self::NetworkLimit { seconds }
            | Self::Busy { seconds }
            | Self::ProofNeeded { seconds } => Some(*seconds),
            _ => None,
        }
    }

    /// Attempts left after a wrong code.
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

    /// In the browser this is a reply that could not be read (the network, a proxy's page); on the
    /// server a form that could not. Both mean that the form was not accepted.
    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::Malformed
    }
}
