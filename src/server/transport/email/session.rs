//! An SMTP connection to a relay, from resolving its host name to submitting an email.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use lettre::{
    Message,
    transport::smtp::{
        client::{AsyncSmtpConnection, AsyncTokioStream},
        commands::{Data, Ehlo, Mail, Rcpt, Rset, Starttls},
        extension::ClientId,
        response::Response,
    },
};
use rustls::ProtocolVersion;
use secrecy::SecretString;
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::client::TlsStream;

use super::{
    SmtpError, auth,
    capped::Capped,
    reply::{self, provider_message_id},
    tls::{Secured, Tls},
};
use crate::server::{
    domain::Stage,
    ports::messenger::HandoverSignal,
    relay::{Encryption, OAuth, RelaySettings},
};

/// How long each stage of a session may take. RFC 5321 section 4.5.3.2 allows minutes for each, but
/// a code is valid for minutes only.
#[derive(Clone, Copy, Debug)]
pub struct StageLimits {
    /// Resolving the host name, and connecting to one of its addresses. An address that drops
    /// packets must leave time for the next.
    pub connect: Duration,
    /// The greeting. Some servers hold it back to see whether a client waits.
    pub greeting: Duration,
    /// Each other command, and the TLS handshake.
    pub command: Duration,
    /// The content and the final response. A relay that scans the email, or passes it on first,
    /// takes long, and giving up leaves the outcome unknown.
    pub content: Duration,
}

impl Default for StageLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            greeting: Duration::from_secs(30),
            command: Duration::from_secs(30),
            content: Duration::from_mins(2),
        }
    }
}

/// Waits for a stage within its limit.
async fn within<T>(
    limit: Duration,
    stage: Stage,
    work: impl Future<Output = Result<T, SmtpError>>,
) -> Result<T, SmtpError> {
    timeout(limit, work)
        .await
        .unwrap_or(Err(SmtpError::Timeout(stage)))
}

/// The longest response before encryption, in bytes. RFC 5321 section 4.5.3.1.5 requires 512 bytes
/// per line.
const MAX_REPLY: u64 = 16 * 1024;

/// A step of opening a connection that has succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The host was resolved to these addresses.
    Resolved(String, Vec<IpAddr>),
    /// This address accepted the connection.
    Connected(SocketAddr),
    /// The connection is encrypted with this protocol, and the certificate is valid for this host.
    Secured(&'static str, String),
    /// The connection is not encrypted, which the settings allow on this machine.
    Unencrypted,
    /// The relay accepted the password of this user. `None` if the user name is also secret.
    Authenticated(Option<String>),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resolved(host, addresses) => {
                let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
                write!(f, "{host} is at {}.", addresses.join(", "))
            }
            Self::Connected(address) => write!(f, "Connected to {address}."),
            Self::Secured(protocol, host) => {
                write!(
                    f,
                    "Encrypted with {protocol}; the certificate is valid for {host}."
                )
            }
            Self::Unencrypted => f.write_str("Not encrypted: the relay is on this machine."),
            Self::Authenticated(Some(user)) => write!(f, "Signed in as {user}."),
            Self::Authenticated(None) => f.write_str("Signed in with the token."),
        }
    }
}

/// The function that is called after each step.
pub(super) type Steps<'a> = &'a (dyn Fn(Step) + Send + Sync);

/// How this program presents itself to a relay, and how long it waits.
#[derive(Clone, Copy)]
pub(super) struct Client<'a> {
    /// The name in EHLO.
    pub ehlo_name: &'a ClientId,
    /// The access token, if the relay wants OAuth.
    pub token: Option<&'a SecretString>,
    /// The limits of the stages.
    pub limits: StageLimits,
}

/// A connection that is ready for emails.
pub(super) struct SmtpSession {
    connection: AsyncSmtpConnection,
    limits: StageLimits,
    /// Whether an email was started but not accepted.
    unfinished: bool,
}

