//! `doorcode template`

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Subcommand;
use minijinja::{Environment, context};

use super::{CliError, CommandResult, print};
use crate::{
    server::{
        app::{self, StartError},
        config::Settings,
        transport::templates::RenderedMessage,
    },
    shared::CodeFormat,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check each message template and print the length of its text messages
    #[command(
        after_help = "Example:\n  DOORCODE__TEMPLATES__DIRECTORY=templates doorcode template check"
    )]
    Check,
    /// Write each message into a folder, as a customer would get it
    #[command(after_help = "Example:\n  doorcode template preview --directory target/messages")]
    Preview {
        /// The folder, created if it does not exist
        #[arg(long, default_value = "target/messages")]
        directory: PathBuf,
    },
}

pub(super) fn run(command: &Command, settings: &Settings) -> CommandResult {
    match command {
        Command::Check => check(settings),
        Command::Preview { directory } => preview(settings, directory),
    }
}

fn check(settings: &Settings) -> CommandResult {
    for finding in app::templates(settings)?
        .findings(CodeFormat::Digits(settings.otp.length))
        .map_err(StartError::from)?
    {
        let length = finding
            .length
            .map(|length| format!(": {length}"))
            .unwrap_or_default();
        print::line(format_args!(
            "{:28}{:4}ok{length}",
            finding.template,
            finding.language.code()
        ))?;
        for warning in finding.warnings {
            print::line(format_args!("  warning: {warning}."))?;
        }
    }
    Ok(())
}

fn preview(settings: &Settings, directory: &Path) -> CommandResult {
    let messages = app::templates(settings)?
        .previews(CodeFormat::Digits(settings.otp.length))
        .map_err(StartError::from)?;
    fs::create_dir_all(directory)?;
    for RenderedMessage { kind, email, sms } in &messages {
        let text = format!("Subject: {}\n\n{}", email.subject, email.text);
        for (ending, content) in [("html", &email.html), ("txt", &text), ("sms.txt", sms)] {
            fs::write(directory.join(format!("{kind}.{ending}")), content)?;
        }
    }
    fs::write(directory.join("index.html"), index(settings, &messages)?)?;
    print::line(format_args!(
        "The messages are in {}.",
        directory.join("index.html").display()
    ))
}

/// Renders the page that lists the messages.
fn index(settings: &Settings, messages: &[RenderedMessage]) -> Result<String, CliError> {
    let entries: Vec<_> = messages
        .iter()
        .map(|RenderedMessage { kind, email, .. }| context! { kind, subject => email.subject })
        .collect();
    let page = include_str!("template/index.html");
    let variables = context! { brand => settings.brand.name, messages => entries };
    let rendered = Environment::new().render_named_str("index.html", page, variables);
    rendered.map_err(|error| CliError::Sentence(error.to_string()))
}
