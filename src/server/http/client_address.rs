//! The IP address of the client.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Once,
};

use axum::http::HeaderMap;

use crate::server::config::ClientIp;

/// Reads the client's address. It trusts only the configured source (OWASP ASVS 5.0, 15.3.4),
/// because any client can write headers.
#[derive(Debug)]
pub struct ClientAddress {
    source: ClientIp,
    missing_logged: Once,
}

impl ClientAddress {
    /// Creates a reader for the configured source.
    #[must_use]
    pub const fn new(source: ClientIp) -> Self {
        Self {
            source,
            missing_logged: Once::new(),
        }
    }

    /// Returns the client's address in canonical form: an IPv4-mapped IPv6 address becomes an IPv4
    /// address. Falls back to `peer` if `X-Forwarded-For` has no valid address at the configured
    /// position.
    #[must_use]
    pub fn of(&self, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
        let address = match self.source {
            ClientIp::Socket => peer,
            ClientIp::XForwardedFor(hops) => forwarded(headers, hops).or_else(|| {
                self.missing_logged.call_once(|| {
                    tracing::warn!(
                        hops,
                        "X-Forwarded-For has no address where server.client_ip says; logged once"
                    );
                });
                peer
            }),
        };
        address.map(|address| address.to_canonical())
    }
}

/// Returns the `hops`-th address from the right: the one that our outermost proxy saw. The client
/// controls everything further left, so invalid bytes there must not prevent parsing.
fn forwarded(headers: &HeaderMap, hops: usize) -> Option<IpAddr> {
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    let entries = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    let entry = entries.into_iter().nth(hops.checked_sub(1)?)?;
    address(str::from_utf8(entry).ok()?.trim())
}

/// Parses an address in the notations that proxies use: `192.0.2.1`, `192.0.2.1:5678`,
/// `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:443`.
fn address(text: &str) -> Option<IpAddr> {
    let bracketed = || {
        text.strip_prefix('[')?
            .strip_suffix(']')?
            .parse::<Ipv6Addr>()
            .ok()
            .map(IpAddr::V6)
    };
    let with_port = || text.parse().ok().map(|address: SocketAddr| address.ip());
    text.parse().ok().or_else(with_port).or_else(bracketed)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(lines: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(
                "x-forwarded-for",
                HeaderValue::from_bytes(line).expect("a header"),
            );
        }
        headers
    }

    fn seen(lines: &[&[u8]], source: ClientIp) -> String {
        let peer = "::ffff:192.0.2.1".parse().ok();
        ClientAddress::new(source)
            .of(&headers(lines), peer)
            .expect("an address")
            .to_string()
    }

    #[test]
    fn socket_mode_ignores_headers() {
        let mut headers = headers(&[b"127.0.0.1", b"203.0.113.9"]);
        for name in [
            "forwarded",
            "x-real-ip",
            "x-client-ip",
            "true-client-ip",
            "cf-connecting-ip",
            "x-forwarded-host",
        ] {
            headers.insert(name, HeaderValue::from_static("for=203.0.113.9"));
        }
        let peer = "192.0.2.1".parse().ok();
        assert_eq!(
            ClientAddress::new(ClientIp::Socket).of(&headers, peer),
            peer
        );
    }

    #[test]
    fn proxy_mode_reads_the_configured_hop_from_the_right() {
        for lines in [
            &[&b"203.0.113.9, 198.51.100.7"[..], b"198.51.100.8"][..],
            &[b"127.0.0.1,nonsense,\xff\xfe,,198.51.100.7 ,\t198.51.100.8"],
            &[b"203.0.113.9", b"\xff, 198.51.100.7", b"198.51.100.8"],
        ] {
            assert_eq!(seen(lines, ClientIp::XForwardedFor(1)), "198.51.100.8");
            assert_eq!(seen(lines, ClientIp::XForwardedFor(2)), "198.51.100.7");
        }
    }

    #[test]
    fn different_notations_give_the_same_address() {
        for (written, address) in [
            ("192.0.2.9", "192.0.2.9"),
            ("192.0.2.9:5678", "192.0.2.9"),
            ("::ffff:192.0.2.9", "192.0.2.9"),
            ("[::ffff:192.0.2.9]:443", "192.0.2.9"),
            ("2001:DB8:0:0::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
        ] {
            assert_eq!(
                seen(&[written.as_bytes()], ClientIp::XForwardedFor(1)),
                address,
                "{written}"
            );
        }
    }

    #[test]
    fn missing_or_invalid_entry_falls_back_to_the_socket() {
        for entry in [
            "",
            "unknown",
            "192.0.2",
            "192.0.2.9:",
            "192.0.2.9:99999",
            "2001:db8::1]",
            "[192.0.2.9]",
            "[]:1",
        ] {
            assert_eq!(
                seen(&[entry.as_bytes()], ClientIp::XForwardedFor(1)),
                "192.0.2.1",
                "{entry}"
            );
        }
        for lines in [
            &[][..],
            &[&b"203.0.113.9"[..]],
            &[b"203.0.113.9,\xff,198.51.100.8"],
        ] {
            assert_eq!(seen(lines, ClientIp::XForwardedFor(2)), "192.0.2.1");
        }
    }
}

#[cfg(test)]
mod properties {
    use axum::http::{HeaderValue, header};
    use proptest::prelude::*;

    use super::*;

    fn headers(lines: &[Vec<u8>]) -> HeaderMap {
        let values = lines
            .iter()
            .filter_map(|line| HeaderValue::from_bytes(line).ok());
        values
            .map(|value| (header::HeaderName::from_static("x-forwarded-for"), value))
            .collect()
    }

    fn anything() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let addresses = "([0-9a-f.:,\\[\\] ]|, ){0,40}".prop_map(String::into_bytes);
        prop::collection::vec(
            prop_oneof![addresses, prop::collection::vec(any::<u8>(), 0..40)],
            0..4,
        )
    }

    proptest! {
        #[test]
        fn client_input_does_not_shift_proxy_entries(lines in anything(), client: IpAddr, proxy: IpAddr, one_line: bool) {
            let added = format!("{client}, {proxy}").into_bytes();
            let mut lines = lines;
            match lines.last_mut() {
                Some(last) if one_line && HeaderValue::from_bytes(last).is_ok() => last.extend([b", ", &*added].concat()),
                _ => lines.push(added),
            }
            let read = ClientAddress::new(ClientIp::XForwardedFor(2)).of(&headers(&lines), None);
            prop_assert_eq!(read, Some(client.to_canonical()));
        }

        #[test]
        fn every_notation_of_an_address_is_parsed(address: IpAddr, port: u16) {
            let socket = SocketAddr::new(address, port).to_string();
            let bracketed = if address.is_ipv6() { format!("[{address}]") } else { address.to_string() };
            for text in [address.to_string(), socket, bracketed] {
                prop_assert_eq!(super::address(&text), Some(address), "{}", text);
            }
        }
    }
}