impl SmtpSession {
    /// Connects, encrypts the connection and authenticates.
    pub(super) async fn open(
        relay: &RelaySettings,
        tls: &Tls,
        client: Client<'_>,
        steps: Steps<'_>,
    ) -> Result<Self, SmtpError> {
        let Client {
            ehlo_name, limits, ..
        } = client;
        let stream = connect(relay, limits, steps).await?;
        let stream = encrypt(relay, tls, client, stream, steps).await?;
        let greet = async {
            AsyncSmtpConnection::connect_with_transport(stream, ehlo_name)
                .await
                .map_err(|error| SmtpError::at(Stage::Greeting, &error))
        };
        let mut session = Self {
            connection: within(limits.greeting + limits.command, Stage::Greeting, greet).await?,
            limits,
            unfinished: false,
        };
        if let Some((OAuth { username, .. }, token)) = relay.oauth.as_ref().zip(client.token) {
            let dialogue = auth::authenticate_with_token(&mut session.connection, username, token);
            within(limits.command, Stage::Auth, dialogue).await?;
            steps(Step::Authenticated(Some(username.clone())));
        }
        if let Some(credentials) = &relay.credentials {
            let dialogue = auth::authenticate(&mut session.connection, ehlo_name, credentials);
            within(limits.command, Stage::Auth, dialogue).await?;
            steps(Step::Authenticated(credentials.public_username()));
        }
        Ok(session)
    }

    /// Sends an email and returns the relay's ID for it, if the relay names one. Raises `handover`
    /// before the content.
    pub(super) async fn submit(
        &mut self,
        message: &Message,
        handover: &HandoverSignal,
    ) -> Result<Option<String>, SmtpError> {
        if self.unfinished {
            self.command(Stage::Reset, 250, Rset).await?;
        }
        self.unfinished = true;
        let envelope = message.envelope();
        self.command(
            Stage::Sender,
            250,
            Mail::new(envelope.from().cloned(), Vec::new()),
        )
        .await?;
        for to in envelope.to() {
            self.command(Stage::Recipient, 250, Rcpt::new(to.clone(), Vec::new()))
                .await?;
        }
        self.command(Stage::Data, 354, Data).await?;
        handover.raise();
        let limit = self.limits.content;
        let content = async {
            let response = self.connection.message(&message.formatted()).await;
            let response = response.map_err(|error| SmtpError::at(Stage::Content, &error))?;
            expect(Stage::Content, 250, response)
        };
        let accepted = within(limit, Stage::Content, content).await?;
        self.unfinished = false;
        Ok(provider_message_id(&accepted))
    }

    async fn command(
        &mut self,
        stage: Stage,
        code: u16,
        command: impl fmt::Display,
    ) -> Result<(), SmtpError> {
        let limit = self.limits.command;
        let exchange = async {
            let response = self.connection.command(command).await;
            let response = response.map_err(|error| SmtpError::at(stage, &error))?;
            expect(stage, code, response).map(drop)
        };
        within(limit, stage, exchange).await
    }
}

/// Rejects a positive response of another class than expected. It belongs to another command, so
/// the connection is out of step.
fn expect(stage: Stage, code: u16, response: Response) -> Result<Response, SmtpError> {
    let fits = u16::from(response.code()) / 100 == code / 100;
    if fits {
        Ok(response)
    } else {
        Err(SmtpError::ConnectionLost(stage))
    }
}

fn host_of(relay: &RelaySettings) -> String {
    relay.host.to_str().into_owned()
}

