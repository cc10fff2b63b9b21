//! The command line: `doorcode <command>`. Commands use the same settings as a running server and
//! can run beside it.

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
    config::{Settings, SettingsError},
    domain::ContactError,
    operator::{AddError, CreateError, HistoryError, Operator},
    ports::StoreError,
    random::SystemRandom,
    store::sqlite::Schema,
    telemetry,
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
    let settings = settings?;
    match command {
        Command::Serve(arguments) => serve::run(&settings, &arguments).await,
        Command::Migrate => migrate(&settings).await,
        Command::Check(arguments) => check::run(&settings, &arguments).await,
        Command::Policy => policy::run(&settings),
        Command::Customer(command) => {
            let operator = operator(&settings).await?;
            seal_after(customer::run(command, &operator).await, &operator).await
        }
        Command::Otp(command) => {
            let operator = operator(&settings).await?;
            seal_after(otp::run(command, &settings, &operator).await, &operator).await
        }
        Command::History(command) => history::run(&command, &operator(&settings).await?).await,
        Command::Outbox(command) => outbox::run(&command, &operator(&settings).await?).await,
        Command::Email(command) => email::run(&command, &settings).await,
        Command::Sms(command) => sms::run(&command, &settings).await,
        Command::Template(command) => template::run(&command, &settings),
    }
}

async fn migrate(settings: &Settings) -> CommandResult {
    telemetry::start_quiet_log();
    app::open_store(settings, &SystemRandom, Schema::Migrate).await?;
    print::line(format_args!(
        "The database {} is up to date.",
        settings.database.url
    ))
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
    let store = app::open_store(settings, &SystemRandom, Schema::Require).await?;
    Ok(app::use_cases(settings, store, &Adapters::real(settings)?)?.operator)
}
