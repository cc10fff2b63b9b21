//! `doorcode sms`

use std::sync::Arc;

use clap::Subcommand;

use super::{Done, print};
use crate::server::{
    app,
    clock::{Clock, SystemClock},
    config::Settings,
    delivery::{Failover, sms::Text},
    domain::PhoneNumber,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Send a test text message through the settings' backend
    #[command(after_help = "Example:\n  doorcode sms test --to +12025550123")]
    Test {
        /// Where to
        #[arg(long)]
        to: String,
    },
}

pub(super) async fn run(command: &Command, settings: &Settings) -> Done {
    let Command::Test { to } = command;
    let to = PhoneNumber::parse(to, settings.sms.region()?)?;
    let body = format!("This is a test of the sign-in messages of {}.", settings.brand.name);
    let text = Text { to, body, message_id: format!("test-{}", SystemClock.now().as_millisecond()) };
    Failover::new(app::sms_carriers(settings), Arc::new(SystemClock)).send(&text).await?;
    print::line(format_args!("The backend has taken the text message to {}.", text.to))
}
