//! What a key opened works as long as the key is in the ring: codes here, from one start to the next; sessions and known browsers
//! where they are looked for.

use sqlx::SqliteConnection;

use super::SqliteStore;
use crate::server::service::ports::StoreResult;

impl SqliteStore {
    /// Codes whose key was taken out since the last start are over like expired ones, and the next code of their OTP comes from
    /// the key of today.
    pub(super) async fn retire_codes(&self, connection: &mut SqliteConnection) -> StoreResult<()> {
        // Before the OTPs name another key. A message that waits for its worker is too late then.
        let outbox = "UPDATE outbox SET expires_at = created_at
                      WHERE state = 'queued' AND otp_id IN (
                          SELECT id FROM otps
                          WHERE is_verified = 0 AND key_id NOT IN (SELECT value FROM json_each(?1)))";
        sqlx::query(outbox).bind(&self.key_ids).execute(&mut *connection).await?;
        let otps = "UPDATE otps SET expires_at = min(expires_at, sent_at), previous_expires_at = NULL, key_id = ?2
                    WHERE is_verified = 0 AND key_id NOT IN (SELECT value FROM json_each(?1))";
        let query = sqlx::query(otps).bind(&self.key_ids).bind(self.keys.current().id().as_str());
        query.execute(connection).await?;
        Ok(())
    }

    /// Names the key of sessions and browsers of versions that did not: the oldest in the ring, so that none outlives its own.
    pub(super) async fn name_keys(&self, connection: &mut SqliteConnection) -> StoreResult<()> {
        let oldest = self.keys.all().last().map(|key| key.id().as_str());
        for update in [
            "UPDATE sessions SET key_id = ?1 WHERE authenticated = 1 AND key_id IS NULL",
            "UPDATE devices SET key_id = ?1 WHERE key_id IS NULL",
        ] {
            sqlx::query(update).bind(oldest).execute(&mut *connection).await?;
        }
        Ok(())
    }
}
