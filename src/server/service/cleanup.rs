//! What is over is deleted (OWASP ASVS 5.0, 14.2.7).

use jiff::{SignedDuration, Timestamp};

use crate::server::domain::policy::{DEVICE_LIFETIME, PRE_AUTH_LIFETIME};

use super::{
    Service,
    ports::{OtpFilter, Removed, StoreResult},
};

impl Service {
    /// How long an expired OTP stays: as long as its browser may go on with it by asking for the next code.
    pub const KEEP_EXPIRED: SignedDuration = PRE_AUTH_LIFETIME;

    /// How long a receipt is remembered: longer than any gateway's signature is taken.
    const KEEP_RECEIPTS: SignedDuration = SignedDuration::from_hours(24);

    /// Deletes expired OTPs and sessions and tells how many. Their history stays.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn cleanup(&self, keep_expired: SignedDuration) -> StoreResult<Removed> {
        let now = self.now();
        let before = |age: SignedDuration| now.saturating_sub(age).unwrap_or(Timestamp::MIN);
        let expired = OtpFilter { expired_before: Some(before(keep_expired)), ..OtpFilter::default() };
        let otps = self.store.delete_otps(&expired).await?;
        let sessions = self.store.delete_old_sessions(&self.policy.session, before(PRE_AUTH_LIFETIME), now).await?;
        let others = self.store.delete_old_records(now, before(Self::KEEP_RECEIPTS), before(DEVICE_LIFETIME)).await?;
        Ok(Removed { otps, sessions, others })
    }
}
