//! Reading headers of requests, and the security headers of every response.

use std::borrow::Cow;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use leptos::{nonce::use_nonce, prelude::expect_context};
use leptos_axum::ResponseOptions;

use super::AppState;
use crate::ui::components::proof::WidgetKind;

/// Returns the elements of a header that is a list (RFC 9110 section 5.6.1), from all lines with
/// its name.
///
/// Bytes that are not UTF-8 become U+FFFD, because one byte from a proxy or an extension must not
/// discard the elements around it.
pub fn list(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = Cow<'_, str>> {
    headers
        .get_all(name)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .map(|element| String::from_utf8_lossy(element.trim_ascii()))
}

/// Returns the text of a header. Bytes that are not UTF-8 become U+FFFD.
#[must_use]
pub fn text(headers: &HeaderMap, name: HeaderName) -> Option<Cow<'_, str>> {
    headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
}

/// Whether the sender names this media type in `Accept`. Media types are case-insensitive, and the
/// parameters after them do not matter (RFC 9110 sections 8.3.1 and 12.5.1).
#[must_use]
pub fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    list(headers, header::ACCEPT).any(|element| is_media_type(&element, media_type))
}

/// Whether a media type, possibly with parameters, is this one.
#[must_use]
pub fn is_media_type(text: &str, media_type: &str) -> bool {
    let name = text.split(';').next().unwrap_or_default();
    name.trim().eq_ignore_ascii_case(media_type)
}

/// The content security policy of responses that are not pages: they may load nothing, and no site
/// may frame them.
const NO_PAGE_POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// Two years (OWASP ASVS 5.0, 3.4.1, requires at least one).
const STRICT_TRANSPORT: &str = "max-age=63072000";
/// The same for all subdomains. Browsers would refuse a subdomain without https for two years, so
/// only the operator can decide this.
const STRICT_TRANSPORT_WITH_SUBDOMAINS: &str = "max-age=63072000; includeSubDomains";
const NO_STORE: &str = "no-store";
/// For pages. Intermediaries must not rewrite them (RFC 9111 section 5.2.2.6): Cloudflare, for
/// example, would replace email addresses with a text that only its own script can decode
/// (<https://developers.cloudflare.com/waf/tools/scrape-shield/email-address-obfuscation/>), and
/// the content security policy blocks that script.
const NO_STORE_OF_PAGES: &str = "no-store, no-transform";

