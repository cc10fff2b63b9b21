//! Serves the router on a socket.

use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use axum::Router;
use axum_server::Handle;
use hyper_util::rt::TokioTimer;

/// The maximum time that a client may take to send the headers of a request. axum's own `serve`
/// sets no limit, so a few thousand slow clients could occupy every connection (OWASP ASVS 5.0,
/// 15.2.2).
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// The maximum size of request headers in bytes.
const HEADER_BYTES: usize = 16 * 1024;
/// The maximum time that requests in progress get at shutdown.
pub const GRACE: Duration = Duration::from_secs(10);

/// Serves `router` until `handle` shuts it down. Disconnects clients that take longer than
/// `header_timeout` to send the headers of a request.
///
/// # Errors
/// Returns an error if the socket fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    handle: Handle<SocketAddr>,
    header_timeout: Duration,
) -> std::io::Result<()> {
    // HTTP/1.1 only, the version that reverse proxies speak. The detection of HTTP/2 waits for the
    // first bytes without a time limit.
    let mut server = axum_server::from_tcp(listener)?.handle(handle).http1_only();
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_buf_size(HEADER_BYTES);
    server
        .serve(router.into_make_service_with_connect_info::<SocketAddr>())
        .await
}
