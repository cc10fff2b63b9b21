//! A mail relay that keeps idle connections for the next email.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use lettre::{Message, transport::smtp::extension::ClientId};

use super::{
    Composer, Mail, SetupError, SmtpError,
    oauth::TokenSource,
    session::{Client, SmtpSession, StageLimits, Step, Steps},
    tls::Tls,
};
use crate::server::{
    clock::Clock,
    ports::messenger::HandoverSignal,
    relay::RelaySettings,
    transport::failover::{Transport, TransportError},
};

/// The most idle connections to keep: one for each message that the worker sends at the same time.
const MAX_IDLE_CONNECTIONS: usize = 8;
/// The time for which an idle connection is kept. RFC 5321 section 4.5.3.2.7 lets servers close it
/// after 5 minutes, and some close it sooner.
const MAX_IDLE: SignedDuration = SignedDuration::from_secs(60);

/// A transport that sends emails to a mail relay.
pub struct Relay {
    settings: RelaySettings,
    ehlo_name: ClientId,
    tls: Tls,
    tokens: Option<TokenSource>,
    composer: Arc<Composer>,
    clock: Arc<dyn Clock>,
    limits: StageLimits,
    idle: Mutex<Vec<(SmtpSession, Timestamp)>>,
}

impl Relay {
    /// Creates a relay with these settings, to which the program calls itself `ehlo_name`. The first
    /// email opens the first connection.
    ///
    /// # Errors
    /// Returns [`SetupError`] if the certification authority of the relay cannot be read, or the
    /// client of the token server cannot be set up.
    pub fn new(
        settings: RelaySettings,
        ehlo_name: ClientId,
        composer: Arc<Composer>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SetupError> {
        let oauth = settings.oauth.clone();
        let tokens = oauth.map(|oauth| TokenSource::new(&settings.name, oauth));
        Ok(Self {
            tls: Tls::new(&settings)?,
            tokens: tokens.transpose()?,
            settings,
            ehlo_name,
            composer,
            clock,
            limits: StageLimits::default(),
            idle: Mutex::default(),
        })
    }

    /// Changes how long each stage of a session may take.
    #[must_use]
    pub fn with_limits(self, limits: StageLimits) -> Self {
        Self { limits, ..self }
    }

    /// Sends an email and returns the relay's ID for it, if the relay names one. Calls `steps`
    /// after each step of opening a connection. [`StageLimits`] bound each stage.
    ///
    /// If a connection died while it was idle, the first command on it fails before any content is
    /// sent, so the email is sent over a new connection at once. If a connection dies while the
    /// content is sent, the outcome is unknown, and the outbox decides whether to retry.
    ///
    /// # Errors
    /// Returns [`SmtpError`] if the relay does not accept the email.
    pub async fn send_with_steps(
        &self,
        mail: &Mail,
        steps: Steps<'_>,
    ) -> Result<Option<String>, SmtpError> {
        let message = self.composer.compose(mail)?;
        if let Some(session) = self.idle_session() {
            match self.submit(session, &message, &mail.handover).await {
                Err(failure) if failure.ends_connection() && failure.is_before_content() => {}
                done => return done,
            }
        }
        let session = self.open(steps).await?;
        self.submit(session, &message, &mail.handover).await
    }

    async fn open(&self, steps: Steps<'_>) -> Result<SmtpSession, SmtpError> {
        let token = match &self.tokens {
            Some(tokens) => Some(tokens.token(self.clock.now()).await?),
            None => None,
        };
        let Self {
            settings,
            ehlo_name,
            tls,
            limits,
            ..
        } = self;
        let client = Client {
            ehlo_name,
            token: token.as_ref(),
            limits: *limits,
        };
        let opened = SmtpSession::open(settings, tls, client, steps).await;
        // The provider may have revoked the token before its expiry.
        if let (Err(SmtpError::TokenRejected(_)), Some(tokens)) = (&opened, &self.tokens) {
            tokens.forget().await;
        }
        opened
    }

    /// Sends an email over a session, and keeps the session if it can be used again. This call owns
    /// the session, and a caller that gives up drops it, so a response to one email is never read
    /// as the response to another.
    async fn submit(
        &self,
        mut session: SmtpSession,
        message: &Message,
        handover: &HandoverSignal,
    ) -> Result<Option<String>, SmtpError> {
        let done = session.submit(message, handover).await;
        if !done.as_ref().is_err_and(SmtpError::ends_connection) {
            self.keep(session);
        }
        done
    }

    fn idle_session(&self) -> Option<SmtpSession> {
        let now = self.clock.now();
        let mut idle = self.idle();
        idle.retain(|(_, since)| now.duration_since(*since) < MAX_IDLE);
        idle.pop().map(|(session, _)| session)
    }

    fn keep(&self, session: SmtpSession) {
        let now = self.clock.now();
        let mut idle = self.idle();
        if idle.len() < MAX_IDLE_CONNECTIONS {
            idle.push((session, now));
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(SmtpSession, Timestamp)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Transport<Mail> for Relay {
    fn name(&self) -> &str {
        &self.settings.name
    }

    async fn send(&self, mail: &Mail) -> Result<Option<String>, TransportError> {
        let ignore = |_: Step| ();
        Ok(self.send_with_steps(mail, &ignore).await?)
    }
}
