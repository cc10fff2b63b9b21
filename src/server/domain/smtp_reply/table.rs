//! Replies of real servers, as their documentation, their sources and reports about them quote
//! them, with what each is about.

use super::{Reply, ReplyClass, Stage};
use crate::server::domain::{Deferral, FailureReason};

const UNKNOWN: ReplyClass = ReplyClass::Mailbox(FailureReason::NoSuchAddress);
const FULL: ReplyClass = ReplyClass::Mailbox(FailureReason::Unreachable);
const FULL_FOR_NOW: ReplyClass = ReplyClass::Deferred(Deferral::Mailbox);
const GREYLISTED: ReplyClass = ReplyClass::Deferred(Deferral::Greylisting);
const UNCLEAR_FOR_NOW: ReplyClass = ReplyClass::Deferred(Deferral::Unclear);
const BLOCKED: ReplyClass = ReplyClass::Unclear(FailureReason::Blocked);
const US: ReplyClass = ReplyClass::Sender;
const RELAY: ReplyClass = ReplyClass::Connection;

use Stage::{Auth, Content, Data, Greeting, Recipient, Sender};

type Case = (Stage, u16, &'static str, ReplyClass);

#[rustfmt::skip]
const GMAIL: &[Case] = &[
    (Recipient, 550, "5.1.1 The email account that you tried to reach does not exist. Please try\n5.1.1 double-checking the recipient's email address for typos or\n5.1.1 unnecessary spaces. - gsmtp", UNKNOWN),
    (Recipient, 550, "5.2.1 The email account that you tried to reach is inactive. - gsmtp", FULL),
    (Recipient, 550, "5.2.1 The email account that you tried to reach is disabled. - gsmtp", FULL),
    (Recipient, 452, "4.2.2 The recipient's inbox is out of storage space. Please direct the\n4.2.2 recipient to - gsmtp", FULL_FOR_NOW),
    (Recipient, 552, "5.2.2 The email account that you tried to reach is over quota and inactive. - gsmtp", FULL),
    (Recipient, 450, "4.2.1 The user you are trying to contact is receiving mail too quickly.\n4.2.1 Please resend your message at a later time. - gsmtp", FULL_FOR_NOW),
    (Recipient, 450, "4.2.1 Peak SMTP relay limit exceeded for customer. This is a temporary\n4.2.1 error. - gsmtp", US),
    (Content, 550, "5.4.5 Daily user sending limit exceeded. For more information on Gmail\n5.4.5 sending limits go to - gsmtp", US),
    (Recipient, 550, "5.4.5 Daily SMTP relay limit exceeded for user. - gsmtp", US),
    (Content, 550, "5.7.26 Your email has been blocked because the sender is unauthenticated.\n5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM. - gsmtp", US),
    (Content, 550, "5.7.1 Our system has detected that this message is likely unsolicited mail. To reduce the amount of spam sent to Gmail, this message has been blocked. - gsmtp", BLOCKED),
    (Content, 550, "5.7.25 The IP address sending this message does not have a PTR record setup, or the corresponding forward DNS entry does not match the sending IP. - gsmtp", US),
    (Content, 421, "4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP Netblock. - gsmtp", US),
    (Greeting, 421, "4.7.0 Try again later, closing connection. - gsmtp", RELAY),
    (Auth, 535, "5.7.8 Username and Password not accepted. - gsmtp", US),
    (Auth, 534, "5.7.9 Application-specific password required. - gsmtp", US),
    (Auth, 454, "4.7.0 Cannot authenticate due to temporary system problem. Try again later. - gsmtp", RELAY),
    (Sender, 530, "5.7.0 Authentication Required. - gsmtp", US),
    (Data, 451, "4.3.0 Mail server temporarily rejected message. - gsmtp", UNCLEAR_FOR_NOW),
];

#[rustfmt::skip]
const MICROSOFT: &[Case] = &[
    (Recipient, 550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", UNKNOWN),
    (Recipient, 550, "5.4.1 Recipient address rejected: Access denied. [AM6EUR05FT012.eop-eur05.prod.protection.outlook.com]", ReplyClass::Unclear(FailureReason::NoSuchAddress)),
    (Recipient, 550, "5.5.0 Requested action not taken: mailbox unavailable (S2017062302).", UNKNOWN),
    (Content, 554, "5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded", FULL),
    (Content, 432, "4.3.2 STOREDRV.Deliver; recipient thread limit exceeded", UNCLEAR_FOR_NOW),
    (Content, 554, "5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message due to a permanent exception with message Cannot submit message.", US),
    (Content, 550, "5.7.60 SMTP; Client does not have permissions to send as this sender", US),
    (Sender, 530, "5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM", US),
    (Content, 550, "5.7.515 Access denied, sending domain EXAMPLE.JP doesn't meet the required authentication level.", US),
    (Content, 550, "5.7.509 Access denied, sending domain example.com does not pass DMARC verification and has a DMARC policy of reject.", US),
    (Recipient, 550, "5.1.8 Access denied, bad outbound sender AS(42004)", US),
    (Content, 550, "5.1.90 Your message can't be sent because you've reached your daily limit for message recipients.", US),
    (Recipient, 550, "5.7.708 Service unavailable. Access denied, traffic not accepted from this IP.", US),
    (Content, 550, "5.7.750 Service unavailable. Client blocked from sending from unregistered domains.", US),
    (Sender, 550, "5.7.1 Unfortunately, messages from [192.0.2.7] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140).", US),
    (Recipient, 451, "4.7.500 Server busy. Please try again later from [192.0.2.7]. (S77719)", RELAY),
    (Recipient, 451, "4.7.650 The mail server [192.0.2.7] has been temporarily rate limited due to IP reputation.", US),
    (Auth, 535, "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.", US),
    (Content, 550, "5.7.1 RESOLVER.RST.NotAuthorized; not authorized", BLOCKED),
];

#[rustfmt::skip]
const EXCHANGE: &[Case] = &[
    (Recipient, 550, "5.1.1 User unknown", UNKNOWN),
    (Recipient, 550, "5.7.1 Unable to relay for user@example.com", US),
    (Recipient, 550, "5.7.54 SMTP; Unable to relay recipient in non-accepted domain", US),
    (Content, 550, "5.7.1 Client was not authenticated", US),
    (Recipient, 452, "4.3.1 Insufficient system resources", UNCLEAR_FOR_NOW),
    (Content, 421, "4.4.2 Connection dropped due to ConnectionReset", UNCLEAR_FOR_NOW),
    (Sender, 421, "4.4.2 Connection dropped due to ConnectionReset", RELAY),
];

#[rustfmt::skip]
const SES: &[Case] = &[
    (Content, 554, "Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: user@example.com", US),
    (Content, 554, "Message rejected: Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account.", US),
    (Content, 454, "Throttling failure: Maximum sending rate exceeded.", RELAY),
    (Content, 454, "Throttling failure: Daily message quota exceeded.", US),
    (Content, 554, "Access denied: User `arn:aws:iam::1:user/x' is not authorized to perform `ses:SendRawEmail'", BLOCKED),
    (Auth, 535, "Authentication Credentials Invalid", US),
    (Sender, 530, "Authentication required", US),
    (Content, 451, "Timeout waiting for data from client.", UNCLEAR_FOR_NOW),
    (Content, 554, "Transaction failed: Invalid MAIL FROM address provided", US),
];

#[rustfmt::skip]
const SENDGRID: &[Case] = &[
    (Content, 550, "The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.", US),
    (Sender, 403, "You are not authorized to send from that email address", US),
    (Auth, 451, "Authentication failed: Maximum credits exceeded", US),
    (Recipient, 550, "Unauthenticated senders not allowed", US),
    (Greeting, 450, "too frequent connects from 192.0.2.7, please try again later.", RELAY),
];

#[rustfmt::skip]
const POSTMARK: &[Case] = &[
    (Content, 550, "5.7.1 The 'From' address you supplied (user@example.com) is not a Sender Signature on your account.", US),
    (Content, 550, "Your account is pending approval, so you can only send to recipients in your own domain.", US),
    (Content, 550, "You tried to send to recipient(s) that have been marked as inactive.", ReplyClass::Unclear(FailureReason::Other)),
    (Auth, 535, "5.7.8 Authentication failed", US),
];

#[rustfmt::skip]
const MAILGUN: &[Case] = &[
    (Data, 421, "Domain sandbox1.mailgun.org is not allowed to send: Sandbox subdomains are for test purposes only. Please add your own domain or add the address to authorized recipients in Account Settings.", US),
    (Data, 421, "Domain sandbox1.mailgun.org is not allowed to send: Please activate your Mailgun account.", US),
    (Content, 554, "Sandbox subdomains are for test purposes only. Please add your own domain or add the address to authorized recipients in domain settings.", US),
    (Recipient, 550, "5.7.1 Relaying denied", US),
    (Auth, 535, "5.7.0 Mailgun is not loving your login or password", US),
];

#[rustfmt::skip]
const POSTFIX: &[Case] = &[
    (Recipient, 550, "5.1.1 <user@example.com>: Recipient address rejected: User unknown in virtual mailbox table", UNKNOWN),
    (Recipient, 550, "5.1.1 <user@example.com>: Recipient address rejected: User unknown in relay recipient table", UNKNOWN),
    (Recipient, 550, "5.1.0 <us@example.org>: Sender address rejected: User unknown in local recipient table", US),
    (Recipient, 450, "4.1.1 <user@example.com>: Recipient address rejected: unverified address: Address verification in progress", FULL_FOR_NOW),
    (Recipient, 450, "4.2.0 <user@example.com>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/example.com.html", GREYLISTED),
    (Recipient, 452, "4.2.2 <user@example.com>: Recipient address rejected: Mailbox is full / Mailbox ist voll", FULL_FOR_NOW),
    (Recipient, 552, "5.2.2 <user@example.com>: Recipient address rejected: Quota exceeded (mailbox for user is full)", FULL),
    (Recipient, 554, "5.7.1 <user@example.com>: Relay access denied", US),
    (Recipient, 454, "4.7.1 <user@example.com>: Relay access denied", US),
    (Recipient, 451, "4.3.0 <user@example.com>: Temporary lookup failure", UNCLEAR_FOR_NOW),
    (Recipient, 554, "5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org", US),
    (Recipient, 450, "4.7.25 Client host rejected: cannot find your hostname, [192.0.2.7]", US),
    (Recipient, 550, "5.1.8 <us@example.org>: Sender address rejected: Domain not found", US),
    (Recipient, 553, "5.7.1 <us@example.org>: Sender address rejected: not owned by user someone", US),
    (Recipient, 504, "5.5.2 <vm>: Helo command rejected: need fully-qualified hostname", US),
    (Sender, 452, "4.3.1 Insufficient system storage", RELAY),
    (Content, 451, "4.3.0 Error: queue file write error", UNCLEAR_FOR_NOW),
    (Content, 554, "5.7.1 Spam message rejected", BLOCKED),
    (Content, 550, "5.7.1 Command rejected", BLOCKED),
    (Greeting, 421, "4.7.0 vm Error: too many connections from 192.0.2.7", RELAY),
    (Sender, 530, "5.7.0 Must issue a STARTTLS command first", US),
];

#[rustfmt::skip]
const EXIM: &[Case] = &[
    (Recipient, 550, "relay not permitted", US),
    (Recipient, 550, "Unrouteable address", UNKNOWN),
    (Recipient, 550, "Unknown user", UNKNOWN),
    (Recipient, 550, "Verification failed for <us@example.org>\nSender verify failed", US),
    (Recipient, 451, "Temporary local problem - please try later", UNCLEAR_FOR_NOW),
    (Recipient, 451, "Greylisted, please try again in 300 seconds", GREYLISTED),
    (Content, 550, "Domain example.org has exceeded the max emails per hour (100/100 (100%)) allowed. Message discarded.", US),
    (Content, 550, "This message was classified as SPAM and may not be delivered", ReplyClass::Unclear(FailureReason::Other)),
    (Greeting, 554, "SMTP synchronization error", US),
    (Greeting, 501, "Syntactically invalid EHLO argument(s)", US),
];

/// Codes without any words, and texts of other servers.
#[rustfmt::skip]
const OTHERS: &[Case] = &[
    (Recipient, 550, "", ReplyClass::Unclear(FailureReason::NoSuchAddress)),
    (Recipient, 551, "", ReplyClass::Unclear(FailureReason::NoSuchAddress)),
    (Recipient, 552, "", ReplyClass::Unclear(FailureReason::Unreachable)),
    (Recipient, 553, "", ReplyClass::Unclear(FailureReason::NoSuchAddress)),
    (Recipient, 554, "", BLOCKED),
    (Recipient, 556, "", UNKNOWN),
    (Recipient, 559, "", ReplyClass::Unclear(FailureReason::Other)),
    (Recipient, 450, "", UNCLEAR_FOR_NOW),
    (Recipient, 451, "", UNCLEAR_FOR_NOW),
    (Recipient, 452, "", UNCLEAR_FOR_NOW),
    (Recipient, 421, "", UNCLEAR_FOR_NOW),
    (Recipient, 501, "5.1.3 Bad recipient address syntax", UNKNOWN),
    (Recipient, 550, "5.1.2 Host unknown (Name server: host not found)", UNKNOWN),
    (Recipient, 550, "5.1.6 recipient no longer on server", UNKNOWN),
    (Recipient, 550, "5.2.1 mailbox disabled", FULL),
    (Recipient, 550, "5.1.0 Address rejected.", ReplyClass::Unclear(FailureReason::NoSuchAddress)),
    (Recipient, 553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", US),
    (Sender, 553, "sorry, your envelope sender is in my badmailfrom list (#5.7.1)", US),
    (Recipient, 553, "5.7.1 Sender address rejected: not owned by auth user.", US),
    (Content, 554, "5.7.0 Your message could not be sent. The limit on the number of allowed outgoing messages was exceeded. Try again later.", US),
    (Content, 550, "5.4.6 Unusual sending activity detected. Please try after sometime", US),
    (Recipient, 550, "Outgoing mail from \"user@example.com\" has been suspended.", US),
    (Recipient, 450, "Requested mail action not taken: mailbox unavailable\nMail send limit exceeded.", US),
    (Content, 554, "5.7.9 Message not accepted for policy reasons.", US),
    (Content, 421, "4.7.0 [TSS04] Messages from 192.0.2.7 temporarily deferred due to unexpected volume or user complaints", UNCLEAR_FOR_NOW),
    (Content, 550, "5.0.350 Remote server returned an error -> 550 5.1.1 user unknown", UNKNOWN),
    (Recipient, 554, "5.7.1 <user@example.com>: Recipient address rejected: Access denied", BLOCKED),
    (Content, 550, "5.7.705 Access denied, tenant has exceeded threshold", US),
    (Recipient, 450, "4.7.1 <user@example.com>: Recipient address rejected: Try again later", UNCLEAR_FOR_NOW),
    (Recipient, 422, "The recipient's mailbox is full", FULL_FOR_NOW),
    (Recipient, 554, "delivery error: dd This user doesn't have a yahoo.com account (user@yahoo.com)", UNKNOWN),
    (Content, 550, "", ReplyClass::Unclear(FailureReason::Other)),
    (Content, 554, "", BLOCKED),
    (Content, 451, "", UNCLEAR_FOR_NOW),
    (Content, 421, "", UNCLEAR_FOR_NOW),
    (Data, 503, "", US),
    (Data, 554, "5.5.1 Error: no valid recipients", US),
    (Sender, 451, "", RELAY),
    (Sender, 552, "5.2.2 Mailbox of the sender is full", US),
    (Auth, 454, "", RELAY),
    (Auth, 535, "", US),
    (Greeting, 421, "", RELAY),
    (Greeting, 554, "", US),
    (Stage::StartTls, 454, "4.7.0 TLS not available due to local problem", US),
];

#[test]
fn replies_of_real_servers_are_classified() {
    let tables = [
        GMAIL, MICROSOFT, EXCHANGE, SES, SENDGRID, POSTMARK, MAILGUN, POSTFIX, EXIM, OTHERS,
    ];
    let wrong: Vec<_> = tables
        .concat()
        .into_iter()
        .filter_map(|(stage, code, text, expected)| {
            let reply = Reply::new(code, text);
            let class = reply.class(stage);
            (class != expected).then(|| {
                format!("{stage}: {code} {text}\n  {reply:?} is {class:?}, not {expected:?}")
            })
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_reply_before_the_recipient_blames_a_recipient() {
    for stage in [Greeting, Auth, Sender, Stage::Reset, Stage::StartTls] {
        for code in 400..600 {
            for text in ["", "5.1.1 user unknown", "4.2.2 mailbox full", "greylisted"] {
                let class = Reply::new(code, text).class(stage);
                assert!(matches!(class, US | RELAY), "{stage} {code} {text}");
            }
        }
    }
}

#[test]
fn a_temporary_reply_never_fails_an_email_for_good() {
    for stage in [Recipient, Data, Content] {
        for code in 400..500 {
            for text in ["", "5.1.1 user unknown", "5.2.2 mailbox full", "5.7.1 no"] {
                let class = Reply::new(code, text).class(stage);
                assert!(
                    !matches!(class, ReplyClass::Mailbox(_) | ReplyClass::Unclear(_)),
                    "{stage} {code} {text}"
                );
            }
        }
    }
}
