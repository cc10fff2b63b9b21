//! A browser asks for a code.

use crate::{
    server::{
        domain::{
            Contact, ContactError, Customer, Full, MessageAsk, NextPath, Origin, Otp, OtpId, OtpState, Purpose, Rule,
            SmsRefusal, Token, TokenDigest,
        },
        random,
    },
    shared::{CodeFormat, ContactType},
};

use super::{
    Browser, Service, StoreError,
    captcha::SolutionError,
    events::SecurityEvent,
    ports::{CaptchaError, NewOtp, PreAuth},
    resend_otp::ResendError,
};

/// The request form as it came.
#[derive(Clone, Default)]
pub struct RequestForm {
    /// The kind of contact.
    pub contact_type: ContactType,
    /// What was typed.
    pub contact_value: String,
    /// The path that the customer came from, or nothing.
    pub next: String,
    /// The solution of a challenge, or nothing.
    pub solution: String,
}

/// A sign-in in progress.
#[derive(Debug)]
pub struct Requested {
    /// What the browser has to keep.
    pub token: Token,
    /// Nothing was sent, because a message went out moments ago: seconds until another can.
    pub wait: Option<u32>,
}
/// Why no code was issued.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The contact could not be used.
    #[error(transparent)]
    Contact(#[from] ContactError),
    /// Nobody has the contact, and the settings allow to say so.
    #[error("no customer has the contact")]
    UnknownContact,
    /// The OTP of this browser is used up or withdrawn, and the cooldown for the next is running.
    #[error("the cooldown has {seconds} s left")]
    Cooldown {
        /// Seconds left, at least 1.
        seconds: u32,
    },
    /// It was asked for too often.
    #[error("a limit is reached: {:?}", .0.limit)]
    Limited(Full),
    /// No text message goes to the number, whoever has it.
    #[error("no text message goes to the number: {0:?}")]
    Sms(SmsRefusal),
    /// Nobody knows whether the solution is right.
    #[error(transparent)]
    Captcha(CaptchaError),
    /// Our fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SolutionError> for RequestError {
    fn from(error: SolutionError) -> Self {
        match error {
            SolutionError::Limited(full) => Self::Limited(full),
            SolutionError::Captcha(error) => Self::Captcha(error),
            SolutionError::Store(error) => Self::Store(error),
        }
    }
}

/// A browser that asks for a code.
pub(super) struct Asker<'a> {
    pub(super) browser: &'a Browser,
    /// The solution of a challenge that came with it, or nothing.
    pub(super) solution: &'a str,
    /// What the OTP is bound to.
    pub(super) bound: TokenDigest,
    pub(super) purpose: Purpose,
    /// Whether messages to it go out when those to strangers do not.
    pub(super) known_browser: bool,
    /// The browser as the customer knows it, if its limits are its own.
    pub(super) device: Option<TokenDigest>,
}

/// On what terms an OTP is issued.
pub(super) struct Terms {
    pub(super) browser: TokenDigest,
    pub(super) purpose: Purpose,
    pub(super) known_browser: bool,
    pub(super) device: Option<TokenDigest>,
    pub(super) format: CodeFormat,
    pub(super) messages: u32,
    pub(super) rules: Vec<Rule>,
}

