//! A customer signs out.

use super::{Browser, Service, ports::StoreResult};

impl Service {
    /// Ends the session in the database, at once and for good: no request that is under way can bring it back, because
    /// requests only ever update the row (OWASP ASVS 5.0, 7.4.1).
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn customer_logout(&self, browser: &Browser) -> StoreResult<()> {
        let Some(token) = &browser.token else { return Ok(()) };
        self.store.end_session(token.digest(), self.now(), &browser.origin).await?;
        Ok(())
    }
}
