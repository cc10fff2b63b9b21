//! Recognises what the text of a reply states. The wording differs between servers and versions, so
//! each rule looks for words that occur together, and not for a sentence.

/// A statement that the text of a reply makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statement {
    /// The sender may not send this: its account, address, domain or IP address is refused.
    SenderRefused,
    /// The server is busy, or the sender is faster than allowed.
    Overloaded,
    /// The server makes unknown senders wait (greylisting).
    Greylisted,
    /// The mailbox is full.
    MailboxFull,
    /// There is no such mailbox.
    NoSuchMailbox,
}

/// Groups of words and phrases. A text matches if it contains one of each group.
type Rule = &'static [&'static [&'static str]];

/// Every word that says that somebody is not let through.
const REFUSED: &[&str] = &[
    "denied",
    "rejected",
    "refused",
    "prohibited",
    "disallowed",
    "restricted",
    "not permitted",
    "not allowed",
    "not accepted",
    "not authorized",
    "not authorised",
    "isnt allowed",
];

/// The account at the relay, its address, domain and IP address.
const SENDER: &[Rule] = &[
    &[&["relay", "relaying"], REFUSED],
    &[
        &["relay", "relaying"],
        &["unable", "cannot", "limit exceeded", "do not", "dont"],
    ],
    &[
        &[
            "sender",
            "senders",
            "from address",
            "from header",
            "from domain",
            "envelope from",
            "return path",
        ],
        REFUSED,
    ],
    &[
        &[
            "sender",
            "senders",
            "from address",
            "from header",
            "from domain",
            "envelope from",
            "return path",
        ],
        &[
            "verify",
            "verified",
            "verification",
            "not owned",
            "signature",
            "identity",
            "unauthenticated",
            "not authenticated",
            "domain not found",
            "does not exist",
            "doesnt exist",
            "invalid",
            "not valid",
            "match",
        ],
    ],
    &[&[
        "not verified",
        "not yet verified",
        "verified sender",
        "not confirmed",
        "allowed to send",
        "authorized to send",
        "authorised to send",
        "permitted to send",
        "cannot send",
        "not send mail",
        "sending disabled",
        "sending is disabled",
        "sending paused",
        "sending is paused",
        "sending suspended",
        "unusual sending",
        "send limit",
        "send quota",
        "test purposes only",
        "authorized recipients",
        "authorised recipients",
        "pending approval",
        "activate your",
        "your account",
        "your domain",
        "your subscription",
        "your plan",
        "bad outbound",
        "outbound spam",
    ]],
    &[&["credit", "credits", "payment"]],
    &[
        &[
            "daily",
            "hourly",
            "monthly",
            "per day",
            "per hour",
            "per month",
        ],
        &[
            "limit", "limits", "quota", "quotas", "exceeded", "exceeds", "allowed",
        ],
    ],
    &[&[
        "sending limit",
        "sending limits",
        "sending quota",
        "message quota",
        "messages quota",
        "email quota",
        "tenant has exceeded",
        "exceeded threshold",
    ]],
    &[
        &["limit", "limits", "quota", "threshold"],
        &["exceeded", "exceeds", "reached"],
        &[
            "outgoing",
            "outbound",
            "sending",
            "messages sent",
            "number of messages",
            "number of emails",
            "number of recipients",
        ],
    ],
    &[
        &["outgoing", "outbound"],
        &["suspended", "blocked", "disabled", "rejected", "limited"],
    ],
    &[
        &[
            "authentication",
            "authenticated",
            "authenticate",
            "auth",
            "login",
            "log in",
            "sign in",
        ],
        &[
            "required",
            "requires",
            "requirements",
            "must",
            "failed",
            "failure",
            "first",
            "need",
            "needed",
            "level",
            "not authenticated",
            "unsuccessful",
            "before",
            "please",
        ],
    ],
    &[&["unauthenticated", "spf", "dkim", "dmarc"]],
    &[
        &["helo", "ehlo"],
        &[
            "rejected",
            "refused",
            "denied",
            "invalid",
            "need",
            "required",
            "bad",
            "not accepted",
            "syntactically",
        ],
    ],
    &[&["fully qualified hostname", "fully qualified domain name"]],
    &[&[
        "blacklist",
        "blacklisted",
        "black list",
        "blocklist",
        "blocklisted",
        "block list",
        "denylist",
        "blocked using",
        "banned",
        "spamhaus",
        "spamcop",
        "barracudacentral",
        "sorbs",
        "dnsbl",
        "rbl",
        "reputation",
    ]],
    &[
        &[
            "client host",
            "your hostname",
            "your host",
            "reverse hostname",
            "reverse dns",
            "rdns",
            "ptr",
            "your ip",
            "connecting ip",
            "sending ip",
        ],
        &[
            "rejected",
            "refused",
            "denied",
            "blocked",
            "not found",
            "cannot find",
            "missing",
            "no",
            "not",
            "required",
            "invalid",
            "listed",
        ],
    ],
    &[
        &["starttls", "tls", "encryption"],
        &["must", "required", "requires", "need", "needed", "first"],
    ],
];

/// Parts of words, in texts that consist of names of exceptions.
const SENDER_PARTS: &[&str] = &[
    "sendasdenied",
    "sendonbehalfofdenied",
    // qmail's lists of domains to relay to, and of refused senders.
    "rcpthosts",
    "badmailfrom",
];

const OVERLOADED: &[Rule] = &[&[&[
    "throttling",
    "throttled",
    "server busy",
    "too busy",
    "overloaded",
    "too many connections",
    "too many concurrent",
    "too frequent connects",
    "too many messages",
    "sending rate",
    "rate limit",
    "rate limited",
    "rate exceeded",
]]];

/// Words that show that a limit is the recipient's.
const RECIPIENT: &[&str] = &["recipient", "recipients", "user", "mailbox", "inbox"];

const GREYLISTED: &[&str] = &[
    "greylist",
    "graylist",
    "grey-list",
    "gray-list",
    "grey list",
    "gray list",
    "postgrey",
];

const MAILBOX_FULL: &[Rule] = &[
    &[&[
        "over quota",
        "overquota",
        "quota exceeded",
        "exceeded quota",
        "exceeds quota",
        "exceeded its quota",
        "exceeded the quota",
        "out of storage",
        "out of space",
        "exceeded storage",
        "storage allocation",
        "storage quota",
    ]],
    &[
        &[
            "mailbox",
            "inbox",
            "mailfolder",
            "maildir",
            "user",
            "users",
            "account",
        ],
        &["full", "quota", "exceeded"],
    ],
];

const NO_SUCH_MAILBOX: &[Rule] = &[&[&[
    "user unknown",
    "unknown user",
    "recipient unknown",
    "unknown recipient",
    "address unknown",
    "unknown address",
    "no such user",
    "no such recipient",
    "no such mailbox",
    "no such address",
    "no such person",
    "no mailbox here",
    "mailbox unavailable",
    "mailbox not found",
    "user not found",
    "recipient not found",
    "address not found",
    "invalid recipient",
    "invalid mailbox",
    "unrouteable address",
    "unroutable address",
    "not a valid user",
    "not a valid mailbox",
    "not a known user",
    "does not exist",
    "doesnt exist",
    "doesnt have a",
]]];

impl Statement {
    /// Recognises a statement. A refusal of the sender goes first, because some servers give it the
    /// code of an unknown mailbox, unless code (`is_mailbox_code`) and text agree on a mailbox:
    /// "user unknown in relay recipient table" is no refusal to relay.
    pub(super) fn read(text: &str, is_mailbox_code: bool) -> Option<Self> {
        let (lower, words) = (text.to_lowercase(), words(text));
        let matches = |rules: &[Rule]| {
            rules
                .iter()
                .any(|rule| rule.iter().all(|group| contains_any(&words, group)))
        };
        let has_part = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
        let (is_full, is_unknown) = (matches(MAILBOX_FULL), matches(NO_SUCH_MAILBOX));
        let agrees = is_mailbox_code && (is_full || is_unknown);
        if !agrees && (has_part(SENDER_PARTS) || matches(SENDER)) {
            Some(Self::SenderRefused)
        } else if has_part(GREYLISTED) {
            Some(Self::Greylisted)
        } else if is_full {
            Some(Self::MailboxFull)
        } else if is_unknown {
            Some(Self::NoSuchMailbox)
        } else if matches(OVERLOADED) && !contains_any(&words, RECIPIENT) {
            Some(Self::Overloaded)
        } else {
            None
        }
    }
}

fn contains_any(words: &str, phrases: &[&str]) -> bool {
    phrases
        .iter()
        .any(|phrase| words.contains(&format!(" {phrase} ")))
}

/// Returns the words in lower case, separated and surrounded by single spaces. Addresses, host
/// names and links are left out: a mailbox may be called `relay`, and so may a host.
fn words(text: &str) -> String {
    let mut words = String::from(" ");
    for token in text.split_whitespace() {
        let token = token.trim_matches(|c: char| !c.is_alphanumeric());
        if token.contains('@') || token.contains("://") || is_host(token) {
            continue;
        }
        let token = token.replace(['\'', '\u{2019}'], "").to_lowercase();
        for word in token.split(|c: char| !c.is_alphanumeric()) {
            if !word.is_empty() {
                words.push_str(word);
                words.push(' ');
            }
        }
    }
    words
}

/// Whether a word is a host name, an IP address or a status code. Two sentences without a space
/// between them are not: the second one begins with a capital letter.
fn is_host(token: &str) -> bool {
    token
        .split_once('.')
        .is_some_and(|(_, rest)| !rest.is_empty() && !rest.starts_with(char::is_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_mailboxes_and_hosts_state_nothing() {
        for text in [
            "<relay.denied@example.com>: over",
            "relay.example.com denied",
            "http://greet.example.com/relay denied",
            "RELAY-DENIED@EXAMPLE.COM",
            "",
        ] {
            assert_eq!(Statement::read(text, false), None, "{text}");
        }
        assert_eq!(
            Statement::read("<quota@example.com>: User unknown", false),
            Some(Statement::NoSuchMailbox)
        );
    }

    #[test]
    fn punctuation_line_ends_and_case_do_not_matter() {
        for text in [
            "Relay access denied",
            "<user@example.com>: RELAY ACCESS DENIED",
            "we do\nnot allow; relay-access \"denied\".",
            "Sorry.Relaying denied",
        ] {
            assert_eq!(
                Statement::read(text, false),
                Some(Statement::SenderRefused),
                "{text}"
            );
        }
    }
}
