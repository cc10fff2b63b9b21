//! A browser asks for its code once more.

use jiff::{SignedDuration, Timestamp};

use crate::{
    server::domain::{Full, MessageAsk, Otp, OtpPolicy, Purpose, Resend, Rule},
    shared::ContactType,
};

use super::{
    Browser, Service, StoreError,
    captcha::SolutionError,
    events::SecurityEvent,
    ports::{CaptchaError, Resent},
};

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
    /// The customer's other contact was asked for, and is not offered.
    #[error("the channel is not offered")]
    ChannelNotOffered,
    /// It was asked for too often.
    #[error("a limit is reached: {:?}", .0.limit)]
    Limited(Full),
    /// Nobody knows whether the solution is right.
    #[error(transparent)]
    Captcha(CaptchaError),
    /// Our fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SolutionError> for ResendError {
    fn from(error: SolutionError) -> Self {
        match error {
            SolutionError::Limited(full) => Self::Limited(full),
            SolutionError::Captcha(error) => Self::Captcha(error),
            SolutionError::Store(error) => Self::Store(error),
        }
    }
}

/// What went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The one code that works: that of before, or one of letters that takes the place of digits.
    OnlyCode,
    /// A new one; the one before stays valid until its own expiry.
    NextCode,
}

impl Service {
    /// Queues the message of the browser's OTP again, to the same contact of the customer or to the other one. Attempts stay
    /// as they are (NIST SP 800-63B-4 section 3.1.3.2).
    ///
    /// # Errors
    /// [`ResendError`].
    pub async fn resend_otp(
        &self,
        browser: &Browser,
        channel: Option<ContactType>,
        solution: &str,
    ) -> Result<Sent, ResendError> {
        let token = browser.token.as_ref().ok_or(ResendError::NoOtp)?;
        let pending = self.pending(token).await?.ok_or(ResendError::NoOtp)?;
        let otp = &pending.otp;
        let channel = channel.unwrap_or(otp.channel);
        if channel != otp.channel && self.other_channel(otp).await? != Some(channel) {
            return Err(ResendError::ChannelNotOffered);
        }
        self.send_again(otp, channel, (browser, solution)).await
    }

    /// From when on there is another code for a browser that has asked for all codes of its sign-in; `None` while the next
    /// message may bring one, or is the same code once more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn used_up_until(&self, otp: &Otp, browser: &Browser) -> Result<Option<Timestamp>, StoreError> {
        let Some(token) = &browser.token else { return Ok(None) };
        let policy = &self.policy.otp;
        let next_at = otp.resend_at(&policy.cooldowns).max(self.now());
        if otp.resend(next_at, policy, otp.format) != Resend::NextGeneration {
            return Ok(None);
        }
        let rule = self.policy.limits.new_code(token.binding(otp.purpose));
        let full = self.store.full(&[rule], next_at).await?;
        Ok(full.map(|full| full.until))
    }

    pub(super) async fn send_again(
        &self,
        otp: &Otp,
        channel: ContactType,
        (browser, solution): (&Browser, &str),
    ) -> Result<Sent, ResendError> {
        let now = self.now();
        let format = self.code_format(&otp.contact, otp.device).await?;
        let kind = otp.resend(now, &self.resend_policy(otp, channel).await?, format);
        let next_expires_at = match kind {
            Resend::SameCode => None,
            Resend::NextGeneration | Resend::Escalated => now.saturating_add(self.policy.otp.lifetime).ok(),
            Resend::TooSoon(_) => return Err(ResendError::Cooldown { seconds: self.seconds_to_resend(otp).max(1) }),
            Resend::Refused => return Err(ResendError::Exhausted),
        };
        let rules = self.resend_rules(otp, channel, (browser, solution), next_expires_at.is_some()).await?;
        let resent = Resent {
            id: otp.id,
            generation: otp.generation,
            sent_at: otp.sent_at,
            next_expires_at,
            escalates: kind == Resend::Escalated,
            rules,
            channel,
            message_id: self.message_id(),
            now,
            origin: browser.origin.clone(),
        };
        // Of two resends at once the second finds its message queued by the first: the customer gets what they asked for.
        let is_queued = self.store.resend(&resent).await?.map_err(|full| {
            SecurityEvent::Limited(full.limit).record();
            ResendError::Limited(full)
        })?;
        if is_queued {
            self.ring_outbox(channel);
        }
        Ok(if kind == Resend::NextGeneration { Sent::NextCode } else { Sent::OnlyCode })
    }

    async fn resend_rules(
        &self,
        otp: &Otp,
        channel: ContactType,
        (browser, solution): (&Browser, &str),
        is_new_code: bool,
    ) -> Result<Vec<Rule>, SolutionError> {
        let Some(token) = &browser.token else { return Ok(vec![]) };
        let mut ask = MessageAsk {
            contact: &otp.contact,
            channel,
            browser: token.binding(otp.purpose),
            device: otp.device,
            network: browser.network,
            is_signed_in: otp.purpose != Purpose::SignIn,
            is_new_code,
            solution: None,
            reveals: self.reveals_limits(otp.purpose),
        };
        ask.solution = self.solution(browser, &ask, solution).await?;
        Ok(self.policy.limits.message(&ask))
    }

    /// Who knows that the message will not arrive need not wait for the cooldown to try the other way. Back again they do.
    async fn resend_policy(&self, otp: &Otp, channel: ContactType) -> Result<OtpPolicy, StoreError> {
        let policy = self.policy.otp;
        let is_first_switch = otp.channel == otp.otp_type() && channel != otp.channel;
        let waits = !is_first_switch || !self.is_known_to_fail(otp).await?;
        Ok(if waits { policy } else { OtpPolicy { cooldowns: [SignedDuration::ZERO; 3], ..policy } })
    }
}
