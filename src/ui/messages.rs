//! Every sentence a person reads on screen. The ones of the reference ("Error Messages") stand word for word.

use crate::api::{Delivery, Notice, OtpError, Undelivered};
use crate::shared::{CodeFormat, ContactType, RequestId};

/// Heading of the error summary.
pub const PROBLEM_HEADING: &str = "There is a problem";
/// Starts the title of a page that carries an error, so that a screen reader says it first (WCAG 2.2 SC 3.3.1, G199).
pub const ERROR_PREFIX: &str = "Error: ";
/// Text of the first link of every page (WCAG 2.2 SC 2.4.1).
pub const SKIP_LINK: &str = "Skip to main content";

/// Heading of the request screen.
pub const REQUEST_HEADING: &str = "Sign in to your account";
/// What happens after the button, before anyone presses it.
pub const REQUEST_INTRO: &str = "We will send you a sign-in code. No password needed.";
/// Question that the two radios answer.
pub const CONTACT_TYPE_LEGEND: &str = "How should we send your code?";
/// Button of the request screen.
pub const REQUEST_BUTTON: &str = "Send code";
/// Beside the choice of a text message while the money for them runs out.
pub const EMAIL_QUICKER: &str = "Email is quicker at the moment.";
/// The same, when it is spent.
pub const TEXTS_KNOWN_ONLY: &str = "Text messages go only to browsers that have signed in before at the moment.";
/// Before the contact of a code that is live in this browser.
pub const PENDING_BEFORE: &str = "You asked for a code for ";
/// Link to the verify screen.
pub const PENDING_LINK: &str = "Enter that code";
/// Label of the section with that link.
pub const PENDING_LABEL: &str = "Sign-in in progress";

/// Button of the verify screen.
pub const VERIFY_BUTTON: &str = "Continue";
/// What the field takes.
pub const CODE_HINT: &str = "Type it, or paste the code or the whole message.";
/// What a code of letters looks like.
pub const LETTERS_HINT: &str = "It has letters only, in capitals or not: no digits and no vowels.";
/// What the island does with a pasted code, said before it happens (WCAG 2.2 SC 3.2.2).
pub const CODE_HINT_ISLAND: &str = "If you paste it or your phone fills it in, we check it straight away.";
/// Heading of the verify screen when all attempts are used.
pub const EXHAUSTED_HEADING: &str = "You cannot sign in with this code";
/// Leads back to the request screen when all attempts are used.
pub const EXHAUSTED_BUTTON: &str = "Ask for a new code";
/// Before the clock time at which the code expires.
pub const WORKS_UNTIL: &str = "The code works until ";
/// Heading over the ways to get another code.
pub const HELP_HEADING: &str = "Did not get a code?";
/// Button that sends the code again.
pub const RESEND_BUTTON: &str = "Send a new code";
/// Before the clock time from which a code can be sent again.
pub const RESEND_AFTER: &str = "You can send a new code after ";
/// Before the time left until a code can be sent again.
pub const RESEND_IN: &str = "You can send a new code in ";
/// Said once, when the wait is over.
pub const RESEND_NOW: &str = "You can send a new code now.";
/// Guards against the caller who "just needs the code".
pub const NEVER_ASKED: &str = "We will never call or write to ask you for this code.";
/// Said when 5 minutes are left.
pub const FIVE_MINUTES_LEFT: &str = "5 minutes left to enter the code.";
/// Said when 1 minute is left.
pub const ONE_MINUTE_LEFT: &str = "1 minute left to enter the code.";
/// Said when 30 seconds are left.
pub const THIRTY_SECONDS_LEFT: &str = "30 seconds left to enter the code.";
/// The code did not reach us; it was not used up.
pub const CODE_NOT_SENT: &str = "You are offline or the connection failed. Your code is still in the box.";
/// The contact did not reach us.
pub const CONTACT_NOT_SENT: &str = "You are offline or the connection failed. Your details are still in the box.";

/// Beside the bar, while the browser works on a challenge.
pub const PROVING: &str = "Checking your browser…";
/// Said at the start of it.
pub const PROVING_STARTED: &str = "Checking your browser. This takes a few seconds.";
/// Above the check of another provider, which needs JavaScript.
pub const WIDGET_HINT: &str = "With JavaScript you can also pass this check and try again at once.";

