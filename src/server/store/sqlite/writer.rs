//! The one connection that writes.
//!
//! A task owns it. Jobs that wait share a transaction and one COMMIT, and hear of it after the COMMIT (`synchronous = FULL`), so that a busy
//! server syncs less than once for each. A job that comes alone does not wait for others. Each job has a savepoint of its own: one that
//! fails takes nothing of the others along.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{
    sync::{mpsc, oneshot},
    time,
};

use super::{
    apply,
    batch::{Batch, Results},
};
use crate::server::{
    domain::{Decision, Key, SecurityEvent},
    ports::{StoreError, StoreResult},
    telemetry,
};

/// Jobs that may wait. A server that falls so far behind refuses more.
const QUEUE: usize = 1_024;
/// How long a job waits for a place in the queue.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(30);
/// The most jobs that share a COMMIT, so that the first of them does not wait for long.
const GROUP: usize = 64;

/// Sends jobs to the task that owns the connection. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Box<dyn Job>>,
}

/// Whether a commit has to survive a power cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// An answer that somebody gets depends on it.
    Synced,
    /// It may be lost with the power, because it will be done again.
    Unsynced,
}

/// One job's part of a transaction: a savepoint, which its first statements open.
pub(super) struct Transaction<'c> {
    connection: &'c mut SqliteConnection,
    progress: &'c mut Progress,
    key: &'c Key,
    events: Vec<SecurityEvent>,
}

/// How far a group has come.
#[derive(Default)]
struct Progress {
    /// Whether the transaction has begun.
    has_begun: bool,
    /// Whether the savepoint of a job is open.
    in_savepoint: bool,
}

impl Transaction<'_> {
    /// Runs statements in one round trip. The first ones of a group begin its transaction along the way, and the first ones of a job its
    /// savepoint.
    pub(super) async fn run(&mut self, mut batch: Batch) -> StoreResult<Results> {
        if !self.progress.in_savepoint {
            batch.prepend("SAVEPOINT job;", 1);
        }
        if !self.progress.has_begun {
            batch.prepend("BEGIN IMMEDIATE;", 1);
        }
        *self.progress = Progress { has_begun: true, in_savepoint: true };
        batch.run(self.connection).await
    }

    /// Applies what was decided, and ends the job's savepoint with it. The security log hears of it once it is committed.
    pub(super) async fn apply<T>(&mut self, decision: Decision<T>) -> StoreResult<T> {
        let Decision { changes, events, answer } = decision;
        let mut batch = Batch::default();
        for change in &changes {
            apply::add(&mut batch, change, self.key, &mut self.events);
        }
        if !batch.is_empty() {
            batch.add("RELEASE job");
            self.run(batch).await?;
            self.progress.in_savepoint = false;
        }
        self.events.extend(events);
        Ok(answer)
    }
}

