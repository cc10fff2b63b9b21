//! The file of the database: its creation, its lock and its identity.

use std::{
    fs::{self, File, Metadata, OpenOptions, TryLockError},
    io,
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use tokio::task;

use crate::server::ports::{StoreError, StoreResult};

/// How long a start waits for another process that migrates the same database.
const LOCK_TIMEOUT: Duration = Duration::from_mins(1);
/// The interval at which the lock of another process is tried.
const LOCK_POLL: Duration = Duration::from_millis(20);

/// The file of an open database. Its path may later lead to another file.
#[derive(Debug)]
pub(super) struct DatabaseFile {
    path: PathBuf,
    id: FileId,
}

/// The identity of a file. The system does not reuse it while the file is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileId {
    device: u64,
    inode: u64,
}

impl DatabaseFile {
    /// Identifies the file of a database that was just opened.
    pub(super) async fn identify(path: PathBuf) -> StoreResult<Self> {
        let metadata = tokio::fs::metadata(&path).await.map_err(failed)?;
        let id = FileId::of(&metadata);
        Ok(Self { path, id })
    }

    /// Checks that the path still leads to the file. Otherwise, what is written is lost when the
    /// program ends.
    pub(super) async fn check(&self) -> StoreResult<()> {
        let found = tokio::fs::metadata(&self.path).await;
        let is_the_same = found.is_ok_and(|found| FileId::of(&found) == self.id);
        is_the_same.then_some(()).ok_or(StoreError::Replaced)
    }

    /// Checks that the write-ahead log still exists. Must be called after a commit, which is in the
    /// log and perhaps only there.
    pub(super) async fn check_log(&self) -> StoreResult<()> {
        // If the path is a link, SQLite puts the log beside the file that it leads to.
        let file = tokio::fs::canonicalize(&self.path).await.map_err(failed)?;
        let exists = tokio::fs::try_exists(with_ending(&file, "-wal")).await;
        let exists = exists.unwrap_or_default();
        exists.then_some(()).ok_or(StoreError::Replaced)
    }
}

impl FileId {
    fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
        }
    }
}

/// Returns the folder of a database file.
#[must_use]
pub fn folder(file: &Path) -> &Path {
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    folder.unwrap_or(Path::new("."))
}

/// Appends an ending to a file name.
pub(super) fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Creates the folder and the file, and returns the [`lock`]. Only the owner can access the file,
/// because it holds contacts of people. SQLite creates its additional files with the same mode.
pub(super) async fn create(file: PathBuf) -> StoreResult<File> {
    blocking(move || {
        fs::create_dir_all(folder(&file))?;
        let lock = locked(&file)?;
        private_file(&file).map(|_| lock)
    })
    .await
}

/// Locks the database for a migration, until the returned handle is dropped. Processes that start
/// together migrate one after the other.
///
/// The lock is on a second file, with the ending `-lock`. The database itself is not locked:
/// releasing that lock would also release SQLite's own locks
/// (<https://sqlite.org/howtocorrupt.html>, section 2.2).
pub(super) async fn lock(file: PathBuf) -> StoreResult<File> {
    blocking(move || locked(&file)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> StoreResult<T> {
    let done = task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(io::Error::other(error)))
        .map_err(failed)
}

/// Converts an error of the system.
pub(super) fn failed(error: io::Error) -> StoreError {
    StoreError::Database(Arc::new(error))
}

fn locked(file: &Path) -> io::Result<File> {
    let lock = private_file(&with_ending(file, "-lock"))?;
    lock_within(&lock, LOCK_TIMEOUT)?;
    Ok(lock)
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

    #[test]
    fn the_folder_of_a_bare_file_name_is_the_working_directory() {
        assert_eq!(folder(Path::new("doorcode.db")), Path::new("."));
        assert_eq!(folder(Path::new("data/doorcode.db")), Path::new("data"));
    }
}
