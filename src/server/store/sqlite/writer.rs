//! The single connection that writes.
//!
//! A task owns the connection. Waiting jobs share a transaction and one COMMIT, and get their
//! results after the COMMIT (`synchronous = FULL`), so a busy server syncs less than once per job.
//! A job that arrives alone does not wait for others; it only yields once to tasks that are ready.
//!
//! A failing job does not affect the others: each job except the first of a transaction has its own
//! savepoint. SQLite copies every page that changes in a savepoint, so a job that arrives alone has
//! none.
//!
//! A job declares in advance what it loads first. Its load is sent to the thread of the connection
//! together with the changes of the previous job, so a job in a group takes one round trip.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{
    sync::{mpsc, oneshot},
    task, time,
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

/// The maximum number of waiting jobs. A server that falls further behind refuses new ones.
const QUEUE: usize = 1_024;
/// How long a job waits for space in the queue.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(30);
/// The maximum number of jobs that share a COMMIT, so that the first of them does not wait long.
const GROUP: usize = 64;

/// A handle that sends jobs to the task that owns the connection. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Box<dyn Job>>,
    close: mpsc::Sender<oneshot::Sender<()>>,
}

/// Whether a commit must survive a power failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// The commit must survive, because a response depends on it.
    Synced,
    /// A power failure may undo the commit, because the work will be repeated.
    Unsynced,
}

/// One job's part of a transaction. The first statements of the job begin it.
pub(super) struct Transaction<'t, 'q> {
    connection: &'t mut SqliteConnection,
    group: &'t mut Group<'q>,
    key: &'t Key,
    events: Vec<SecurityEvent>,
}

/// The jobs that share a transaction, and its progress.
struct Group<'q> {
    queue: &'q mut Queue,
    /// Whether waiting jobs may join.
    is_open: bool,
    /// The number of jobs that have joined.
    size: usize,
    progress: TransactionState,
    /// The job to run next.
    next: Option<Next>,
}

/// The progress of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TransactionState {
    /// The transaction has not begun.
    NotBegun,
    /// The first job is running. The transaction holds only its changes.
    InFirstJob,
    /// A later job is running in its savepoint.
    InSavepoint,
    /// A job has ended and no other has begun.
    BetweenJobs,
}

/// The job to run next, with the results of its load if that has already run.
struct Next {
    job: Box<dyn Job>,
    loaded: Option<Results>,
}

impl Transaction<'_, '_> {
    /// Runs statements in one round trip. The first statements of a job also begin the transaction
    /// or open the savepoint.
    pub(super) async fn run(&mut self, mut batch: Batch) -> StoreResult<Results> {
        match self.group.progress {
            TransactionState::NotBegun => {
                batch.prepend("BEGIN IMMEDIATE;", 1);
                self.group.progress = TransactionState::InFirstJob;
            }
            TransactionState::BetweenJobs => {
                batch.prepend("SAVEPOINT job;", 1);
                self.group.progress = TransactionState::InSavepoint;
            }
            TransactionState::InFirstJob | TransactionState::InSavepoint => {}
        }
        batch.run(self.connection).await
    }

    /// Runs the load of a job.
    async fn load(&mut self, batch: &Batch) -> StoreResult<Results> {
        if batch.is_empty() {
            Ok(Results::default())
        } else {
            self.run(batch.clone()).await
        }
    }

    /// Applies a decision, which ends the job. The security events are logged once the changes are
    /// committed.
    pub(super) async fn apply<T>(&mut self, decision: Decision<T>) -> StoreResult<T> {
        let Decision {
            changes,
            events,
            answer,
        } = decision;
        let mut batch = Batch::default();
        apply::add(&mut batch, &changes, self.key, &mut self.events);
        if self.group.is_in_job() || !batch.is_empty() {
            self.end(batch).await?;
        }
        self.events.extend(events);
        Ok(answer)
    }

