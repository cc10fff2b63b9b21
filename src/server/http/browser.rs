//! The browser that sent a request.

use std::net::SocketAddr;

use axum::{
    extract::ConnectInfo,
    http::{HeaderMap, header, request::Parts},
};

use super::{
    AppState,
    cookie::{self, Cookie},
    headers,
    language::language,
};
use crate::{
    server::domain::{Browser, Network, Origin},
    shared::RequestId,
};

/// Returns the browser that sent a request: its cookies, language, address and user agent.
#[must_use]
pub fn browser(parts: &Parts, state: &AppState) -> Browser {
    let peer = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip());
    let user_agent = headers::text(&parts.headers, header::USER_AGENT);
    let address = state.http.client_address.of(&parts.headers, peer);
    Browser {
        token: cookie::read(&parts.headers, Cookie::Session, state.http.https),
        device: cookie::read(&parts.headers, Cookie::Device, state.http.https),
        origin: Origin {
            language: language(&parts.headers, state),
            ..Origin::new(address, user_agent.as_deref())
        },
        network: address.map(Network::new).unwrap_or_default(),
    }
}

/// Returns the ID that [`super::trace`] gave the request.
#[must_use]
pub fn request_id(parts: &Parts) -> RequestId {
    parts.extensions.get().copied().unwrap_or(RequestId(0))
}

/// Whether the sender is a browser that loads a page, not a script that reads JSON.
#[must_use]
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers::accepts(headers, "text/html")
}
