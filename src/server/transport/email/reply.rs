//! The responses of a relay, without their text, which may repeat the recipient's address.

use std::{error::Error as _, fmt};

use lettre::transport::smtp::{Error, response::Response};

use crate::server::{domain::FailureReason, transport::failover::TransportError};

/// The stage of an SMTP session at which the relay responded or the connection was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The greeting and EHLO.
    Greeting,
    /// The STARTTLS command.
    StartTls,
    /// The TLS handshake.
    Handshake,
    /// The authentication with user name and password (AUTH).
    Auth,
    /// The command that discards a rejected email (RSET).
    Reset,
    /// The address of the sender (MAIL FROM).
    Sender,
    /// The address of the customer (RCPT TO).
    Recipient,
    /// The command that announces the content (DATA).
    Data,
    /// The content of the email.
    Content,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greeting => "the greeting",
            Self::StartTls => "STARTTLS",
            Self::Handshake => "the TLS handshake",
            Self::Auth => "AUTH",
            Self::Reset => "RSET",
            Self::Sender => "MAIL FROM",
            Self::Recipient => "RCPT TO",
            Self::Data => "DATA",
            Self::Content => "the mail itself",
        })
    }
}

/// The codes of a negative response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The reply code (RFC 5321 section 4.2).
    pub code: u16,
    /// The subject and the detail of the enhanced status code (RFC 3463), if there is one: `5.1.1`
    /// is `(1, 1)`.
    pub enhanced: Option<(u16, u16)>,
}

impl Reply {
    /// The code with which a server closes the connection (RFC 5321 section 3.8).
    pub(super) const CLOSING: u16 = 421;

    /// Returns the response that caused `error`, if a response did.
    pub(super) fn of(error: &Error) -> Option<Self> {
        let text = error.source().map(ToString::to_string).unwrap_or_default();
        error.status().map(|code| Self {
            code: code.into(),
            enhanced: enhanced(&text),
        })
    }

    /// Returns the codes of a response.
    pub(super) fn from_response(response: &Response) -> Self {
        Self {
            code: response.code().into(),
            enhanced: response.first_word().and_then(enhanced),
        }
    }

    /// Classifies this response at `stage`. `cause` is for the log.
    pub(super) fn class(self, stage: Stage, cause: String) -> TransportError {
        match (stage, self.code, self.enhanced) {
            (_, Self::CLOSING, _) => TransportError::unavailable(cause),
            // Without TLS nothing can be sent, whatever the cause (RFC 3207 section 4).
            (Stage::StartTls, ..) => TransportError::Misconfigured { cause },
            (_, 400..500, _) => TransportError::unavailable(cause),
            // The relay requires another user, password or authentication mechanism (RFC 4954
            // section 6), does not know the command, or rejects the sender's address (RFC 3463
            // section 3.2). The next email would fail in the same way.
            (_, 500..505 | 530 | 534 | 535 | 538, _) | (_, _, Some((1, 7 | 8))) => {
                TransportError::Misconfigured { cause }
            }
            (Stage::Recipient | Stage::Data | Stage::Content, ..) => TransportError::Refused {
                cause,
                reason: self.reason(stage),
            },
            _ => TransportError::Misconfigured { cause },
        }
    }

    /// Returns the reason why the recipient does not get the email: by the enhanced status code
    /// (RFC 3463 section 3) if possible, otherwise by the reply code (RFC 5321 section 4.2.3).
    fn reason(self, stage: Stage) -> FailureReason {
        match (self.enhanced, stage, self.code) {
            (Some((1, _)), ..) => FailureReason::NoSuchAddress,
            (Some((2, _)), ..) | (_, _, 552) => FailureReason::Unreachable,
            (Some((7, _)), ..) | (_, _, 554) => FailureReason::Blocked,
            (_, Stage::Recipient, 550 | 551 | 553) => FailureReason::NoSuchAddress,
            _ => FailureReason::Other,
        }
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        self.enhanced.map_or(Ok(()), |(subject, detail)| {
            write!(f, " {}.{subject}.{detail}", self.code / 100)
        })
    }
}

/// Parses the enhanced status code at the start of a text. Returns its subject and detail.
fn enhanced(text: &str) -> Option<(u16, u16)> {
    let mut numbers = text
        .split_whitespace()
        .next()?
        .split('.')
        .map(|part| part.parse::<u16>().ok());
    match [numbers.next()??, numbers.next()??, numbers.next()??] {
        [2 | 4 | 5, subject, detail]
            if subject < 1000 && detail < 1000 && numbers.next().is_none() =>
        {
            Some((subject, detail))
        }
        _ => None,
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
    use super::*;

    fn refused(stage: Stage, code: u16, enhanced: Option<(u16, u16)>) -> Option<FailureReason> {
        match (Reply { code, enhanced }).class(stage, String::new()) {
            TransportError::Refused { reason, .. } => Some(reason),
            _ => None,
        }
    }

    #[test]
    fn recipient_failure_reason_prefers_the_enhanced_code() {
        for (code, enhanced, reason) in [
            (550, None, FailureReason::NoSuchAddress),
            (550, Some((1, 1)), FailureReason::NoSuchAddress),
            (550, Some((4, 1)), FailureReason::NoSuchAddress),
            (551, None, FailureReason::NoSuchAddress),
            (553, Some((1, 3)), FailureReason::NoSuchAddress),
            (552, None, FailureReason::Unreachable),
            (550, Some((2, 2)), FailureReason::Unreachable),
            (554, None, FailureReason::Blocked),
            (550, Some((7, 1)), FailureReason::Blocked),
            (559, None, FailureReason::Other),
        ] {
            assert_eq!(
                refused(Stage::Recipient, code, enhanced),
                Some(reason),
                "{code} {enhanced:?}"
            );
        }
        assert_eq!(
            refused(Stage::Content, 550, None),
            Some(FailureReason::Other)
        );
        assert_eq!(
            refused(Stage::Content, 554, Some((7, 1))),
            Some(FailureReason::Blocked)
        );
    }

    #[test]
    fn replies_that_affect_every_email_are_misconfigurations() {
        for (stage, code, enhanced) in [
            (Stage::Auth, 535, Some((7, 8))),
            (Stage::Sender, 530, Some((7, 0))),
            (Stage::Sender, 553, Some((7, 1))),
            (Stage::Recipient, 550, Some((1, 8))),
            (Stage::Recipient, 530, None),
            (Stage::Greeting, 554, None),
            (Stage::StartTls, 454, Some((7, 0))),
            (Stage::Data, 503, None),
        ] {
            let class = Reply { code, enhanced }.class(stage, String::new());
            assert!(
                matches!(class, TransportError::Misconfigured { .. }),
                "{stage} {code}"
            );
        }
    }

    #[test]
    fn temporary_replies_are_unavailable() {
        for (stage, code) in [
            (Stage::Auth, 454),
            (Stage::Recipient, 451),
            (Stage::Content, 452),
            (Stage::Greeting, 421),
        ] {
            let class = Reply {
                code,
                enhanced: None,
            }
            .class(stage, String::new());
            assert!(
                matches!(class, TransportError::Unavailable { .. }),
                "{stage} {code}"
            );
        }
    }

    #[test]
    fn malformed_enhanced_codes_are_ignored() {
        assert_eq!(enhanced("5.1.1 <user@example.com> unknown"), Some((1, 1)));
        for text in [
            "",
            "5.1",
            "5.1.1.1",
            "3.1.1",
            "user 5.1.1",
            "5.x.1",
            "5.1000.1",
            "127.0.0.1",
        ] {
            assert_eq!(enhanced(text), None, "{text}");
        }
    }

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
