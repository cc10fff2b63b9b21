//! A token that is read is one that could have been written.
#![no_main]

use axum::http::{HeaderMap, HeaderValue, header};
use doorcode::server::http::cookie::{self, Cookie};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|lines: Vec<&[u8]>| {
    let values = lines
        .into_iter()
        .filter_map(|line| HeaderValue::from_bytes(line).ok());
    let headers: HeaderMap = values.map(|value| (header::COOKIE, value)).collect();
    for (kind, https) in [
        (Cookie::Session, false),
        (Cookie::Session, true),
        (Cookie::Device, false),
        (Cookie::Device, true),
    ] {
        if let Some(token) = cookie::read(&headers, kind, https) {
            let written = token.to_cookie();
            assert!(written.len() == 64 && written.bytes().all(|b| b.is_ascii_hexdigit()));
        }
    }
});
