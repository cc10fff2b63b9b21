//! The cookies. Two carry a token and nothing else; two hold what their owner has chosen, and nobody else reads them.

use axum::http::{HeaderMap, HeaderValue, header};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::server::domain::{Token, policy::DEVICE_LIFETIME};

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// What the browser has under way: asking for a code, or being signed in.
    Session,
    /// That customers have signed in on the browser. It opens nothing.
    Device,
    /// The language that its owner has chosen.
    Language,
    /// The contact that its owner wants to find in the form the next time.
    Contact,
}

impl Cookie {
    /// The `__Host-` prefix (RFC 6265bis section 4.1.3.2) binds a cookie to this host and https; without https it cannot be.
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
        }
    }

    /// The `Set-Cookie` header (OWASP ASVS 5.0, 3.3.1 to 3.3.4).
    fn header(self, value: &str, seconds: i64, https: bool) -> Option<HeaderValue> {
        let secure = if https { "; Secure" } else { "" };
        let name = self.name(https);
        HeaderValue::try_from(format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")).ok()
    }
}

/// The token that a request carries in a cookie, if it is one.
#[must_use]
pub fn read(headers: &HeaderMap, cookie: Cookie, https: bool) -> Option<Token> {
    value(headers, cookie, https).and_then(Token::from_cookie)
}

/// The text that a request carries in a cookie, percent-decoded.
#[must_use]
pub fn text(headers: &HeaderMap, cookie: Cookie, https: bool) -> Option<String> {
    let text = percent_decode_str(value(headers, cookie, https)?).decode_utf8().ok()?;
    Some(text.into_owned())
}

/// The header that keeps a text on the device for half a year; an empty one is forgotten.
#[must_use]
pub fn keep(cookie: Cookie, text: &str, https: bool) -> Option<HeaderValue> {
    let written = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    cookie.header(&written, if text.is_empty() { 0 } else { DEVICE_LIFETIME.as_secs() }, https)
}

fn value(headers: &HeaderMap, cookie: Cookie, https: bool) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == cookie.name(https))
        .map(|(_, value)| value)
}

/// The header that lets a browser be known, from its last sign-in on.
#[must_use]
pub fn device(token: &Token, https: bool) -> Option<HeaderValue> {
    Cookie::Device.header(&token.to_cookie(), DEVICE_LIFETIME.as_secs(), https)
}

/// A change to the session cookie.
#[derive(Clone, Debug)]
pub enum CookieChange {
    /// None.
    Keep,
    /// This token from now on, for so many seconds.
    Set(Token, i64),
    /// None any more.
    Clear,
}

impl CookieChange {
    /// The `Set-Cookie` header that makes the change.
    #[must_use]
    pub fn header(&self, https: bool) -> Option<HeaderValue> {
        match self {
            Self::Keep => None,
            Self::Set(token, seconds) => Cookie::Session.header(&token.to_cookie(), *seconds, https),
            Self::Clear => Cookie::Session.header("", 0, https),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(https: bool) -> String {
        let change = CookieChange::Set(Token::new([1; 32]), 900);
        change.header(https).expect("a header").to_str().expect("text").to_owned()
    }

    #[test]
    fn over_https_the_cookie_is_bound_to_the_host() {
        let cookie = written(true);
        assert!(cookie.starts_with("__Host-doorcode=01"));
        assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=900; Secure"));
    }

    #[test]
    fn what_is_written_is_read_back_among_other_cookies() {
        let pair = written(false).split(';').next().expect("a pair").to_owned();
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; doorcodex=1"));
        headers.append(header::COOKIE, HeaderValue::try_from(format!("c=d;  {pair}")).expect("a header"));
        assert_eq!(read(&headers, Cookie::Session, false), Some(Token::new([1; 32])));
        assert_eq!(read(&headers, Cookie::Session, true), None);
    }

    #[test]
    fn a_text_is_read_back_whatever_it_holds_and_forgotten_when_it_is_empty() {
        for kept in ["email:ada@example.com", "phone:+1 202 555 0123", "a;b=c, \u{661} \"\\\u{7f}\r\n"] {
            let header = keep(Cookie::Contact, kept, false).expect("a header");
            let pair = header.to_str().expect("text").split(';').next().expect("a pair").to_owned();
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::try_from(pair).expect("a header"))]);
            assert_eq!(text(&headers, Cookie::Contact, false).as_deref(), Some(kept));
            assert_eq!(text(&headers, Cookie::Language, false), None);
        }
        let forgotten = keep(Cookie::Contact, "", true).expect("a header");
        assert!(forgotten.to_str().expect("text").contains("Max-Age=0"));
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;

    fn lines() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let near =
            "(__Host-)?doorcode(-device)?=[0-9a-f]{62,66}(; ?[a-z]{1,3}=.{0,4}){0,2}".prop_map(String::into_bytes);
        prop::collection::vec(prop_oneof![near, prop::collection::vec(any::<u8>(), 0..40)], 0..3)
    }

    fn headers(lines: Vec<Vec<u8>>) -> HeaderMap {
        let values = lines.into_iter().filter_map(|line| HeaderValue::from_bytes(&line).ok());
        values.map(|value| (header::COOKIE, value)).collect()
    }

    proptest! {
        #[test]
        fn what_is_read_stood_there_under_the_very_name(lines in lines(), https: bool) {
            let headers = headers(lines.clone());
            for cookie in [Cookie::Session, Cookie::Device] {
                let Some(token) = read(&headers, cookie, https) else { continue };
                let pair = format!("{}={}", cookie.name(https), token.to_cookie());
                prop_assert!(lines.iter().any(|line| line.windows(pair.len()).any(|part| part == pair.as_bytes())));
            }
        }

        #[test]
        fn what_is_written_is_read_back_behind_any_other_cookies(before in "([a-z]{1,9}=[!#-+\\--:<-~]{0,9}; ){0,4}", bytes: [u8; 32], https: bool) {
            let token = Token::new(bytes);
            let written = CookieChange::Set(token.clone(), 900).header(https).expect("a header");
            let pair = written.to_str().expect("text").split(';').next().expect("a pair").to_owned();
            let headers = headers(vec![format!("{before}{pair}").into_bytes()]);
            prop_assert_eq!(read(&headers, Cookie::Session, https), Some(token));
            prop_assert_eq!(read(&headers, Cookie::Session, !https), None);
        }
    }
}
