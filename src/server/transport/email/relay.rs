//! A mail relay, with its connections kept for the next mail.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use lettre::Message;

use super::{
    Composer, Failure, Mail, SetupError,
    session::{Session, Step, Steps},
    tls::Tls,
};
use crate::server::{
    clock::Clock,
    relay::Endpoint,
    transport::carrier::{Carrier, CarrierError},
};

/// Idle connections that are kept: one for each message that the worker sends at once.
const KEPT: usize = 8;
/// How long a connection may be idle: RFC 5321 section 4.5.3.2.7 lets servers close it after 5
/// minutes, and some do sooner.
const MAX_IDLE: SignedDuration = SignedDuration::from_secs(60);

/// A mail relay.
pub struct Relay {
    endpoint: Endpoint,
    tls: Tls,
    composer: Arc<Composer>,
    clock: Arc<dyn Clock>,
    idle: Mutex<Vec<(Session, Timestamp)>>,
}

impl Relay {
    /// A relay at `endpoint`. It is not talked to before the first mail.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn new(
        endpoint: Endpoint,
        composer: Arc<Composer>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SetupError> {
        Ok(Self {
            tls: Tls::new(&endpoint)?,
            endpoint,
            composer,
            clock,
            idle: Mutex::default(),
        })
    }

    /// Hands a mail over, tells of the steps, and returns the relay's own id for the mail. Not
    /// bounded in time.
    ///
    /// A connection that died while it was idle is told by the first command on it, when nothing of
    /// the mail is out yet: the mail goes over a new one at once. If a connection dies under the
    /// mail itself, nobody can know whether it was taken, and that is for the outbox to decide.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn send(&self, mail: &Mail, steps: Steps<'_>) -> Result<Option<String>, Failure> {
        let message = self.composer.compose(mail)?;
        if let Some(session) = self.idle_session() {
            match self.submit(session, &message).await {
                Err(failure) if failure.ends_connection() && failure.is_before_content() => {}
                done => return done,
            }
        }
        self.submit(
            Session::open(&self.endpoint, &self.tls, steps).await?,
            &message,
        )
        .await
    }

    /// The session is in nobody else's hands meanwhile, and a caller that gives up drops it: no
    /// answer of one mail is ever taken for another's.
    async fn submit(
        &self,
        mut session: Session,
        message: &Message,
    ) -> Result<Option<String>, Failure> {
        let done = session.submit(message).await;
        if !done.as_ref().is_err_and(Failure::ends_connection) {
            self.keep(session);
        }
        done
    }

    fn idle_session(&self) -> Option<Session> {
        let now = self.clock.now();
        let mut idle = self.idle();
        idle.retain(|(_, since)| now.duration_since(*since) < MAX_IDLE);
        idle.pop().map(|(session, _)| session)
    }

    fn keep(&self, session: Session) {
        let now = self.clock.now();
        let mut idle = self.idle();
        if idle.len() < KEPT {
            idle.push((session, now));
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(Session, Timestamp)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Carrier<Mail> for Relay {
    fn name(&self) -> &str {
        &self.endpoint.name
    }

    async fn carry(&self, mail: &Mail) -> Result<Option<String>, CarrierError> {
        let unheard = |_: Step| ();
        Ok(self.send(mail, &unheard).await?)
    }
}
