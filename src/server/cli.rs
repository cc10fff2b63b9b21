//! The command line: `doorcode <command>`. Commands use the same settings as a running server and
//! can run beside it.

mod backup;
mod check;
mod customer;
mod email;
mod history;
mod otp;
mod outbox;
mod policy;
mod print;
mod serve;
mod sms;
mod template;
mod watched;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use super::{
    app::{self, Adapters, StartError},
    codes::check::VerifyError,
    config::{self, Env, Settings, SettingsError, Source},
    domain::ContactError,
    operator::{AddError, CreateError, HistoryError, Operator},
    ports::{Database, StoreError},
    random::SystemRandom,
    store::{
        SqliteStore,
        sqlite::{BackupError, Schema},
    },
    telemetry::{self, FlushOnDrop},
};

/// Self-hosted sign-in with a short code by email or text message.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Example:\n  doorcode serve\n\nSettings come from Leptos.toml and DOORCODE__SECTION__KEY variables."
)]
struct Arguments {
    /// Read the settings from this file instead of Leptos.toml
    #[arg(long, global = true, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site (the default)
    #[command(after_help = "Example:\n  doorcode serve")]
    Serve(serve::Arguments),
    /// Bring the database's schema up to date and exit
    #[command(after_help = "Example:\n  doorcode migrate")]
    Migrate,
    /// Copy the database into a file, also while the server runs
    #[command(after_help = "Example:\n  doorcode backup backup.db")]
    Backup(backup::BackUp),
    /// Put a backup into the place of the database, while the server is stopped
    #[command(after_help = "Example:\n  doorcode restore backup.db")]
    Restore(backup::Restore),
    /// Check the settings, the key files and the database
    #[command(after_help = "Example:\n  doorcode check --deploy")]
    Check(check::Arguments),
    /// Print the limits in force as a Markdown table
    #[command(after_help = "Example:\n  doorcode policy")]
    Policy,
    /// Add and list customers
    #[command(subcommand, after_help = "Example:\n  doorcode customer list --json")]
    Customer(customer::Command),
    /// Create, list, verify and delete OTPs
    #[command(
        subcommand,
        after_help = "Example:\n  doorcode otp list --email user@example.com --latest"
    )]
    Otp(otp::Command),
    /// See what happened, and prove that nobody has changed the record of it
    #[command(subcommand, after_help = "Example:\n  doorcode history verify")]
    History(history::Command),
    /// See what became of messages
    #[command(subcommand, after_help = "Example:\n  doorcode outbox list")]
    Outbox(outbox::Command),
    /// Try the email settings
    #[command(
        subcommand,
        after_help = "Example:\n  doorcode email test --to you@example.com"
    )]
    Email(email::Command),
    /// Try the text message settings
    #[command(
        subcommand,
        after_help = "Example:\n  doorcode sms test --to +12025550123"
    )]
    Sms(sms::Command),
    /// Check the message templates, or write previews of them
    #[command(subcommand, after_help = "Example:\n  doorcode template check")]
    Template(template::Command),
}

