//! Copies the database into a backup, and a backup into the place of the database.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{MetadataExt, OpenOptionsExt, chown},
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteLockingMode},
};

use super::{
    file::{self, folder, with_ending},
    schema,
    store::SqliteStore,
};
use crate::server::{
    ports::{StoreError, StoreResult},
    telemetry::causes,
};

/// How long a restore waits for other processes to close the database.
const IN_USE_TIMEOUT: Duration = Duration::from_secs(1);
/// `SQLITE_BUSY` (<https://sqlite.org/rescode.html#busy>), the lowest byte of its extended codes.
const BUSY: u32 = 5;

/// The reason why a backup was not made or restored. Each error displays as one sentence.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database cannot be copied.
    #[error("The backup {file} was not made: {cause}.")]
    NotMade {
        /// The file to write.
        file: String,
        /// The chain of causes.
        cause: String,
    },
    /// The backup cannot be used. The database was not changed.
    #[error("The backup {file} cannot be restored: {cause}. The database was not changed.")]
    Unusable {
        /// The backup.
        file: String,
        /// The chain of causes.
        cause: String,
    },
    /// Another process has the database open. The database was not changed.
    #[error(
        "The database {0} is in use, so nothing was restored. Stop the server and all commands, and try again."
    )]
    InUse(String),
    /// The file of the database cannot be replaced.
    #[error("The database {file} cannot be replaced: {cause}.")]
    NotReplaced {
        /// The file of the database.
        file: String,
        /// The chain of causes.
        cause: String,
    },
}

/// Copies the database at `url` into a new file that only its owner can read. The database may be
/// in use.
///
/// # Errors
/// Returns [`BackupError::NotMade`] if the database cannot be read or the file cannot be written,
/// for example because it exists already.
pub async fn back_up(url: &str, backup: &Path) -> Result<(), BackupError> {
    let copied = async { copy(database(&SqliteStore::file(url)?), backup).await };
    copied.await.map_err(|error| BackupError::NotMade {
        file: backup.display().to_string(),
        cause: causes(&error),
    })
}

/// Puts a copy of a backup into the place of the database at `url`, which no process may have open.
/// The write-ahead log of the replaced database, which would be applied to the backup, is removed
/// with it. The sessions and unused codes in the backup are revoked. Returns the new path of the replaced database, if there was one; `now` is part of it.
///
/// # Errors
/// Returns [`BackupError`]. Except for [`BackupError::NotReplaced`], nothing was changed.
pub async fn restore(
    url: &str,
    backup: &Path,
    now: Timestamp,
) -> Result<Option<PathBuf>, BackupError> {
    let unusable = |error: StoreError| BackupError::Unusable {
        file: backup.display().to_string(),
        cause: causes(&error),
    };
    let file = SqliteStore::file(url).map_err(unusable)?;
    // If the path is a link, the database that it leads to is replaced, and not the link.
    let file = fs::canonicalize(&file).unwrap_or(file);
    let not_replaced = |error: io::Error| BackupError::NotReplaced {
        file: file.display().to_string(),
        cause: error.to_string(),
    };
    fs::create_dir_all(folder(&file)).map_err(not_replaced)?;
    // A server that starts now waits until the backup is in place.
    let _lock = file::lock(file.clone()).await.map_err(unusable)?;
    hand_over(&with_ending(&file, "-lock"), &file).map_err(not_replaced)?;
    let draft = with_ending(&file, "-restore");
    // A restore that was interrupted may have left its draft.
    remove_if_exists(&draft).map_err(not_replaced)?;
    let replaced = async {
        prepare(backup, &draft, &file).await.map_err(unusable)?;
        require_unused(&file).await?;
        replace(&file, &draft, now).map_err(not_replaced)
    };
    let replaced = replaced.await;
    if replaced.is_err() {
        drop(fs::remove_file(&draft));
    }
    replaced
}

fn database(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(file)
}

/// Copies a database into a new file. SQLite reads the whole database, including what is only in
/// its write-ahead log.
async fn copy(from: SqliteConnectOptions, to: &Path) -> StoreResult<()> {
    let mut connection = from.connect().await?;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)
        .map_err(file::failed)?;
    let copied = sqlx::query("VACUUM INTO ?")
        .bind(to.to_string_lossy().into_owned())
        .execute(&mut connection)
        .await;
    connection.close().await?;
    let synced = match copied {
        Ok(_) => File::open(to)
            .and_then(|file| file.sync_all())
            .map_err(file::failed),
        Err(error) => Err(error.into()),
    };
    if synced.is_err() {
        drop(fs::remove_file(to));
    }
    synced
}

