//! The names of form fields, for the `name` attributes of pages. A test compares them with the
//! forms.

/// The kind of a contact: `email` or `phone`.
pub const CONTACT_TYPE: &str = "contact_type";
/// The contact as typed.
pub const CONTACT_VALUE: &str = "contact_value";
/// The BCP 47 tag of a language.
pub const LANGUAGE: &str = "language";
/// The path on this site to redirect to after the sign-in or step-up.
pub const NEXT: &str = "next";
/// The code as typed.
pub const OTP_CODE: &str = "otp_code";
/// The path of the page on which the language was chosen; the response redirects to it.
pub const PAGE: &str = "page";
/// `RequestForm::YES` if the device should remember the contact.
pub const REMEMBER: &str = "remember";
/// The number of a session in the list of the customer's sessions.
pub const SESSION: &str = "session";
/// The solution of a challenge.
pub const SOLUTION: &str = "solution";
/// The token of a link in an email.
pub const TOKEN: &str = "token";

/// All of the names. The server ignores any other field.
pub const ALL: [&str; 10] = [
    CONTACT_TYPE,
    CONTACT_VALUE,
    LANGUAGE,
    NEXT,
    OTP_CODE,
    PAGE,
    REMEMBER,
    SESSION,
    SOLUTION,
    TOKEN,
];
