//! A browser answers with a code.

use jiff::{SignedDuration, Timestamp};

use crate::{
    server::domain::{
        Code, Consequence, Full, Guess, Otp, OtpId, OtpState, Purpose, Token, TokenDigest, limits::texts_used_in_range,
    },
    shared::{CodeFormat, ContactType},
};

use super::{
    Browser, Service, StoreError,
    events::SecurityEvent,
    ports::{self, Counted, NewNotice},
};

/// A customer who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// The session's token, for the cookie.
    pub token: Token,
    /// The token that the browser is known by from now on, for the long-lived cookie.
    pub device: Token,
    /// Where the customer wanted to go.
    pub next: Option<String>,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// There is no clear code in what was sent. Costs no attempt.
    #[error("the answer holds no code like {0:?}")]
    Malformed(CodeFormat),
    /// There is no OTP to answer.
    #[error("there is no OTP to answer")]
    NoOtp,
    /// The OTP has signed this browser in already, and it was longer ago than a double tap takes.
    #[error("the OTP was used")]
    AlreadyUsed,
    /// The code came too late.
    #[error("the OTP is expired")]
    Expired,
    /// It is not the code.
    #[error("the code is wrong, {attempts_remaining} attempts remain")]
    Wrong {
        /// Answers left, at least 1.
        attempts_remaining: u32,
    },
    /// All attempts are used.
    #[error("the OTP is exhausted")]
    Exhausted,
    /// Digits are not enough for the contact any more, and the code was of digits. It was compared with nothing.
    #[error("the OTP has to be replaced by one of letters")]
    Escalated,
    /// There were too many answers. This one was compared with nothing.
    #[error("a limit is reached: {:?}", .0.limit)]
    Limited(Full),
    /// Our fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An answer that holds the right code, or may hold the one that was right moments ago.
pub(super) struct Answer {
    /// What it answers.
    pub otp: Otp,
    /// The code in it.
    pub code: Code,
    /// Whether the OTP was used moments ago. What the code was, nobody knows any more but who can make the same token of it.
    pub is_repeat: bool,
}

