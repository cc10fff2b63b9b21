//! `doorcode email`

use std::sync::Arc;

use clap::Subcommand;
use jiff::Timestamp;

use super::{CliError, CommandResult, print};
use crate::server::{
    app,
    clock::Clock,
    config::{EmailBackendName, Settings},
    domain::EmailAddress,
    ports::messenger::HandoverSignal,
    transport::{
        email::{Mail, Relay, Step},
        failover::Transport,
        templates::EmailTexts,
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Send a test email through each relay (or the other configured backend) and print every step
    #[command(
        after_help = "Example:\n  doorcode email test --to you@example.com\n  \
                            doorcode email test --to you@example.com --relay main"
    )]
    Test {
        /// The recipient's email address
        #[arg(long)]
        to: String,
        /// Use only this relay
        #[arg(long, value_name = "NAME")]
        relay: Option<String>,
    },
}

pub(super) async fn run(command: &Command, settings: &Settings) -> CommandResult {
    let Command::Test { to, relay } = command;
    let to = EmailAddress::parse_existing(to)?;
    let clock = app::clock(settings);
    match (settings.email.backend, relay) {
        (EmailBackendName::Smtp, name) => {
            send_via_relays(settings, &clock, name.as_deref(), &to).await
        }
        (_, Some(_)) => Err(CliError::Sentence(
            "There are no relays: email.backend is not smtp.".to_owned(),
        )),
        (backend, None) => send_via_console_or_file(settings, &clock, backend, &to).await,
    }
}

fn test_mail(to: &EmailAddress, settings: &Settings, now: Timestamp, transport: &str) -> Mail {
    let text = format!(
        "This is a test of the sign-in mails of {}, by way of {transport}.\n",
        settings.brand.name
    );
    let html = format!("<p>{}</p>", minijinja::HtmlEscape(&text));
    let texts = EmailTexts {
        subject: "Test".to_owned(),
        html,
        text,
    };
    Mail {
        to: to.clone(),
        texts,
        message_id: format!("test-{}-{transport}", now.as_millisecond()),
        date: now,
        handover: HandoverSignal::default(),
    }
}

async fn send_via_console_or_file(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
    backend: EmailBackendName,
    to: &EmailAddress,
) -> CommandResult {
    for transport in app::email_transports(settings, clock)? {
        let sent = transport
            .send(&test_mail(to, settings, clock.now(), transport.name()))
            .await;
        let file =
            sent.map_err(|error| CliError::Sentence(format!("The mail was not sent: {error}.")))?;
        match file.filter(|_| backend == EmailBackendName::File) {
            Some(file) => {
                let file = settings.email.directory.join(file).with_extension("eml");
                print::line(format_args!(
                    "email.backend is file: the mail to {to} is {}.",
                    file.display()
                ))?;
            }
            None => print::line(format_args!(
                "email.backend is console: the mail to {to} is printed here only."
            ))?,
        }
    }
    Ok(())
}

async fn send_via_relays(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
    name: Option<&str>,
    to: &EmailAddress,
) -> CommandResult {
    let mut relays = app::email_relays(settings, clock)?;
    relays.retain(|relay| name.is_none_or(|name| relay.name() == name));
    if relays.is_empty() {
        return Err(CliError::Sentence(
            "The settings have no relay with this name.".to_owned(),
        ));
    }
    let mut failed = Vec::new();
    for relay in &relays {
        print::line(format_args!("Relay {}:", relay.name()))?;
        if let Err(reason) =
            send_via_relay(relay, &test_mail(to, settings, clock.now(), relay.name())).await
        {
            print::line(format_args!("  Failed: {reason}"))?;
            failed.push(relay.name());
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(CliError::Sentence(format!(
        "The test mail was not accepted by {}.",
        failed.join(" and ")
    )))
}

/// Sends one email and prints the steps. Returns the error message if it fails.
async fn send_via_relay(relay: &Relay, mail: &Mail) -> Result<(), String> {
    // Write errors are ignored here: a reader that closed the pipe misses only the steps, because
    // the exit code also reports the outcome.
    let print_step = |step: Step| drop(print::line(format_args!("  {step}")));
    let sent = relay.send_with_steps(mail, &print_step).await;
    let id = sent.map_err(|error| format!("{error}. {}", error.advice()))?;
    let id = id.map_or_else(String::new, |id| format!(" as {id}"));
    drop(print::line(format_args!(
        "  The relay accepted the mail to {}{id}.",
        mail.to
    )));
    Ok(())
}
