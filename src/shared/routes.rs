//! The paths of the site, each defined once.

/// The start page: redirects to the account page or to the request screen.
pub const ROOT: &str = "/";
/// The request screen; a POST issues an OTP.
pub const OTP_REQUEST: &str = "/otp/request/";
/// The verify screen; a POST verifies a code.
pub const OTP_VERIFY: &str = "/otp/verify/";
/// A POST sends the code again; a GET shows a page with one button that does so.
pub const OTP_RESEND: &str = "/otp/resend/";
/// A POST ends the session; a GET shows a page with one button that does so.
pub const OTP_LOGOUT: &str = "/otp/logout/";
/// A POST forgets the contact of the sign-in in progress, so that the customer can enter another.
pub const OTP_CHANGE: &str = "/otp/change/";
/// A POST chooses the language of the pages.
pub const LANGUAGE: &str = "/language/";
/// The operator's logo.
pub const LOGO: &str = "/logo";
/// Every state of every screen, side by side; only in the DEV environment.
pub const DEV_STATES: &str = "/dev/states/";
/// One state of a screen; only in the DEV environment.
pub const DEV_STATE: &str = "/dev/states/{name}/";
/// The delivery status of the message with the code, as JSON or as server-sent events.
pub const OTP_STATUS: &str = "/otp/status/";
/// A proof-of-work challenge for the browser, as JSON. Not found unless the server issues
/// challenges itself.
pub const OTP_CHALLENGE: &str = "/otp/challenge/";
/// The worker script that solves the challenge.
pub const PROOF_OF_WORK_SCRIPT: &str = "/proof-of-work.js";
/// The target of the link "this was not me" in an email; a POST revokes the code.
pub const OTP_NOT_ME: &str = "/otp/not-me/";
/// The confirmation that "this was not me" took effect.
pub const OTP_NOT_ME_DONE: &str = "/otp/not-me/done/";
/// The account page.
pub const ACCOUNT: &str = "/account/";
/// The step-up page, on which a signed-in customer enters a fresh code; a POST verifies it.
pub const ACCOUNT_CONFIRM: &str = "/account/confirm/";
/// A POST sends the code of the step-up page.
pub const ACCOUNT_CONFIRM_SEND: &str = "/account/confirm/send/";
/// The customer's sessions; a POST ends one.
pub const ACCOUNT_SESSIONS: &str = "/account/sessions/";
/// A POST ends all sessions of the customer.
pub const ACCOUNT_SESSIONS_ALL: &str = "/account/sessions/all/";
/// The form for a new contact; a POST sends a code to that contact.
pub const ACCOUNT_CONTACT: &str = "/account/contact/";
/// The form for the code that was sent to the new contact; a POST changes the contact.
pub const ACCOUNT_CONTACT_VERIFY: &str = "/account/contact/verify/";
/// The target of the link in the notice of a contact change; a POST undoes the change.
pub const ACCOUNT_CONTACT_UNDO: &str = "/account/undo/";
/// The confirmation that a contact change was undone.
pub const ACCOUNT_CONTACT_UNDO_DONE: &str = "/account/undo/done/";
/// The webhook for delivery receipts: a gateway posts the outcome of a message here.
pub const RECEIPTS: &str = "/receipts/{gateway}/";
/// The messages that were sent; only in the DEV environment.
pub const DEV_INBOX: &str = "/dev/inbox/";
/// A server-sent event for each message that is sent; only in the DEV environment.
pub const DEV_INBOX_CHANGES: &str = "/dev/inbox/changes/";
/// The HTML part of a message; only in the DEV environment.
pub const DEV_INBOX_HTML: &str = "/dev/inbox/{number}/html";
/// The liveness check: answers as long as the process runs.
pub const HEALTH_LIVE: &str = "/health/live";
/// The readiness check: answers 200 as long as the database responds.
pub const HEALTH_READY: &str = "/health/ready";
/// The metrics for Prometheus, on the metrics address only.
pub const METRICS: &str = "/metrics";

/// Returns the path of a state in the list of [`DEV_STATES`].
#[must_use]
pub fn dev_state(name: &str) -> String {
    DEV_STATE.replace("{name}", name)
}

/// Returns the path of the HTML part of a message.
#[must_use]
pub fn dev_inbox_html(number: u64) -> String {
    DEV_INBOX_HTML.replace("{number}", &number.to_string())
}

/// Returns the path of the step-up page that redirects to `next` afterwards. `next` must be a path
/// on this site.
#[must_use]
pub fn account_confirm_with_next(next: &str) -> String {
    with_next(ACCOUNT_CONFIRM, next)
}

/// Returns the path of the request screen. After the sign-in, the customer is redirected to `next`,
/// which must be a path on this site.
#[must_use]
pub fn otp_request_with_next(next: &str) -> String {
    with_next(OTP_REQUEST, next)
}

fn with_next(path: &str, next: &str) -> String {
    // A path on this site is printable ASCII already. Of its characters, only these have a meaning
    // of their own in a query. `%` comes first, so that no escape is escaped again.
    let value = [('%', "%25"), ('&', "%26"), ('#', "%23"), ('+', "%2B")]
        .into_iter()
        .fold(next.to_owned(), |text, (character, escape)| {
            text.replace(character, escape)
        });
    [path, "?next=", &value].concat()
}

/// Returns `path` with the token of an email link in its query. The token consists of letters only
/// and needs no escaping.
#[must_use]
pub fn with_token(path: &str, token: &str) -> String {
    [path, "?token=", token].concat()
}
