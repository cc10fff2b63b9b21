//! Incoming forms: limits on size and time, and one canonical encoding.

use std::{borrow::Cow, time::Duration};

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time;

use super::{error_response::ProblemResponse, headers};
use crate::{api::fields, ui::pages::Problem};

/// The maximum size of a form in bytes. hCaptcha writes its response into two fields of 2 KB or
/// more each.
pub const MAX_BYTES: usize = 8 * 1024;
/// The maximum time that a form may take to arrive.
const READ_TIMEOUT: Duration = Duration::from_secs(10);
const FORM: &str = "application/x-www-form-urlencoded";
/// Fields that scripts of CAPTCHA providers add to our forms
/// (<https://developers.cloudflare.com/turnstile/get-started/>, <https://docs.hcaptcha.com/>), and
/// our names for them.
const PROVIDER_FIELDS: [(&str, &str); 2] = [
    ("cf-turnstile-response", fields::SOLUTION),
    ("h-captcha-response", fields::SOLUTION),
];

/// Reads the whole form before any handler sees it, and passes it on in canonical encoding.
pub async fn layer(request: Request<Body>, next: Next) -> Response {
    if *request.method() != Method::POST {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    match read(&parts.headers, body).await {
        Ok(form) => {
            parts
                .headers
                .insert(header::CONTENT_TYPE, HeaderValue::from_static(FORM));
            parts
                .headers
                .insert(header::CONTENT_LENGTH, HeaderValue::from(form.len()));
            next.run(Request::from_parts(parts, Body::from(form))).await
        }
        Err(problem) => ProblemResponse(problem).into_response(),
    }
}

async fn read(request: &HeaderMap, body: Body) -> Result<String, Problem> {
    let content_length = headers::text(request, header::CONTENT_LENGTH)
        .and_then(|length| length.parse::<usize>().ok());
    if content_length.is_some_and(|bytes| bytes > MAX_BYTES) {
        return Err(Problem::TooLarge);
    }
    let bytes = time::timeout(READ_TIMEOUT, to_bytes(body, MAX_BYTES))
        .await
        .map_err(|_| Problem::Timeout)?;
    let bytes = bytes.map_err(|_| Problem::TooLarge)?;
    let content_type = headers::text(request, header::CONTENT_TYPE).unwrap_or_default();
    let is_form = headers::is_media_type(&content_type, FORM);
    if !is_form && !bytes.is_empty() {
        return Err(Problem::Malformed);
    }
    canonical(&bytes).ok_or(Problem::Malformed)
}

/// Returns the fields of our forms in valid encoding, each once. Ignores all other fields:
/// extensions and firewalls add hidden fields of any name to our forms, and such a field must not
/// lock a customer out.
///
/// Returns `None` if one of our fields has two different values or is spelled like an array. That
/// is an attempt to exploit differences between two parsers (CVE-2023-7028).
fn canonical(bytes: &[u8]) -> Option<String> {
    let mut form: Vec<(&str, Cow<'_, str>)> = Vec::new();
    for (name, value) in form_urlencoded::parse(bytes) {
        if name
            .split_once('[')
            .is_some_and(|(name, _)| own(name).is_some())
        {
            return None;
        }
        let Some(name) = own(&name) else { continue };
        match form.iter().find(|(other, _)| *other == name) {
            Some((_, other)) if *other != value => return None,
            Some(_) => {}
            None => form.push((name, value)),
        }
    }
    let mut encoded = form_urlencoded::Serializer::new(String::new());
    Some(encoded.extend_pairs(form).finish())
}

/// Returns our name for a field; `None` if it is not one of ours.
fn own(name: &str) -> Option<&'static str> {
    let ours = fields::ALL.into_iter().map(|field| (field, field));
    let (_, field) = ours
        .chain(PROVIDER_FIELDS)
        .find(|(spelling, _)| *spelling == name)?;
    Some(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_forms_are_accepted() {
        assert_eq!(
            canonical(b"contact_type=email&contact_value=a%40b.c+d").as_deref(),
            Some("contact_type=email&contact_value=a%40b.c+d")
        );
        assert_eq!(canonical(b"").as_deref(), Some(""));
        assert_eq!(canonical(b"next=%2F&next=/").as_deref(), Some("next=%2F"));
    }

    #[test]
    fn provider_fields_become_the_solution() {
        assert_eq!(
            canonical(b"cf-turnstile-response=a.b").as_deref(),
            Some("solution=a.b")
        );
        assert_eq!(
            canonical(b"g-recaptcha-response=t&h-captcha-response=t").as_deref(),
            Some("solution=t")
        );
        assert_eq!(canonical(b"h-captcha-response=t&solution=u"), None);
    }

    #[test]
    fn invalid_encoding_is_replaced() {
        assert_eq!(
            canonical(b"otp_code=%FF%zz").as_deref(),
            Some("otp_code=%EF%BF%BD%25zz")
        );
    }

    #[test]
    fn fields_of_others_are_ignored() {
        for field in [
            "=1",
            "Otp=1",
            "OTP_CODE=1",
            "__RequestVerificationToken=x",
            "data-ext.field=1",
            "ext.a=1&ext.a=2",
            "a[]=1&a[]=2",
            "a[b][c]=1",
            "%FF%00=%FE",
            "csrf token",
            "&&&",
            "\u{fc}=\u{fc}",
        ] {
            for form in [
                format!("otp_code=012345&{field}"),
                format!("{field}&otp_code=012345"),
            ] {
                let canonical = canonical(form.as_bytes());
                assert_eq!(canonical.as_deref(), Some("otp_code=012345"), "{form}");
            }
        }
    }

    #[test]
    fn repeated_and_array_fields_are_refused() {
        for form in [
            &b"otp_code=1&otp_code=2"[..],
            b"otp_code[]=1",
            b"otp_code[0]=1",
            b"otp_code=1&otp_code[x]=1",
        ] {
            assert_eq!(canonical(form), None);
        }
    }
}

#[cfg(test)]
mod properties {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn accepted_forms_are_canonical_with_unique_plain_fields(
            form in prop_oneof![
                "(([a-z_]{1,4}|next|page|otp_code)=([a-z0-9+]|%[0-9a-fA-Fz]{2}|\\PC){0,6}&?){0,5}".prop_map(String::into_bytes),
                prop::collection::vec(any::<u8>(), 0..60),
            ]
        ) {
            let Some(form) = canonical(&form) else { return Ok(()) };
            prop_assert!(form.bytes().all(|b| b.is_ascii_graphic()));
            prop_assert_eq!(canonical(form.as_bytes()), Some(form.clone()));
            let names: Vec<_> = form_urlencoded::parse(form.as_bytes()).map(|(name, _)| name).collect();
            prop_assert!(names.iter().all(|name| fields::ALL.contains(&&**name)));
            prop_assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
        }
    }
}
