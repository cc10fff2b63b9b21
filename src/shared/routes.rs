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
/// The page behind the link "This was not me" of a message, with `?token=`.
pub const OTP_NOT_ME: &str = "/otp/not-me/";
/// The signed-in page.
pub const ACCOUNT: &str = "/account/";
/// The servers of a gateway post here what became of a message.
pub const RECEIPTS: &str = "/receipts/{gateway}/";
/// Answers while the process lives.
pub const HEALTH_LIVE: &str = "/health/live";
/// Answers 200 while the database does.
pub const HEALTH_READY: &str = "/health/ready";
/// Figures for Prometheus, on the metrics address only.
pub const METRICS: &str = "/metrics";
