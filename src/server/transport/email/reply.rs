//! What a relay answers, without its words: they may repeat the address.

use std::{error::Error as _, fmt};

use lettre::transport::smtp::{Error, response::Response};

use crate::server::{domain::FailureReason, transport::carrier::CarrierError};

/// What the relay was asked when it answered, or fell silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// To greet us, and what it can do (EHLO).
    Greeting,
    /// To begin with TLS.
    StartTls,
    /// The TLS handshake.
    Handshake,
    /// To take our user name and password.
    SignIn,
    /// To forget a mail that was refused.
    Reset,
    /// To take mails from our address.
    Sender,
    /// To take a mail to the customer's.
    Recipient,
    /// To wait for the mail.
    Data,
    /// To take it.
    Content,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greeting => "the greeting",
            Self::StartTls => "STARTTLS",
            Self::Handshake => "the TLS handshake",
            Self::SignIn => "AUTH",
            Self::Reset => "RSET",
            Self::Sender => "MAIL FROM",
            Self::Recipient => "RCPT TO",
            Self::Data => "DATA",
            Self::Content => "the mail itself",
        })
    }
}

/// The numbers of a negative answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    /// RFC 5321 section 4.2.
    pub code: u16,
    /// Subject and detail of the enhanced code (RFC 3463), if there is one: `5.1.1` is `(1, 1)`.
    pub enhanced: Option<(u16, u16)>,
}

impl Reply {
    /// The service closes the connection (RFC 5321 section 3.8).
    pub(super) const CLOSING: u16 = 421;

    /// The answer that `error` is, if it is one.
    pub(super) fn of(error: &Error) -> Option<Self> {
        let text = error.source().map(ToString::to_string).unwrap_or_default();
        error.status().map(|code| Self {
            code: code.into(),
            enhanced: enhanced(&text),
        })
    }

    /// The numbers of an answer.
    pub(super) fn from_response(response: &Response) -> Self {
        Self {
            code: response.code().into(),
            enhanced: response.first_word().and_then(enhanced),
        }
    }

    /// What this answer to `stage` means. `why` is for the log.
    pub(super) fn class(self, stage: Stage, why: String) -> CarrierError {
        match (stage, self.code, self.enhanced) {
            (_, Self::CLOSING, _) => CarrierError::unavailable(why),
            // RFC 3207 section 4: without TLS there is nothing to say, whatever the cause.
            (Stage::StartTls, ..) => CarrierError::Misconfigured { why },
            (_, 400..500, _) => CarrierError::unavailable(why),
            // It wants another user, password or way to sign in (RFC 4954 section 6), does not know
            // the command, or does not want our own address (RFC 3463 section 3.2): the next mail
            // would fare the same.
            (_, 500..505 | 530 | 534 | 535 | 538, _) | (_, _, Some((1, 7 | 8))) => {
                CarrierError::Misconfigured { why }
            }
            (Stage::Recipient | Stage::Data | Stage::Content, ..) => CarrierError::Refused {
                why,
                reason: self.reason(stage),
            },
            _ => CarrierError::Misconfigured { why },
        }
    }

    /// Why the recipient does not get the mail: RFC 3463 section 3 first, else RFC 5321 section
    /// 4.2.3.
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

/// Subject and detail of the enhanced code that a text begins with.
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

/// The relay's own id for a mail that it has taken, if its answer has one of plain form: `queued as
/// 4XyZ`, `id=1abc-2`, or one word after `Ok` (Amazon SES).
pub(super) fn reference(response: &Response) -> Option<String> {
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
            CarrierError::Refused { reason, .. } => Some(reason),
            _ => None,
        }
    }

    #[test]
    fn what_is_about_the_recipient_is_told_by_the_enhanced_code_first() {
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
    fn what_every_mail_would_meet_is_for_the_operator() {
        for (stage, code, enhanced) in [
            (Stage::SignIn, 535, Some((7, 8))),
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
                matches!(class, CarrierError::Misconfigured { .. }),
                "{stage} {code}"
            );
        }
    }

    #[test]
    fn what_may_pass_is_for_another_time() {
        for (stage, code) in [
            (Stage::SignIn, 454),
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
                matches!(class, CarrierError::Unavailable { .. }),
                "{stage} {code}"
            );
        }
    }

    #[test]
    fn enhanced_codes_are_numbers_of_the_right_form_or_none() {
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
    fn the_relays_own_id_is_read_where_it_is_plain() {
        let reference = |text: &str| {
            let response = format!("250 {text}\r\n").parse().expect("a response");
            super::reference(&response)
        };
        assert_eq!(
            reference("2.0.0 Ok: queued as 4bXyZ12").as_deref(),
            Some("4bXyZ12")
        );
        assert_eq!(
            reference("OK id=1qAbCd-0001-Xy").as_deref(),
            Some("1qAbCd-0001-Xy")
        );
        assert_eq!(
            reference("Ok 0100018f-aaaa-bbbb-000000").as_deref(),
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
            assert_eq!(reference(text), None, "{text}");
        }
    }
}