/// Heading of the page behind "this was not me".
pub const NOT_ME_HEADING: &str = "Was this not you?";
/// For who asked for the code themselves, and for who wonders.
pub const NOT_ME_CALM: &str = "If it was you, you can close this page. Nobody can sign in without the code.";
/// Button that ends the code.
pub const NOT_ME_BUTTON: &str = "This was not me";
/// Heading of the page that says what the button did.
pub const NOT_ME_DONE_HEADING: &str = "Done";
/// The link "this was not me" is broken or too old.
pub const DEAD_LINK: [&str; 2] = [
    "This link does not work",
    "It is too old, or a part of it is missing. You need to do nothing: codes stop working by themselves.",
];

/// Heading of the signed-in page.
pub const ACCOUNT_HEADING: &str = "Your account";
/// Name of the customer, on the signed-in page.
pub const ACCOUNT_NAME: &str = "Name";
/// Day on which the account was opened, on the signed-in page.
pub const ACCOUNT_SINCE: &str = "Customer since";
/// Heading of the page where a customer confirms that it is still them.
pub const STEP_UP_HEADING: &str = "Confirm that it is you";
/// Heading of the list of sessions.
pub const SESSIONS_HEADING: &str = "Where you are signed in";
/// What to do with that list.
pub const SESSIONS_TEXT: &str = "If you do not know one of these, sign out there.";
/// Marks the session that asks.
pub const THIS_BROWSER: &str = "This browser";
/// A browser that has no name we know.
pub const UNKNOWN_DEVICE: &str = "An unknown browser";
/// Button that ends another session.
pub const SIGN_OUT_THERE: &str = "Sign out there";
/// Button that ends all sessions.
pub const SIGN_OUT_EVERYWHERE: &str = "Sign out everywhere";
/// Heading of the page for a new contact.
pub const CONTACT_HEADING: &str = "Change your contact";
/// What happens after its buttons.
pub const CONTACT_TEXT: &str =
    "We send a code to the new contact. With the code you sign out everywhere else, and we tell the old contact.";
/// Heading of the page that undoes a change.
pub const UNDO_HEADING: &str = "Undo the change?";
/// Button that does so.
pub const UNDO_BUTTON: &str = "Undo the change";
/// For who made the change themselves.
pub const UNDO_CALM: &str = "If you made the change, you can close this page.";
/// Heading of the page that says what the button did.
pub const UNDO_DONE_HEADING: &str = "The change is undone";
/// What that means.
pub const UNDO_DONE_TEXT: &str =
    "Your contact is as it was, and you are signed out everywhere. Sign in to see where you have been signed in.";
/// The link that undoes a change is broken, used or too old.
pub const DEAD_UNDO: [&str; 2] = [
    "This link does not work",
    "It is older than 24 hours, or a part of it is missing. If you did not change your contact, get in touch with us.",
];
/// Button that ends the session.
pub const LOGOUT_BUTTON: &str = "Sign out";

/// Heading of the page behind a link to the resend path.
pub const CONFIRM_RESEND_HEADING: &str = "Send a new code?";
/// Why that page asks.
pub const CONFIRM_RESEND_TEXT: &str = "We only send a code when you press the button.";
/// Back to the verify screen.
pub const CONFIRM_RESEND_BACK: &str = "Back to entering the code";
/// Heading of the page behind a link to the logout path.
pub const CONFIRM_LOGOUT_HEADING: &str = "Sign out?";
/// What signing out means.
pub const CONFIRM_LOGOUT_TEXT: &str = "You will need a new code to sign in again.";
/// Back to the signed-in page.
pub const CONFIRM_LOGOUT_BACK: &str = "Back to your account";

/// The number is a landline, or another that takes no text messages.
const NOT_MOBILE: &str = "This number looks like a landline.";
/// The settings allow no text messages to a country.
const COUNTRY_NOT_ALLOWED: &str = "We cannot send text messages to numbers of this country.";
/// The money for text messages is spent.
const SMS_PAUSED: &str = "We cannot send text messages at the moment.";

/// Button text while a code is being sent.
pub const SENDING: &str = "Sending…";
/// Button text while a code is being checked.
pub const CHECKING: &str = "Checking…";
/// Button text while the session is being ended.
pub const SIGNING_OUT: &str = "Signing out…";
/// Button text while a page is on its way.
pub const ONE_MOMENT: &str = "One moment…";

