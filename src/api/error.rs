//! Why a form was not accepted, as a closed enum: no free text crosses the wire.

use leptos::server_fn::{codec::JsonEncoding, error::FromServerFnError, error::ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use crate::shared::{CodeFormat, ContactType, RequestId, routes};

/// What a server function answers when it does not accept a form. The words are in `ui/messages.rs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The contact has got as many codes as it gets in a while. Told only with `privacy.unknown_contacts = "reveal"`.
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
    /// From this network so much was asked for that the next request has to come with a solved challenge, or later.
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

    /// Seconds to wait before the same can be accepted.
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

    /// Whether there is something to mend. That it is too early, or over, is told like other news.
    #[must_use]
    pub const fn is_problem(&self) -> bool {
        !matches!(self, Self::Cooldown { .. } | Self::SessionExpired)
    }

    /// The page that has to replace the one the customer is on, if the error ends what can be done there.
    #[must_use]
    pub const fn moves_to(&self) -> Option<&'static str> {
        match self {
            Self::SessionExpired => Some(routes::OTP_REQUEST),
            Self::CodeExhausted | Self::CodeExpired | Self::CodeEscalated => Some(routes::OTP_VERIFY),
            _ => None,
        }
    }
}

impl FromServerFnError for OtpError {
    type Encoder = JsonEncoding;

    /// In the browser this is a reply that could not be read (the network, a proxy's page); on the server a form
    /// that could not. Both mean that the form was not accepted.
    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::Malformed
    }
}