    /// Runs the last statements of the job and ends it. In the same round trip, the next job begins
    /// and runs its load. If there is no next job, the transaction is committed.
    async fn end(&mut self, mut batch: Batch) -> StoreResult<()> {
        if matches!(
            self.group.progress,
            TransactionState::InSavepoint | TransactionState::BetweenJobs
        ) {
            batch.add("RELEASE job");
        }
        let Some(job) = self.group.take().await else {
            batch.add("COMMIT");
            self.run(batch).await?;
            self.group.progress = TransactionState::NotBegun;
            return Ok(());
        };
        batch.add("SAVEPOINT job");
        let first = batch.append(job.load());
        let (loaded, ended) = match self.run(batch).await {
            Ok(mut results) => (Some(results.split_off(first)), Ok(())),
            Err(error) => (None, Err(error)),
        };
        if ended.is_ok() {
            self.group.progress = TransactionState::InSavepoint;
        }
        self.group.next = Some(Next { job, loaded });
        ended
    }

    /// Undoes the changes of the job.
    async fn roll_back(&mut self) -> StoreResult<()> {
        let (sql, progress) = match self.group.progress {
            TransactionState::InFirstJob => ("ROLLBACK", TransactionState::NotBegun),
            TransactionState::InSavepoint => (
                "ROLLBACK TO job; RELEASE job",
                TransactionState::BetweenJobs,
            ),
            TransactionState::NotBegun | TransactionState::BetweenJobs => return Ok(()),
        };
        self.group.progress = progress;
        execute(self.connection, sql).await
    }
}

impl Group<'_> {
    /// Whether the current job has run statements.
    const fn is_in_job(&self) -> bool {
        matches!(
            self.progress,
            TransactionState::InFirstJob | TransactionState::InSavepoint
        )
    }

    /// Whether the next job has begun, which means that the current one has ended.
    fn has_next_begun(&self) -> bool {
        self.next.as_ref().is_some_and(|next| next.loaded.is_some())
    }

    /// Returns the next waiting job, if it may join. If no job is waiting, yields once, so that
    /// ready tasks can submit one.
    async fn take(&mut self) -> Option<Box<dyn Job>> {
        if !self.is_open || self.size == GROUP {
            return None;
        }
        if self.queue.is_empty() {
            task::yield_now().await;
        }
        let job = self.queue.try_recv().ok()?;
        self.size += 1;
        Some(job)
    }
}

impl Writer {
    /// Starts the task. `connection` is the first connection. After a failure, the task opens
    /// another one with `options`. Rows of the history are authenticated with `key`.
    pub(super) fn start(
        connection: SqliteConnection,
        options: SqliteConnectOptions,
        key: Key,
    ) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let owner = WriterTask {
            connection: Some(connection),
            options,
            key,
            is_synced: true,
        };
        let (close, closing) = mpsc::channel(1);
        tokio::spawn(owner.run(queue, closing));
        Self { jobs, close }
    }

    /// Closes the connection once the waiting jobs have run. Later jobs fail.
    pub(super) async fn close(&self) {
        let (closed, is_closed) = oneshot::channel();
        // An error means that the task has ended already.
        if self.close.send(closed).await.is_ok() {
            drop(is_closed.await);
        }
    }

    /// Runs a job in a transaction and returns its result after the COMMIT. The job receives the
    /// results of `load`, and must wait for nothing but its own statements. `load` may run together
    /// with the changes of another job, so it must not be able to violate a constraint.
    pub(super) async fn run<T, F>(&self, load: Batch, job: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Transaction<'_, '_>, Results) -> BoxFuture<'t, StoreResult<T>>
            + Send
            + 'static,
    {
        self.submit(Durability::Synced, load, job).await
    }

    /// Like [`Writer::run`], for changes that a power failure may undo.
    pub(super) async fn run_unsynced<T, F>(&self, load: Batch, job: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Transaction<'_, '_>, Results) -> BoxFuture<'t, StoreResult<T>>
            + Send
            + 'static,
    {
        self.submit(Durability::Unsynced, load, job).await
    }

    async fn submit<T, F>(&self, durability: Durability, load: Batch, job: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Transaction<'_, '_>, Results) -> BoxFuture<'t, StoreResult<T>>
            + Send
            + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = TypedJob {
            durability,
            load,
            run: Some(job),
            outcome: None,
            events: Vec::new(),
            reply,
        };
        let sent = time::timeout(QUEUE_TIMEOUT, self.jobs.send(Box::new(job))).await;
        sent.map_err(|_| StoreError::Busy)?
            .map_err(|_| task_ended())?;
        answer.await.map_err(|_| task_ended())?
    }
}

