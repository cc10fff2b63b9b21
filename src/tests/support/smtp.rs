//! A scripted mail server that records everything it receives.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
};
use tokio_rustls::TlsAcceptor;

/// The reaction of the server to a line. The line "" stands for the start of the connection,
/// "(empty)" for an empty line, and "." for the end of a mail.
pub enum Response {
    /// The default reply of a server that accepts everything.
    Accept,
    /// This reply.
    Reply(&'static str),
    /// The default reply, and then a closed connection.
    Close,
    /// A closed connection without a reply.
    HangUp,
    /// No reply, ever.
    NoReply,
}

/// The position of a line: the number of its connection, counted from 0, and the number of mails
/// received on that connection so far.
pub type Position = (usize, usize);

/// Chooses the reaction to a line.
pub type Script = fn(Position, &str) -> Response;

/// A script that accepts everything.
pub fn accept_all(_: Position, _: &str) -> Response {
    Response::Accept
}

/// When TLS starts: never, after STARTTLS, or with the first byte.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TlsStart {
    Never,
    StartTls,
    Immediate,
}

/// Everything that the server received on one connection.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// Lines before encryption.
    pub plain: Vec<String>,
    /// Lines after encryption.
    pub secured: Vec<String>,
    /// Mails without dot stuffing.
    pub mails: Vec<String>,
}

pub struct SmtpServer {
    pub port: u16,
    received: Arc<Mutex<Vec<Received>>>,
    arrived: Arc<Notify>,
    silent: Arc<Notify>,
}

impl SmtpServer {
    /// Starts a server without encryption.
    pub async fn plain(script: Script) -> Self {
        Self::start(TlsStart::Never, script, None).await
    }

    /// Starts a server with a certificate.
    pub async fn secured(start: TlsStart, script: Script, certificate: Arc<ServerConfig>) -> Self {
        Self::start(start, script, Some(TlsAcceptor::from(certificate))).await
    }

    async fn start(start: TlsStart, script: Script, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = Self {
            port,
            received: Arc::default(),
            arrived: Arc::default(),
            silent: Arc::default(),
        };
        let (received, arrived, silent) = (
            server.received.clone(),
            server.arrived.clone(),
            server.silent.clone(),
        );
        tokio::spawn(async move {
            for index in 0.. {
                let (stream, _) = listener.accept().await.expect("a client");
                received.lock().expect("the list").push(Received::default());
                let connection = Connection {
                    index,
                    start,
                    script,
                    received: received.clone(),
                    arrived: arrived.clone(),
                    silent: silent.clone(),
                    secured: false,
                };
                tokio::spawn(connection.serve(stream, tls.clone()));
            }
        });
        server
    }

    /// Returns everything received so far, by connection.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().expect("the list").clone()
    }

    /// Returns all mails, in the order of their connections.
    pub fn mails(&self) -> Vec<String> {
        self.received()
            .into_iter()
            .flat_map(|received| received.mails)
            .collect()
    }

    /// Waits for the mail with this number, counted from 0.
    pub async fn mail(&self, number: usize) -> String {
        loop {
            if let Some(mail) = self.mails().into_iter().nth(number) {
                return mail;
            }
            self.arrived.notified().await;
        }
    }

    /// Waits until the script makes the server withhold a reply.
    pub async fn fell_silent(&self) {
        self.silent.notified().await;
    }
}

struct Connection {
    index: usize,
    start: TlsStart,
    script: Script,
    received: Arc<Mutex<Vec<Received>>>,
    arrived: Arc<Notify>,
    silent: Arc<Notify>,
    secured: bool,
}

impl Connection {
    async fn serve(mut self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        let mut stream = BufReader::new(stream);
        if self.start != TlsStart::Immediate && !self.talk("220 here", &mut stream).await {
            return;
        }
        let Some(tls) = tls else { return };
        let Ok(stream) = tls.accept(stream.into_inner()).await else {
            return;
        };
        self.secured = true;
        let greeting = if self.start == TlsStart::Immediate {
            "220 here"
        } else {
            ""
        };
        self.talk(greeting, &mut BufReader::new(stream)).await;
    }

