//! Opens the database file and checks its schema.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    num::NonZero,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    thread,
    time::{Duration, Instant},
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

/// How long a statement waits for a lock held by another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a request waits for a read connection. This is longer than any queue that the server
/// can work off.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a start waits for another process that migrates the same database.
const LOCK_TIMEOUT: Duration = Duration::from_mins(1);
/// The interval at which the lock of another process is tried.
const LOCK_POLL: Duration = Duration::from_millis(20);
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
    /// Opens the SQLite file at `url` (`sqlite://path`). With [`Schema::Migrate`], creates the file
    /// and its folder if they do not exist, and updates the schema.
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
            // With `FULL`, a response that a customer saw survives a power failure.
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
        // Each commit of the writer invalidates the page caches of the readers, so they are kept
        // small.
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

/// Creates the folder and the file. Only the owner can access the file, because it holds contacts
/// of people. SQLite creates its additional files with the same mode.
///
/// A second file, with the ending `-lock`, stays locked until the returned handle is dropped, so
/// that processes that start together migrate one after the other. The database itself is not
/// locked: releasing that lock would also release SQLite's own locks
/// (<https://sqlite.org/howtocorrupt.html>, section 2.2).
async fn create(file: PathBuf) -> StoreResult<File> {
    let create = move || {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut lock_file = file.clone().into_os_string();
        lock_file.push("-lock");
        let lock = private_file(Path::new(&lock_file))?;
        lock_within(&lock, LOCK_TIMEOUT)?;
        private_file(&file).map(|_| lock)
    };
    let created = task::spawn_blocking(create)
        .await
        .unwrap_or_else(|error| Err(io::Error::other(error)));
    created.map_err(|error| StoreError::Database(Arc::new(error)))
}

/// Opens a file for its owner alone, and creates it if it does not exist.
fn private_file(file: &Path) -> io::Result<File> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(file)
}

fn lock_within(file: &File, timeout: Duration) -> io::Result<()> {
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if begun.elapsed() < timeout => {
                thread::sleep(LOCK_POLL);
            }
            Err(TryLockError::WouldBlock) => {
                let message = "another process is migrating it";
                return Err(io::Error::new(io::ErrorKind::TimedOut, message));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn lock_of_another_process_is_awaited_for_a_limited_time() {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("test.db-lock");
        let (first, second) = (private_file(&path), private_file(&path));
        let (first, second) = (first.expect("a file"), second.expect("a file"));
        lock_within(&first, Duration::ZERO).expect("the first lock");
        let refused = lock_within(&second, Duration::ZERO).expect_err("a lock that is taken");
        assert_eq!(refused.kind(), io::ErrorKind::TimedOut);
        drop(first);
        lock_within(&second, Duration::ZERO).expect("the lock is free");
    }
}