impl Service {
    /// Signs the customer in if `answer` holds the code of the OTP that this browser asked for.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub async fn verify_otp(&self, browser: &Browser, answer: &str) -> Result<SignedIn, VerifyError> {
        let token = browser.token.as_ref().ok_or(VerifyError::NoOtp)?;
        let Answer { otp, code, is_repeat } = self.look_at(browser, Purpose::SignIn, answer).await?;
        let tokens = self.tokens(&otp, token, &code, browser).await?.ok_or(VerifyError::NoOtp)?;
        if !is_repeat {
            self.sign_in(&otp, token, &tokens, browser).await?;
        }
        // If the other tap of a double tap was faster, its session is this one.
        self.opened_just_now(tokens).await?.ok_or(if is_repeat { VerifyError::AlreadyUsed } else { VerifyError::NoOtp })
    }

    /// Looks for the code in an answer to the OTP that the browser asked for, and compares it. It comes back if it was right, or
    /// if an answer was right moments ago: then whoever asks has to find out whether this one is the same.
    ///
    /// The attempt is counted and committed before anything is compared, so that neither parallel guesses nor a cut
    /// connection get a comparison for nothing.
    pub(super) async fn look_at(
        &self,
        browser: &Browser,
        purpose: Purpose,
        answer: &str,
    ) -> Result<Answer, VerifyError> {
        let bound = browser.token.as_ref().ok_or(VerifyError::NoOtp)?.binding(purpose);
        let otp = self.store.latest_otp(bound).await?.ok_or(VerifyError::NoOtp)?;
        let Some(code) = Code::parse(answer, otp.format) else {
            let full = if otp.device.is_some() { None } else { self.miss(browser).await? };
            return Err(full.map_or(VerifyError::Malformed(otp.format), VerifyError::Limited));
        };
        match self.count_attempt(otp.id, bound, browser).await? {
            Counted::Taken(otp) if otp.accepts(&code, &self.keys, self.now()) => {
                Ok(Answer { otp: *otp, code, is_repeat: false })
            }
            Counted::Taken(otp) => Err(self.refused(&otp, wrong(&otp), &browser.origin).await?),
            Counted::NotTaken => self.not_counted(otp, bound, code, browser).await,
            Counted::Limited(full) => Err(self.limited(full).await?),
        }
    }

    /// Counts an answer against the OTP and all limits, before anything is compared.
    pub(super) async fn count_attempt(
        &self,
        id: OtpId,
        browser: TokenDigest,
        asker: &Browser,
    ) -> Result<Counted, StoreError> {
        let guess = Guess { browser, network: asker.network, recent: self.recent_guesses().await? };
        let (limits, now, origin) = (self.policy.limits, self.now(), asker.origin.clone());
        self.store.count_attempt(&ports::Answer { id, guess, limits, now, origin }).await
    }

    pub(super) async fn limited(&self, full: Full) -> Result<VerifyError, StoreError> {
        self.note_breaker(&full).await?;
        if full.consequence == Consequence::Escalate {
            return Ok(VerifyError::Escalated);
        }
        SecurityEvent::Limited(full.limit).record();
        Ok(VerifyError::Limited(full))
    }

    async fn sign_in(&self, otp: &Otp, token: &Token, tokens: &Tokens, browser: &Browser) -> Result<(), StoreError> {
        let sign_in = ports::SignIn {
            id: otp.id,
            browser: token.digest(),
            session: tokens.session.digest(),
            device: tokens.device.digest(),
            known_browsers: self.policy.limits.devices,
            notice: self.new_sign_in_notice(otp).await?,
            now: self.now(),
            origin: browser.origin.clone(),
        };
        if self.store.sign_in(&sign_in).await? {
            self.note_used_text(otp).await?;
            sign_in.notice.iter().for_each(|notice| self.ring_outbox(notice.channel));
        }
        Ok(())
    }

    /// A text message that was used speaks for the numbers around its own.
    async fn note_used_text(&self, otp: &Otp) -> Result<(), StoreError> {
        let customer = match otp.customer_id {
            Some(id) if otp.channel == ContactType::Phone => self.store.customer(id).await?,
            _ => None,
        };
        if let Some(number) = customer.and_then(|customer| customer.phone) {
            self.store.charge(&[texts_used_in_range(&number)], self.now()).await?;
        }
        Ok(())
    }

    /// The notice of a sign-in on a new browser: to the contact that the code did not go to, so that somebody who reads
    /// along in one does not read it too (OWASP ASVS 5.0, 6.3.5).
    async fn new_sign_in_notice(&self, otp: &Otp) -> Result<Option<NewNotice>, StoreError> {
        let customer = match otp.customer_id {
            Some(id) if self.policy.new_sign_in_notice => self.store.customer(id).await?,
            _ => None,
        };
        let Some(customer) = customer else { return Ok(None) };
        let other = customer.contact(otp.channel.other());
        let usable = match &other {
            Some(contact) => self.sms_refusal(contact, false).await?.is_none(),
            None => false,
        };
        Ok(Some(self.notice(if usable { otp.channel.other() } else { otp.channel })))
    }

    /// A notice for one of a customer's contacts. After a day it is no news any more.
    pub(super) fn notice(&self, channel: ContactType) -> NewNotice {
        let expires_at = self.now().saturating_add(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX);
        NewNotice { channel, message_id: self.message_id(), expires_at }
    }

    /// The OTP took no answer: says why, unless a right one was given moments ago, which may have been this one.
    async fn not_counted(
        &self,
        otp: Otp,
        bound: TokenDigest,
        code: Code,
        browser: &Browser,
    ) -> Result<Answer, VerifyError> {
        let otp = self.store.latest_otp(bound).await?.unwrap_or(otp);
        let since = self.now().saturating_sub(Otp::REPLAY_WINDOW).unwrap_or(Timestamp::MIN);
        let is_verified = otp.state(self.now()) == OtpState::Verified;
        if is_verified && self.store.count_replay(otp.id, bound, since).await? {
            return Ok(Answer { otp, code, is_repeat: true });
        }
        Err(self.refused(&otp, no_answer_taken(&otp, self.now()), &browser.origin).await?)
    }

    async fn opened_just_now(&self, tokens: Tokens) -> Result<Option<SignedIn>, StoreError> {
        let since = self.now().saturating_sub(Otp::REPLAY_WINDOW).unwrap_or(Timestamp::MIN);
        let session = self.store.new_session(tokens.session.digest(), since).await?;
        let Tokens { session: token, device } = tokens;
        Ok(session.map(|session| SignedIn { token, device, next: session.next }))
    }

    /// What the browser gets for the right code. It keeps the token it is known by if it has one that we gave out.
    async fn tokens(
        &self,
        otp: &Otp,
        token: &Token,
        code: &Code,
        browser: &Browser,
    ) -> Result<Option<Tokens>, StoreError> {
        let Some(key) = self.keys.find(&otp.key_id) else { return Ok(None) };
        let device = match &browser.device {
            Some(device) if self.store.is_known(device.digest(), None, self.known_since()).await? => device.clone(),
            _ => Token::of_device(key, otp.id, token, code),
        };
        Ok(Some(Tokens { session: Token::of_session(key, otp.id, token, code), device }))
    }
}

struct Tokens {
    session: Token,
    device: Token,
}

/// Why an OTP took no answer at `now`.
pub(super) fn no_answer_taken(otp: &Otp, now: Timestamp) -> VerifyError {
    match otp.state(now) {
        OtpState::Verified => VerifyError::AlreadyUsed,
        OtpState::Revoked => VerifyError::NoOtp,
        OtpState::Exhausted => VerifyError::Exhausted,
        OtpState::Expired | OtpState::Live => VerifyError::Expired,
    }
}

/// A counted answer was wrong.
pub(super) fn wrong(otp: &Otp) -> VerifyError {
    match otp.attempts_remaining() {
        0 => VerifyError::Exhausted,
        attempts_remaining => VerifyError::Wrong { attempts_remaining },
    }
}
