//! The file is opened, and its schema checked.

use std::{
    fs::{File, OpenOptions},
    io,
    num::NonZero,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    thread,
    time::Duration,
};

use sqlx::{
    ConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::task;

use super::{
    batch::Batch,
    history::{self, Unsealed},
    schema::{self, Schema},
    store::{Rules, SqliteStore},
    writer::Writer,
};
use crate::server::ports::{StoreError, StoreResult};

/// How long a statement waits for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a request waits for a reading connection: longer than any queue that the server can
/// work off.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
/// The most connections that read: one for each processor is enough, because each reads from memory
/// most of the time.
const MOST_READERS: usize = 8;
/// The page cache of a connection that reads: 512 KiB.
const READER_CACHE: &str = "-512";
/// Prepared statements that each connection keeps.
const STATEMENTS: usize = 256;
/// Pages of the write-ahead log after which SQLite copies it into the file: 16 MiB. Pages that
/// change often are copied once for many commits.
const CHECKPOINT_PAGES: &str = "4096";

impl SqliteStore {
    /// Opens the file that `url` (`sqlite://path`) names. With [`Schema::Migrate`], the file and
    /// its folder are created if they are not there, and the schema is brought up to date.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::NewerSchema`], [`StoreError::OlderSchema`].
    pub async fn open(url: &str, schema: Schema, rules: Arc<Rules>) -> StoreResult<Self> {
        let options = SqliteConnectOptions::from_str(url)?
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .statement_cache_capacity(STATEMENTS)
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: an answer that a customer saw survives a power cut.
            .synchronous(SqliteSynchronous::Full);
        let _lock = match schema {
            Schema::Migrate => Some(create(options.get_filename().to_owned()).await?),
            Schema::Require => None,
        };
        let options = options.create_if_missing(schema == Schema::Migrate);
        if !options.get_filename().exists() {
            return Err(schema::missing());
        }
        let mut connection = options.connect().await?;
        let found = schema::prepare(&mut connection, schema).await?;
        // Each commit of the writer makes what a reader has in memory stale.
        let reading = options.clone().pragma("cache_size", READER_CACHE);
        let readers = SqlitePoolOptions::new()
            .max_connections(readers())
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .connect_lazy_with(reading);
        let writer = Writer::start(connection, options, rules.keys.current().clone());
        let store = Self::new(readers, writer, rules);
        if schema::has_unsealed_history(found) {
            store.seal_history_of_earlier_versions().await?;
        }
        Ok(store)
    }

    /// Once, when the history gets its chain: later, a row without a seal or a MAC is one that was
    /// put in.
    async fn seal_history_of_earlier_versions(&self) -> StoreResult<()> {
        let keys = self.rules().keys.clone();
        let job = self.writer().run(Batch::default(), move |transaction, _| {
            Box::pin(async move {
                history::seal(
                    transaction,
                    &keys,
                    Unsealed::OfEarlierVersions,
                    (0, u32::MAX),
                )
                .await
            })
        });
        job.await.map(drop)
    }
}

fn readers() -> u32 {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    u32::try_from(processors.clamp(2, MOST_READERS)).unwrap_or(2)
}

/// Creates the folder, and the file for its owner alone: it holds people's contacts. SQLite gives
/// the files that it adds the same mode.
///
/// The folder is locked until the answer is dropped, so that processes that start together migrate
/// one after the other. Not the file: SQLite would lose its own locks when the lock is given up
/// (<https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_>).
async fn create(file: PathBuf) -> StoreResult<File> {
    let create = move || {
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let folder = File::open(folder)?;
        folder.lock()?;
        OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(file)
            .map(|_| folder)
    };
    let created = task::spawn_blocking(create)
        .await
        .unwrap_or_else(|error| Err(io::Error::other(error)));
    created.map_err(|error| StoreError::Database(Arc::new(error)))
}
