//! The test application and the browsers that use it.

mod browser;
mod durations;
mod mailbox;
pub mod nginx;
pub mod postfix;
pub mod smtp;
mod terminal;
pub mod trace;

pub use browser::{Browser, Events, Reply};
pub use durations::{DAY, MINUTE, SECOND};
pub use mailbox::{Arrived, Mailbox, accepted};
pub use terminal::{PACKAGE, PRODUCTION, Terminal, split_places};

use std::{
    borrow::Cow,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::Arc,
};

use doorcode::server::{
    app::{self, Adapters, Application},
    clock::{Clock, ManualClock},
    config::Settings,
    delivery::Sender,
    operator::{NewCustomer, Operator},
    ports::{Messenger, StoreResult, messenger::HandoverSignal},
    random::{Random, SeededRandom},
    sign_in::SignIn,
    store::sqlite::Schema,
    transport::sms::Gateways,
};
use doorcode::shared::ContactType;
use jiff::{SignedDuration, Timestamp};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

pub const EMAIL: &str = "demo@wastebilling.local";
pub const PHONE: &str = "+12025550123";

/// Claims and attempts the next due message of a channel, as a worker does. Returns `false` if no
/// message is due.
pub async fn deliver_next(sender: &Sender, channel: ContactType) -> StoreResult<bool> {
    deliver_next_until(sender, channel, std::future::pending()).await
}

/// Like [`deliver_next`]. When `give_up` resolves first, the message goes back into the outbox.
pub async fn deliver_next_until(
    sender: &Sender,
    channel: ContactType,
    give_up: impl Future<Output = ()>,
) -> StoreResult<bool> {
    let lease = sender.queue.lease(sender.now());
    let Some(delivery) = sender.outbox.claim(channel, lease, sender.now()).await? else {
        return Ok(false);
    };
    let result = sender
        .attempt(&delivery, &HandoverSignal::default(), give_up)
        .await?;
    sender.finish(&[(delivery, result)]).await?;
    Ok(true)
}

/// The application with one customer and its own database.
pub struct TestApp {
    pub app: Application,
    pub clock: Arc<ManualClock>,
    pub mailbox: Arc<Mailbox>,
    directory: Arc<TempDir>,
    _log: trace::CheckOnDrop,
}

