//! Checking and cleaning up the database.

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use super::Operator;
use crate::server::{
    domain::policy::{DEVICE_LIFETIME, PRE_AUTH_LIFETIME},
    ports::{
        StoreError, StoreResult,
        database::{Removed, Retention},
    },
};

/// How long an expired OTP is kept. During this time, its browser can still request the next code.
pub const KEEP_EXPIRED: SignedDuration = PRE_AUTH_LIFETIME;
/// How long a receipt is remembered: longer than the signature of any gateway is accepted.
const KEEP_RECEIPTS: SignedDuration = SignedDuration::from_hours(24);

/// How long the result of a database check is reused, so that nobody can keep the database busy
/// with checks.
const CHECK_LIFETIME: SignedDuration = SignedDuration::from_secs(1);

/// The time and result of the last database check. It is locked during a check.
#[derive(Default)]
pub struct LastCheck(Mutex<Option<(Timestamp, StoreResult<()>)>>);

impl Operator {
    /// Deletes expired data (OWASP ASVS 5.0, 14.2.7) and returns how much was deleted. OTPs are
    /// kept for `keep_expired` after their expiry. The history is kept.
    ///
    /// # Errors
    /// Returns [`crate::server::ports::StoreError`] if the database fails.
    pub async fn cleanup(&self, keep_expired: SignedDuration) -> StoreResult<Removed> {
        let now = self.codes.now();
        let before = |age: SignedDuration| now.saturating_sub(age).unwrap_or(Timestamp::MIN);
        let retention = Retention {
            otps_expired_before: before(keep_expired),
            pre_auth_seen_until: before(PRE_AUTH_LIFETIME),
            sessions: self.codes.policy.session,
            receipts_before: before(KEEP_RECEIPTS),
            devices_seen_until: before(DEVICE_LIFETIME),
            now,
        };
        self.database.delete_expired(&retention).await
    }

    /// Checks that the database accepts writes. The result is at most one second old.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database does not accept writes.
    pub async fn check_database(&self) -> StoreResult<()> {
        let operator = self.clone();
        // The check continues if the caller gives up, and later callers share its result.
        let check = tokio::spawn(async move { operator.check_unless_recent().await });
        check.await.unwrap_or(Err(StoreError::Busy))
    }

    async fn check_unless_recent(&self) -> StoreResult<()> {
        let mut last = self.last_check.0.lock().await;
        if let Some((at, result)) = &*last
            && self.codes.now().duration_since(*at).abs() < CHECK_LIFETIME
        {
            return result.clone();
        }
        let result = self.database.check(self.codes.now()).await;
        *last = Some((self.codes.now(), result.clone()));
        result
    }

    /// Closes the database at the end of the program. Later operations fail.
    pub async fn close_database(&self) {
        self.database.close().await;
    }

    /// Revokes what was issued with keys that are no longer in the keyring. Only the server may
    /// call this: a command that was started with different settings must not revoke anybody's
    /// codes.
    ///
    /// # Errors
    /// Returns [`crate::server::ports::StoreError`] if the database fails.
    pub async fn revoke_unknown_keys(&self) -> StoreResult<()> {
        self.database.revoke_unknown_keys().await
    }
}
