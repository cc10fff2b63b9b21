//! A limit on the length of a mail server's replies. The mail library reads a reply into memory up to
//! its last line, so that a server that never ends it would use up the memory of the program.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The longest reply, in bytes. RFC 5321 section 4.5.3.1.5 allows 512 for each of its lines.
const MAX_REPLY: usize = 64 * 1024;

/// A stream from which at most [`MAX_REPLY`] bytes are read after each write.
#[derive(Debug)]
pub(super) struct Capped<S> {
    stream: S,
    left: usize,
}

impl<S> Capped<S> {
    pub(super) const fn new(stream: S) -> Self {
        Self {
            stream,
            left: MAX_REPLY,
        }
    }
}

impl<S: AsyncTokioStream> AsyncTokioStream for Capped<S> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Capped<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        let Some(left) = self.left.checked_sub(buf.filled().len() - before) else {
            return Poll::Ready(Err(io::Error::other("the reply is too long")));
        };
        self.left = left;
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Capped<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.left = MAX_REPLY;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn a_reply_is_read_up_to_the_limit_and_each_command_has_its_own() {
        let (mut server, client) = duplex(4 * MAX_REPLY);
        let mut client = Capped::new(client);
        let mut reply = vec![0; MAX_REPLY];
        for _ in 0..2 {
            server.write_all(&reply).await.expect("sent");
            client.read_exact(&mut reply).await.expect("a reply");
            client.write_all(b"NOOP\r\n").await.expect("a command");
        }
        reply.push(0);
        server.write_all(&reply).await.expect("sent");
        assert!(client.read_exact(&mut reply).await.is_err());
    }
}
