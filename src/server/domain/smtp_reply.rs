//! The negative replies of mail relays: what they are about, and so what happens to the email.
//!
//! A reply is classified by the stage of the session, the reply code (RFC 5321 section 4.2), the
//! enhanced status code (RFC 3463 and the IANA registry), and the text. The text decides where
//! providers use codes that mean something else: many refuse a sender that is not verified with
//! the code of an unknown mailbox. Nothing of the text is kept, because it may repeat the
//! recipient's address.

mod statement;
#[cfg(test)]
mod table;

use std::{
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
};

pub use statement::Statement;

use super::delivery::{Deferral, FailureReason};

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
    /// The content of the email, and the reply to its end.
    Content,
}

impl Stage {
    /// Whether the relay knows the recipient at this stage, so that a reply may be about it.
    const fn knows_recipient(self) -> bool {
        matches!(self, Self::Recipient | Self::Data | Self::Content)
    }

    /// Whether a relay that does not respond at this stage may have accepted the email.
    #[must_use]
    pub const fn may_have_accepted(self) -> bool {
        matches!(self, Self::Content)
    }

    /// Classifies a lost connection or a missing response at this stage. Many relays ask the
    /// recipient's server before they respond to RCPT TO, and that server may be the slow one.
    #[must_use]
    pub const fn class_without_reply(self) -> ReplyClass {
        match self {
            Self::Recipient => ReplyClass::Deferred(Deferral::Unclear),
            _ => ReplyClass::Connection,
        }
    }
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

/// A negative reply, without its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The reply code (RFC 5321 section 4.2).
    pub code: u16,
    /// The subject and the detail of the enhanced status code (RFC 3463), if there is one: `5.1.1`
    /// is `(1, 1)`.
    pub enhanced: Option<(u16, u16)>,
    /// The statement of the text, if it is a known one.
    pub statement: Option<Statement>,
}

/// The subject of a reply: the mailbox, the recipient for now, the sender or the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyClass {
    /// The mailbox, for good. Every relay would be refused.
    Mailbox(FailureReason),
    /// The recipient or the email, for now.
    Deferred(Deferral),
    /// The recipient, the email or the sender, for good. Another relay may succeed. If none does,
    /// this is the reason for the customer.
    Unclear(FailureReason),
    /// The sender: its account, address, domain or IP address. Every email would be refused until
    /// the operator acts, and no recipient is to blame.
    Sender,
    /// The relay or the connection to it, for now.
    Connection,
}

impl Reply {
    /// The code with which a server closes the connection (RFC 5321 section 3.8).
    pub const CLOSING: u16 = 421;

    /// Reads a reply. `text` is what follows the code, all lines.
    #[must_use]
    pub fn new(code: u16, text: &str) -> Self {
        let enhanced = enhanced(text);
        let is_mailbox_code = enhanced.is_some_and(|(subject, detail)| {
            is_no_such_mailbox_code(subject, detail) || is_full_mailbox_code(subject, detail)
        });
        Self {
            code,
            enhanced,
            statement: Statement::read(text, is_mailbox_code),
        }
    }

    /// Classifies this reply at `stage`.
    #[must_use]
    pub fn class(self, stage: Stage) -> ReplyClass {
        // Without TLS nothing can be sent, whatever the cause (RFC 3207 section 4).
        if stage == Stage::StartTls {
            return ReplyClass::Sender;
        }
        if self.is_about_sender() {
            return ReplyClass::Sender;
        }
        match (stage.knows_recipient(), self.is_temporary()) {
            (false, true) => ReplyClass::Connection,
            (false, false) => ReplyClass::Sender,
            (true, true) => self.temporary_class(),
            (true, false) => self.permanent_class(stage),
        }
    }

    const fn is_temporary(self) -> bool {
        matches!(self.code, 400..500)
    }

    /// Whether the text or the enhanced status code says so, whatever the stage.
    fn is_about_sender(self) -> bool {
        match (self.statement, self.enhanced) {
            (Some(Statement::SenderRefused), _) => true,
            // A limit on the rate of an account passes by itself.
            (Some(Statement::Overloaded), _) => !self.is_temporary(),
            (_, Some((subject, detail))) => {
                is_sender_code(subject, detail)
                    // Gmail's limit for a day (5.4.5), which 4.4.5 is not: that server is busy.
                    || ((subject, detail) == (4, 5) && !self.is_temporary())
            }
            (_, None) => false,
        }
    }

    /// Classifies a temporary reply from RCPT TO on. Even 421 and the codes of a failing system are
    /// often given for one recipient, so only repetition shows that the relay fails
    /// ([`Repetition`]).
    const fn temporary_class(self) -> ReplyClass {
        match (self.statement, self.enhanced) {
            (Some(Statement::Overloaded), _) => ReplyClass::Connection,
            (Some(Statement::Greylisted), _) => ReplyClass::Deferred(Deferral::Greylisting),
            (Some(Statement::MailboxFull | Statement::NoSuchMailbox), _)
            | (_, Some((1 | 2, _))) => ReplyClass::Deferred(Deferral::Mailbox),
            _ => ReplyClass::Deferred(Deferral::Unclear),
        }
    }