/// Returns the content security policy of a page (OWASP ASVS 5.0, 3.4.3). A script runs only if it
/// carries the page's nonce, or if such a script loads it. `'wasm-unsafe-eval'` is the one
/// relaxation: without it, no browser compiles the WASM of the islands. The challenge solver is a
/// worker of our own. The nonce of its script tag also allows a CAPTCHA provider's widget, whose
/// other sources come from the provider's documentation.
fn page_policy(nonce: &str, reload_port: Option<u32>, widget: Option<WidgetKind>) -> String {
    let reload = reload_port
        .map(|port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}"))
        .unwrap_or_default();
    let (frames, others) = widget.map(widget_sources).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'{others}; \
         img-src 'self'; connect-src 'self'{reload}{others}; {frames}worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

/// Returns the `frame-src` directive for a CAPTCHA provider's widget, and the extra sources of its
/// styles and requests
/// (<https://developers.cloudflare.com/turnstile/reference/content-security-policy/>,
/// <https://docs.hcaptcha.com/#content-security-policy-settings>).
const fn widget_sources(kind: WidgetKind) -> (&'static str, &'static str) {
    match kind {
        WidgetKind::Turnstile => ("frame-src https://challenges.cloudflare.com; ", ""),
        WidgetKind::HCaptcha => (
            "frame-src https://hcaptcha.com https://*.hcaptcha.com; ",
            " https://hcaptcha.com https://*.hcaptcha.com",
        ),
    }
}

/// Sets the content security policy of a page, with the nonce of its scripts. Must be called while
/// the page is rendered.
pub fn allow_page_script(reload_port: Option<u32>, widget: Option<WidgetKind>) {
    let Some(nonce) = use_nonce() else { return };
    if let Ok(policy) = HeaderValue::try_from(page_policy(&nonce, reload_port, widget)) {
        expect_context::<ResponseOptions>().insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Lets a page embed frames from this site.
pub fn allow_own_frames(response: &mut Response) {
    if let Some(policy) = response
        .headers_mut()
        .get_mut(header::CONTENT_SECURITY_POLICY)
    {
        let wider = [policy.as_bytes(), b"; frame-src 'self'"].concat();
        *policy = HeaderValue::from_bytes(&wider).unwrap_or_else(|_| policy.clone());
    }
}

/// Lets pages of this site embed this page in a frame.
pub fn allow_framing(response: &mut Response) {
    let headers = response.headers_mut();
    if let Some(policy) = headers.get_mut(header::CONTENT_SECURITY_POLICY) {
        let wider = policy
            .to_str()
            .map(|policy| policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'"));
        *policy = wider
            .ok()
            .and_then(|wider| HeaderValue::try_from(wider).ok())
            .unwrap_or_else(|| policy.clone());
    }
    headers.insert(
        header::X_FRAME_OPTIONS,
        HeaderValue::from_static("SAMEORIGIN"),
    );
}

/// Adds the security headers that a response does not set itself.
pub async fn layer(State(state): State<AppState>, request: Request<Body>, next: Next) -> Response {
    let mut response = next.run(request).await;
    let defaults = [
        (header::CONTENT_SECURITY_POLICY, NO_PAGE_POLICY),
        // Other sites get no referrer. With a stricter policy, browsers would send `Origin: null`
        // with our own forms (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), otp-credentials=(self)",
        ),
        (header::CACHE_CONTROL, no_store(response.headers())),
    ];
    let headers = response.headers_mut();
    for (name, value) in defaults {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if state.http.https {
        let policy = if state.http.hsts_include_subdomains {
            STRICT_TRANSPORT_WITH_SUBDOMAINS
        } else {
            STRICT_TRANSPORT
        };
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(policy),
        );
    }
    response
}

fn no_store(headers: &HeaderMap) -> &'static str {
    if is_html(headers) {
        NO_STORE_OF_PAGES
    } else {
        NO_STORE
    }
}

/// Whether a response is HTML.
pub fn is_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}
#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, lines: &[&[u8]]) -> HeaderMap {
        let value = |line: &&[u8]| HeaderValue::from_bytes(line).expect("a header");
        lines
            .iter()
            .map(|line| (name.clone(), value(line)))
            .collect()
    }

    #[test]
    fn foreign_bytes_in_accept_hide_no_media_type() {
        for lines in [
            &[&b"text/html"[..]][..],
            &[b"text/html;q=0.9, x/\xfc"],
            &[b"x/\xfc;y=\xff, TEXT/HTML"],
            &["application/z\u{fc}, text/html; charset=utf-8".as_bytes()],
            &[b"x/\xfc", b"text/html"],
        ] {
            let headers = headers(header::ACCEPT, lines);
            assert!(accepts(&headers, "text/html"), "{lines:?}");
            assert!(!accepts(&headers, "text/event-stream"), "{lines:?}");
        }
        for other in [&b"text/html\xfc"[..], b"*/*", b"", b"x=\"text/html\""] {
            assert!(!accepts(&headers(header::ACCEPT, &[other]), "text/html"));
        }
    }

    #[test]
    fn foreign_bytes_are_replaced() {
        let headers = headers(header::USER_AGENT, &[b"Mozilla/5.0 (Z\xfcrich)"]);
        let read = text(&headers, header::USER_AGENT);
        assert_eq!(read.as_deref(), Some("Mozilla/5.0 (Z\u{fffd}rich)"));
        assert_eq!(text(&headers, header::ACCEPT), None);
    }
}