impl Writer {
    /// Starts the task. `connection` is the first connection; after a failure the task opens another with `options`. Rows of
    /// the history are authenticated with `key`.
    pub(super) fn start(connection: SqliteConnection, options: SqliteConnectOptions, key: Key) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let owner = Owner { connection: Some(connection), options, key, is_synced: true };
        tokio::spawn(owner.run(queue));
        Self { jobs }
    }

    /// Runs a job in a transaction and answers after its COMMIT. A job waits for nothing but its own statements.
    pub(super) async fn run<T, F>(&self, job: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Transaction<'_>) -> BoxFuture<'t, StoreResult<T>> + Send + 'static,
    {
        self.submit(Durability::Synced, job).await
    }

    /// The same for what may be lost with the power.
    pub(super) async fn run_unsynced<T, F>(&self, job: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Transaction<'_>) -> BoxFuture<'t, StoreResult<T>> + Send + 'static,
    {
        self.submit(Durability::Unsynced, job).await
    }

    async fn submit<T, F>(&self, durability: Durability, job: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Transaction<'_>) -> BoxFuture<'t, StoreResult<T>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = TypedJob { durability, run: Some(job), outcome: None, events: Vec::new(), reply };
        let sent = time::timeout(QUEUE_TIMEOUT, self.jobs.send(Box::new(job))).await;
        sent.map_err(|_| StoreError::Busy)?.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

/// The task has ended, which it does only with the process.
fn gone() -> StoreError {
    sqlx::Error::WorkerCrashed.into()
}

/// A job whose answer has some type.
trait Job: Send {
    /// Whether its commit has to be synced.
    fn durability(&self) -> Durability;
    /// Runs it; an error that is not its own ends the group.
    fn run<'j>(&'j mut self, transaction: &'j mut Transaction<'_>) -> BoxFuture<'j, StoreResult<()>>;
    /// Answers whoever waits, once the fate of the transaction is known.
    fn answer(self: Box<Self>, commit: &StoreResult<()>);
}

struct TypedJob<T, F> {
    durability: Durability,
    run: Option<F>,
    outcome: Option<StoreResult<T>>,
    events: Vec<SecurityEvent>,
    reply: oneshot::Sender<StoreResult<T>>,
}

impl<T, F> Job for TypedJob<T, F>
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t mut Transaction<'_>) -> BoxFuture<'t, StoreResult<T>> + Send + 'static,
{
    fn durability(&self) -> Durability {
        self.durability
    }

    fn run<'j>(&'j mut self, transaction: &'j mut Transaction<'_>) -> BoxFuture<'j, StoreResult<()>> {
        Box::pin(async {
            let Some(run) = self.run.take() else { return Ok(()) };
            let outcome = AssertUnwindSafe(run(transaction)).catch_unwind().await;
            let events = std::mem::take(&mut transaction.events);
            let outcome = outcome.unwrap_or_else(|_| Err(gone()));
            let error = outcome.as_ref().err().cloned();
            (self.outcome, self.events) = (Some(outcome), events);
            error.map_or(Ok(()), Err)
        })
    }

    fn answer(self: Box<Self>, commit: &StoreResult<()>) {
        let outcome = match (commit, self.outcome) {
            (Err(error), None | Some(Ok(_))) => Err(error.clone()),
            (_, Some(outcome)) => outcome,
            (Ok(()), None) => Err(gone()),
        };
        if outcome.is_ok() {
            self.events.into_iter().for_each(telemetry::record_security_event);
        }
        // Whoever asked may have gone; what is committed stays.
        drop(self.reply.send(outcome));
    }
}

/// The task's own state.
struct Owner {
    /// `None` after a failure: the next group opens another. SQLite may have rolled a failed transaction back by itself, and sqlx may
    /// believe in one that is gone.
    connection: Option<SqliteConnection>,
    options: SqliteConnectOptions,
    key: Key,
    /// Whether the connection syncs its commits.
    is_synced: bool,
}

impl Owner {
    async fn run(mut self, mut queue: mpsc::Receiver<Box<dyn Job>>) {
        while let Some(first) = queue.recv().await {
            let mut jobs = Vec::new();
            let commit = self.group(first, &mut queue, &mut jobs).await;
            if commit.is_err() {
                self.reset().await;
            }
            for job in jobs {
                job.answer(&commit);
            }
        }
        if let Some(connection) = self.connection {
            drop(connection.close().await);
        }
    }

    /// Runs a job and those that wait by then in one transaction. `jobs` are those that have taken part.
    async fn group(
        &mut self,
        first: Box<dyn Job>,
        queue: &mut mpsc::Receiver<Box<dyn Job>>,
        jobs: &mut Vec<Box<dyn Job>>,
    ) -> StoreResult<()> {
        let durability = first.durability();
        let prepared = self.prepare(durability).await;
        let mut progress = Progress::default();
        let mut next = Some(first);
        while let Some(mut job) = next.take() {
            let ran = match &prepared {
                Ok(()) => self.savepoint(&mut *job, &mut progress).await,
                Err(error) => Err(error.clone()),
            };
            jobs.push(job);
            ran?;
            // A group that is not synced takes no job along that has to be.
            if jobs.len() < GROUP && durability == Durability::Synced {
                next = queue.try_recv().ok();
            }
        }
        if progress.has_begun { execute(self.connection().await?, "COMMIT").await } else { Ok(()) }
    }

