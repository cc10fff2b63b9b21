//! How the servers of others are spoken to over HTTP.

use std::time::Duration;

use reqwest::{Client, redirect};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;

/// The most time that a connection may take to stand.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// TLS 1.2 or 1.3, with whom the operating system trusts.
///
/// # Errors
/// The system trusts nobody.
pub fn tls() -> Result<ClientConfig, rustls::Error> {
    let provider = rustls::crypto::ring::default_provider().into();
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_platform_verifier()?.with_no_client_auth())
}

/// A client. It goes where the settings say and nowhere else: no redirect, no proxy of the
/// environment.
///
/// # Errors
/// The client cannot be built.
pub fn client(tls: ClientConfig) -> Result<Client, reqwest::Error> {
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(concat!("doorcode/", env!("CARGO_PKG_VERSION")))
        .build()
}