/// Copies a backup into `draft`, checks that it is an intact database that this version can use, and
/// revokes what was issued before the backup. The draft gets the owner of the database, because an operator may restore it as root.
async fn prepare(backup: &Path, draft: &Path, replaced: &Path) -> StoreResult<()> {
    copy(database(backup).read_only(true), draft).await?;
    let mut connection = database(draft).connect().await?;
    let prepared = async {
        check(&mut connection).await?;
        revoke_issued(&mut connection).await
    };
    let prepared = prepared.await;
    connection.close().await?;
    prepared?;
    hand_over(draft, replaced).map_err(file::failed)
}

async fn check(connection: &mut SqliteConnection) -> StoreResult<()> {
    let found: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut *connection)
        .await?;
    if found != "ok" {
        return Err(file::failed(io::Error::other(found)));
    }
    let known = schema::known();
    match schema::version(connection).await? {
        0 => Err(StoreError::NotOurs),
        found if found > known => Err(StoreError::NewerSchema { found, known }),
        _ => Ok(()),
    }
}

/// Ends all sessions and invalidates all unused codes. Some of them have ended or were used since the
/// backup, which does not know of it. The statements fit every version of the schema.
async fn revoke_issued(connection: &mut SqliteConnection) -> StoreResult<()> {
    sqlx::raw_sql("DELETE FROM sessions; UPDATE otps SET nonce = NULL WHERE is_verified = 0")
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives a file to the owner of the database, or of its folder if there is no database.
fn hand_over(file: &Path, database: &Path) -> io::Result<()> {
    let owner = fs::metadata(database).or_else(|_| fs::metadata(folder(database)))?;
    if fs::metadata(file)?.uid() == owner.uid() {
        Ok(())
    } else {
        chown(file, Some(owner.uid()), Some(owner.gid()))
    }
}

/// Checks that no other process has the database open. A database that cannot be opened may be the
/// reason for the restore, so it counts as unused.
async fn require_unused(file: &Path) -> Result<(), BackupError> {
    if !file.exists() {
        return Ok(());
    }
    let exclusive = database(file)
        .locking_mode(SqliteLockingMode::Exclusive)
        .busy_timeout(IN_USE_TIMEOUT);
    let lock = async {
        let mut connection = exclusive.connect().await?;
        let locked = sqlx::raw_sql("BEGIN EXCLUSIVE; COMMIT")
            .execute(&mut connection)
            .await;
        // Also copies the write-ahead log into the file and deletes it.
        connection.close().await?;
        locked.map(drop)
    };
    match lock.await {
        Err(error) if is_busy(&error) => Err(BackupError::InUse(file.display().to_string())),
        _ => Ok(()),
    }
}

fn is_busy(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    let code = code.and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == BUSY)
}

/// Moves the database aside and the draft into its place. If this is interrupted, the database is
/// missing, and the server does not start with half of it.
fn replace(database: &Path, draft: &Path, now: Timestamp) -> io::Result<Option<PathBuf>> {
    let replaced = with_ending(database, &format!("-replaced-{}", now.as_second()));
    // Without this file, SQLite rebuilds it from the log.
    remove_if_exists(&with_ending(database, "-shm"))?;
    // The log exists only if the database is damaged.
    rename_if_exists(
        &with_ending(database, "-wal"),
        &with_ending(&replaced, "-wal"),
    )?;
    let existed = rename_if_exists(database, &replaced)?;
    fs::rename(draft, database)?;
    File::open(folder(database))?.sync_all()?;
    Ok(existed.then_some(replaced))
}

fn rename_if_exists(from: &Path, to: &Path) -> io::Result<bool> {
    unless_missing(fs::rename(from, to))
}

fn remove_if_exists(file: &Path) -> io::Result<bool> {
    unless_missing(fs::remove_file(file))
}

/// Returns whether the file existed.
fn unless_missing(result: io::Result<()>) -> io::Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