/// Heading of the developer's inbox.
pub const INBOX_HEADING: &str = "Messages to customers";
/// What the developer's inbox is.
pub const INBOX_TEXT: &str = "What went out since the program started, newest first. This page is there with DEV only.";

/// Link on every problem page.
pub const START_AGAIN: &str = "Go to the start page";
/// No page has this address.
pub const NOT_FOUND: [&str; 2] = ["Page not found", "Check the address, or start again from the first page."];
/// The form did not come from a page of this site.
pub const FORBIDDEN: [&str; 2] =
    ["We could not accept that", "The form did not come from our own page. Please start again from the first page."];
/// The request names another site.
pub const MISDIRECTED: [&str; 2] =
    ["This is not the right address", "This site has another address. Check the link that led you here."];
/// The form could not be read.
pub const MALFORMED: [&str; 2] = ["We could not read that", "We could not read that. Please try again."];
/// The form was longer than any contact or code.
pub const TOO_LARGE: [&str; 2] = ["That was too long", "The form was larger than we accept. Please try again."];
/// The page does something else than what was asked of it.
pub const NOT_ALLOWED: [&str; 2] = ["That does not work here", "Please start again from the first page."];
/// The form did not arrive in time.
pub const TIMEOUT: [&str; 2] = ["That took too long", "The connection was too slow or broke off. Please try again."];
/// Our fault.
pub const UNEXPECTED_HEADING: &str = "Something went wrong";

/// Why a form was not accepted.
#[must_use]
pub fn error(error: &OtpError) -> String {
    match error {
        OtpError::ContactMissing(_) => "Please provide contact information.".into(),
        OtpError::ContactInvalid(ContactType::Email) => {
            "Enter an email address in the correct format, like name@example.com.".into()
        }
        OtpError::ContactInvalid(ContactType::Phone) => "Enter a mobile number, like +1 202 555 0123.".into(),
        OtpError::CountryNotAllowed => [COUNTRY_NOT_ALLOWED, " Choose email."].concat(),
        OtpError::NotMobile => [NOT_MOBILE, " Get the code by email?"].concat(),
        OtpError::SmsPaused => "We cannot send text messages to new browsers at the moment. Choose email.".into(),
        OtpError::CustomerNotFound => "No customer found with this contact information.".into(),
        OtpError::CodeMalformed(CodeFormat::Digits(length)) => format!("Please enter a valid {length}-digit OTP."),
        OtpError::CodeMalformed(CodeFormat::Letters) => {
            format!("Please enter the {} letters of the code.", CodeFormat::LETTER_COUNT)
        }
        OtpError::CodeEscalated => "This code does not work any more. Somebody has tried too many wrong codes. Please \
                                    request a new one: it has letters instead of digits."
            .into(),
        OtpError::BrowserLimit { seconds } => format!("That was too often. You can try again in {}.", time(*seconds)),
        OtpError::ContactLimit { seconds } => {
            format!("We have sent several codes there already. You can ask for the next in {}.", time(*seconds))
        }
        OtpError::NetworkLimit { seconds } => {
            format!("Too much was asked for from your network. You can try again in {}.", time(*seconds))
        }
        OtpError::Busy { seconds } => {
            format!("Very many people are asking for codes. You can try again in {}.", time(*seconds))
        }
        OtpError::ProofNeeded { seconds } => {
            format!("Many codes were asked for from your network. You can ask for the next in {}.", time(*seconds))
        }
        OtpError::CodeExpired => "OTP has expired. Please request a new one.".into(),
        OtpError::CodeInvalid { attempts_remaining } => format!("Invalid OTP. {}", attempts(*attempts_remaining)),
        OtpError::CodeExhausted => "Invalid OTP. Attempts remaining: 0. Please request a new one.".into(),
        OtpError::Cooldown { seconds } => format!("You can ask for another code in {}.", time(*seconds)),
        OtpError::SessionExpired => "Session expired. Please request OTP again.".into(),
        OtpError::Malformed => MALFORMED[1].into(),
        OtpError::SendFailed(id) => format!("Failed to send OTP. Please try again. Reference: {id}"),
        OtpError::Unexpected(id) => unexpected(*id),
    }
}

