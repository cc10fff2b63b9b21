//! Schemas of other versions, and the health of the database.

use std::path::Path;

use doorcode::server::{
    ports::{Database, StoreError, StoreResult},
    store::{
        SqliteStore,
        sqlite::{Rules, Schema},
    },
};
use futures_util::future::join_all;
use jiff::Timestamp;
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use super::{keys, policy, sqlite_url, start, stores};

async fn open(folder: &Path, schema: Schema) -> StoreResult<SqliteStore> {
    SqliteStore::open(
        &sqlite_url(folder),
        schema,
        Rules {
            policy: policy(),
            keys: keys(),
        }
        .into(),
    )
    .await
}

/// Runs a statement directly on the database file, without the store.
async fn execute(folder: &Path, statement: &'static str) {
    let file = SqliteConnectOptions::new()
        .filename(folder.join("doorcode.db"))
        .create_if_missing(true);
    let mut connection: SqliteConnection = file.connect().await.expect("a database");
    sqlx::raw_sql(statement)
        .execute(&mut connection)
        .await
        .expect("executed");
    connection.close().await.expect("closed");
}

#[tokio::test]
async fn a_newer_schema_is_refused_with_its_version() {
    let folder = TempDir::new().expect("a folder");
    drop(open(folder.path(), Schema::Migrate).await.expect("a store"));
    let newer =
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (99991231, 'of the future', 1, x'00', 0)";
    execute(folder.path(), newer).await;
    for schema in [Schema::Migrate, Schema::MigrateExisting, Schema::Require] {
        let refused = open(folder.path(), schema).await.err();
        assert!(
            matches!(refused, Some(StoreError::NewerSchema { found: 99_991_231, known }) if known < 99_991_231)
        );
    }
}

#[tokio::test]
async fn a_command_refuses_an_older_schema_and_a_migration_brings_it_up_to_date() {
    let folder = TempDir::new().expect("a folder");
    execute(folder.path(), "PRAGMA user_version = 0").await;
    let refused = open(folder.path(), Schema::Require).await.err();
    assert!(
        matches!(refused, Some(StoreError::OlderSchema { found: 0, known }) if known > 0),
        "{refused:?}"
    );
    drop(open(folder.path(), Schema::Migrate).await.expect("a store"));
    drop(
        open(folder.path(), Schema::Require)
            .await
            .expect("a store of this version"),
    );
    execute(
        folder.path(),
        "DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)",
    )
    .await;
    let refused = open(folder.path(), Schema::Require).await.err();
    assert!(
        matches!(refused, Some(StoreError::OlderSchema { found, known }) if 0 < found && found < known),
        "{refused:?}"
    );
}

#[tokio::test]
async fn processes_that_start_together_migrate_without_conflict() {
    let folder = TempDir::new().expect("a folder");
    let opened = join_all((0..6).map(|_| open(folder.path(), Schema::Migrate))).await;
    assert!(
        opened.iter().all(Result::is_ok),
        "{:?}",
        opened.into_iter().find_map(Result::err)
    );
}

#[tokio::test]
async fn a_missing_database_is_created_only_on_request() {
    let folder = TempDir::new().expect("a folder");
    let refused = open(folder.path(), Schema::Require).await.err();
    assert!(
        matches!(refused, Some(StoreError::OlderSchema { found: 0, .. })),
        "{refused:?}"
    );
    let refused = open(folder.path(), Schema::MigrateExisting).await.err();
    assert!(matches!(refused, Some(StoreError::Missing)), "{refused:?}");
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        0
    );
}

#[tokio::test]
async fn a_healthy_database_takes_writes() {
    for store in stores().await {
        store.check(start()).await.expect("healthy");
        store.check(start()).await.expect("healthy once more");
    }
}

#[tokio::test]
async fn an_empty_file_is_no_database_to_migrate() {
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("doorcode.db"), "").expect("a file");
    let refused = open(folder.path(), Schema::MigrateExisting).await.err();
    assert!(matches!(refused, Some(StoreError::Missing)), "{refused:?}");
}

#[tokio::test]
async fn an_older_schema_of_an_existing_database_is_migrated() {
    let folder = TempDir::new().expect("a folder");
    let first = sqlx::migrate!("migrations/sqlite");
    let file = SqliteConnectOptions::new()
        .filename(folder.path().join("doorcode.db"))
        .create_if_missing(true);
    let mut connection = file.connect().await.expect("a database");
    let mut earlier = first.iter().cloned().collect::<Vec<_>>();
    earlier.pop();
    let mut migrator = sqlx::migrate!("migrations/sqlite");
    migrator.migrations = earlier.into();
    migrator.run(&mut connection).await.expect("migrated");
    connection.close().await.expect("closed");
    open(folder.path(), Schema::MigrateExisting)
        .await
        .expect("a store");
}

#[tokio::test]
async fn closing_the_store_leaves_one_complete_file() {
    let folder = TempDir::new().expect("a folder");
    let store = open(folder.path(), Schema::Migrate).await.expect("a store");
    let now = Timestamp::UNIX_EPOCH;
    store.check(now).await.expect("a write and a read");
    let log = folder.path().join("doorcode.db-wal");
    assert!(log.exists());
    store.close().await;
    assert!(!log.exists() && !folder.path().join("doorcode.db-shm").exists());
    assert!(store.check(now).await.is_err(), "it is closed");
    // Closing it again does nothing.
    store.close().await;
}
