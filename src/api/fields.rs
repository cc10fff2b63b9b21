//! The names of form fields, for the `name` attributes of pages. A test holds them against the
//! forms.

/// `email` or `phone`.
pub const CONTACT_TYPE: &str = "contact_type";
/// A contact as typed.
pub const CONTACT_VALUE: &str = "contact_value";
/// The tag of a language.
pub const LANGUAGE: &str = "language";
/// An own path to go to afterwards.
pub const NEXT: &str = "next";
/// A code as typed.
pub const OTP_CODE: &str = "otp_code";
/// The own path of the page.
pub const PAGE: &str = "page";
/// Whether the device is to keep the contact.
pub const REMEMBER: &str = "remember";
/// The number of a session in the list.
pub const SESSION: &str = "session";
/// The solution of a challenge.
pub const SOLUTION: &str = "solution";
/// The token of a link in a mail.
pub const TOKEN: &str = "token";
