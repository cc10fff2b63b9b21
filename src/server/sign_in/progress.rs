//! The status of a sign-in in progress, as shown to the visitor.

use jiff::{SignedDuration, Timestamp};

use super::SignIn;
use crate::{
    server::{
        domain::{
            Browser, Deferral, DeliveryState, FailureReason, Otp, Session, SmsLevel,
            resend_code::other_channel,
        },
        ports::{StoreResult, otps::SignInRows},
    },
    shared::ContactType,
};

/// How long after its request a message counts as overdue.
const OVERDUE: SignedDuration = SignedDuration::from_secs(60);

/// The delivery progress of a message, as far as the visitor may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryProgress {
    /// The message was requested less than a minute ago.
    Pending,
    /// A relay or gateway has accepted the message.
    Sent,
    /// The message has reached the phone.
    Delivered,
    /// The message was requested at least a minute ago and should have arrived.
    Overdue,
    /// The message will not arrive, or not before the recipient acts.
    Failed(FailureReason),
}

/// A sign-in in progress.
#[derive(Debug)]
pub struct Pending {
    /// The pre-auth session of the browser, with the requested contact.
    pub session: Session,
    /// The OTP of the sign-in.
    pub otp: Otp,
}

/// The status of a sign-in in progress, as far as the visitor may know it.
#[derive(Debug)]
pub struct Status {
    /// The pre-auth session of the browser, with the requested contact.
    pub session: Session,
    /// The OTP of the sign-in.
    pub otp: Otp,
    /// The delivery progress of the latest message.
    pub progress: DeliveryProgress,
    /// The kind of the customer's other contact, if the next message may go to it.
    pub other_channel: Option<ContactType>,
    /// Whether an unknown device must solve a challenge before it gets the next message.
    pub needs_captcha: bool,
    /// When the message becomes overdue; `None` once that time has passed.
    pub next_change: Option<Timestamp>,
}

impl SignIn {
    /// Whether visitors see the delivery state of their message. If the operator conceals unknown
    /// contacts, the delivery state would reveal who is a customer. In that case, every visitor
    /// sees a progress that depends only on time.
    #[must_use]
    pub fn reveals_deliveries(&self) -> bool {
        self.codes.policy.reveal_unknown_contacts
    }

    /// Whether messages of this kind cannot be sent at the moment. The answer is the same for every
    /// visitor.
    #[must_use]
    pub fn is_down(&self, kind: ContactType) -> bool {
        self.messenger.is_down(kind)
    }

    /// Returns how much of the budget for text messages is left. The answer is at most one second
    /// old.
    ///
    /// # Errors
    /// Returns [`crate::server::ports::StoreError`] if the database fails.
    pub async fn sms_level(&self) -> StoreResult<SmsLevel> {
        let (policy, now) = (&self.codes.policy.sms, self.codes.now());
        if !policy.is_on {
            return Ok(SmsLevel::Off);
        }
        if let Some(level) = self.codes.sms_level.get(now) {
            return Ok(level);
        }
        let level = policy.level(self.outbox.spent(now).await?, policy.default_price);
        self.codes.sms_level.set(level, now);
        Ok(level)
    }

    /// Returns the browser's sign-in in progress, if there is one. Its OTP may be live, expired or
    /// exhausted, but not used or revoked.
    ///
    /// # Errors
    /// Returns [`crate::server::ports::StoreError`] if the database fails.
    pub async fn pending(&self, browser: &Browser) -> StoreResult<Option<Pending>> {
        let status = self.status(browser).await?;
        Ok(status.map(|Status { session, otp, .. }| Pending { session, otp }))
    }

    /// Returns the browser's sign-in in progress with its delivery progress, if there is one.
    ///
    /// # Errors
    /// Returns [`crate::server::ports::StoreError`] if the database fails.
    pub async fn status(&self, browser: &Browser) -> StoreResult<Option<Status>> {
        let Some(token) = &browser.token else {
            return Ok(None);
        };
        let now = self.codes.now();
        let captcha = self.codes.policy.limits.captcha(browser.network);
        let (rows, usage) = self
            .codes
            .otps
            .sign_in_rows(token.digest(), &captcha, now)
            .await?;
        let needs_captcha = usage.first_exceeded(&captcha, now).is_some();
        Ok(self.status_of(rows, needs_captcha, now))
    }

    fn status_of(&self, rows: SignInRows, needs_captcha: bool, now: Timestamp) -> Option<Status> {
        let SignInRows {
            session,
            otp,
            customer,
            delivery,
            deferral,
            spent,
        } = rows;
        let session = session.filter(|session| session.is_pre_auth(now))?;
        let otp = otp.filter(Otp::is_pending)?;
        let overdue_at = otp
            .last_requested_at
            .saturating_add(OVERDUE)
            .unwrap_or(Timestamp::MAX);
        let is_overdue = now >= overdue_at;
        Some(Status {
            progress: self.progress(delivery, deferral, is_overdue),
            other_channel: other_channel(&self.codes.policy, &otp, customer.as_ref(), spent),
            needs_captcha,
            next_change: (!is_overdue).then_some(overdue_at),
            session,
            otp,
        })
    }

    fn progress(
        &self,
        delivery: Option<DeliveryState>,
        deferral: Option<Deferral>,
        is_overdue: bool,
    ) -> DeliveryProgress {
        if !self.reveals_deliveries() {
            return Self::progress_of(DeliveryState::Queued, is_overdue);
        }
        let state = delivery.unwrap_or(DeliveryState::Queued);
        // The visitor need not wait for the last attempt to learn of a full mailbox.
        match (state, deferral.and_then(Deferral::reason)) {
            (DeliveryState::Queued, Some(reason)) => DeliveryProgress::Failed(reason),
            _ => Self::progress_of(state, is_overdue),
        }
    }

    const fn progress_of(state: DeliveryState, is_overdue: bool) -> DeliveryProgress {
        match state {
            DeliveryState::Failed(reason) => DeliveryProgress::Failed(reason),
            DeliveryState::Delivered => DeliveryProgress::Delivered,
            DeliveryState::Queued | DeliveryState::Sent if is_overdue => DeliveryProgress::Overdue,
            DeliveryState::Queued => DeliveryProgress::Pending,
            DeliveryState::Sent => DeliveryProgress::Sent,
        }
    }
}