impl Service {
    /// Issues an OTP for the contact in the form, bound to the browser, and queues its message.
    ///
    /// A known and an unknown contact take the same steps (OWASP ASVS 5.0, 6.3.8); only the worker that sends looks whether
    /// there is a customer.
    ///
    /// # Errors
    /// [`RequestError`].
    pub async fn request_otp(&self, browser: &Browser, form: &RequestForm) -> Result<Requested, RequestError> {
        let contact = match Contact::parse(form.contact_type, &form.contact_value, self.policy.region) {
            Ok(contact) => contact,
            Err(error) => return Err(self.missed(browser, error.into()).await?),
        };
        let customer = self.store.customer_by_contact(&contact).await?;
        let device = self.known_device(browser, customer.as_ref(), &contact).await?;
        if let Some(refusal) = self.sms_refusal(&contact, device.is_some()).await? {
            SecurityEvent::SmsRefused(refusal).record();
            return Err(RequestError::Sms(refusal));
        }
        if customer.is_none() && self.policy.reveal_unknown_contacts {
            SecurityEvent::UnknownContact.record();
            return Err(self.missed(browser, RequestError::UnknownContact).await?);
        }
        let token = self.pre_auth_token(browser).await?;
        let asker = Asker {
            browser,
            solution: &form.solution,
            bound: token.binding(Purpose::SignIn),
            purpose: Purpose::SignIn,
            known_browser: device.is_some(),
            device,
        };
        let wait = self.ask(contact, customer.as_ref(), asker).await?;
        self.save_request(&token, form).await?;
        Ok(Requested { token, wait })
    }

    /// An error of a kind that no customer makes often, or that it was one too many.
    pub(super) async fn missed(&self, browser: &Browser, error: RequestError) -> Result<RequestError, StoreError> {
        if matches!(error, RequestError::Contact(ContactError::Missing)) {
            return Ok(error);
        }
        Ok(self.miss(browser).await?.map_or(error, RequestError::Limited))
    }

    /// Sends a code to a contact. The answer is how many seconds it is too early for another message, if it is: then one is on its
    /// way already.
    pub(super) async fn ask(
        &self,
        contact: Contact,
        customer: Option<&Customer>,
        asker: Asker<'_>,
    ) -> Result<Option<u32>, RequestError> {
        match self.store.latest_otp_for(asker.bound, &contact).await? {
            // Asking again for the same contact goes on with the same OTP, so that it gives no attempts back.
            Some(otp) if self.continues(&otp, customer) && is_in_lane(&otp, &asker) => {
                self.continue_with(&otp, asker.browser, asker.solution).await
            }
            // Nor does forgetting the contact and asking again: what is used up or withdrawn still holds the next one back.
            Some(otp) if self.seconds_to_resend(&otp) > 0 => {
                Err(RequestError::Cooldown { seconds: self.seconds_to_resend(&otp) })
            }
            earlier => {
                let messages = earlier.map_or(1, |otp| otp.messages + 1);
                self.issue_for(contact, customer, asker, messages).await?;
                Ok(None)
            }
        }
    }

    /// Whether an earlier OTP of the browser still serves: not used up, for the same customer, and with a key that is there.
    fn continues(&self, otp: &Otp, customer: Option<&Customer>) -> bool {
        // One that its owner made worthless is told from others by nobody but a browser that is known.
        let is_worthless = otp.nonce.is_none() && otp.known_browser;
        !is_worthless
            && matches!(otp.state(self.now()), OtpState::Live | OtpState::Expired)
            && otp.customer_id == customer.map(|customer| customer.id)
            && self.keys.find(&otp.key_id).is_some()
    }

    /// The browser's own token if its pre-auth session is alive, else a new one: a token is never taken from a client
    /// that we did not give it to (OWASP ASVS 5.0, 7.2.4).
    pub(super) async fn pre_auth_token(&self, browser: &Browser) -> Result<Token, StoreError> {
        match &browser.token {
            Some(token) if self.pre_auth(token).await?.is_some() => Ok(token.clone()),
            _ => Ok(Token::new(random::bytes(&*self.random))),
        }
    }

    /// Seconds until the browser may ask for another message, rounded up.
    pub(super) fn seconds_to_resend(&self, otp: &Otp) -> u32 {
        let wait = otp.resend_at(&self.policy.otp.cooldowns).duration_since(self.now());
        u32::try_from(wait.as_millis().max(0).unsigned_abs().div_ceil(1_000)).unwrap_or(u32::MAX)
    }

