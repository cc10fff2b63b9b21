//! The one cookie. It carries a token and nothing else.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::server::domain::Token;

/// The `__Host-` prefix (RFC 6265bis section 4.1.3.2) binds the cookie to this host and https; without https it cannot be.
const fn name(https: bool) -> &'static str {
    if https { "__Host-doorcode" } else { "doorcode" }
}

/// The token that a request carries, if it is one.
#[must_use]
pub fn read(headers: &HeaderMap, https: bool) -> Option<Token> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name(https))
        .and_then(|(_, value)| Token::from_cookie(value))
}

/// A change to the browser's cookie.
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
    /// The `Set-Cookie` header that makes the change (OWASP ASVS 5.0, 3.3.1 to 3.3.4).
    #[must_use]
    pub fn header(&self, https: bool) -> Option<HeaderValue> {
        let (value, seconds) = match self {
            Self::Keep => return None,
            Self::Set(token, seconds) => (token.to_cookie(), *seconds),
            Self::Clear => (String::new(), 0),
        };
        let secure = if https { "; Secure" } else { "" };
        let cookie = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", name(https));
        HeaderValue::try_from(cookie).ok()
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
        assert_eq!(read(&headers, false), Some(Token::new([1; 32])));
        assert_eq!(read(&headers, true), None);
    }
}