impl TestApp {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// Starts with the default settings, modified by `change`.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mailbox = Arc::new(Mailbox::default());
        let mut test = Self::build(change, mailbox.clone(), Arc::new(SeededRandom::new(1))).await;
        test.mailbox = mailbox;
        test
    }

    /// Starts with another messenger or another source of random numbers.
    pub async fn build(
        change: impl FnOnce(&mut Settings),
        messenger: Arc<dyn Messenger>,
        random: Arc<dyn Random>,
    ) -> Self {
        let directory = Arc::new(TempDir::new().expect("a folder"));
        let clock = Arc::new(ManualClock::new(
            "2026-11-22T12:00:00Z".parse().expect("an instant"),
        ));
        let test = Self::start(directory, clock, change, messenger, random).await;
        let customer = NewCustomer {
            name: "Demo".to_owned(),
            email: Some(EMAIL.to_owned()),
            phone: Some(PHONE.to_owned()),
        };
        test.operator()
            .add_customer(&customer)
            .await
            .expect("a customer");
        test
    }

    /// Starts at `now` on the database that the statements in `dump` create, with its key.
    pub async fn restored(dump: &'static str, key: &str, now: Timestamp) -> Self {
        let restore = async |mut database: SqliteConnection| {
            sqlx::raw_sql(dump)
                .execute(&mut database)
                .await
                .expect("restored");
            database
        };
        Self::on_database(restore, key, now).await
    }

    /// Starts at `now` on a database that the migrations up to `version` create and `rows` fills.
    pub async fn upgraded(version: i64, rows: &'static str, now: Timestamp) -> Self {
        let fill = async |mut database: SqliteConnection| {
            let mut migrations = sqlx::migrate!("migrations/sqlite");
            let earlier = migrations
                .iter()
                .filter(|migration| migration.version <= version)
                .cloned()
                .collect();
            migrations.migrations = Cow::Owned(earlier);
            migrations.run(&mut database).await.expect("migrated");
            sqlx::raw_sql(rows)
                .execute(&mut database)
                .await
                .expect("filled");
            database
        };
        Self::on_database(fill, &"01".repeat(32), now).await
    }

    async fn on_database(
        prepare: impl AsyncFnOnce(SqliteConnection) -> SqliteConnection,
        key: &str,
        now: Timestamp,
    ) -> Self {
        let directory = Arc::new(TempDir::new().expect("a folder"));
        std::fs::write(directory.path().join("doorcode.key"), key).expect("a key");
        let file = SqliteConnectOptions::new()
            .filename(directory.path().join("doorcode.db"))
            .create_if_missing(true);
        // The statements contain contacts, which must not appear in the log.
        let database = file
            .disable_statement_logging()
            .connect()
            .await
            .expect("a database");
        prepare(database).await.close().await.expect("closed");
        let (mailbox, random) = (Arc::new(Mailbox::default()), Arc::new(SeededRandom::new(2)));
        let clock = Arc::new(ManualClock::new(now));
        let mut test = Self::start(directory, clock, |_| {}, mailbox.clone(), random).await;
        test.mailbox = mailbox;
        test
    }

    /// Starts again on the same files, as after a crash.
    pub async fn restarted(&self) -> Self {
        self.restarted_with(|_| {}).await
    }

    /// Starts again on the same files, with the default settings modified by `change`.
    pub async fn restarted_with(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let mailbox = Arc::new(Mailbox::default());
        let random = Arc::new(SeededRandom::new(2));
        let mut test = Self::start(
            self.directory.clone(),
            self.clock.clone(),
            change,
            mailbox.clone(),
            random,
        )
        .await;
        test.mailbox = mailbox;
        test
    }

    async fn start(
        directory: Arc<TempDir>,
        clock: Arc<ManualClock>,
        change: impl FnOnce(&mut Settings),
        messenger: Arc<dyn Messenger>,
        random: Arc<dyn Random>,
    ) -> Self {
        trace::start();
        [EMAIL, PHONE].into_iter().for_each(trace::secret);
        let mut settings = settings(directory.path());
        change(&mut settings);
        let adapters = adapters(&settings, clock.clone(), random, messenger);
        let store = app::open_store(&settings, &*adapters.random, Schema::Migrate)
            .await
            .expect("a database");
        let app = Application::build(&settings, store, adapters)
            .await
            .expect("an application that starts");
        Self {
            app,
            clock,
            mailbox: Arc::default(),
            directory,
            _log: trace::CheckOnDrop,
        }
    }

    pub fn sign_in(&self) -> &SignIn {
        &self.app.use_cases().sign_in
    }

    pub fn delivery(&self) -> &Sender {
        &self.app.use_cases().delivery
    }

    pub fn operator(&self) -> &Operator {
        &self.app.use_cases().operator
    }

    pub fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// Returns a browser without JavaScript.
    pub fn browser(&self) -> Browser {
        Browser::new(self.app.router(), true)
    }

    /// Returns a browser whose islands call the server functions.
    pub fn hydrated_browser(&self) -> Browser {
        Browser::new(self.app.router(), false)
    }

    /// Sends all due messages.
    pub async fn deliver(&self) {
        for channel in ContactType::ALL {
            while deliver_next(self.delivery(), channel)
                .await
                .expect("an outbox")
            {}
        }
    }

    /// Sends all due messages and returns the newest code.
    pub async fn newest_code(&self) -> String {
        self.deliver().await;
        self.mailbox.newest_code().code
    }

    /// Returns a browser that has requested a code by email, and the code.
    pub async fn browser_with_code(&self) -> (Browser, String) {
        let mut browser = self.browser();
        let reply = browser.request_code("email", EMAIL).await;
        assert_eq!(reply.location(), "/otp/verify/");
        (browser, self.newest_code().await)
    }

    /// Returns a browser that is signed in.
    pub async fn signed_in_browser(&self) -> Browser {
        let (mut browser, code) = self.browser_with_code().await;
        assert_eq!(browser.verify(&code).await.location(), "/account/");
        browser
    }

    /// Returns the number that a query finds.
    pub async fn number(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query)
            .fetch_one(&mut self.connect().await)
            .await
            .expect("a number")
    }

    /// Returns the texts that a query finds.
    pub async fn texts(&self, query: &'static str) -> Vec<String> {
        sqlx::query_scalar(query)
            .fetch_all(&mut self.connect().await)
            .await
            .expect("texts")
    }

    /// Executes statements directly on the database file, without the application.
    pub async fn execute(&self, statements: &str) {
        let statements = sqlx::AssertSqlSafe(statements.to_owned());
        sqlx::raw_sql(statements)
            .execute(&mut self.connect().await)
            .await
            .expect("executed");
    }

    /// Takes the write lock, as another process would. Nobody else can write until it is released.
    pub async fn lock(&self) -> Lock {
        let mut connection = self.connect().await;
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut connection)
            .await
            .expect("the lock");
        Lock(connection)
    }

    /// Makes every insert into a table fail, as a full disk would.
    pub async fn break_writes(&self, table: &'static str) {
        let trigger = format!(
            "CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(trigger))
            .execute(&mut self.connect().await)
            .await
            .expect("broken");
    }

    /// Returns the path of the database file.
    pub fn database(&self) -> PathBuf {
        self.directory.path().join("doorcode.db")
    }

    async fn connect(&self) -> SqliteConnection {
        let url = format!("sqlite://{}", self.database().display());
        SqliteConnection::connect(&url).await.expect("the database")
    }

    /// Returns the contents of all files on disk.
    pub fn files(&self) -> Vec<u8> {
        let folder = std::fs::read_dir(self.directory.path()).expect("the folder");
        folder
            .filter_map(|entry| std::fs::read(entry.ok()?.path()).ok())
            .flatten()
            .collect()
    }
}

