//! Who sent a request.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{HeaderMap, header, request::Parts},
};

use super::{
    AppState,
    cookie::{self, Cookie},
};
use crate::{
    server::{
        config::ClientIp,
        domain::{Network, Origin},
        service::Browser,
    },
    shared::RequestId,
};

/// The browser behind a request.
#[must_use]
pub fn browser(parts: &Parts, state: &AppState) -> Browser {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let address = client_ip(&parts.headers, peer, state.edge.client_ip);
    Browser {
        token: cookie::read(&parts.headers, Cookie::Session, state.edge.https),
        device: cookie::read(&parts.headers, Cookie::Device, state.edge.https),
        origin: Origin::new(address, user_agent),
        network: address.map(Network::new).unwrap_or_default(),
    }
}

/// The id that [`super::trace`] gave the request.
#[must_use]
pub fn request_id(parts: &Parts) -> RequestId {
    parts.extensions.get().copied().unwrap_or(RequestId(0))
}

/// Whether the sender is a browser that loads a page, and not a script that reads JSON.
#[must_use]
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT).iter().any(|value| value.to_str().is_ok_and(|value| value.contains("text/html")))
}

/// The client's address: only from where the settings say (OWASP ASVS 5.0, 15.3.4), because everybody can write headers.
fn client_ip(headers: &HeaderMap, peer: Option<IpAddr>, source: ClientIp) -> Option<IpAddr> {
    match source {
        ClientIp::Socket => peer,
        ClientIp::XForwardedFor(hops) => forwarded(headers, hops).or(peer),
    }
}

/// The `hops`-th address from the right: the one that our outermost own proxy saw.
fn forwarded(headers: &HeaderMap, hops: usize) -> Option<IpAddr> {
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let addresses: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let index = addresses.len().checked_sub(hops)?;
    addresses.get(index)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        headers
    }

    fn seen(lines: &[&'static str], source: ClientIp) -> Option<String> {
        let peer = "192.0.2.1".parse().ok();
        client_ip(&headers(lines), peer, source).map(|ip| ip.to_string())
    }

    #[test]
    fn in_socket_mode_no_header_counts() {
        assert_eq!(seen(&["127.0.0.1"], ClientIp::Socket).as_deref(), Some("192.0.2.1"));
    }

    #[test]
    fn in_proxy_mode_the_hop_from_the_right_counts() {
        let lines = ["203.0.113.9, 198.51.100.7", "198.51.100.8"];
        assert_eq!(seen(&lines, ClientIp::XForwardedFor(1)).as_deref(), Some("198.51.100.8"));
        assert_eq!(seen(&lines, ClientIp::XForwardedFor(2)).as_deref(), Some("198.51.100.7"));
    }

    #[test]
    fn in_proxy_mode_a_missing_or_broken_header_falls_back_to_the_socket() {
        for lines in [&[][..], &["nonsense"], &["203.0.113.9"]] {
            assert_eq!(seen(lines, ClientIp::XForwardedFor(2)).as_deref(), Some("192.0.2.1"));
        }
    }
}
