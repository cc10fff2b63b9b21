//! Reads and writes cookies. Two cookies carry tokens, two store choices of the visitor, and one
//! carries the flash message for the next page.

use axum::http::{HeaderMap, HeaderValue, header};
use jiff::SignedDuration;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::server::domain::Token;

/// The cookies of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The session of the browser: a sign-in in progress, or a signed-in customer.
    Session,
    /// Marks a known device, on which customers have signed in. It grants no access.
    Device,
    /// The language that the visitor has chosen.
    Language,
    /// The contact that the visitor wants prefilled in the form.
    Contact,
    /// The sealed flash message for the next page.
    Flash,
}

impl Cookie {
    /// The `__Host-` prefix (RFC 6265bis section 4.1.3.2) binds a cookie to this host and to https.
    /// It cannot be used without https.
    const fn name(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, false) => "doorcode",
            (Self::Session, true) => "__Host-doorcode",
            (Self::Device, false) => "doorcode-device",
            (Self::Device, true) => "__Host-doorcode-device",
            (Self::Language, false) => "doorcode-language",
            (Self::Language, true) => "__Host-doorcode-language",
            (Self::Contact, false) => "doorcode-contact",
            (Self::Contact, true) => "__Host-doorcode-contact",
            (Self::Flash, false) => "doorcode-flash",
            (Self::Flash, true) => "__Host-doorcode-flash",
        }
    }
}

/// Returns the token in a request's cookie; `None` if the value is not a token.
#[must_use]
pub fn read(headers: &HeaderMap, cookie: Cookie, https: bool) -> Option<Token> {
    values(headers, cookie, https).find_map(Token::from_cookie)
}

/// Returns the text in a request's cookie, percent-decoded.
#[must_use]
pub fn text(headers: &HeaderMap, cookie: Cookie, https: bool) -> Option<String> {
    let mut values = values(headers, cookie, https);
    let text = values.find_map(|value| percent_decode_str(value).decode_utf8().ok())?;
    Some(text.into_owned())
}

/// Returns the `Set-Cookie` header that stores a value (OWASP ASVS 5.0, 3.3.1 to 3.3.4).
#[must_use]
pub fn set(
    cookie: Cookie,
    value: &str,
    lifetime: SignedDuration,
    https: bool,
) -> Option<HeaderValue> {
    let (name, seconds) = (cookie.name(https), lifetime.as_secs());
    let secure = if https { "; Secure" } else { "" };
    HeaderValue::try_from(format!(
        "{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"
    ))
    .ok()
}

/// Returns the `Set-Cookie` header that stores any text, percent-encoded.
#[must_use]
pub fn set_text(
    cookie: Cookie,
    text: &str,
    lifetime: SignedDuration,
    https: bool,
) -> Option<HeaderValue> {
    set(
        cookie,
        &utf8_percent_encode(text, NON_ALPHANUMERIC).to_string(),
        lifetime,
        https,
    )
}

/// Returns the `Set-Cookie` header that removes a cookie.
#[must_use]
pub fn clear(cookie: Cookie, https: bool) -> Option<HeaderValue> {
    set(cookie, "", SignedDuration::ZERO, https)
}

/// Returns the value of a request's cookie.
#[must_use]
pub fn value(headers: &HeaderMap, cookie: Cookie, https: bool) -> Option<&str> {
    values(headers, cookie, https).next()
}

