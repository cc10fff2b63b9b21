//! The database is checked and cleaned up.

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

/// How long an expired OTP stays: as long as its browser may go on with it by asking for the next
/// code.
pub const KEEP_EXPIRED: SignedDuration = PRE_AUTH_LIFETIME;
/// How long a receipt is remembered: longer than any gateway's signature is taken.
const KEEP_RECEIPTS: SignedDuration = SignedDuration::from_hours(24);

/// How long the answer to a check of the database is given again: nobody can keep it busy with
/// checks.
const CHECK_LIFETIME: SignedDuration = SignedDuration::from_secs(1);

/// When the database was checked last, and the answer. It is locked during a check.
#[derive(Default)]
pub struct LastCheck(Mutex<Option<(Timestamp, StoreResult<()>)>>);

impl Operator {
    /// Deletes what is over (OWASP ASVS 5.0, 14.2.7) and tells how much. The history stays.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
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

    /// Whether the database takes writes, as of a second ago at most.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check_database(&self) -> StoreResult<()> {
        let operator = self.clone();
        // It goes on if whoever asked gives up: the next ones share its answer.
        let check = tokio::spawn(async move { operator.check_unless_checked().await });
        check.await.unwrap_or(Err(StoreError::Busy))
    }

    async fn check_unless_checked(&self) -> StoreResult<()> {
        let mut last = self.last_check.0.lock().await;
        if let Some((at, answer)) = &*last
            && self.codes.now().duration_since(*at).abs() < CHECK_LIFETIME
        {
            return answer.clone();
        }
        let answer = self.database.check(self.codes.now()).await;
        *last = Some((self.codes.now(), answer.clone()));
        answer
    }

    /// Ends what was opened by a key that is not in the ring any more. For a server only: a command
    /// that was started with other settings must end nobody's codes.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
    pub async fn revoke_unknown_keys(&self) -> StoreResult<()> {
        self.database.revoke_unknown_keys().await
    }
}
