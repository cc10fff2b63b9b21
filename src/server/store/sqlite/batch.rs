//! Several statements in one round trip.
//!
//! sqlx sends each query to the thread of its connection and waits for the answer. A string may hold several statements, so that a
//! transaction needs two round trips: one that loads, one that applies. Placeholders are anonymous (`?`): sqlx hands the arguments on from
//! statement to statement in their order.

use futures_util::TryStreamExt;
use sqlx::{
    Arguments, AssertSqlSafe, Either, Encode, Executor, Row, Sqlite, SqliteConnection, Type,
    error::BoxDynError,
    sqlite::{SqliteArguments, SqliteRow},
};

use crate::server::ports::{StoreError, StoreResult};

/// Statements to run, in order.
#[derive(Default)]
pub(super) struct Batch {
    sql: String,
    arguments: SqliteArguments,
    statements: usize,
    /// Statements in front of those that were added.
    prepended: usize,
    error: Option<BoxDynError>,
}

/// A statement of a batch.
#[derive(Clone, Copy)]
pub(super) struct Statement(usize);

/// What the statements of a batch answered.
#[derive(Default)]
pub(super) struct Results(Vec<StatementResult>);

#[derive(Default)]
struct StatementResult {
    rows: Vec<SqliteRow>,
    changes: u64,
}

impl Batch {
    /// Adds a statement. Its arguments follow by [`Batch::bind`].
    pub(super) fn add(&mut self, sql: &str) -> Statement {
        self.sql.push_str(sql);
        self.sql.push(';');
        self.statements += 1;
        Statement(self.statements - 1)
    }

    /// The next argument of the statement that was added last.
    pub(super) fn bind<T>(&mut self, value: T) -> &mut Self
    where
        T: Encode<'static, Sqlite> + Type<Sqlite>,
    {
        self.error = self.error.take().or(self.arguments.add(value).err());
        self
    }

    /// Puts statements without arguments in front.
    pub(super) fn prepend(&mut self, sql: &'static str, statements: usize) {
        self.sql.insert_str(0, sql);
        self.prepended += statements;
    }

    /// Whether there is nothing to run.
    pub(super) const fn is_empty(&self) -> bool {
        self.statements == 0
    }

    /// Runs the statements in one round trip.
    pub(super) async fn run(self, connection: &mut SqliteConnection) -> StoreResult<Results> {
        if let Some(error) = self.error {
            return Err(sqlx::Error::Encode(error).into());
        }
        let mut results = vec![StatementResult::default()];
        let mut answers = connection.fetch_many(sqlx::query_with(AssertSqlSafe(self.sql), self.arguments));
        while let Some(answer) = answers.try_next().await? {
            let Some(current) = results.last_mut() else { break };
            match answer {
                Either::Right(row) => current.rows.push(row),
                Either::Left(done) => {
                    current.changes = done.rows_affected();
                    results.push(StatementResult::default());
                }
            }
        }
        // When its thread dies, a connection ends the answers as if there were no more: a missing row must not pass for one that is not there.
        if results.len() <= self.prepended + self.statements {
            return Err(sqlx::Error::WorkerCrashed.into());
        }
        results.drain(..self.prepended);
        Ok(Results(results))
    }
}

impl Results {
    /// The rows of a statement.
    pub(super) fn rows(&self, statement: Statement) -> &[SqliteRow] {
        self.0.get(statement.0).map_or(&[], |result| &result.rows)
    }

    /// The first row of a statement, read by `read`.
    pub(super) fn optional<T>(
        &self,
        statement: Statement,
        read: impl Fn(&SqliteRow) -> StoreResult<T>,
    ) -> StoreResult<Option<T>> {
        self.rows(statement).first().map(read).transpose()
    }

    /// Every row of a statement, read by `read`.
    pub(super) fn all<T>(
        &self,
        statement: Statement,
        read: impl Fn(&SqliteRow) -> StoreResult<T>,
    ) -> StoreResult<Vec<T>> {
        self.rows(statement).iter().map(read).collect()
    }

    /// The first column of the only row of a statement.
    pub(super) fn value<T>(&self, statement: Statement) -> StoreResult<T>
    where
        T: for<'r> sqlx::Decode<'r, Sqlite> + Type<Sqlite>,
    {
        let row = self.rows(statement).first().ok_or(StoreError::Corrupt("a query without its row"))?;
        Ok(row.try_get(0)?)
    }

    /// Rows that a statement has changed.
    pub(super) fn changes(&self, statement: Statement) -> u64 {
        self.0.get(statement.0).map_or(0, |result| result.changes)
    }
}
