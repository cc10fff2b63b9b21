//! Connects to a gateway step by step, so that the operator sees which step fails.

use std::{
    error::Error,
    fmt, io,
    net::{SocketAddr, TcpStream},
    sync::Arc,
};

use rustls::{ClientConnection, ProtocolVersion, pki_types::ServerName};
use url::Url;

use super::api::tls_error;
use crate::server::{
    https::{CONNECT_TIMEOUT, tls},
    transport::email,
};

/// A step that succeeded.
#[derive(Debug)]
pub enum Step {
    /// The host was resolved to these addresses.
    Resolved(Vec<SocketAddr>),
    /// This address accepted the connection.
    Connected(SocketAddr),
    /// The host has a valid certificate. The TLS version is `None` if it is unknown.
    Verified(Option<ProtocolVersion>),
    /// The gateway is on this machine and needs no TLS.
    Unencrypted,
}

/// The step that failed. Its message also says what to check.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The host has no address.
    #[error(
        "The host has no address ({0}); check the gateway's endpoint and the name servers of this machine"
    )]
    Resolve(io::Error),
    /// No address accepted a connection.
    #[error(
        "No connection could be established ({0}); check whether a firewall lets this machine out to that address and port"
    )]
    Connect(io::Error),
    /// The TLS handshake failed.
    #[error(
        "TLS failed ({0}); check the clock, the certificates that this machine trusts, and the gateway's endpoint"
    )]
    Tls(String),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resolved(addresses) => {
                let addresses: Vec<_> = addresses
                    .iter()
                    .map(|address| address.ip().to_string())
                    .collect();
                write!(f, "The host has the address {}.", addresses.join(", "))
            }
            Self::Connected(address) => write!(f, "Connected to {address}."),
            Self::Verified(Some(version)) => write!(f, "TLS is verified ({version:?})."),
            Self::Verified(None) => write!(f, "TLS is verified."),
            Self::Unencrypted => write!(f, "The gateway is on this machine and uses no TLS."),
        }
    }
}

/// Connects to `url`, completes the TLS handshake, and calls `report` after each step. This
/// function blocks, for seconds at most.
///
/// # Errors
/// Returns [`ProbeError`] for the first step that fails.
pub fn probe(url: &Url, mut report: impl FnMut(Step)) -> Result<(), ProbeError> {
    let addresses = resolve(url).map_err(ProbeError::Resolve)?;
    report(Step::Resolved(addresses.clone()));
    let stream = connect(&addresses).map_err(ProbeError::Connect)?;
    report(Step::Connected(
        stream.peer_addr().map_err(ProbeError::Connect)?,
    ));
    report(match url.scheme() {
        "https" => Step::Verified(
            verify(url, stream).map_err(|error| ProbeError::Tls(tls_error_text(error.as_ref())))?,
        ),
        _ => Step::Unencrypted,
    });
    Ok(())
}

fn resolve(url: &Url) -> io::Result<Vec<SocketAddr>> {
    let addresses: Vec<_> = url.socket_addrs(|| None)?;
    if addresses.is_empty() {
        Err(io::ErrorKind::NotFound.into())
    } else {
        Ok(addresses)
    }
}

fn connect(addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    let mut last = io::ErrorKind::NotFound.into();
    for address in addresses {
        match TcpStream::connect_timeout(address, CONNECT_TIMEOUT) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn verify(url: &Url, mut stream: TcpStream) -> Result<Option<ProtocolVersion>, Box<dyn Error>> {
    stream.set_read_timeout(Some(CONNECT_TIMEOUT))?;
    stream.set_write_timeout(Some(CONNECT_TIMEOUT))?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let mut tls = ClientConnection::new(Arc::new(tls()?), ServerName::try_from(host.to_owned())?)?;
    while tls.is_handshaking() {
        tls.complete_io(&mut stream)?;
    }
    Ok(tls.protocol_version())
}

fn tls_error_text(error: &(dyn Error + 'static)) -> String {
    tls_error(error).map_or_else(|| error.to_string(), email::SmtpError::describe_tls_error)
}
