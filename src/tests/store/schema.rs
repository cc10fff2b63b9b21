//! Schemas of other versions, and the health of the database.

use std::path::Path;

use doorcode::server::{
    ports::{StoreError, StoreResult},
    store::{
        SqliteStore,
        sqlite::{Rules, Schema},
    },
};
use futures_util::future::join_all;
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
    for schema in [Schema::Migrate, Schema::Require] {
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
async fn a_command_creates_no_database() {
    let folder = TempDir::new().expect("a folder");
    let refused = open(folder.path(), Schema::Require).await.err();
    assert!(
        matches!(refused, Some(StoreError::OlderSchema { found: 0, .. })),
        "{refused:?}"
    );
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