/// The reason why a command failed. Each failure displays as one plain sentence.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("The database failed: {0}.")]
    Store(#[from] StoreError),
    #[error("The customer was not added: {0}.")]
    Add(#[from] AddError),
    #[error("The contact is not an email address or phone number that can be used: {0}.")]
    Contact(#[from] ContactError),
    #[error("The OTP was not created: {0}.")]
    Create(#[from] CreateError),
    #[error("The code was not accepted: {0}.")]
    Verify(#[from] VerifyError),
    #[error("The message was not sent: {0}.")]
    Send(#[from] super::ports::SendError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error("The history is {0}.")]
    History(#[from] HistoryError),
    #[error("{0}")]
    Sentence(String),
    #[error("The output cannot be written: {0}.")]
    Output(#[from] std::io::Error),
}

type CommandResult = Result<(), CliError>;

/// Runs the command that the program was started with.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let _flush = FlushOnDrop;
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&CliError::Output(error)),
    };
    match runtime.block_on(run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &CliError) -> ExitCode {
    eprintln!("{error}");
    ExitCode::FAILURE
}

async fn run(arguments: Arguments) -> CommandResult {
    let file = arguments.settings.as_deref();
    let settings = Settings::load(file);
    let command = arguments
        .command
        .unwrap_or(Command::Serve(serve::Arguments::default()));
    if let Command::Serve(arguments) = &command
        && app::is_watched()
    {
        return watched::run(settings, file, arguments).await;
    }
    let (settings, source) = (settings?, Source::find(file));
    // The server logs it.
    if !matches!(command, Command::Serve(_)) {
        print::places(&source, database(&command, &settings)?.as_deref());
    }
    match command {
        Command::Serve(arguments) => serve::run(&settings, &source, &arguments).await,
        Command::Migrate => migrate(&settings, &source).await,
        Command::Backup(arguments) => backup::back_up(&arguments, &settings).await,
        Command::Restore(arguments) => backup::restore(&arguments, &settings, &source).await,
        Command::Check(arguments) => check::run(&settings, &arguments).await,
        Command::Policy => policy::run(&settings),
        Command::Customer(command) => {
            with_operator(&settings, async |operator| {
                seal_after(customer::run(command, operator).await, operator).await
            })
            .await
        }
        Command::Otp(command) => {
            with_operator(&settings, async |operator| {
                seal_after(otp::run(command, &settings, operator).await, operator).await
            })
            .await
        }
        Command::History(command) => {
            with_operator(&settings, async |operator| {
                history::run(&command, operator).await
            })
            .await
        }
        Command::Outbox(command) => {
            with_operator(&settings, async |operator| {
                outbox::run(&command, operator).await
            })
            .await
        }
        Command::Email(command) => email::run(&command, &settings).await,
        Command::Sms(command) => sms::run(&command, &settings).await,
        Command::Template(command) => template::run(&command, &settings),
    }
}

/// Returns the database file that a command uses, or `None` if it uses none.
fn database(command: &Command, settings: &Settings) -> Result<Option<PathBuf>, StoreError> {
    match command {
        Command::Policy | Command::Email(_) | Command::Sms(_) | Command::Template(_) => Ok(None),
        _ => SqliteStore::file(&settings.database.url).map(Some),
    }
}

/// Refuses to create a database or a key in a place that no settings have chosen: somebody started
/// the program in another folder than that of its settings.
fn require_place(settings: &Settings, source: &Source) -> CommandResult {
    let database = SqliteStore::file(&settings.database.url)?;
    let key = settings.keys.files.first();
    let key = key.filter(|_| settings.server.env == Env::Dev);
    let created = [("database.url", Some(&database)), ("keys.files", key)];
    for (setting, file) in created {
        let Some(file) = file.filter(|file| !file.exists() && !source.decides(setting)) else {
            continue;
        };
        return Err(CliError::Sentence(format!(
            "{} was not created, because there is no settings file, and {setting} is not set in the environment. \
             Start the program in the folder of {}, or name the file with --settings.",
            file.display(),
            config::FILE,
        )));
    }
    Ok(())
}

async fn migrate(settings: &Settings, source: &Source) -> CommandResult {
    telemetry::start_quiet_log();
    require_place(settings, source)?;
    let store = app::open_store(settings, &SystemRandom, Schema::Migrate).await?;
    store.close().await;
    print::line(format_args!(
        "The database {} is up to date.",
        settings.database.url
    ))
}

/// Opens the database, runs a command and closes the database.
async fn with_operator(
    settings: &Settings,
    command: impl AsyncFnOnce(&Operator) -> CommandResult,
) -> CommandResult {
    let operator = operator(settings).await?;
    let done = command(&operator).await;
    app::close(&operator).await;
    done
}

/// Seals the history rows that a command recorded, because there may be no running server that
/// seals them.
async fn seal_after(done: CommandResult, operator: &Operator) -> CommandResult {
    let sealed = operator.seal_history().await;
    done?;
    Ok(sealed?)
}

async fn operator(settings: &Settings) -> Result<Operator, CliError> {
    telemetry::start_quiet_log();
    let adapters = Adapters::real(settings)?;
    let store = app::open_store(settings, &SystemRandom, Schema::Require).await?;
    Ok(app::use_cases(settings, store, &adapters)?.operator)
}