/// Returns the error for a task that has ended. The task ends only when the database is closed.
fn task_ended() -> StoreError {
    sqlx::Error::WorkerCrashed.into()
}

/// The waiting jobs.
type Queue = mpsc::Receiver<Box<dyn Job>>;

/// A job, whatever the type of its result.
trait Job: Send {
    /// Whether the commit of the job has to be synced.
    fn durability(&self) -> Durability;
    /// The queries that load the first facts of the job.
    fn load(&self) -> &Batch;
    /// Runs the job. An error that is not the job's own ends the group.
    fn run<'j>(
        &'j mut self,
        transaction: &'j mut Transaction<'_, '_>,
        loaded: Results,
    ) -> BoxFuture<'j, StoreResult<()>>;
    /// Sends the result to the caller once the outcome of the transaction is known.
    fn answer(self: Box<Self>, commit: &StoreResult<()>);
}

struct TypedJob<T, F> {
    durability: Durability,
    load: Batch,
    run: Option<F>,
    outcome: Option<StoreResult<T>>,
    events: Vec<SecurityEvent>,
    reply: oneshot::Sender<StoreResult<T>>,
}

impl<T, F> Job for TypedJob<T, F>
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t mut Transaction<'_, '_>, Results) -> BoxFuture<'t, StoreResult<T>>
        + Send
        + 'static,
{
    fn durability(&self) -> Durability {
        self.durability
    }

    fn load(&self) -> &Batch {
        &self.load
    }

    fn run<'j>(
        &'j mut self,
        transaction: &'j mut Transaction<'_, '_>,
        loaded: Results,
    ) -> BoxFuture<'j, StoreResult<()>> {
        Box::pin(async {
            let Some(run) = self.run.take() else {
                return Ok(());
            };
            let outcome = AssertUnwindSafe(run(transaction, loaded))
                .catch_unwind()
                .await;
            let events = std::mem::take(&mut transaction.events);
            let outcome = outcome.unwrap_or_else(|_| Err(task_ended()));
            let error = outcome.as_ref().err().cloned();
            (self.outcome, self.events) = (Some(outcome), events);
            error.map_or(Ok(()), Err)
        })
    }

    fn answer(self: Box<Self>, commit: &StoreResult<()>) {
        let outcome = match (commit, self.outcome) {
            (Err(error), None | Some(Ok(_))) => Err(error.clone()),
            (_, Some(outcome)) => outcome,
            (Ok(()), None) => Err(task_ended()),
        };
        if outcome.is_ok() {
            self.events
                .into_iter()
                .for_each(telemetry::record_security_event);
        }
        // The caller may be gone. Committed changes stay committed.
        drop(self.reply.send(outcome));
    }
}

/// The state of the task.
struct WriterTask {
    /// `None` after a failure; the next group opens a new one. SQLite may have rolled back a failed
    /// transaction by itself while sqlx still believes that it is open.
    connection: Option<SqliteConnection>,
    options: SqliteConnectOptions,
    key: Key,
    /// Whether the connection syncs its commits.
    is_synced: bool,
}

impl WriterTask {
    async fn run(mut self, mut queue: Queue, mut closing: mpsc::Receiver<oneshot::Sender<()>>) {
        let closed = loop {
            tokio::select! {
                // Jobs that were submitted before the database is closed are run.
                biased;
                first = queue.recv() => match first {
                    Some(first) => self.run_group(first, &mut queue).await,
                    None => break None,
                },
                Some(closed) = closing.recv() => break Some(closed),
            }
        };
        if let Some(connection) = self.connection {
            drop(connection.close().await);
        }
        if let Some(closed) = closed {
            let _caller_may_be_gone = closed.send(());
        }
    }

