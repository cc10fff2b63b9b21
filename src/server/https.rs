//! The HTTP client for requests to other servers.

use std::time::Duration;

use reqwest::{Client, redirect};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;

/// How long a connection may take to be established.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Returns a configuration for TLS 1.2 and 1.3 that trusts the certificate authorities of the
/// operating system.
///
/// # Errors
/// Returns an error if TLS cannot be set up, for example because the system trusts no certificate
/// authority.
pub fn tls() -> Result<ClientConfig, rustls::Error> {
    let provider = rustls::crypto::ring::default_provider().into();
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_platform_verifier()?.with_no_client_auth())
}

/// Builds a client that connects only to the addresses in the settings: it follows no redirects and
/// uses no proxy from the environment.
///
/// # Errors
/// Returns an error if the client cannot be built.
pub fn client(tls: ClientConfig) -> Result<Client, reqwest::Error> {
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        // A gateway or a firewall may have dropped an idle connection. A text message that is written
        // to it counts as perhaps accepted, and is not repeated.
        .pool_max_idle_per_host(0)
        .user_agent(concat!("doorcode/", env!("CARGO_PKG_VERSION")))
        .build()
}
