//! The use cases, one a file, and the ports they need.

pub mod callbacks;
pub mod captcha;
pub mod cleanup;
pub mod confirm;
pub mod contacts;
pub mod customers;
pub mod deliver;
pub mod events;
pub mod history;
pub mod limits;
pub mod logout;
pub mod not_me;
pub mod otps;
pub mod ports;
pub mod progress;
pub mod receipts;
pub mod request_otp;
pub mod resend_otp;
pub mod session;
pub mod sessions;
pub mod sms;
pub mod verify_otp;

use std::sync::Arc;

use crate::{
    server::{
        clock::Clock,
        domain::{Keyring, LimitPolicy, Network, Origin, OtpPolicy, Region, SessionPolicy, SmsPolicy, Token},
        random::{self, Random},
    },
    shared::RequestId,
};

pub use ports::{Captcha, Messenger, SendError, Store, StoreError};

/// The rules that the settings choose.
#[derive(Clone, Debug)]
pub struct Policy {
    /// How codes live.
    pub otp: OtpPolicy,
    /// How often things may be done.
    pub limits: LimitPolicy,
    /// How long sessions live.
    pub session: SessionPolicy,
    /// Whose national phone numbers are understood.
    pub region: Region,
    /// Which text messages may go out.
    pub sms: SmsPolicy,
    /// Whether customers are told of a sign-in on a new browser.
    pub new_sign_in_notice: bool,
    /// Whether an unknown contact is told so, or answered like a known one.
    pub reveal_unknown_contacts: bool,
}

/// The use cases with what they need. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) messenger: Arc<dyn Messenger>,
    pub(crate) captcha: Arc<dyn Captcha>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) keys: Keyring,
    pub(crate) policy: Arc<Policy>,
    pub(crate) outbox: Arc<deliver::Outbox>,
}

impl Service {
    /// The use cases over these adapters.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        messenger: Arc<dyn Messenger>,
        captcha: Arc<dyn Captcha>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        keys: Keyring,
        policy: Policy,
    ) -> Self {
        Self { store, messenger, captcha, clock, random, keys, policy: Arc::new(policy), outbox: Arc::default() }
    }

    /// The rules in force.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_ready(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    /// What was opened by a key that is not in the ring any more stops working. For who serves: a command that was started with
    /// other settings must end nobody's codes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn settle_keys(&self) -> Result<(), StoreError> {
        self.store.settle_keys().await
    }

    /// A name for a request.
    #[must_use]
    pub fn new_request_id(&self) -> RequestId {
        RequestId(u32::from_be_bytes(random::bytes(&*self.random)))
    }

    /// The instant now.
    #[must_use]
    pub fn now(&self) -> jiff::Timestamp {
        self.clock.now()
    }

    /// Resolves when it is `instant` or later.
    pub async fn sleep_until(&self, instant: jiff::Timestamp) {
        self.clock.sleep_until(instant).await;
    }
}

/// Who sent a request: a browser with its cookie.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// The token in its cookie, if it has one of the right form. Whether it means anything is for the store to say.
    pub token: Option<Token>,
    /// The token that tells it apart for longer than a session, likewise.
    pub device: Option<Token>,
    /// Where it is, for limits.
    pub network: Network,
    /// Where it is and what it is, as coarse as the history keeps it.
    pub origin: Origin,
}
