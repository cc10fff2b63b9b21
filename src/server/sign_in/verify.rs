//! A visitor enters the code.

use jiff::Timestamp;

use super::SignIn;
use crate::{
    server::{
        codes::check::VerifyError,
        domain::{
            Browser, Otp, Purpose, Token,
            check_code::{CountedAttempt, Rejection},
            sign_in::{NoticeDraft, SignInRequest},
        },
        ports::StoreResult,
    },
    shared::ContactType,
};

/// A customer who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// The token of the new session, for the session cookie.
    pub token: Token,
    /// The token that identifies the browser as a known device, for the long-lived cookie.
    pub device: Token,
    /// The path to go to after the sign-in, if the customer came from one.
    pub next: Option<String>,
}

impl SignIn {
    /// Signs the customer in if `text` contains the code of the OTP that this browser requested.
    ///
    /// # Errors
    /// Returns [`VerifyError`] if the code is rejected or the database fails.
    pub async fn verify_otp(&self, browser: &Browser, text: &str) -> Result<SignedIn, VerifyError> {
        let before = browser.token.as_ref().ok_or(Rejection::NoOtp)?;
        let attempt = self.codes.check(browser, Purpose::SignIn, text).await?;
        let CountedAttempt {
            otp,
            code,
            is_replay,
            is_known_device,
        } = attempt;
        let key = self.codes.keys.find(&otp.key_id).ok_or(Rejection::NoOtp)?;
        let token = Token::of_session(key, otp.id, before, &code);
        // A browser keeps its device token if an earlier sign-in issued it.
        let known = browser.device.clone().filter(|_| is_known_device);
        let device = known.unwrap_or_else(|| Token::of_device(key, otp.id, before, &code));
        if !is_replay
            && let Some(next) = self
                .open_session(&otp, (before, &token, &device), browser)
                .await?
        {
            return Ok(SignedIn {
                token,
                device,
                next,
            });
        }
        // On a double tap, the other request may already have opened the same session.
        let next = self.just_opened(&token).await?;
        let next = next.ok_or(if is_replay {
            Rejection::AlreadyUsed
        } else {
            Rejection::NoOtp
        })?;
        Ok(SignedIn {
            token,
            device,
            next,
        })
    }

    /// Uses the OTP and opens the session. Returns the path to go to after the sign-in. The outer
    /// option is `None` if nobody was signed in, because the OTP was already used or revoked.
    async fn open_session(
        &self,
        otp: &Otp,
        (before, token, device): (&Token, &Token, &Token),
        browser: &Browser,
    ) -> StoreResult<Option<Option<String>>> {
        let (codes, now) = (&self.codes, self.codes.now());
        let is_noticed = codes.policy.new_sign_in_notice;
        let channels: &[ContactType] = if is_noticed { &ContactType::ALL } else { &[] };
        let slots = codes.queue.slots(channels, now);
        let request = SignInRequest {
            otp: otp.id,
            browser: before.digest(),
            session: token.digest(),
            device: device.digest(),
            notice: NoticeDraft {
                message_id: codes.message_id(),
                leases: slots.leases(),
            },
            origin: browser.origin.clone(),
            now,
        };
        let Some(signed_in) = codes.otps.sign_in(request).await? else {
            return Ok(None);
        };
        if let Some(queued) = signed_in.queued {
            codes.queue.dispatch(queued, slots);
        }
        Ok(Some(signed_in.next))
    }

    /// Returns the path to go to after the sign-in. The outer option is `None` unless the session
    /// was opened within [`Otp::REPLAY_WINDOW`].
    async fn just_opened(&self, token: &Token) -> StoreResult<Option<Option<String>>> {
        let since = self
            .codes
            .now()
            .saturating_sub(Otp::REPLAY_WINDOW)
            .unwrap_or(Timestamp::MIN);
        let session = self
            .sessions
            .session(token.digest())
            .await?
            .map(|(session, _)| session);
        let opened = session.filter(|session| session.authenticated && session.created_at >= since);
        Ok(opened.map(|session| session.next))
    }
}
