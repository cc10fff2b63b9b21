//! The store on an SQLite file.
//!
//! One connection writes and a few read: writers queue in this process instead of fighting for the file's lock. Another
//! process (the command line) waits for the lock up to [`BUSY_TIMEOUT`].

mod customers;
mod devices;
mod history;
mod keys;
mod limits;
mod otps;
mod outbox;
mod rows;
mod sessions;
mod writer;

use std::{fs::OpenOptions, os::unix::fs::OpenOptionsExt, path::Path, str::FromStr, time::Duration};

use async_trait::async_trait;
use sqlx::{
    SqlitePool,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use self::writer::Writer;
use crate::server::{
    domain::Keyring,
    service::ports::{Store, StoreError, StoreResult},
};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How long a statement waits for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a request waits for a connection: longer than any queue that the server can work off.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
const READERS: u32 = 4;

/// The store on an SQLite file.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    read: SqlitePool,
    write: SqlitePool,
    keys: Keyring,
    /// The ids of the keys, a JSON array: so that a statement can ask for rows whose key is in the ring.
    key_ids: String,
}

impl SqliteStore {
    /// Opens the file that `url` (`sqlite://path`) names, creates it and its folder if they are not there, and brings the
    /// schema up to date. The history is sealed with the first of `keys`.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn open(url: &str, keys: Keyring) -> StoreResult<Self> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: an answer that a customer saw survives a power cut.
            .synchronous(SqliteSynchronous::Full)
            .optimize_on_close(true, None);
        create(options.get_filename()).map_err(|error| StoreError::Database(error.into()))?;
        let pool = |connections| SqlitePoolOptions::new().max_connections(connections).acquire_timeout(ACQUIRE_TIMEOUT);
        let write = pool(1).connect_with(options.clone()).await?;
        let is_chained = has_chain(&write).await?;
        MIGRATIONS.run(&write).await.map_err(|error| StoreError::Database(error.into()))?;
        let read = pool(READERS).connect_with(options).await?;
        let ids: Vec<_> = keys.all().map(|key| key.id().as_str()).collect();
        let key_ids = serde_json::json!(ids).to_string();
        let store = Self { read, write, keys, key_ids };
        if !is_chained {
            let mut writer = store.begin().await?;
            history::seal_old_rows(&mut writer).await?;
            writer.commit().await?;
        }
        Ok(store)
    }

    /// A transaction that takes the write lock at once: one that reads first would fail when it came to write.
    async fn begin(&self) -> StoreResult<Writer> {
        let transaction = self.write.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Writer::new(transaction, self.keys.current().clone()))
    }
}

/// Whether an earlier start has brought the history its chain: from then on nothing is sealed but what is written. Asked of the
/// schema, which who strips the seals cannot take back without that the migration fails.
async fn has_chain(pool: &SqlitePool) -> StoreResult<bool> {
    let select = "SELECT EXISTS (SELECT 1 FROM pragma_table_info('otp_history') WHERE name = 'seal')";
    Ok(sqlx::query_scalar(select).fetch_one(pool).await?)
}

/// Creates the folder, and the file for its owner alone: it holds people's contacts. SQLite gives the files that it adds the
/// same mode.
fn create(file: &Path) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    OpenOptions::new().append(true).create(true).mode(0o600).open(file).map(drop)
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn ping(&self) -> StoreResult<()> {
        sqlx::query("SELECT 1").execute(&self.read).await?;
        Ok(())
    }

    async fn settle_keys(&self) -> StoreResult<()> {
        let mut writer = self.begin().await?;
        self.name_keys(&mut writer).await?;
        self.retire_codes(&mut writer).await?;
        writer.commit().await
    }
}
