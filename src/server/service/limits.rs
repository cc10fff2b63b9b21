//! What limits mean for who asks and who answers.

use jiff::Timestamp;

use super::{Browser, Service, events::SecurityEvent, ports::StoreResult};
use crate::{
    server::domain::{
        Breaker, Contact, Customer, Full, Limit, PhoneNumber, Rule, Token, TokenDigest,
        limits::{texts_to_range, texts_used_in_range},
        policy::DEVICE_LIFETIME,
    },
    shared::CodeFormat,
};

impl Service {
    /// The browser as the customer knows it, if they have signed in on it before and have not been guessing there since.
    /// Nobody has signed in as nobody: the same question is asked all the same, so that it takes the same time.
    pub(super) async fn known_device(
        &self,
        browser: &Browser,
        customer: Option<&Customer>,
        contact: &Contact,
    ) -> StoreResult<Option<TokenDigest>> {
        let Some(device) = browser.device.as_ref().map(Token::digest) else { return Ok(None) };
        let id = customer.map(|customer| customer.id);
        if !self.store.is_known(device, id, self.known_since()).await? || id.is_none() {
            return Ok(None);
        }
        let full = self.store.full(&self.policy.limits.known(device, contact), self.now()).await?;
        Ok(full.is_none().then_some(device))
    }

    /// Browsers that were seen since then are known.
    pub(super) fn known_since(&self) -> Timestamp {
        self.now().saturating_sub(DEVICE_LIFETIME).unwrap_or(Timestamp::MIN)
    }

    /// What a code for a contact looks like: digits, until they have been guessed at too often.
    pub(super) async fn code_format(&self, contact: &Contact, device: Option<TokenDigest>) -> StoreResult<CodeFormat> {
        let limits = &self.policy.limits;
        let rules = match device {
            Some(device) => limits.digits_on_device(device, contact),
            None => limits.digits_for_strangers(contact, self.recent_guesses().await?),
        };
        match self.store.full(&rules, self.now()).await? {
            None => Ok(CodeFormat::Digits(self.policy.otp.length)),
            Some(full) => {
                self.note_breaker(&full).await?;
                Ok(CodeFormat::Letters)
            }
        }
    }

    /// Guesses at all contacts in the time that the breaker looks back on.
    pub(super) async fn recent_guesses(&self) -> StoreResult<u32> {
        self.store.tallied(Breaker::subject(), Breaker::SPAN, self.now()).await
    }

    /// Guessing at all contacts together stays hopeless for a day, and the operator hears of it once.
    pub(super) async fn note_breaker(&self, full: &Full) -> StoreResult<()> {
        if full.limit == Limit::Breaker && self.store.charge(&[Breaker::tripped()], self.now()).await?.is_none() {
            SecurityEvent::BreakerTripped.record();
        }
        Ok(())
    }

    /// Counts what no customer does often. The answer is the limit that it went over.
    pub(super) async fn miss(&self, browser: &Browser) -> StoreResult<Option<Full>> {
        let full = self.store.charge(&self.policy.limits.miss(browser.network), self.now()).await?;
        Ok(full.inspect(|full| SecurityEvent::Limited(full.limit).record()))
    }

    /// Whether text messages to the numbers around this one are asked for and hardly ever used.
    pub(super) async fn is_pumped(&self, number: &PhoneNumber) -> StoreResult<bool> {
        let count = async |rule: Rule| self.store.tallied(rule.subject, rule.window.span, self.now()).await;
        let sent = count(texts_to_range(number)).await?;
        let used = count(texts_used_in_range(number)).await?;
        Ok(self.policy.limits.is_pumped(sent, used))
    }
}
