//! TLS below the mail library's SMTP. It reports the protocol and the exact error, and it ensures
//! that nothing sent before encryption is read after it.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{SetupError, SmtpError};
use crate::server::relay::RelaySettings;

/// The TLS configuration for a relay.
pub(super) struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Tls {
    /// Creates a configuration that requires a certificate for the endpoint's host. Its issuer must
    /// be an authority in the endpoint's `ca_file` or, without that file, a public authority
    /// (Mozilla's list).
    pub(super) fn new(relay: &RelaySettings) -> Result<Self, SetupError> {
        let roots = roots(relay).ok_or_else(|| SetupError::Authority(relay.name.clone()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap_or_else(|_| unreachable!("the provider knows the versions of TLS"))
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            connector: TlsConnector::from(Arc::new(config)),
            name: relay.host.clone(),
        })
    }

    /// Performs the TLS handshake on a connection.
    pub(super) async fn secure(
        &self,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, SmtpError> {
        let secured = self.connector.connect(self.name.clone(), stream).await;
        secured.map_err(|error| SmtpError::from_handshake(&error))
    }
}

/// Returns the trusted authorities, or `None` if the file is unreadable or has none.
fn roots(relay: &RelaySettings) -> Option<RootCertStore> {
    let Some(file) = &relay.ca_file else {
        return Some(webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect());
    };
    let certificates: Vec<_> = CertificateDer::pem_file_iter(file)
        .ok()?
        .collect::<Result<_, _>>()
        .ok()?;
    let mut roots = RootCertStore::empty();
    certificates
        .into_iter()
        .try_for_each(|certificate| roots.add(certificate))
        .ok()?;
    Some(roots).filter(|roots| !roots.is_empty())
}

/// An encrypted connection for the mail library.
#[derive(Debug)]
pub(super) struct Secured {
    /// The bytes that are read before the first byte of the stream.
    first: &'static [u8],
    stream: TlsStream<TcpStream>,
}

impl Secured {
    /// Wraps a connection that was encrypted from the first byte.
    pub(super) const fn from_start(stream: TlsStream<TcpStream>) -> Self {
        Self { first: b"", stream }
    }

    /// Wraps a connection that was encrypted after STARTTLS. The server does not send a second
    /// greeting (RFC 3207 section 4.2), but the mail library waits for one, so the wrapper supplies
    /// it.
    pub(super) const fn after_greeting(stream: TlsStream<TcpStream>) -> Self {
        Self {
            first: b"220 \r\n",
            stream,
        }
    }

    /// Returns the TLS stream.
    pub(super) const fn stream(&self) -> &TlsStream<TcpStream> {
        &self.stream
    }
}

impl AsyncTokioStream for Secured {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Secured {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.first.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let (now, later) = self.first.split_at(self.first.len().min(buf.remaining()));
        buf.put_slice(now);
        self.first = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Secured {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