    /// Replies until the connection ends (`false`) or STARTTLS succeeds (`true`).
    async fn talk(
        &self,
        greeting: &'static str,
        stream: &mut (impl AsyncBufReadExt + AsyncWrite + Unpin),
    ) -> bool {
        if !greeting.is_empty() && self.reply("", greeting, stream).await.is_none() {
            return false;
        }
        loop {
            let Some(line) = read_line(stream).await else {
                return false;
            };
            self.record(
                |received| {
                    if self.secured {
                        &mut received.secured
                    } else {
                        &mut received.plain
                    }
                },
                line.clone(),
            );
            let line = if line.is_empty() {
                "(empty)".to_owned()
            } else {
                line
            };
            let command = line.split(' ').next().unwrap_or_default();
            let default_reply = match command {
                "EHLO" if self.start == TlsStart::StartTls && !self.secured => {
                    "250-here\r\n250-STARTTLS\r\n250 8BITMIME"
                }
                "EHLO" => "250-here\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
                "STARTTLS" => "220 go",
                "AUTH" => "235 welcome",
                "DATA" => "354 go on",
                _ => "250 fine",
            };
            let Some(reply) = self.reply(&line, default_reply, stream).await else {
                return false;
            };
            if command == "STARTTLS" && reply.starts_with("220") {
                return true;
            }
            if command == "DATA" && reply.starts_with("354") {
                let Some(mail) = read_mail(stream).await else {
                    return false;
                };
                self.record(|received| &mut received.mails, mail);
                self.arrived.notify_one();
                if self
                    .reply(".", "250 2.0.0 Ok: queued as 4XyZ12", stream)
                    .await
                    .is_none()
                {
                    return false;
                }
            }
        }
    }

    fn record(&self, list: impl Fn(&mut Received) -> &mut Vec<String>, text: String) {
        list(&mut self.received.lock().expect("the list")[self.index]).push(text);
    }

    /// Sends the reply that the script chooses and returns it, or returns `None` if the connection
    /// ends.
    async fn reply(
        &self,
        line: &str,
        default_reply: &'static str,
        stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    ) -> Option<&'static str> {
        let mails = self.received.lock().expect("the list")[self.index]
            .mails
            .len();
        let (reply, stays_open) = match (self.script)((self.index, mails), line) {
            Response::Accept => (default_reply, true),
            Response::Reply(reply) => (reply, true),
            Response::Close => (default_reply, false),
            Response::HangUp => return None,
            Response::NoReply => {
                self.silent.notify_one();
                return std::future::pending().await;
            }
        };
        stream
            .write_all(format!("{reply}\r\n").as_bytes())
            .await
            .ok()?;
        stream.flush().await.ok()?;
        stays_open.then_some(reply)
    }
}

async fn read_line(stream: &mut (impl AsyncBufReadExt + Unpin)) -> Option<String> {
    let mut line = Vec::new();
    stream
        .read_until(b'\n', &mut line)
        .await
        .ok()
        .filter(|read| *read > 0)?;
    let line = String::from_utf8_lossy(&line).into_owned();
    Some(line.strip_suffix("\r\n").map(str::to_owned).unwrap_or(line))
}

async fn read_mail(stream: &mut (impl AsyncBufReadExt + Unpin)) -> Option<String> {
    let mut mail = String::new();
    loop {
        let line = read_line(stream).await?;
        if line == "." {
            return Some(mail);
        }
        mail.push_str(line.strip_prefix('.').unwrap_or(&line));
        mail.push_str("\r\n");
    }
}

/// A certificate authority for tests.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    directory: TempDir,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        let directory = TempDir::new().expect("a folder");
        fs::write(directory.path().join("ca.pem"), certificate.pem()).expect("a file");
        Self {
            issuer: Issuer::new(params, key),
            directory,
        }
    }

    /// Returns the path of its certificate, which clients trust.
    pub fn file(&self) -> PathBuf {
        self.directory.path().join("ca.pem")
    }

    /// Issues a certificate for `host` that is valid until the end of `year`.
    pub fn certificate(&self, host: &str, year: i32) -> (Certificate, KeyPair) {
        let mut params = CertificateParams::new([host.to_owned()]).expect("parameters");
        params.not_after = date_time_ymd(year, 12, 31);
        let key = KeyPair::generate().expect("a key");
        (
            params.signed_by(&key, &self.issuer).expect("a certificate"),
            key,
        )
    }

    /// Issues such a certificate and returns a TLS server configuration with it.
    pub fn server(&self, host: &str, year: i32) -> Arc<ServerConfig> {
        let (certificate, key) = self.certificate(host, year);
        server(&certificate, &key)
    }
}

/// Returns a TLS server configuration with a self-signed certificate.
pub fn self_signed(host: &str) -> Arc<ServerConfig> {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new([host.to_owned()]).expect("parameters");
    server(&params.self_signed(&key).expect("a certificate"), &key)
}

fn server(certificate: &Certificate, key: &KeyPair) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("versions").with_no_client_auth();
    Arc::new(
        config
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("a pair"),
    )
}