/// Returns the adapters of the program with these replacements and without an inbox.
fn adapters(
    settings: &Settings,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    messenger: Arc<dyn Messenger>,
) -> Adapters {
    let gateways = app::sms_gateways(settings, &clock).expect("gateways");
    Adapters {
        clock,
        random,
        localizer: app::localizer(settings).expect("sentences"),
        messenger,
        receipts: Arc::new(Gateways::new(gateways)),
        inbox: None,
    }
}

/// The write lock of the database.
pub struct Lock(SqliteConnection);

impl Lock {
    pub async fn release(mut self) {
        sqlx::query("ROLLBACK")
            .execute(&mut self.0)
            .await
            .expect("released");
    }
}

/// Returns the default settings with files in `directory` and a free port.
pub fn settings(directory: &Path) -> Settings {
    let mut settings = Settings::default();
    settings.server.address = "127.0.0.1:0".parse().expect("an address");
    settings.database.url = format!("sqlite://{}", directory.join("doorcode.db").display());
    settings.keys.files = vec![directory.join("doorcode.key")];
    settings
}

/// Removes the limits per contact, for tests that request more messages than they allow.
pub const fn without_contact_limits(settings: &mut Settings) {
    settings.limits.contact_emails_per_hour = u32::MAX;
    settings.limits.contact_emails_per_day = u32::MAX;
    settings.limits.contact_texts_per_hour = u32::MAX;
    settings.limits.contact_texts_per_day = u32::MAX;
}

/// Returns a port that nobody listens on, for programs that need a fixed port.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("an address")
        .port()
}

/// Returns a code other than `code`.
pub fn other_than(code: &str) -> String {
    let last = if code.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &code[..code.len() - 1])
}
