//! From a socket to the router.

use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use axum::Router;
use axum_server::Handle;
use hyper_util::rt::TokioTimer;

/// The most time that a client may take to send the headers of a request. axum's own `serve` sets
/// no limit, so a few thousand slow clients could hold every connection (OWASP ASVS 5.0, 15.2.2).
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// The most bytes that headers may have.
const HEADER_BYTES: usize = 16 * 1024;
/// The most time that requests under way get at shutdown.
pub const GRACE: Duration = Duration::from_secs(10);

/// Serves `router` until `handle` says stop. A client that takes longer than `header_timeout` to
/// ask is cut off.
///
/// # Errors
/// The socket failed.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    handle: Handle<SocketAddr>,
    header_timeout: Duration,
) -> std::io::Result<()> {
    // HTTP/1.1 only, as reverse proxies speak it: telling HTTP/2 apart waits for the first bytes
    // without a limit.
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
