//! A visitor signs in.

mod not_me;
mod progress;
mod request;
mod verify;

pub use not_me::NotMeSubject;
pub use progress::{Pending, Progress, Status};
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
    /// Where sessions are kept.
    pub sessions: Arc<dyn SessionStore>,
    /// Where customers are kept.
    pub customers: Arc<dyn CustomerStore>,
    /// Where messages and their costs are kept.
    pub outbox: Arc<dyn OutboxStore>,
    /// Says whether messages get out.
    pub messenger: Arc<dyn Messenger>,
}

impl SignIn {
    /// Queues the message of the browser's OTP again, to the same contact of the customer or to the
    /// other one.
    ///
    /// # Errors
    /// [`ResendError`].
    pub async fn resend_otp(
        &self,
        browser: &Browser,
        channel: Option<ContactType>,
        solution: &str,
    ) -> Result<Sent, ResendError> {
        self.codes.resend(browser, channel, solution).await
    }

    /// When there is another code for a browser that has requested all codes of its sign-in.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
    pub async fn used_up_until(
        &self,
        otp: &Otp,
        browser: &Browser,
    ) -> StoreResult<Option<Timestamp>> {
        self.codes.used_up_until(otp, browser).await
    }

    /// Forgets what the browser asked for: withdraws its code and the contact of its pre-auth
    /// session.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
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
