//! Sign-in: a visitor requests a code and enters it.

mod not_me;
mod progress;
mod request;
mod verify;

pub use not_me::NotMeSubject;
pub use progress::{DeliveryProgress, Pending, Status};
pub use request::RequestForm;
pub use verify::SignedIn;

use std::sync::Arc;

use crate::{
    server::{
        codes::{
            Codes,
            resend::{ResendError, Sent},
        },
        domain::{Browser, Otp},
        ports::{CustomerStore, Messenger, OutboxStore, SessionStore, StoreResult},
    },
    shared::ContactType,
};
use jiff::Timestamp;

/// The use cases of a visitor who signs in. Cheap to clone.
#[derive(Clone)]
pub struct SignIn {
    /// Issues and checks codes.
    pub codes: Arc<Codes>,
    /// Stores sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Stores customers.
    pub customers: Arc<dyn CustomerStore>,
    /// Stores outgoing messages and the costs of text messages.
    pub outbox: Arc<dyn OutboxStore>,
    /// Reports whether messages of a kind can be sent at the moment.
    pub messenger: Arc<dyn Messenger>,
}

impl SignIn {
    /// Queues another message for the browser's OTP. `channel` is the kind of contact that it goes
    /// to; `None` means the kind that the last message went to.
    ///
    /// # Errors
    /// Returns [`ResendError`] if no message was queued.
    pub async fn resend_otp(
        &self,
        browser: &Browser,
        channel: Option<ContactType>,
        solution: &str,
    ) -> Result<Sent, ResendError> {
        self.codes.resend(browser, channel, solution).await
    }

    /// Returns when a browser that has used up the codes of its sign-in can get another one.
    /// Returns `None` if the next message can still contain a code.
    ///
    /// # Errors
    /// Returns [`crate::server::ports::StoreError`] if the database fails.
    pub async fn next_code_at(
        &self,
        otp: &Otp,
        browser: &Browser,
    ) -> StoreResult<Option<Timestamp>> {
        self.codes.next_code_at(otp, browser).await
    }

    /// Revokes the browser's code and removes the contact from its pre-auth session, so that the
    /// visitor can enter another contact.
    ///
    /// # Errors
    /// Returns [`crate::server::ports::StoreError`] if the database fails.
    pub async fn change_contact(&self, browser: &Browser) -> StoreResult<()> {
        match &browser.token {
            Some(token) => {
                self.codes
                    .otps
                    .forget(token.digest(), &browser.origin, self.codes.now())
                    .await
            }
            None => Ok(()),
        }
    }
}
