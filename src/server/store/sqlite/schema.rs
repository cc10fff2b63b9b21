//! The database schema and its version.

use std::sync::Arc;

use sqlx::{SqliteConnection, migrate::Migrator};

use crate::server::ports::{StoreError, StoreResult};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How to handle a database that does not exist, or whose schema is older than this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// Create the database, or migrate its schema.
    Migrate,
    /// Migrate the schema of a database that exists.
    MigrateExisting,
    /// Refuse the database.
    Require,
}

/// The schema version that added the chain to the history.
const CHAINED_HISTORY: i64 = 5;

/// Whether a database of version `found` has a history without seals.
pub(super) const fn has_unsealed_history(found: i64) -> bool {
    0 < found && found < CHAINED_HISTORY
}

/// Checks the schema and updates it, unless it is required. Returns the version that was found. A
/// schema of a newer version is always refused.
pub(super) async fn prepare(connection: &mut SqliteConnection, schema: Schema) -> StoreResult<i64> {
    let known = known();
    let found = version(connection).await?;
    match schema {
        _ if found > known => Err(StoreError::NewerSchema { found, known }),
        _ if found == known => Ok(found),
        Schema::Require => Err(StoreError::OlderSchema { found, known }),
        // An empty file does not hold what was lost, either.
        Schema::MigrateExisting if found == 0 => Err(StoreError::Missing),
        Schema::Migrate | Schema::MigrateExisting => {
            MIGRATIONS
                .run(connection)
                .await
                .map_err(|error| StoreError::Database(Arc::new(error)))?;
            Ok(found)
        }
    }
}

/// Returns the error for a database that does not exist, or `None` if it may be created.
pub(super) fn missing(schema: Schema) -> Option<StoreError> {
    match schema {
        Schema::Migrate => None,
        Schema::MigrateExisting => Some(StoreError::Missing),
        Schema::Require => Some(StoreError::OlderSchema {
            found: 0,
            known: known(),
        }),
    }
}

/// Returns the newest schema version that this program knows.
pub(super) fn known() -> i64 {
    MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or_default()
}

/// Returns the version of the newest applied migration, or 0 if there is none.
pub(super) async fn version(connection: &mut SqliteConnection) -> StoreResult<i64> {
    let has_schema = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations')";
    if !sqlx::query_scalar(has_schema)
        .fetch_one(&mut *connection)
        .await?
    {
        return Ok(0);
    }
    let newest = "SELECT coalesce(max(version), 0) FROM _sqlx_migrations WHERE success";
    Ok(sqlx::query_scalar(newest).fetch_one(connection).await?)
}
