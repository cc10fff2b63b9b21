//! `doorcode email`

use std::sync::Arc;

use clap::Subcommand;

use super::{Done, print};
use crate::server::{
    app,
    clock::{Clock, SystemClock},
    config::Settings,
    delivery::{Failover, email::Mail, templates::EmailTexts},
    domain::EmailAddress,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Send a test mail through the settings' backend
    #[command(after_help = "Example:\n  doorcode email test --to you@example.com")]
    Test {
        /// Where to
        #[arg(long)]
        to: String,
    },
}

pub(super) async fn run(command: &Command, settings: &Settings) -> Done {
    let Command::Test { to } = command;
    let to = EmailAddress::parse(to)?;
    let text = format!("This is a test of the sign-in mails of {}.\n", settings.brand.name);
    let texts = EmailTexts { subject: "Test".to_owned(), html: format!("<p>{text}</p>"), text };
    let now = SystemClock.now();
    let mail = Mail { to, texts, message_id: format!("test-{}", now.as_millisecond()), date: now };
    Failover::new(app::email_carriers(settings)?, Arc::new(SystemClock)).send(&mail).await?;
    print::line(format_args!("The backend has taken the mail to {}.", mail.to))
}
