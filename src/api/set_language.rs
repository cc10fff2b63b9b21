//! `POST /language/`

use leptos::prelude::*;

use super::{Next, OtpError};

/// Chooses the language of this browser's pages and messages. What stood in the request form comes back in the next page.
///
/// # Errors
/// [`OtpError::Malformed`] for a language that the page did not offer.
#[server(prefix = "", endpoint = "/language/")]
pub async fn set_language(
    /// Its tag, like `es`.
    #[server(default)]
    language: String,
    /// The own path of the page; nothing on the request screen, which sends its fields instead.
    #[server(default)]
    page: String,
    /// `email` or `phone`.
    #[server(default)]
    contact_type: String,
    /// The contact as typed so far.
    #[server(default)]
    contact_value: String,
    /// The own path that the customer came from, or nothing.
    #[server(default)]
    next: String,
    /// `yes`, if the device is to keep the contact.
    #[server(default)]
    remember: String,
) -> Result<Next, OtpError> {
    let request = crate::server::request::current()?;
    let outcome = request.set_language(&language, &page, (&contact_type, contact_value, next), remember == "yes");
    request.answer(outcome).await
}
