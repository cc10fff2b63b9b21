//! Opens the database file and checks its schema.

use std::{num::NonZero, path::PathBuf, str::FromStr, sync::Arc, thread, time::Duration};

use super::{
    batch::Batch,
    file::{self, DatabaseFile},
    history::{self, Unsealed},
    schema::{self, Schema},
    store::{Rules, SqliteStore},
    writer::Writer,
};
use crate::server::ports::StoreResult;
use sqlx::{
    ConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

/// How long a statement waits for a lock held by another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a request waits for a read connection. This is longer than any queue that the server
/// can work off.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
/// The maximum number of read connections. One per processor is enough, because reads are served
/// from memory most of the time.
const MAX_READERS: usize = 8;
/// The page cache of a read connection: 512 KiB.
const READER_CACHE: &str = "-512";
/// The number of prepared statements that each connection caches.
const STATEMENTS: usize = 256;
/// The number of pages in the write-ahead log after which SQLite copies it into the file: 16 MiB.
/// Pages that change often are copied once for many commits.
const CHECKPOINT_PAGES: &str = "4096";

impl SqliteStore {
    /// Returns the path of the SQLite file at `url` (`sqlite://path`).
    ///
    /// # Errors
    /// [`StoreError::Database`] if the URL is not valid.
    pub fn file(url: &str) -> StoreResult<PathBuf> {
        Ok(SqliteConnectOptions::from_str(url)?
            .get_filename()
            .to_owned())
    }

    /// Checks that the SQLite file at `url` exists, unless it may be created.
    ///
    /// # Errors
    /// [`StoreError::Missing`] or [`StoreError::OlderSchema`].
    pub fn check_exists(url: &str, schema: Schema) -> StoreResult<()> {
        match schema::missing(schema) {
            Some(error) if !Self::file(url)?.exists() => Err(error),
            _ => Ok(()),
        }
    }

    /// Opens the SQLite file at `url` (`sqlite://path`). With [`Schema::Migrate`], creates the file
    /// and its folder if they do not exist.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Missing`], [`StoreError::NewerSchema`],
    /// [`StoreError::OlderSchema`].
    pub async fn open(url: &str, schema: Schema, rules: Arc<Rules>) -> StoreResult<Self> {
        let options = SqliteConnectOptions::from_str(url)?
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .statement_cache_capacity(STATEMENTS)
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
            .journal_mode(SqliteJournalMode::Wal)
            // With `FULL`, a response that a customer saw survives a power failure.
            .synchronous(SqliteSynchronous::Full);
        Self::check_exists(url, schema)?;
        let file = options.get_filename().to_owned();
        let _lock = match schema {
            Schema::Migrate => Some(file::create(file.clone()).await?),
            Schema::MigrateExisting => Some(file::lock(file.clone()).await?),
            Schema::Require => None,
        };
        // A connection that replaces another must not create a new file if the file was deleted.
        let options = options.create_if_missing(false);
        let mut connection = options.connect().await?;
        let found = schema::prepare(&mut connection, schema).await?;
        let file = DatabaseFile::identify(file).await?;
        // Each commit of the writer invalidates the page caches of the readers, so they are kept
        // small.
        let reading = options.clone().pragma("cache_size", READER_CACHE);
        let readers = SqlitePoolOptions::new()
            .max_connections(readers())
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .connect_lazy_with(reading);
        let writer = Writer::start(connection, options, rules.keys.current().clone());
        let store = Self::new(readers, writer, rules, file);
        if schema::has_unsealed_history(found) {
            store.seal_history_of_earlier_versions().await?;
        }
        Ok(store)
    }

    /// Seals the rows of earlier versions, once, when the history gets its chain. From then on, a
    /// row with neither a seal nor a MAC was inserted by somebody else.
    async fn seal_history_of_earlier_versions(&self) -> StoreResult<()> {
        let keys = self.rules().keys.clone();
        let job = self.writer().run(Batch::default(), move |transaction, _| {
            Box::pin(async move {
                history::seal(transaction, &keys, Unsealed::Legacy, (0, u32::MAX)).await
            })
        });
        job.await.map(drop)
    }
}

fn readers() -> u32 {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    u32::try_from(processors.clamp(2, MAX_READERS)).unwrap_or(2)
}
