//! Several statements in one round trip.
//!
//! sqlx sends each query to the thread of its connection and waits for the answer. One string may
//! hold several statements, so a transaction needs only two round trips: one that loads and one
//! that applies. Placeholders are anonymous (`?`): sqlx passes the arguments from statement to
//! statement in order.

use futures_util::TryStreamExt;
use sqlx::{
    Arguments, AssertSqlSafe, Decode, Either, Executor, Row, Sqlite, SqliteConnection, Type,
    error::BoxDynError,
    sqlite::{SqliteArguments, SqliteRow},
};

use crate::server::ports::{StoreError, StoreResult};

/// Statements to run in order.
#[derive(Clone, Default)]
pub(super) struct Batch {
    sql: String,
    arguments: Vec<Value>,
    statements: usize,
    /// The number of statements added by [`Batch::prepend`].
    prepended: usize,
}

/// An argument of a statement.
#[derive(Clone)]
pub(super) enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// The index of a statement in its batch.
#[derive(Clone, Copy)]
pub(super) struct Statement(usize);

/// The results of the statements of a batch.
#[derive(Default)]
pub(super) struct Results(Vec<StatementResult>);

#[derive(Default)]
struct StatementResult {
    rows: Vec<SqliteRow>,
    changes: u64,
}

impl Batch {
    /// Adds a statement. Its arguments follow with [`Batch::bind`].
    pub(super) fn add(&mut self, sql: &str) -> Statement {
        self.sql.push_str(sql);
        self.sql.push(';');
        self.statements += 1;
        Statement(self.statements - 1)
    }

    /// Binds the next argument of the statement that was added last.
    pub(super) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.arguments.push(value.into());
        self
    }

    /// Adds the statements of another batch. Returns the index of the first of them, for
    /// [`Results::split_off`].
    pub(super) fn append(&mut self, other: &Self) -> usize {
        let first = self.statements;
        self.sql.push_str(&other.sql);
        self.arguments.extend_from_slice(&other.arguments);
        self.statements += other.statements;
        first
    }

    /// Puts statements without arguments in front. `statements` is their number.
    pub(super) fn prepend(&mut self, sql: &'static str, statements: usize) {
        self.sql.insert_str(0, sql);
        self.prepended += statements;
    }

    /// Whether the batch has no statements.
    pub(super) const fn is_empty(&self) -> bool {
        self.statements == 0
    }

    /// Whether the batch has exactly one statement, which needs no transaction around it.
    pub(super) const fn is_single(&self) -> bool {
        self.statements == 1
    }

    /// Runs the statements in one round trip.
    pub(super) async fn run(self, connection: &mut SqliteConnection) -> StoreResult<Results> {
        let mut arguments = SqliteArguments::default();
        for value in self.arguments {
            value.add_to(&mut arguments).map_err(sqlx::Error::Encode)?;
        }
        let mut results = vec![StatementResult::default()];
        let mut answers =
            connection.fetch_many(sqlx::query_with(AssertSqlSafe(self.sql), arguments));
        while let Some(answer) = answers.try_next().await? {
            let Some(current) = results.last_mut() else {
                break;
            };
            match answer {
                Either::Right(row) => current.rows.push(row),
                Either::Left(done) => {
                    current.changes = done.rows_affected();
                    results.push(StatementResult::default());
                }
            }
        }
        // When the thread of a connection dies, the stream ends as if there were no more results. A
        // lost row must not look like a row that does not exist.
        if results.len() <= self.prepended + self.statements {
            return Err(sqlx::Error::WorkerCrashed.into());
        }
        results.drain(..self.prepended);
        Ok(Results(results))
    }
}

impl Results {
    /// Splits off the results of the statements from index `first` on.
    pub(super) fn split_off(&mut self, first: usize) -> Self {
        Self(self.0.split_off(first))
    }

    /// Returns the rows of a statement.
    pub(super) fn rows(&self, statement: Statement) -> &[SqliteRow] {
        self.0.get(statement.0).map_or(&[], |result| &result.rows)
    }

    /// Returns the first row of a statement, decoded with `read`.
    pub(super) fn optional<T>(
        &self,
        statement: Statement,
        read: impl Fn(&SqliteRow) -> StoreResult<T>,
    ) -> StoreResult<Option<T>> {
        self.rows(statement).first().map(read).transpose()
    }

    /// Returns all rows of a statement, decoded with `read`.
    pub(super) fn all<T>(
        &self,
        statement: Statement,
        read: impl Fn(&SqliteRow) -> StoreResult<T>,
    ) -> StoreResult<Vec<T>> {
        self.rows(statement).iter().map(read).collect()
    }

    /// Returns the first column of the only row of a statement.
    pub(super) fn value<T>(&self, statement: Statement) -> StoreResult<T>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite>,
    {
        let row = self
            .rows(statement)
            .first()
            .ok_or(StoreError::Corrupt("a query returned no row"))?;
        Ok(row.try_get(0)?)
    }

    /// Returns the number of rows that a statement changed.
    pub(super) fn changes(&self, statement: Statement) -> u64 {
        self.0.get(statement.0).map_or(0, |result| result.changes)
    }
}

impl Value {
    fn add_to(self, arguments: &mut SqliteArguments) -> Result<(), BoxDynError> {
        match self {
            Self::Null => arguments.add(None::<i64>),
            Self::Integer(value) => arguments.add(value),
            Self::Text(value) => arguments.add(value),
            Self::Blob(value) => arguments.add(value),
        }
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u8> for Value {
    fn from(value: u8) -> Self {
        Self::Integer(value.into())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Integer(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Blob(value)
    }
}
