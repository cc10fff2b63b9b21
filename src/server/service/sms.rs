//! Which text messages may go out.

use super::{Service, ports::StoreResult};
use crate::server::domain::{Contact, Money, SmsLevel, SmsRefusal};

impl Service {
    /// How much of the money for text messages is left.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn sms_level(&self) -> StoreResult<SmsLevel> {
        self.sms_level_for(self.policy.sms.default_price).await
    }

    async fn sms_level_for(&self, price: Money) -> StoreResult<SmsLevel> {
        Ok(self.policy.sms.level(self.store.spent(self.now()).await?, price))
    }

    /// Why no message goes to a contact, from what everybody may know: the number itself and the budget.
    pub(super) async fn sms_refusal(&self, contact: &Contact, is_known: bool) -> StoreResult<Option<SmsRefusal>> {
        let Contact::Phone(number) = contact else { return Ok(None) };
        if let Some(refusal) = self.policy.sms.refusal(number) {
            return Ok(Some(refusal));
        }
        let price = self.policy.sms.price(number, 1);
        let is_paused = !is_known && self.sms_level_for(price).await? == SmsLevel::KnownOnly;
        Ok(is_paused.then_some(SmsRefusal::Paused))
    }
}