    async fn run_group(&mut self, first: Box<dyn Job>, queue: &mut Queue) {
        let mut jobs = Vec::new();
        let commit = self.group(first, queue, &mut jobs).await;
        if commit.is_err() {
            self.reset().await;
        }
        for job in jobs {
            job.answer(&commit);
        }
    }

    /// Runs a job and those waiting by then in one transaction. `jobs` receives all jobs that need
    /// an answer.
    async fn group(
        &mut self,
        first: Box<dyn Job>,
        queue: &mut Queue,
        jobs: &mut Vec<Box<dyn Job>>,
    ) -> StoreResult<()> {
        let durability = first.durability();
        let mut group = Group {
            queue,
            // An unsynced group must not include a job that has to be synced.
            is_open: durability == Durability::Synced,
            size: 1,
            progress: TransactionState::NotBegun,
            next: Some(Next {
                job: first,
                loaded: None,
            }),
        };
        let ended = match self.prepare(durability).await {
            Ok(()) => self.run_jobs(&mut group, jobs).await,
            Err(error) => Err(error),
        };
        // The job after a failed one has not run, but it needs an answer.
        jobs.extend(group.next.map(|next| next.job));
        ended
    }

    async fn run_jobs(
        &mut self,
        group: &mut Group<'_>,
        jobs: &mut Vec<Box<dyn Job>>,
    ) -> StoreResult<()> {
        while let Some(Next { mut job, loaded }) = group.next.take() {
            let ran = self.run_job(&mut *job, loaded, group).await;
            jobs.push(job);
            ran?;
            // A job that was rolled back has not begun the next one.
            if group.progress == TransactionState::BetweenJobs && group.next.is_none() {
                group.next = group.take().await.map(|job| Next { job, loaded: None });
            }
        }
        if group.progress == TransactionState::NotBegun {
            Ok(())
        } else {
            execute(self.connection().await?, "COMMIT").await
        }
    }

    /// Turns syncing on or off as `durability` requires. SQLite cannot change this inside a
    /// transaction.
    async fn prepare(&mut self, durability: Durability) -> StoreResult<()> {
        let is_synced = durability == Durability::Synced;
        if self.is_synced != is_synced {
            let synchronous = if is_synced {
                "PRAGMA synchronous = FULL"
            } else {
                "PRAGMA synchronous = NORMAL"
            };
            execute(self.connection().await?, synchronous).await?;
            self.is_synced = is_synced;
        }
        Ok(())
    }

    /// Runs one job of a group. An error of the job itself rolls back its changes. An error of the
    /// database ends the group.
    async fn run_job(
        &mut self,
        job: &mut dyn Job,
        loaded: Option<Results>,
        group: &mut Group<'_>,
    ) -> StoreResult<()> {
        let key = self.key.clone();
        let connection = self.connection().await?;
        let mut transaction = Transaction {
            connection,
            group,
            key: &key,
            events: Vec::new(),
        };
        let loaded = match loaded {
            Some(loaded) => loaded,
            None => transaction.load(job.load()).await?,
        };
        let ran = job.run(&mut transaction, loaded).await;
        let has_ended = transaction.group.has_next_begun();
        match ran {
            // Once the job has ended, its changes cannot be told apart from those of the others.
            Err(error) if has_ended || !is_job_error(&error) => Err(error),
            Err(_) => transaction.roll_back().await,
            Ok(()) if has_ended || !transaction.group.is_in_job() => Ok(()),
            Ok(()) => transaction.end(Batch::default()).await,
        }
    }

    async fn connection(&mut self) -> StoreResult<&mut SqliteConnection> {
        if self.connection.is_none() {
            self.connection = Some(self.options.connect().await?);
            self.is_synced = true;
        }
        self.connection.as_mut().ok_or_else(task_ended)
    }

