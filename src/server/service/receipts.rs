//! Gateways tell what became of a message.

use super::{
    Service,
    ports::{Receipt, ReceiptOutcome, StoreResult},
};

impl Service {
    /// Records a receipt whose signature was checked, if the gateway has the message. The same one a second time changes
    /// nothing, nor does a late one.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn record_receipt(&self, gateway: &str, receipt: &Receipt) -> StoreResult<ReceiptOutcome> {
        let outcome = self.store.record_receipt(gateway, receipt, self.now()).await?;
        if outcome == ReceiptOutcome::Recorded {
            self.delivery_changed();
        }
        Ok(outcome)
    }
}