/// How far the browser is with a challenge. Nobody knows before where its end is, so it is never more than this.
#[must_use]
pub fn proving(percent: u32) -> String {
    format!("Checking your browser: {percent}%")
}

/// A wait, in a unit that people count in.
fn time(seconds: u32) -> String {
    let (number, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds.div_ceil(60), "minute"),
        7_200..172_800 => (seconds.div_ceil(3_600), "hour"),
        _ => (seconds.div_ceil(86_400), "day"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

/// Our fault, with the id that support finds in the log.
#[must_use]
pub fn unexpected(id: RequestId) -> String {
    format!("Something went wrong on our side. Please try again. Reference: {id}")
}

/// Good news.
#[must_use]
pub const fn notice(notice: Notice) -> &'static str {
    match notice {
        Notice::CodeSent => "OTP sent successfully.",
        Notice::CodeResent => "OTP sent successfully. Earlier codes of this sign-in also work until they expire.",
        Notice::SignedIn => "You are signed in.",
        Notice::SignedOut => "You are signed out.",
        Notice::SignedOutEverywhere => "You are signed out everywhere.",
        Notice::SessionEnded => "You are signed out there.",
        Notice::ContactChanged => "Your contact is changed. You are signed out everywhere else.",
        Notice::ContactUnchanged => "This is your contact already.",
    }
}

/// Answers left before the code is used up.
#[must_use]
pub fn attempts(remaining: u32) -> String {
    format!("Attempts remaining: {remaining}")
}

/// Text of a contact type's radio.
#[must_use]
pub const fn contact_type(kind: ContactType) -> &'static str {
    match kind {
        ContactType::Email => "Email",
        ContactType::Phone => "Text message",
    }
}

/// Label of the contact field.
#[must_use]
pub const fn contact_label(kind: ContactType) -> &'static str {
    match kind {
        ContactType::Email => "Email address",
        ContactType::Phone => "Mobile number",
    }
}

/// Which of their contacts the customer should give.
#[must_use]
pub const fn contact_hint(kind: ContactType) -> &'static str {
    match kind {
        ContactType::Email => "Use the address on your account.",
        ContactType::Phone => "Use the number on your account.",
    }
}

/// An example of a contact.
#[must_use]
pub const fn contact_example(kind: ContactType) -> &'static str {
    match kind {
        ContactType::Email => "you@example.com",
        ContactType::Phone => "+1 202 555 0123",
    }
}

/// Heading of the verify screen: where the code is to be found.
#[must_use]
pub const fn verify_heading(kind: ContactType) -> &'static str {
    match kind {
        ContactType::Email => "Check your email",
        ContactType::Phone => "Check your phone",
    }
}

fn code(format: CodeFormat) -> String {
    match format {
        CodeFormat::Digits(length) => format!("{length}-digit code"),
        CodeFormat::Letters => format!("{}-letter code", CodeFormat::LETTER_COUNT),
    }
}

/// The same behind its article.
fn a_code(format: CodeFormat) -> String {
    let article = if format.length() == 8 { "an" } else { "a" };
    format!("{article} {}", code(format))
}

/// The sentence around the contact that the customer typed: what stands before it and what after.
///
/// It says "if", because a page must not tell who is a customer.
#[must_use]
pub fn code_sent_to(format: CodeFormat) -> (&'static str, String) {
    ("If ", format!(" is on an account, we have sent {} to it.", a_code(format)))
}

/// Where the code went that did not go to the contact that was typed. That contact is not shown: it may not be the reader's.
#[must_use]
pub fn code_sent_to_other(kind: ContactType, format: CodeFormat) -> String {
    let contact = match kind {
        ContactType::Email => "email address",
        ContactType::Phone => "mobile number",
    };
    format!("We have sent {} to the {contact} on your account.", a_code(format))
}

