//! A browser asks for its code once more.

use crate::server::domain::{Origin, Otp, Resend};

use super::{Browser, Service, StoreError, events::SecurityEvent, ports::Resent};

/// Why nothing was sent again.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// This browser has asked for nothing, or too long ago.
    #[error("the browser has no OTP")]
    NoOtp,
    /// All attempts are used; another message would not help.
    #[error("the OTP is exhausted")]
    Exhausted,
    /// The last message is too fresh.
    #[error("the cooldown has {seconds} s left")]
    Cooldown {
        /// Seconds left, at least 1.
        seconds: u32,
    },
    /// Our fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The code of before.
    SameCode,
    /// A new one; the one before stays valid until its own expiry.
    NextCode,
}

impl Service {
    /// Queues the message of the browser's OTP again. Attempts stay as they are (NIST SP 800-63B-4 section 3.1.3.2).
    ///
    /// # Errors
    /// [`ResendError`].
    pub async fn resend_otp(&self, browser: &Browser) -> Result<Sent, ResendError> {
        let token = browser.token.as_ref().ok_or(ResendError::NoOtp)?;
        let pending = self.pending(token).await?.ok_or(ResendError::NoOtp)?;
        self.send_again(&pending.otp, &browser.origin).await
    }

    pub(super) async fn send_again(&self, otp: &Otp, origin: &Origin) -> Result<Sent, ResendError> {
        let now = self.now();
        let next_expires_at = match otp.resend(now, &self.policy.otp) {
            Resend::SameCode => None,
            Resend::NextGeneration => now.saturating_add(self.policy.otp.lifetime).ok(),
            Resend::TooSoon(_) => return Err(ResendError::Cooldown { seconds: self.seconds_to_resend(otp).max(1) }),
            Resend::Refused => return Err(ResendError::Exhausted),
        };
        let resent = Resent {
            id: otp.id,
            generation: otp.generation,
            sent_at: otp.sent_at,
            next_expires_at,
            message_id: self.message_id(),
            now,
            origin: origin.clone(),
        };
        // Of two resends at once the second finds its message queued by the first: the customer gets what they asked for.
        if self.store.resend(&resent).await? {
            SecurityEvent::Resent(otp.id).record();
            self.outbox_bell.notify_one();
        }
        Ok(if resent.next_expires_at.is_some() { Sent::NextCode } else { Sent::SameCode })
    }
}