async fn connect(
    relay: &RelaySettings,
    limits: StageLimits,
    steps: Steps<'_>,
) -> Result<TcpStream, SmtpError> {
    let found = timeout(limits.connect, lookup_host((host_of(relay), relay.port)))
        .await
        .map_err(|_| SmtpError::Resolve)?
        .map_err(|_| SmtpError::Resolve)?;
    let addresses: Vec<_> = found.collect();
    steps(Step::Resolved(
        host_of(relay),
        addresses.iter().map(SocketAddr::ip).collect(),
    ));
    let mut failure = SmtpError::Resolve;
    for address in addresses {
        match timeout(limits.connect, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // Otherwise the last bytes of an email wait until the earlier ones are
                // acknowledged, which takes 40 ms with many servers.
                stream
                    .set_nodelay(true)
                    .map_err(|error| SmtpError::Connect(error.kind()))?;
                steps(Step::Connected(address));
                return Ok(stream);
            }
            Ok(Err(error)) => failure = SmtpError::Connect(error.kind()),
            Err(_) => failure = SmtpError::Connect(io::ErrorKind::TimedOut),
        }
    }
    Err(failure)
}

async fn encrypt(
    relay: &RelaySettings,
    tls: &Tls,
    client: Client<'_>,
    mut stream: TcpStream,
    steps: Steps<'_>,
) -> Result<Box<dyn AsyncTokioStream>, SmtpError> {
    let handshake = |stream| within(client.limits.command, Stage::Handshake, tls.secure(stream));
    let secured = match relay.encryption {
        Encryption::None => {
            steps(Step::Unencrypted);
            return Ok(Box::new(Capped::new(stream)));
        }
        Encryption::Tls => Secured::from_start(handshake(stream).await?),
        Encryption::StartTls => {
            start_tls(&mut stream, client).await?;
            Secured::after_greeting(handshake(stream).await?)
        }
    };
    steps(Step::Secured(protocol(secured.stream()), host_of(relay)));
    Ok(Box::new(Capped::new(secured)))
}

/// Starts TLS (RFC 3207). Before encryption, only EHLO and STARTTLS are sent. After it, nothing
/// that arrived before is read.
async fn start_tls(
    stream: &mut TcpStream,
    Client {
        ehlo_name, limits, ..
    }: Client<'_>,
) -> Result<(), SmtpError> {
    let mut stream = BufReader::new(stream);
    let greeting = read_reply(&mut stream, Stage::Greeting);
    within(limits.greeting, Stage::Greeting, greeting).await?;
    let ehlo = command_unencrypted(&mut stream, Stage::Greeting, Ehlo::new(ehlo_name.clone()));
    let extensions = within(limits.command, Stage::Greeting, ehlo).await?;
    if !extensions
        .message()
        .any(|line| line.trim().eq_ignore_ascii_case("STARTTLS"))
    {
        return Err(SmtpError::StartTlsUnavailable);
    }
    let start = command_unencrypted(&mut stream, Stage::StartTls, Starttls);
    within(limits.command, Stage::StartTls, start).await?;
    if stream.buffer().is_empty() {
        Ok(())
    } else {
        Err(SmtpError::StartTlsInjection)
    }
}

async fn command_unencrypted(
    stream: &mut BufReader<&mut TcpStream>,
    stage: Stage,
    command: impl fmt::Display,
) -> Result<Response, SmtpError> {
    stream
        .write_all(command.to_string().as_bytes())
        .await
        .map_err(|_| SmtpError::ConnectionLost(stage))?;
    read_reply(stream, stage).await
}

/// Reads one response of one or more lines.
async fn read_reply(
    stream: &mut (impl AsyncBufRead + Unpin),
    stage: Stage,
) -> Result<Response, SmtpError> {
    let mut lines = stream.take(MAX_REPLY);
    let mut text = String::new();
    loop {
        let start = text.len();
        lines
            .read_line(&mut text)
            .await
            .map_err(|_| SmtpError::ConnectionLost(stage))?;
        if text.as_bytes().get(start + 3) != Some(&b'-') {
            break;
        }
    }
    let response: Response = text.parse().map_err(|_| SmtpError::ConnectionLost(stage))?;
    if response.is_positive() {
        Ok(response)
    } else {
        Err(SmtpError::Reply(stage, reply::from_response(&response)))
    }
}

fn protocol(stream: &TlsStream<TcpStream>) -> &'static str {
    match stream.get_ref().1.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        _ => "TLS 1.2",
    }
}
