//! Every path of the site, once.

/// Sends the customer to their account or to the request screen.
pub const ROOT: &str = "/";
/// The request screen; a POST issues an OTP.
pub const OTP_REQUEST: &str = "/otp/request/";
/// The verify screen; a POST verifies a code.
pub const OTP_VERIFY: &str = "/otp/verify/";
/// A POST sends the code again; a GET shows one button.
pub const OTP_RESEND: &str = "/otp/resend/";
/// A POST ends the session; a GET shows one button.
pub const OTP_LOGOUT: &str = "/otp/logout/";
/// A POST forgets the pending contact.
pub const OTP_CHANGE: &str = "/otp/change/";
/// A POST chooses the language of the pages.
pub const LANGUAGE: &str = "/language/";
/// The operator's logo.
pub const LOGO: &str = "/logo";
/// With DEV, every state of every screen.
pub const DEV_STATES: &str = "/dev/states/";
/// With DEV, one of them.
pub const DEV_STATE: &str = "/dev/states/{name}/";
/// How far the message with the code is, as JSON or as events.
pub const OTP_STATUS: &str = "/otp/status/";
/// A challenge for the browser to solve, as JSON, if it gets one from us.
pub const OTP_CHALLENGE: &str = "/otp/challenge/";
/// Solves it: a script of our own that runs beside the page.
pub const PROOF_OF_WORK_SCRIPT: &str = "/proof-of-work.js";
/// Behind the link "this was not me" in a mail; a POST ends the code.
pub const OTP_NOT_ME: &str = "/otp/not-me/";
/// What "this was not me" did.
pub const OTP_NOT_ME_DONE: &str = "/otp/not-me/done/";
/// The signed-in page.
pub const ACCOUNT: &str = "/account/";
/// Somebody who is signed in confirms that it is still them; a POST takes the code.
pub const ACCOUNT_CONFIRM: &str = "/account/confirm/";
/// A POST sends that code.
pub const ACCOUNT_CONFIRM_SEND: &str = "/account/confirm/send/";
/// The customer's sessions; a POST ends one.
pub const ACCOUNT_SESSIONS: &str = "/account/sessions/";
/// A POST ends all of them.
pub const ACCOUNT_SESSIONS_ALL: &str = "/account/sessions/all/";
/// Where a customer gives a new contact; a POST sends a code to it.
pub const ACCOUNT_CONTACT: &str = "/account/contact/";
/// Where they enter that code; a POST changes the contact.
pub const ACCOUNT_CONTACT_VERIFY: &str = "/account/contact/verify/";
/// Behind the link in the notice of a change; a POST undoes it.
pub const ACCOUNT_CONTACT_UNDO: &str = "/account/undo/";
/// What that did.
pub const ACCOUNT_CONTACT_UNDO_DONE: &str = "/account/undo/done/";
/// The servers of a gateway post here what became of a message.
pub const RECEIPTS: &str = "/receipts/{gateway}/";
/// With DEV, the messages that went out.
pub const DEV_INBOX: &str = "/dev/inbox/";
/// With DEV, an event for each message that goes out.
pub const DEV_INBOX_CHANGES: &str = "/dev/inbox/changes/";
/// With DEV, the HTML part of a message.
pub const DEV_INBOX_HTML: &str = "/dev/inbox/{number}/html";
/// Answers while the process lives.
pub const HEALTH_LIVE: &str = "/health/live";
/// Answers 200 while the database does.
pub const HEALTH_READY: &str = "/health/ready";
/// Figures for Prometheus, on the metrics address only.
pub const METRICS: &str = "/metrics";

/// The path of a state of a screen.
#[must_use]
pub fn dev_state(name: &str) -> String {
    DEV_STATE.replace("{name}", name)
}

/// The path of the HTML part of a message.
#[must_use]
pub fn dev_inbox_html(number: u64) -> String {
    DEV_INBOX_HTML.replace("{number}", &number.to_string())
}

/// The path of the page that confirms, on the way to another page of this site.
#[must_use]
pub fn confirm_before(next: &str) -> String {
    on_the_way(ACCOUNT_CONFIRM, next)
}

/// The path of the request screen, likewise.
#[must_use]
pub fn request_before(next: &str) -> String {
    on_the_way(OTP_REQUEST, next)
}

fn on_the_way(path: &str, next: &str) -> String {
    let value = [('%', "%25"), ('&', "%26"), ('#', "%23"), ('+', "%2B")]
        .into_iter()
        .fold(next.to_owned(), |text, (letter, written)| {
            text.replace(letter, written)
        });
    [path, "?next=", &value].concat()
}

/// A path behind a link in a mail with the link's token, which has letters only.
#[must_use]
pub fn with_token(path: &str, token: &str) -> String {
    [path, "?token=", token].concat()
}