    /// Commits are synced as long as somebody waits for them. It cannot be changed inside a transaction.
    async fn prepare(&mut self, durability: Durability) -> StoreResult<()> {
        let is_synced = durability == Durability::Synced;
        if self.is_synced != is_synced {
            let synchronous = if is_synced { "PRAGMA synchronous = FULL" } else { "PRAGMA synchronous = NORMAL" };
            execute(self.connection().await?, synchronous).await?;
            self.is_synced = is_synced;
        }
        Ok(())
    }

    /// Runs one job of a group. An error of the job itself rolls back what it has changed; an error of the database ends the group.
    async fn savepoint(&mut self, job: &mut dyn Job, progress: &mut Progress) -> StoreResult<()> {
        let key = self.key.clone();
        let connection = self.connection().await?;
        let mut transaction = Transaction { connection, progress, key: &key, events: Vec::new() };
        let ended = match job.run(&mut transaction).await {
            Ok(()) => "RELEASE job",
            Err(error) if is_own(&error) => "ROLLBACK TO job; RELEASE job",
            Err(error) => return Err(error),
        };
        if std::mem::take(&mut progress.in_savepoint) { execute(connection, ended).await } else { Ok(()) }
    }

    async fn connection(&mut self) -> StoreResult<&mut SqliteConnection> {
        if self.connection.is_none() {
            self.connection = Some(self.options.connect().await?);
            self.is_synced = true;
        }
        self.connection.as_mut().ok_or_else(gone)
    }

    /// Throws the connection away after a failure: closing it rolls back whatever transaction it is in.
    async fn reset(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(connection.close_hard().await);
        }
    }
}

async fn execute(connection: &mut SqliteConnection, sql: &'static str) -> StoreResult<()> {
    sqlx::raw_sql(sql).execute(connection).await?;
    Ok(())
}

/// Whether an error concerns the job alone: what it wrote broke a constraint, or what it read has no meaning. After any other the
/// connection is not to be trusted.
pub(super) fn is_own(error: &StoreError) -> bool {
    match error {
        StoreError::Database(error) => match error.downcast_ref::<sqlx::Error>() {
            Some(sqlx::Error::Database(error)) => is_constraint(&**error),
            Some(error) => is_about_a_row(error),
            None => false,
        },
        _ => true,
    }
}

/// Whether a row could not be read as what it should be.
const fn is_about_a_row(error: &sqlx::Error) -> bool {
    use sqlx::Error::{ColumnDecode, ColumnIndexOutOfBounds, ColumnNotFound, Decode, RowNotFound, TypeNotFound};
    matches!(
        error,
        ColumnDecode { .. }
            | ColumnIndexOutOfBounds { .. }
            | ColumnNotFound(_)
            | Decode(_)
            | RowNotFound
            | TypeNotFound { .. }
    )
}