/// How far the message with the code is that goes to a contact of this kind, and the best thing to do. `other` is where the
/// next one may go.
#[must_use]
pub fn delivery(delivery: Delivery, kind: ContactType, other: Option<ContactType>) -> String {
    let text = match (delivery, kind) {
        (Delivery::OnItsWay, ContactType::Email) => "It can take a few minutes. Check your spam folder.",
        (Delivery::OnItsWay, ContactType::Phone) => "It can take a minute.",
        (Delivery::Sent, ContactType::Email) => "Sent. It can take a few minutes. Check your spam folder.",
        (Delivery::Sent, ContactType::Phone) => "Sent. It can take a minute.",
        (Delivery::Delivered, ContactType::Email) => "It has arrived. Check your spam folder too.",
        (Delivery::Delivered, ContactType::Phone) => "It has arrived on your phone.",
        (Delivery::Overdue, ContactType::Email) => {
            "Still nothing? Check the address, your spam folder, or ask for a new code."
        }
        (Delivery::Overdue, ContactType::Phone) => {
            "Still nothing? Check the number and your signal, or ask for a new code."
        }
        (Delivery::Failed(why), _) => return failed(why, kind, other),
    };
    text.into()
}

fn failed(why: Undelivered, kind: ContactType, other: Option<ContactType>) -> String {
    let reason = match (why, kind) {
        (Undelivered::NoSuchAddress, ContactType::Email) => {
            "Nobody has this email address. Check it for typing mistakes."
        }
        (Undelivered::NoSuchAddress, ContactType::Phone) => "Nobody has this number. Check it for typing mistakes.",
        (Undelivered::NotMobile, _) => NOT_MOBILE,
        (Undelivered::Blocked, ContactType::Email) => "Your email provider turned our message away.",
        (Undelivered::Blocked, ContactType::Phone) => "Messages from us are blocked on your phone or by its network.",
        (Undelivered::Unreachable, ContactType::Email) => "Your mailbox is full or out of order.",
        (Undelivered::Unreachable, ContactType::Phone) => "Your phone is switched off or has no signal.",
        (Undelivered::CountryNotAllowed, _) => COUNTRY_NOT_ALLOWED,
        (Undelivered::SmsPaused, _) => SMS_PAUSED,
        (Undelivered::Other, _) => "We could not deliver the message.",
    };
    let way_on = match (other, why) {
        (Some(ContactType::Email), _) => "Get the code by email?",
        (Some(ContactType::Phone), _) => "Get the code by text message?",
        (None, Undelivered::Unreachable | Undelivered::Other) => "Ask for a new code, or use a different contact.",
        (None, _) => "Use a different contact.",
    };
    [reason, " ", way_on].concat()
}

/// Button that sends the code to the customer's other contact.
#[must_use]
pub const fn switch_button(kind: ContactType) -> &'static str {
    match kind {
        ContactType::Email => "Send it by email instead",
        ContactType::Phone => "Send it by text message instead",
    }
}

/// What "this was not me" is about, and what the button does. The contact is masked.
#[must_use]
pub fn not_me(contact: &str, ends_sessions: bool) -> String {
    if ends_sessions {
        return format!(
            "Somebody who is signed in to your account asked for a code for {contact}. If that was not you, press the button: \
             everybody is signed out, the code stops working, and for 24 hours codes for {contact} go only to browsers that sign \
             in from then on."
        );
    }
    format!(
        "Somebody asked for a sign-in code for {contact}. If that was not you, press the button: the code stops working, and \
         for 24 hours codes for {contact} go only to browsers that have signed in before."
    )
}

/// What "this was not me" did. The contact is masked.
#[must_use]
pub fn not_me_done(contact: &str, ends_sessions: bool) -> String {
    let signed_out = if ends_sessions { "Everybody is signed out of your account. " } else { "" };
    format!(
        "{signed_out}The code no longer works. For 24 hours codes for {contact} go only to browsers that have signed in before."
    )
}

/// Why a customer who is signed in is asked for a code, and where it goes or went. The contact is masked.
#[must_use]
pub fn step_up(contact: Option<&str>, is_sent: bool) -> String {
    match (contact, is_sent) {
        (Some(contact), false) => format!("For this we need a fresh code. We send it to {contact}."),
        (Some(contact), true) => format!("We have sent a code to {contact}."),
        (None, _) => "For this we need a fresh code, and we cannot send you one at the moment.".into(),
    }
}

/// Where and when a customer signed in, and how long ago the session was last used.
#[must_use]
pub fn session(place: Option<&str>, since: &str, seconds_idle: i64) -> String {
    let place = place.map(|place| format!("From {place}. ")).unwrap_or_default();
    format!("{place}Signed in on {since}. Last seen {}.", ago(seconds_idle))
}

