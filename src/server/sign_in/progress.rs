//! What a visitor is told of a sign-in in progress.

use jiff::{SignedDuration, Timestamp};

use super::SignIn;
use crate::{
    server::{
        domain::{
            Browser, DeliveryState, FailureReason, Otp, Session, SmsLevel,
            resend_code::other_channel,
        },
        ports::{StoreResult, otps::SignInRows},
    },
    shared::ContactType,
};

/// After this time a message should have arrived.
const OVERDUE: SignedDuration = SignedDuration::from_secs(60);

/// How far the message to a visitor is, as far as they may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It was requested moments ago.
    OnItsWay,
    /// A relay or gateway has taken it.
    Sent,
    /// It is on the phone.
    Delivered,
    /// It was requested a minute ago, and should have arrived.
    Overdue,
    /// It will not arrive.
    Failed(FailureReason),
}

/// A sign-in in progress.
#[derive(Debug)]
pub struct Pending {
    /// What the browser asked for.
    pub session: Session,
    /// Its OTP.
    pub otp: Otp,
}

/// A sign-in in progress, as its visitor may know it.
#[derive(Debug)]
pub struct Status {
    /// What the browser asked for.
    pub session: Session,
    /// Its OTP.
    pub otp: Otp,
    /// How far its latest message is.
    pub progress: Progress,
    /// The customer's other contact, if the next message may go there.
    pub other_channel: Option<ContactType>,
    /// Whether the next message to an unknown browser takes a solved challenge.
    pub asks_for_proof: bool,
    /// When the progress changes by time alone.
    pub next_change: Option<Timestamp>,
}

impl SignIn {
    /// Whether visitors are told what became of a message. Where unknown contacts are concealed it
    /// would tell who is a customer; then every visitor sees the same, by the time alone.
    #[must_use]
    pub fn tells_deliveries(&self) -> bool {
        self.codes.policy.reveal_unknown_contacts
    }

    /// Whether no message of this kind gets out at the moment. It is the same for everybody.
    #[must_use]
    pub fn is_down(&self, kind: ContactType) -> bool {
        self.messenger.is_down(kind)
    }

    /// How much of the money for text messages is left, as of a second ago at most.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
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

    /// The sign-in that the browser has in progress: its OTP may be live, expired or exhausted, not
    /// used or withdrawn.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
    pub async fn pending(&self, browser: &Browser) -> StoreResult<Option<Pending>> {
        let status = self.status(browser).await?;
        Ok(status.map(|Status { session, otp, .. }| Pending { session, otp }))
    }

    /// The same with how far its message is.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
    pub async fn status(&self, browser: &Browser) -> StoreResult<Option<Status>> {
        let Some(token) = &browser.token else {
            return Ok(None);
        };
        let now = self.codes.now();
        let proof = self.codes.policy.limits.proof(browser.network);
        let (rows, usage) = self
            .codes
            .otps
            .sign_in_rows(token.digest(), &proof, now)
            .await?;
        let asks_for_proof = usage.first_exceeded(&proof, now).is_some();
        Ok(self.status_of(rows, asks_for_proof, now))
    }

    fn status_of(&self, rows: SignInRows, asks_for_proof: bool, now: Timestamp) -> Option<Status> {
        let SignInRows {
            session,
            otp,
            customer,
            delivery,
            spent,
        } = rows;
        let session = session.filter(|session| session.is_pre_auth(now))?;
        let otp = otp.filter(Otp::is_pending)?;
        let overdue_at = otp
            .sent_at
            .saturating_add(OVERDUE)
            .unwrap_or(Timestamp::MAX);
        let is_overdue = now >= overdue_at;
        Some(Status {
            progress: self.progress(delivery, is_overdue),
            other_channel: other_channel(&self.codes.policy, &otp, customer.as_ref(), spent),
            asks_for_proof,
            next_change: (!is_overdue).then_some(overdue_at),
            session,
            otp,
        })
    }

    fn progress(&self, delivery: Option<DeliveryState>, is_overdue: bool) -> Progress {
        let state = delivery
            .filter(|_| self.tells_deliveries())
            .unwrap_or(DeliveryState::Queued);
        match state {
            DeliveryState::Failed(reason) => Progress::Failed(reason),
            DeliveryState::Delivered => Progress::Delivered,
            DeliveryState::Queued | DeliveryState::Sent if is_overdue => Progress::Overdue,
            DeliveryState::Queued => Progress::OnItsWay,
            DeliveryState::Sent => Progress::Sent,
        }
    }
}