/// `SQLITE_CONSTRAINT` is 19; its extended codes have it in their lowest byte (<https://sqlite.org/rescode.html>).
fn is_constraint(error: &dyn sqlx::error::DatabaseError) -> bool {
    error.code().and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == 19)
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database)
                if database.is_unique_violation() && database.message().contains("customers.") =>
            {
                Self::ContactTaken
            }
            _ => Self::Database(Arc::new(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;
    use tempfile::TempDir;

    use super::*;

    /// A writer on a file with one empty table of unique numbers.
    async fn writer() -> (Writer, TempDir) {
        let folder = TempDir::new().expect("a folder");
        let options = SqliteConnectOptions::new().filename(folder.path().join("test.db")).create_if_missing(true);
        let mut connection = options.connect().await.expect("a connection");
        execute(&mut connection, "PRAGMA journal_mode = WAL; CREATE TABLE numbers (number INTEGER PRIMARY KEY)")
            .await
            .expect("a table");
        (Writer::start(connection, options, Key::new([1; 32])), folder)
    }

    /// Inserts a number, and then fails if it is told to.
    async fn insert(writer: &Writer, number: i64, fails: bool) -> StoreResult<()> {
        let job = writer.run(move |transaction| {
            Box::pin(async move {
                let mut batch = Batch::default();
                batch.add("INSERT INTO numbers (number) VALUES (?)");
                batch.bind(number);
                transaction.run(batch).await?;
                if fails { Err(StoreError::Corrupt("a test")) } else { Ok(()) }
            })
        });
        job.await
    }

    /// A number out of the database.
    async fn number(writer: &Writer, durability: Durability, select: &'static str) -> i64 {
        let mut batch = Batch::default();
        let value = batch.add(select);
        let job = writer
            .submit(durability, move |transaction| Box::pin(async move { transaction.run(batch).await?.value(value) }));
        job.await.expect("a number")
    }

    async fn count(writer: &Writer) -> i64 {
        number(writer, Durability::Synced, "SELECT count(*) FROM numbers").await
    }

    #[tokio::test]
    async fn a_job_that_fails_takes_nothing_of_the_others_along() {
        let (writer, _folder) = writer().await;
        // Every third fails by itself, every third breaks a constraint, every third goes through.
        let jobs = (0..300).map(|at| insert(&writer, if at % 3 == 1 { 0 } else { at }, at % 3 == 2));
        let outcomes = join_all(jobs).await;
        let is_ok = |at: usize| outcomes.get(at).is_some_and(Result::is_ok);
        assert!((0..300).all(|at| is_ok(at) == (at % 3 == 0)));
        assert_eq!(count(&writer).await, 100);
    }

    #[tokio::test]
    async fn commits_are_synced_but_for_jobs_that_do_not_ask_for_it() {
        let (writer, _folder) = writer().await;
        let synchronous = async |durability| number(&writer, durability, "PRAGMA synchronous").await;
        let (full, normal) = (2, 1);
        assert_eq!(synchronous(Durability::Synced).await, full);
        assert_eq!(synchronous(Durability::Unsynced).await, normal);
        assert_eq!(synchronous(Durability::Synced).await, full);
        // Jobs that wait together: none that has to be synced goes along with one that need not.
        let durability = |at| if at % 5 == 0 { Durability::Unsynced } else { Durability::Synced };
        let modes = join_all((0..100).map(|at| synchronous(durability(at)))).await;
        let synced = modes.iter().zip(0..).filter(|(_, at)| durability(*at) == Durability::Synced);
        assert!(synced.into_iter().all(|(mode, _)| *mode == full));
    }

    #[tokio::test]
    async fn a_job_that_panics_fails_its_group_and_the_next_goes_through() {
        let (writer, _folder) = writer().await;
        let panics = writer.run::<(), _>(|_| Box::pin(async { unreachable!("a test") }));
        assert!(panics.await.is_err());
        assert!(insert(&writer, 1, false).await.is_ok());
        assert_eq!(count(&writer).await, 1);
    }

    #[tokio::test]
    async fn after_an_error_of_the_database_the_connection_is_opened_anew() {
        let (writer, _folder) = writer().await;
        insert(&writer, 1, false).await.expect("inserted");
        // As SQLite does by itself when the disk is full: sqlx still believes in the transaction.
        let rolls_back = writer.run(|transaction| {
            Box::pin(async move {
                let mut batch = Batch::default();
                batch.add("INSERT INTO numbers (number) VALUES (2)");
                batch.add("ROLLBACK");
                transaction.run(batch).await.map(drop)
            })
        });
        assert!(rolls_back.await.is_err(), "nothing of it was committed");
        assert!(insert(&writer, 3, false).await.is_ok());
        assert_eq!(count(&writer).await, 2);
        assert_eq!(number(&writer, Durability::Synced, "PRAGMA synchronous").await, 2);
    }

    #[tokio::test]
    async fn a_job_whose_asker_is_gone_is_done_all_the_same() {
        let (writer, _folder) = writer().await;
        let mut asker = Box::pin(insert(&writer, 1, false));
        assert!(asker.as_mut().now_or_never().is_none());
        drop(asker);
        assert_eq!(count(&writer).await, 1);
    }

    #[tokio::test]
    async fn a_job_that_reads_only_leaves_no_transaction_open() {
        let (writer, folder) = writer().await;
        count(&writer).await;
        let options = SqliteConnectOptions::new().filename(folder.path().join("test.db"));
        let mut other = options.busy_timeout(Duration::ZERO).connect().await.expect("a connection");
        execute(&mut other, "BEGIN IMMEDIATE; ROLLBACK").await.expect("the lock is free");
    }
}
