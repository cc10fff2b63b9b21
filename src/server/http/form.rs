//! Incoming forms: limits on size and time, and one canonical encoding.

use std::{borrow::Cow, collections::HashSet, time::Duration};

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time;

use super::error_response::ProblemResponse;
use crate::ui::pages::Problem;

/// The maximum size of a form in bytes. hCaptcha writes its response into two fields of 2 KB or
/// more each.
pub const MAX_BYTES: usize = 8 * 1024;
/// The maximum time that a form may take to arrive.
const READ_TIMEOUT: Duration = Duration::from_secs(10);
const FORM: &str = "application/x-www-form-urlencoded";
/// Fields that scripts of CAPTCHA providers add to our forms
/// (<https://developers.cloudflare.com/turnstile/get-started/>, <https://docs.hcaptcha.com/>), and
/// our names for them. The last field repeats the one before it and is dropped.
const PROVIDER_FIELDS: [(&str, Option<&str>); 3] = [
    ("cf-turnstile-response", Some("solution")),
    ("h-captcha-response", Some("solution")),
    ("g-recaptcha-response", None),
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

async fn read(headers: &HeaderMap, body: Body) -> Result<String, Problem> {
    let content_length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if content_length.is_some_and(|bytes| bytes > MAX_BYTES) {
        return Err(Problem::TooLarge);
    }
    let bytes = time::timeout(READ_TIMEOUT, to_bytes(body, MAX_BYTES))
        .await
        .map_err(|_| Problem::Timeout)?;
    let bytes = bytes.map_err(|_| Problem::TooLarge)?;
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let is_form = content_type
        .split(';')
        .next()
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(FORM));
    if !is_form && !bytes.is_empty() {
        return Err(Problem::Malformed);
    }
    canonical(&bytes).ok_or(Problem::Malformed)
}

/// Returns the form with valid encoding and unique field names; `None` if it is malformed. Our
/// pages send only plain, unique fields. A repeated or array-like field is an attempt to exploit
/// differences between two parsers (CVE-2023-7028).
fn canonical(bytes: &[u8]) -> Option<String> {
    let rename = |(name, value): (Cow<'_, str>, _)| match PROVIDER_FIELDS
        .iter()
        .find(|(provider_field, _)| *provider_field == name)
    {
        Some((_, field)) => field.map(|field| (field.to_owned(), value)),
        None => Some((name.into_owned(), value)),
    };
    let fields: Vec<_> = form_urlencoded::parse(bytes).filter_map(rename).collect();
    let mut names = HashSet::new();
    let plain =
        |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if !fields
        .iter()
        .all(|(name, _)| plain(name) && names.insert(name.clone()))
    {
        return None;
    }
    Some(
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish(),
    )
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
    fn repeated_and_array_fields_are_refused() {
        for form in [
            &b"otp_code=1&otp_code=2"[..],
            b"otp_code[]=1",
            b"otp_code[0]=1",
            b"=1",
            b"Otp=1",
        ] {
            assert_eq!(canonical(form), None);
        }
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn accepted_forms_are_canonical_with_unique_plain_fields(
            form in prop_oneof![
                "([a-z_]{1,4}=([a-z0-9+]|%[0-9a-fA-Fz]{2}|\\PC){0,6}&?){0,5}".prop_map(String::into_bytes),
                prop::collection::vec(any::<u8>(), 0..60),
            ]
        ) {
            let Some(form) = canonical(&form) else { return Ok(()) };
            prop_assert!(form.bytes().all(|b| b.is_ascii_graphic()));
            prop_assert_eq!(canonical(form.as_bytes()), Some(form.clone()));
            let names: Vec<_> = form_urlencoded::parse(form.as_bytes()).map(|(name, _)| name).collect();
            prop_assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
            prop_assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
        }
    }
}
