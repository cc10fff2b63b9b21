//! `doorcode email`

use clap::Subcommand;

use super::{Done, Failure, print};
use crate::server::{
    app,
    clock::{Clock, SystemClock},
    config::{EmailBackendName, Settings},
    delivery::{
        carrier::{Carrier, TRY_TIMEOUT},
        email::{Mail, Relay, Step},
        templates::EmailTexts,
    },
    domain::EmailAddress,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Send a test mail through each relay (or the settings' other backend) and tell every step
    #[command(after_help = "Example:\n  doorcode email test --to you@example.com\n  \
                            doorcode email test --to you@example.com --relay main")]
    Test {
        /// Where to
        #[arg(long)]
        to: String,
        /// Through this relay only
        #[arg(long, value_name = "NAME")]
        relay: Option<String>,
    },
}

pub(super) async fn run(command: &Command, settings: &Settings) -> Done {
    let Command::Test { to, relay } = command;
    let mail = test_mail(EmailAddress::parse(to)?, &settings.brand.name);
    match (settings.email.backend, relay) {
        (EmailBackendName::Smtp, name) => through_relays(settings, name.as_deref(), &mail).await,
        (_, Some(_)) => Err(Failure::Sentence("There are no relays: email.backend is not smtp.".to_owned())),
        (EmailBackendName::Console, None) => {
            carry(settings, &mail).await?;
            print::line(format_args!("email.backend is console: the mail to {} is printed here and went nowhere.", mail.to))
        }
        (EmailBackendName::File, None) => {
            let file = carry(settings, &mail).await?.unwrap_or_default();
            let directory = settings.email.directory.display();
            print::line(format_args!("email.backend is file: the mail to {} is {directory}/{file}.eml.", mail.to))
        }
    }
}

fn test_mail(to: EmailAddress, brand: &str) -> Mail {
    let text = format!("This is a test of the sign-in mails of {brand}.\n");
    let html = format!("<p>{}</p>", minijinja::HtmlEscape(&text));
    let now = SystemClock.now();
    let texts = EmailTexts { subject: "Test".to_owned(), html, text };
    Mail { to, texts, message_id: format!("test-{}", now.as_millisecond()), date: now }
}

async fn carry(settings: &Settings, mail: &Mail) -> Result<Option<String>, Failure> {
    let carriers = app::email_carriers(settings)?;
    let carrier = carriers.first().ok_or_else(|| Failure::Sentence("There is nothing that takes mails.".to_owned()))?;
    carrier.carry(mail).await.map_err(|error| Failure::Sentence(format!("The mail was not sent: {error}.")))
}

async fn through_relays(settings: &Settings, name: Option<&str>, mail: &Mail) -> Done {
    let mut relays = app::email_relays(settings)?;
    relays.retain(|relay| name.is_none_or(|name| relay.name() == name));
    if relays.is_empty() {
        return Err(Failure::Sentence("No relay of this name is in the settings.".to_owned()));
    }
    let mut failed = Vec::new();
    for relay in &relays {
        print::line(format_args!("Relay {}:", relay.name()))?;
        if let Err(words) = through(relay, mail).await {
            print::line(format_args!("  {words}"))?;
            failed.push(relay.name());
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::Sentence(format!("The test mail was not taken by: {}.", failed.join(", "))))
}

/// Sends one mail and tells the steps; the words of a failure are returned.
async fn through(relay: &Relay, mail: &Mail) -> Result<(), String> {
    // The outcome counts, and is told by the exit code too: a reader who has closed the pipe misses the steps only.
    let tell = |step: Step| drop(print::line(format_args!("  {step}")));
    let sent = tokio::time::timeout(TRY_TIMEOUT, relay.send(mail, &tell)).await;
    let seconds = TRY_TIMEOUT.as_secs();
    let taken = sent.map_err(|_| format!("Failed: no answer within {seconds} s. Check the port, and the relay's own log."))?;
    let id = taken.map_err(|failure| format!("Failed: {failure}. {}", failure.advice()))?;
    let id = id.map_or_else(String::new, |id| format!("; its own id for it is {id}"));
    drop(print::line(format_args!("  Accepted: the relay has taken the mail to {}{id}.", mail.to)));
    Ok(())
}