/// Returns the values that a request has under the name of a cookie, the most specific one first
/// (RFC 6265 section 5.4).
///
/// Any script of a neighbouring site can set cookies for this one, with any bytes and under any
/// name. So the header is read as bytes, and only pairs with exactly our name are decoded.
fn values(headers: &HeaderMap, cookie: Cookie, https: bool) -> impl Iterator<Item = &str> {
    let name = cookie.name(https).as_bytes();
    headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(move |pair| pair.trim_ascii().strip_prefix(name)?.strip_prefix(b"="))
        .filter_map(|value| str::from_utf8(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(https: bool) -> String {
        let header = set(
            Cookie::Session,
            &Token::new([1; 32]).to_cookie(),
            SignedDuration::from_mins(15),
            https,
        );
        header.expect("a header").to_str().expect("text").to_owned()
    }

    #[test]
    fn over_https_the_cookie_is_bound_to_the_host() {
        let cookie = written(true);
        assert!(cookie.starts_with("__Host-doorcode=01"));
        assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=900; Secure"));
    }

    #[test]
    fn token_is_read_back_among_other_cookies() {
        let pair = written(false).split(';').next().expect("a pair").to_owned();
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; doorcodex=1"));
        headers.append(
            header::COOKIE,
            HeaderValue::try_from(format!("c=d;  {pair}")).expect("a header"),
        );
        assert_eq!(
            read(&headers, Cookie::Session, false),
            Some(Token::new([1; 32]))
        );
        assert_eq!(read(&headers, Cookie::Session, true), None);
    }

    #[test]
    fn cookies_of_other_sites_do_not_hide_our_own() {
        let token = Token::new([1; 32]);
        let own = format!("doorcode={}", token.to_cookie());
        for others in [
            "city=Z\u{fc}rich; ".as_bytes(),
            b"city=Z\xfcrich; ",
            b"\xff\xfe; ;=; x; ",
            b"a=\"b; c\"; ",
            b"doorcode=Z\xfcrich; ",
            b"doorcode=other; ",
            b"doorcode; doorcode-x=1; ",
        ] {
            for line in [
                [others, own.as_bytes()].concat(),
                [own.as_bytes(), b"; ", others].concat(),
            ] {
                let value = HeaderValue::from_bytes(&line).expect("a header");
                let headers = HeaderMap::from_iter([(header::COOKIE, value)]);
                let read = read(&headers, Cookie::Session, false);
                assert_eq!(read.as_ref(), Some(&token), "{line:?}");
            }
        }
    }

    #[test]
    fn text_with_special_characters_is_read_back() {
        for kept in [
            "email:ada@example.com",
            "phone:+1 202 555 0123",
            "a;b=c, \u{661} \"\\\u{7f}\r\n",
        ] {
            let header = set_text(Cookie::Contact, kept, SignedDuration::from_mins(15), false)
                .expect("a header");
            let pair = header
                .to_str()
                .expect("text")
                .split(';')
                .next()
                .expect("a pair")
                .to_owned();
            let headers = HeaderMap::from_iter([(
                header::COOKIE,
                HeaderValue::try_from(pair).expect("a header"),
            )]);
            assert_eq!(
                text(&headers, Cookie::Contact, false).as_deref(),
                Some(kept)
            );
            assert_eq!(text(&headers, Cookie::Language, false), None);
        }
    }

    #[test]
    fn cleared_cookie_expires_immediately() {
        let cleared = clear(Cookie::Contact, true).expect("a header");
        assert!(
            cleared
                .to_str()
                .expect("text")
                .starts_with("__Host-doorcode-contact=; ")
        );
        assert!(cleared.to_str().expect("text").contains("; Max-Age=0;"));
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;

    fn lines() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let near = "(__Host-)?doorcode(-device)?=[0-9a-f]{62,66}(; ?[a-z]{1,3}=.{0,4}){0,2}"
            .prop_map(String::into_bytes);
        prop::collection::vec(
            prop_oneof![near, prop::collection::vec(any::<u8>(), 0..40)],
            0..3,
        )
    }

    fn headers(lines: Vec<Vec<u8>>) -> HeaderMap {
        let values = lines
            .into_iter()
            .filter_map(|line| HeaderValue::from_bytes(&line).ok());
        values.map(|value| (header::COOKIE, value)).collect()
    }

    proptest! {
        #[test]
        fn token_is_read_only_under_its_exact_name(lines in lines(), https: bool) {
            let headers = headers(lines.clone());
            for cookie in [Cookie::Session, Cookie::Device] {
                let Some(token) = read(&headers, cookie, https) else { continue };
                let pair = format!("{}={}", cookie.name(https), token.to_cookie());
                prop_assert!(lines.iter().any(|line| line.windows(pair.len()).any(|part| part == pair.as_bytes())));
            }
        }

        #[test]
        fn token_is_read_back_after_any_other_bytes(before in prop::collection::vec(prop_oneof![32..=126_u8, 128..=255_u8], 0..40), bytes: [u8; 32], https: bool) {
            let token = Token::new(bytes);
            let pair = format!("; {}={}", Cookie::Session.name(https), token.to_cookie());
            let headers = headers(vec![[before, pair.into_bytes()].concat()]);
            prop_assert_eq!(read(&headers, Cookie::Session, https), Some(token));
        }

        #[test]
        fn token_is_read_back_after_any_other_cookies(before in "([a-z]{1,9}=[!#-+\\--:<-~]{0,9}; ){0,4}", bytes: [u8; 32], https: bool) {
            let token = Token::new(bytes);
            let written = set(Cookie::Session, &token.to_cookie(), SignedDuration::from_mins(15), https).expect("a header");
            let pair = written.to_str().expect("text").split(';').next().expect("a pair").to_owned();
            let headers = headers(vec![format!("{before}{pair}").into_bytes()]);
            prop_assert_eq!(read(&headers, Cookie::Session, https), Some(token));
            prop_assert_eq!(read(&headers, Cookie::Session, !https), None);
        }
    }
}
