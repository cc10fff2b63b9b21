//! `doorcode outbox`

use clap::Subcommand;
use serde::Serialize;

use super::{CommandResult, print};
use crate::server::{domain::FailureReason, operator::Operator, ports::outbox::OutboxEntry};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the newest messages with their state and why they failed, but never their content
    #[command(after_help = "Example:\n  doorcode outbox list --limit 20 --json")]
    List {
        /// How many
        #[arg(long, default_value_t = 20)]
        limit: u32,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Serialize)]
struct Row {
    id: i64,
    kind: String,
    channel: &'static str,
    state: &'static str,
    reason: Option<&'static str>,
    attempts: u32,
    transport: Option<String>,
    provider_message_id: Option<String>,
    requested_at: String,
    next_attempt_at: Option<String>,
}

impl From<OutboxEntry> for Row {
    fn from(entry: OutboxEntry) -> Self {
        Self {
            id: entry.id.0,
            kind: entry.kind,
            channel: entry.channel.as_str(),
            state: entry.state.as_str(),
            reason: entry.state.reason().map(FailureReason::as_str),
            attempts: entry.attempts,
            transport: entry.transport,
            provider_message_id: entry.provider_message_id,
            requested_at: print::instant(entry.requested_at),
            next_attempt_at: entry.due_at.map(print::instant),
        }
    }
}

pub(super) async fn run(command: &Command, operator: &Operator) -> CommandResult {
    let Command::List { limit, json } = command;
    let rows: Vec<Row> = operator
        .outbox(*limit)
        .await?
        .into_iter()
        .map(Row::from)
        .collect();
    let headings = [
        "ID",
        "KIND",
        "CHANNEL",
        "STATE",
        "REASON",
        "ATTEMPTS",
        "TRANSPORT",
        "REQUESTED",
        "NEXT ATTEMPT",
    ];
    print::rows(&rows, *json, headings, |row| {
        let or_dash = |value: Option<&str>| value.unwrap_or("-").to_owned();
        [
            row.id.to_string(),
            row.kind.clone(),
            row.channel.to_owned(),
            row.state.to_owned(),
            or_dash(row.reason),
            row.attempts.to_string(),
            or_dash(row.transport.as_deref()),
            row.requested_at.clone(),
            or_dash(row.next_attempt_at.as_deref()),
        ]
    })
}
