//! `doorcode sms`

use std::sync::Arc;

use clap::Subcommand;
use tokio::task;

use super::{CliError, CommandResult, print};
use crate::server::{
    app,
    config::{Settings, SmsBackendName},
    domain::PhoneNumber,
    ports::messenger::HandoverSignal,
    transport::{
        failover::{Transport, TransportError},
        sms::{Console, Gateway, TextMessage, probe},
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Send a test text message through the configured backend and print each step
    #[command(after_help = "Example:\n  doorcode sms test --to +12025550123 --gateway main")]
    Test {
        /// The recipient's phone number
        #[arg(long)]
        to: String,
        /// Use only this gateway; without it, try the gateways in the order of the settings until
        /// one accepts the message
        #[arg(long, value_name = "NAME")]
        gateway: Option<String>,
    },
}

pub(super) async fn run(command: &Command, settings: &Settings) -> CommandResult {
    let Command::Test { to, gateway } = command;
    let to = PhoneNumber::parse_existing(to, settings.sms.region()?)?;
    let body = format!(
        "This is a test of the sign-in messages of {}.",
        settings.brand.name
    );
    let clock = app::clock(settings);
    let text = TextMessage {
        to,
        body,
        message_id: format!("test-{}", clock.now().as_millisecond()),
        handover: HandoverSignal::default(),
    };
    match (settings.sms.backend, gateway) {
        (SmsBackendName::None, _) => Err(CliError::Sentence(
            "sms.backend is none: there are no text messages.".to_owned(),
        )),
        (SmsBackendName::Console, None) => send_via_console(&text).await,
        _ => {
            send_via_gateways(
                &text,
                select(app::sms_gateways(settings, &clock)?, gateway.as_deref())?,
            )
            .await
        }
    }
}

async fn send_via_console(text: &TextMessage) -> CommandResult {
    Console.send(text).await.map_err(|error| {
        CliError::Sentence(format!("The text message cannot be printed: {error}."))
    })?;
    print::line(format_args!("The text message to {} was printed.", text.to))
}

/// Returns the gateway with this name, or all gateways if there is no name.
fn select(gateways: Vec<Arc<Gateway>>, name: Option<&str>) -> Result<Vec<Arc<Gateway>>, CliError> {
    let Some(name) = name else {
        return Ok(gateways);
    };
    let selected: Vec<_> = gateways
        .into_iter()
        .filter(|gateway| gateway.name() == name)
        .collect();
    if selected.is_empty() {
        return Err(CliError::Sentence(format!(
            "There is no gateway named {name} in the setting sms.gateways."
        )));
    }
    Ok(selected)
}

/// Tries the gateways until one accepts the message. The test fails if any gateway fails, even if
/// the next one accepts the message.
async fn send_via_gateways(text: &TextMessage, gateways: Vec<Arc<Gateway>>) -> CommandResult {
    let mut failed = Vec::new();
    for gateway in gateways {
        print::line(format_args!(
            "Gateway {}: {}",
            gateway.name(),
            gateway.url().origin().ascii_serialization()
        ))?;
        match send_via_gateway(text, &gateway).await {
            Ok(()) if failed.is_empty() => return Ok(()),
            Ok(()) => break,
            Err(CliError::Sentence(problem)) => {
                print::line(format_args!("  {problem}"))?;
                failed.push(gateway.name().to_owned());
            }
            Err(error) => return Err(error),
        }
    }
    Err(CliError::Sentence(format!(
        "The test failed at the gateway {}.",
        failed.join(", ")
    )))
}

async fn send_via_gateway(text: &TextMessage, gateway: &Gateway) -> CommandResult {
    let url = gateway.url().clone();
    let probed = task::spawn_blocking(move || {
        let mut steps = Vec::new();
        let result = probe::probe(&url, |step| steps.push(step));
        (steps, result)
    });
    let (steps, result) = probed
        .await
        .map_err(|error| CliError::Sentence(error.to_string()))?;
    for step in steps {
        print::line(format_args!("  {step}"))?;
    }
    result.map_err(|error| CliError::Sentence(format!("{error}.")))?;
    match gateway.send(text).await {
        Ok(Some(id)) => print::line(format_args!(
            "  The gateway accepted the text message to {} as {id}.",
            text.to
        )),
        Ok(None) => print::line(format_args!(
            "  The gateway accepted the text message to {}.",
            text.to
        )),
        Err(error) => Err(CliError::Sentence(advice(&error))),
    }
}

fn advice(error: &TransportError) -> String {
    match error {
        TransportError::Unavailable { cause, .. } | TransportError::Deferred { cause, .. } => {
            format!(
                "The gateway does not accept messages now ({cause}); try again later, and look at the provider's status page."
            )
        }
        TransportError::OutcomeUnknown { cause } => {
            format!(
                "The gateway got the text message, but did not say whether it sends it ({cause}); look at the phone, and at the provider's log."
            )
        }
        TransportError::Misconfigured { cause } => {
            format!(
                "The gateway rejected the configuration ({cause}); check the gateway's keys in the settings, the sender and the credit."
            )
        }
        TransportError::Declined { cause, reason } | TransportError::Refused { cause, reason } => {
            format!(
                "The gateway did not accept the message ({cause}; {}); check the number, the sender, the credit and the countries that the account \
                 allows. If the message arrives nevertheless, id_field or the success settings do not fit the gateway's answers.",
                reason.as_str().replace('_', " ")
            )
        }
    }
}