    /// Discards the connection after a failure. Closing it rolls back any open transaction.
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

/// Whether an error concerns only the job: a write violated a constraint, or a value that was read
/// is invalid. After any other error, the connection cannot be trusted.
pub(super) fn is_job_error(error: &StoreError) -> bool {
    match error {
        StoreError::Database(error) => match error.downcast_ref::<sqlx::Error>() {
            Some(sqlx::Error::Database(error)) => is_constraint(&**error),
            Some(error) => is_about_a_row(error),
            None => false,
        },
        _ => true,
    }
}

/// Whether a row is missing or could not be decoded.
const fn is_about_a_row(error: &sqlx::Error) -> bool {
    use sqlx::Error::{
        ColumnDecode, ColumnIndexOutOfBounds, ColumnNotFound, Decode, RowNotFound, TypeNotFound,
    };
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

/// Whether an error is a constraint violation. `SQLITE_CONSTRAINT` is 19, which its extended codes
/// have in their lowest byte (<https://sqlite.org/rescode.html>).
fn is_constraint(error: &dyn sqlx::error::DatabaseError) -> bool {
    error
        .code()
        .and_then(|code| code.parse::<u32>().ok())
        .is_some_and(|code| code & 0xff == 19)
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

    /// Starts a writer on a file with one empty table of unique numbers.
    async fn writer() -> (Writer, TempDir) {
        let folder = TempDir::new().expect("a folder");
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("test.db"))
            .create_if_missing(true);
        let mut connection = options.connect().await.expect("a connection");
        execute(
            &mut connection,
            "PRAGMA journal_mode = WAL; CREATE TABLE numbers (number INTEGER PRIMARY KEY)",
        )
        .await
        .expect("a table");
        (
            Writer::start(connection, options, Key::new([1; 32])),
            folder,
        )
    }

    /// Inserts a number, then fails if `fails` is set. Returns how many numbers there were before.
    async fn insert(writer: &Writer, number: i64, fails: bool) -> StoreResult<i64> {
        let mut load = Batch::default();
        let count = load.add("SELECT count(*) FROM numbers");
        let job = writer.run(load, move |transaction, loaded| {
            Box::pin(async move {
                let mut batch = Batch::default();
                batch.add("INSERT INTO numbers (number) VALUES (?)");
                batch.bind(number);
                if fails {
                    transaction.run(batch).await?;
                    return Err(StoreError::Corrupt("a test"));
                }
                transaction.end(batch).await?;
                loaded.value(count)
            })
        });
        job.await
    }

    /// Runs `select` and returns its number.
    async fn number(writer: &Writer, durability: Durability, select: &'static str) -> i64 {
        let mut batch = Batch::default();
        let value = batch.add(select);
        let job = writer.submit(durability, batch, move |_, loaded| {
            Box::pin(async move { loaded.value(value) })
        });
        job.await.expect("a number")
    }

    async fn count(writer: &Writer) -> i64 {
        number(writer, Durability::Synced, "SELECT count(*) FROM numbers").await
    }

    #[tokio::test]
    async fn a_failing_job_does_not_affect_the_others() {
        let (writer, _folder) = writer().await;
        // A third of the jobs succeeds, a third violates a constraint, and a third fails by itself.
        let jobs =
            (0..300).map(|at| insert(&writer, if at % 3 == 1 { 0 } else { at }, at % 3 == 2));
        let outcomes = join_all(jobs).await;
        let is_ok = |at: usize| outcomes.get(at).is_some_and(Result::is_ok);
        assert!((0..300).all(|at| is_ok(at) == (at % 3 == 0)));
        // A job whose load ran ahead sees the changes of the jobs before it.
        let mut counts: Vec<_> = outcomes.into_iter().filter_map(Result::ok).collect();
        counts.sort_unstable();
        assert_eq!(counts, (0..100).collect::<Vec<_>>());
        assert_eq!(count(&writer).await, 100);
    }

    #[tokio::test]
    async fn a_failing_first_job_does_not_affect_the_next_one() {
        let (writer, _folder) = writer().await;
        insert(&writer, 1, false).await.expect("inserted");
        // One job violates a constraint with its last statements, the other fails after its first
        // ones.
        for (number, fails) in [(1, false), (2, true)] {
            let (first, second) = tokio::join!(
                insert(&writer, number, fails),
                insert(&writer, number + 10, false)
            );
            assert!(first.is_err());
            assert_eq!(second.ok(), Some(number));
        }
        assert_eq!(count(&writer).await, 3);
    }

    #[tokio::test]
    async fn only_unsynced_jobs_commit_without_sync() {
        let (writer, _folder) = writer().await;
        let synchronous =
            async |durability| number(&writer, durability, "PRAGMA synchronous").await;
        let (full, normal) = (2, 1);
        assert_eq!(synchronous(Durability::Synced).await, full);
        assert_eq!(synchronous(Durability::Unsynced).await, normal);
        assert_eq!(synchronous(Durability::Synced).await, full);
        // Among waiting jobs, one that has to be synced never joins an unsynced group.
        let durability = |at| {
            if at % 5 == 0 {
                Durability::Unsynced
            } else {
                Durability::Synced
            }
        };
        let modes = join_all((0..100).map(|at| synchronous(durability(at)))).await;
        let synced = modes
            .iter()
            .zip(0..)
            .filter(|(_, at)| durability(*at) == Durability::Synced);
        assert!(synced.into_iter().all(|(mode, _)| *mode == full));
    }

    #[tokio::test]
    async fn a_panicking_job_fails_and_the_next_group_succeeds() {
        let (writer, _folder) = writer().await;
        let panics = writer.run::<(), _>(Batch::default(), |_, _| {
            Box::pin(async { unreachable!("a test") })
        });
        assert!(panics.await.is_err());
        assert!(insert(&writer, 1, false).await.is_ok());
        assert_eq!(count(&writer).await, 1);
    }

    #[tokio::test]
    async fn a_panic_fails_only_the_earlier_jobs_of_its_group() {
        let (writer, _folder) = writer().await;
        let mut load = Batch::default();
        load.add("SELECT count(*) FROM numbers");
        let panics = writer.run::<i64, _>(load, |_, _| Box::pin(async { unreachable!("a test") }));
        let (first, second, third) =
            tokio::join!(insert(&writer, 1, false), panics, insert(&writer, 2, false));
        assert!(first.is_err() && second.is_err());
        // The third job waited in the queue, so it is in the next group.
        assert_eq!(third.ok(), Some(0));
        assert_eq!(count(&writer).await, 1);
    }

    #[tokio::test]
    async fn a_database_error_reopens_the_connection() {
        let (writer, _folder) = writer().await;
        insert(&writer, 1, false).await.expect("inserted");
        // SQLite does the same by itself when the disk is full: sqlx still believes that the
        // transaction is open.
        let mut batch = Batch::default();
        batch.add("INSERT INTO numbers (number) VALUES (2)");
        batch.add("ROLLBACK");
        let rolls_back = writer.run(batch, |_, _| Box::pin(async { Ok(()) }));
        assert!(rolls_back.await.is_err(), "nothing of it was committed");
        assert!(insert(&writer, 3, false).await.is_ok());
        assert_eq!(count(&writer).await, 2);
        assert_eq!(
            number(&writer, Durability::Synced, "PRAGMA synchronous").await,
            2
        );
    }

    #[tokio::test]
    async fn a_job_completes_even_if_its_caller_is_dropped() {
        let (writer, _folder) = writer().await;
        let mut asker = Box::pin(insert(&writer, 1, false));
        assert!(asker.as_mut().now_or_never().is_none());
        drop(asker);
        assert_eq!(count(&writer).await, 1);
    }

    #[tokio::test]
    async fn a_read_only_job_leaves_no_transaction_open() {
        let (writer, folder) = writer().await;
        count(&writer).await;
        let options = SqliteConnectOptions::new().filename(folder.path().join("test.db"));
        let mut other = options
            .busy_timeout(Duration::ZERO)
            .connect()
            .await
            .expect("a connection");
        execute(&mut other, "BEGIN IMMEDIATE; ROLLBACK")
            .await
            .expect("the lock is free");
    }
}