    /// Issues an OTP for a browser, if the limits allow it.
    async fn issue_for(
        &self,
        contact: Contact,
        customer: Option<&Customer>,
        asker: Asker<'_>,
        messages: u32,
    ) -> Result<OtpId, RequestError> {
        let Asker { browser, solution, bound, purpose, known_browser, device } = asker;
        let mut ask = MessageAsk {
            contact: &contact,
            channel: contact.kind(),
            browser: bound,
            device,
            network: browser.network,
            is_signed_in: purpose != Purpose::SignIn,
            is_new_code: true,
            solution: None,
            reveals: self.reveals_limits(purpose),
        };
        ask.solution = self.solution(browser, &ask, solution).await?;
        let terms = Terms {
            browser: bound,
            purpose,
            known_browser,
            device,
            format: self.code_format(&contact, device).await?,
            messages,
            rules: self.policy.limits.message(&ask),
        };
        self.issue(contact, customer, terms, &browser.origin).await?.map_err(|full| {
            SecurityEvent::Limited(full.limit).record();
            RequestError::Limited(full)
        })
    }

    /// Issues an OTP for a browser (or the command line) and wakes the worker that sends it.
    pub(super) async fn issue(
        &self,
        contact: Contact,
        customer: Option<&Customer>,
        terms: Terms,
        origin: &Origin,
    ) -> Result<Result<OtpId, Full>, StoreError> {
        let channel = contact.kind();
        let otp = NewOtp {
            purpose: terms.purpose,
            customer_id: customer.map(|customer| customer.id),
            contact,
            browser: terms.browser,
            known_browser: terms.known_browser,
            device: terms.device,
            format: terms.format,
            messages: terms.messages,
            rules: terms.rules,
            nonce: random::bytes(&*self.random),
            key_id: self.keys.current().id().clone(),
            policy: self.policy.otp,
            message_id: self.message_id(),
            now: self.now(),
            origin: origin.clone(),
        };
        let issued = self.store.issue(&otp).await?;
        if issued.is_ok() {
            self.ring_outbox(channel);
        }
        Ok(issued)
    }

    /// Whether somebody may see what was asked for a contact: who is signed in, of their own.
    pub(super) fn reveals_limits(&self, purpose: Purpose) -> bool {
        self.policy.reveal_unknown_contacts || purpose == Purpose::StepUp
    }

    /// A new `Message-ID`'s own part (RFC 5322 section 3.6.4), kept with the message so that each try has the same.
    pub(super) fn message_id(&self) -> String {
        hex::encode(random::bytes::<16>(&*self.random))
    }

    /// Sends the message again, or answers how many seconds it is too early for that: then it is on its way already.
    async fn continue_with(&self, otp: &Otp, browser: &Browser, solution: &str) -> Result<Option<u32>, RequestError> {
        match self.send_again(otp, otp.otp_type(), (browser, solution)).await {
            Err(ResendError::Cooldown { seconds }) => Ok(Some(seconds)),
            Err(ResendError::Limited(full)) => Err(RequestError::Limited(full)),
            Err(ResendError::Captcha(error)) => Err(RequestError::Captcha(error)),
            Err(ResendError::Store(error)) => Err(error.into()),
            // Sent; or used up between two statements, and then the verify screen says so.
            Ok(_) | Err(ResendError::Exhausted | ResendError::NoOtp | ResendError::ChannelNotOffered) => Ok(None),
        }
    }

    async fn save_request(&self, token: &Token, form: &RequestForm) -> Result<(), StoreError> {
        let pre_auth = PreAuth {
            browser: token.digest(),
            contact: (form.contact_type, form.contact_value.trim().to_owned()),
            next: NextPath::parse(&form.next).map(|next| next.as_str().to_owned()),
        };
        self.store.save_pre_auth(&pre_auth, self.now()).await
    }
}

/// Whether an OTP goes on in the lane that it began in: one of a known browser whose own limits are full is followed by a
/// stranger's.
const fn is_in_lane(otp: &Otp, asker: &Asker<'_>) -> bool {
    otp.device.is_none() || asker.device.is_some()
}