    fn permanent_class(self, stage: Stage) -> ReplyClass {
        match (self.statement, self.enhanced, self.code) {
            (_, Some((subject, detail)), _) if is_no_such_mailbox_code(subject, detail) => {
                ReplyClass::Mailbox(FailureReason::NoSuchAddress)
            }
            (_, Some((subject, detail)), _) if is_full_mailbox_code(subject, detail) => {
                ReplyClass::Mailbox(FailureReason::Unreachable)
            }
            // With 556, the domain accepts no email (RFC 7504).
            (Some(Statement::NoSuchMailbox), ..) | (.., 556) => {
                ReplyClass::Mailbox(FailureReason::NoSuchAddress)
            }
            (Some(Statement::MailboxFull), ..) => ReplyClass::Mailbox(FailureReason::Unreachable),
            // The relay requires another user, password or authentication mechanism (RFC 4954
            // section 6), or does not know the command. The next email would fail in the same way.
            (.., 500..506 | 521 | 530 | 534 | 535 | 538) | (_, Some((5, _)), _) => {
                ReplyClass::Sender
            }
            _ => ReplyClass::Unclear(self.reason(stage)),
        }
    }

    /// Returns the reason for the customer if no relay sends the email: by the enhanced status code
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

/// Whether an enhanced status code says that there is no such mailbox or domain (RFC 3463 section
/// 3.2). 5.1.10 is Microsoft's use of the code of RFC 7505.
const fn is_no_such_mailbox_code(subject: u16, detail: u16) -> bool {
    matches!((subject, detail), (1, 1..=4 | 6 | 10))
}

/// Whether an enhanced status code says that the mailbox is disabled or full (RFC 3463 section
/// 3.3).
const fn is_full_mailbox_code(subject: u16, detail: u16) -> bool {
    matches!((subject, detail), (2, 1 | 2))
}

/// Whether an enhanced status code is about the sender: its address (RFC 3463 section 3.2), its
/// account, the authentication of its domain (RFC 7372), or the IP address it sends from. The codes
/// from 5.7.57 on are Microsoft's, 5.1.20 and 5.1.90 too.
const fn is_sender_code(subject: u16, detail: u16) -> bool {
    matches!(
        (subject, detail),
        (1, 7 | 8 | 20 | 90)
            | (7, 8..=14 | 20..=30 | 57 | 60 | 64 | 139 | 232..=234 | 501..=999)
    )
}

/// Parses the enhanced status code at the start of a text. Returns its subject and detail.
#[must_use]
pub fn enhanced(text: &str) -> Option<(u16, u16)> {
    // Outlook.com writes `550; 5.7.515` in its announcements, and `550 5.7.515` on the wire.
    let word = text
        .trim_start_matches([' ', ';'])
        .split_whitespace()
        .next()?;
    let mut numbers = word.split('.').map(|part| part.parse::<u16>().ok());
    match [numbers.next()??, numbers.next()??, numbers.next()??] {
        [2 | 4 | 5, subject, detail]
            if subject < 1000 && detail < 1000 && numbers.next().is_none() =>
        {
            Some((subject, detail))
        }
        _ => None,
    }
}

/// The recipients that a transport has turned away since it last accepted a message. A refusal that
/// repeats over recipients is not about them.
#[derive(Clone, Debug)]
pub struct Repetition {
    /// Hashes, because a recipient's address is not kept. At most `limit`.
    recipients: Vec<u64>,
    /// The number of recipients from which on a refusal is not about them.
    limit: usize,
}

impl Repetition {
    /// Counts unclear refusals for good. From the third recipient in a row on, they are about the
    /// sender.
    #[must_use]
    pub const fn of_refusals() -> Self {
        Self::with_limit(3)
    }

    /// Counts unclear refusals for now. From the tenth recipient in a row on, they are about the
    /// relay. The limit is higher, because several mailboxes at one provider may have the same
    /// problem on the same day.
    #[must_use]
    pub const fn of_deferrals() -> Self {
        Self::with_limit(10)
    }

    const fn with_limit(limit: usize) -> Self {
        Self {
            recipients: Vec::new(),
            limit,
        }
    }

    /// Adds a recipient. Returns whether it is new.
    pub fn add(&mut self, recipient: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        recipient.hash(&mut hasher);
        let hash = hasher.finish();
        let is_new = !self.recipients.contains(&hash);
        if is_new && self.recipients.len() < self.limit {
            self.recipients.push(hash);
        }
        is_new
    }

    /// Adds a recipient. Returns whether the limit is reached.
    pub fn repeats(&mut self, recipient: &str) -> bool {
        self.add(recipient);
        self.recipients.len() >= self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_enhanced_codes_are_ignored() {
        assert_eq!(enhanced("5.1.1 <user@example.com> unknown"), Some((1, 1)));
        assert_eq!(enhanced("; 5.7.515 Access denied"), Some((7, 515)));
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
    fn only_different_recipients_count_as_repetition() {
        for (mut repetition, limit) in [
            (Repetition::of_refusals(), 3),
            (Repetition::of_deferrals(), 10),
        ] {
            for recipient in 1..limit {
                for _ in 0..100 {
                    assert!(!repetition.repeats(&recipient.to_string()));
                }
            }
            assert!(repetition.repeats("the last"));
            assert!(repetition.repeats("1"));
            assert!(!repetition.add("1") && repetition.add("another"));
        }
    }
}