/// A time that has gone by, in its largest whole unit.
fn ago(seconds: i64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let unit = units.into_iter().find(|(length, _)| seconds >= *length);
    match unit.map(|(length, name)| (seconds / length, name)) {
        None => "just now".into(),
        Some((1, name)) => format!("1 {name} ago"),
        Some((count, name)) => format!("{count} {name}s ago"),
    }
}

/// Label of the field for a new contact.
#[must_use]
pub const fn new_contact_label(kind: ContactType) -> &'static str {
    match kind {
        ContactType::Email => "New email address",
        ContactType::Phone => "New mobile number",
    }
}

/// The contact as it is, masked.
#[must_use]
pub fn current_contact(contact: Option<&str>) -> String {
    contact.map_or_else(|| "There is none yet.".into(), |contact| format!("Now it is {contact}."))
}

/// The sentence around the new contact: what stands before it and what after. It says "if", because a contact that is somebody
/// else's gets nothing.
#[must_use]
pub fn new_contact_sent_to(format: CodeFormat) -> (&'static str, String) {
    ("If ", format!(" can be your contact, we have sent {} to it.", a_code(format)))
}

/// What undoing a change does. The contacts are masked.
#[must_use]
pub fn undo(new: &str, old: Option<&str>) -> String {
    let back = match old {
        Some(old) => format!("The contact of your account was changed from {old} to {new}. The button changes it back"),
        None => format!("The contact {new} was added to your account. The button removes it"),
    };
    format!("{back} and signs you out everywhere.")
}

/// Label of the code field.
#[must_use]
pub fn code_label(format: CodeFormat) -> String {
    code(format)
}

/// Button that leads back to the contact field.
#[must_use]
pub const fn change_button(kind: ContactType) -> &'static str {
    match kind {
        ContactType::Email => "Use a different email address",
        ContactType::Phone => "Use a different mobile number",
    }
}

/// The title of a page, marked when the page carries an error.
#[must_use]
pub fn title(heading: &str, has_error: bool) -> String {
    [if has_error { ERROR_PREFIX } else { "" }, heading].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentences_of_the_reference_stand_word_for_word() {
        let email = ContactType::Email;
        for (said, expected) in [
            (error(&OtpError::ContactMissing(email)), "Please provide contact information."),
            (error(&OtpError::CustomerNotFound), "No customer found with this contact information."),
            (error(&OtpError::CodeMalformed(CodeFormat::Digits(6))), "Please enter a valid 6-digit OTP."),
            (error(&OtpError::CodeExpired), "OTP has expired. Please request a new one."),
            (error(&OtpError::CodeInvalid { attempts_remaining: 4 }), "Invalid OTP. Attempts remaining: 4"),
            (error(&OtpError::SessionExpired), "Session expired. Please request OTP again."),
            (notice(Notice::CodeSent).to_owned(), "OTP sent successfully."),
        ] {
            assert_eq!(said, expected);
        }
        assert!(error(&OtpError::SendFailed(RequestId(1))).starts_with("Failed to send OTP. Please try again. "));
    }

    #[test]
    fn a_time_gone_by_is_told_in_its_largest_whole_unit() {
        for (seconds, words) in [
            (-5, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (119, "1 minute ago"),
            (3_599, "59 minutes ago"),
            (3_600, "1 hour ago"),
            (7_200, "2 hours ago"),
            (86_400, "1 day ago"),
            (6 * 86_400, "6 days ago"),
        ] {
            assert_eq!(ago(seconds), words);
        }
    }

    #[test]
    fn a_wait_of_one_second_is_said_in_the_singular() {
        assert_eq!(error(&OtpError::Cooldown { seconds: 1 }), "You can ask for another code in 1 second.");
        assert_eq!(error(&OtpError::Cooldown { seconds: 2 }), "You can ask for another code in 2 seconds.");
    }

    #[test]
    fn our_faults_name_the_reference_that_the_log_has() {
        let said = error(&OtpError::Unexpected(RequestId(0x0bad_cafe)));
        assert_eq!(said, "Something went wrong on our side. Please try again. Reference: 0badcafe");
    }
}
