//! `doorcode history`

use clap::Subcommand;
use serde::Serialize;

use super::{CliError, CommandResult, print};
use crate::server::{
    domain::{ChainDigest, CustomerId, OtpId},
    operator::{ChainReport, Operator},
    ports::history::{HistoryEntry, HistoryOf},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List what happened to an OTP or a customer, oldest first
    #[command(after_help = "Example:\n  doorcode history list --customer 3 --json")]
    List {
        #[command(flatten)]
        of: Of,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Prove that no row was changed, removed or inserted; name the first one that was
    #[command(
        after_help = "Example:\n  doorcode history verify\n  doorcode history verify --head 7d1f...\n\nNobody can tell from the rows alone that the newest are missing. Write down the digest that this prints, elsewhere, and give it back later."
    )]
    Verify {
        /// A digest printed earlier that must still be in the history: 64 hexadecimal digits
        #[arg(long, value_name = "DIGEST")]
        head: Option<String>,
    },
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct Of {
    /// The number of an OTP
    #[arg(long)]
    otp: Option<i64>,
    /// The number of a customer
    #[arg(long)]
    customer: Option<i64>,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    at: String,
    event: String,
    otp: Option<i64>,
    customer: Option<i64>,
    contact: String,
    network: Option<String>,
    user_agent: Option<String>,
}

pub(super) async fn run(command: &Command, operator: &Operator) -> CommandResult {
    match command {
        Command::List { of, json } => list(of, *json, operator).await,
        Command::Verify { head } => verify(head.as_deref(), operator).await,
    }
}

async fn list(of: &Of, json: bool, operator: &Operator) -> CommandResult {
    let of = match (of.otp, of.customer) {
        (Some(otp), _) => HistoryOf::Otp(OtpId(otp)),
        (None, customer) => HistoryOf::Customer(CustomerId(customer.unwrap_or_default())),
    };
    let rows: Vec<Row> = operator
        .history(of)
        .await?
        .into_iter()
        .map(Row::from)
        .collect();
    let headings = [
        "ROW", "AT", "EVENT", "OTP", "CUSTOMER", "CONTACT", "NETWORK",
    ];
    print::rows(&rows, json, headings, |row| {
        let number = |number: Option<i64>| {
            number.map_or_else(|| "-".to_owned(), |number| number.to_string())
        };
        [
            row.id.to_string(),
            row.at.clone(),
            row.event.clone(),
            number(row.otp),
            number(row.customer),
            row.contact.clone(),
            row.network.clone().unwrap_or_else(|| "-".to_owned()),
        ]
    })
}

impl From<HistoryEntry> for Row {
    fn from(entry: HistoryEntry) -> Self {
        Self {
            id: entry.id,
            at: print::instant(entry.at),
            event: entry.event,
            otp: entry.otp.map(|id| id.0),
            customer: entry.customer.map(|id| id.0),
            contact: entry.contact,
            network: entry.origin.ip_prefix,
            user_agent: entry.origin.user_agent,
        }
    }
}

async fn verify(noted: Option<&str>, operator: &Operator) -> CommandResult {
    let noted = noted.map(digest).transpose()?;
    let ChainReport {
        rows,
        first,
        last,
        head,
        holds_noted,
        unsealed,
    } = operator.verify_history(noted).await?;
    if noted.is_some() && !holds_noted {
        let sentence = "No row of the history has this digest: rows are missing, or the history was rewritten.";
        return Err(CliError::Sentence(sentence.to_owned()));
    }
    match (rows, unsealed) {
        (0, 0) => print::line(format_args!("The history is empty."))?,
        (0, _) => print::line(format_args!("The history has no sealed rows."))?,
        _ => print::line(format_args!(
            "The history is intact: {rows} rows, from {first} to {last}. The digest of the newest is {}.",
            hex::encode(head)
        ))?,
    }
    match unsealed {
        0 => Ok(()),
        1 => print::line(format_args!("1 newer row waits for its seal.")),
        _ => print::line(format_args!("{unsealed} newer rows wait for their seals.")),
    }
}

fn digest(text: &str) -> Result<ChainDigest, CliError> {
    let mut digest = ChainDigest::default();
    let decoded = hex::decode_to_slice(text.trim(), &mut digest);
    decoded.map_err(|_| CliError::Sentence("A digest has 64 hexadecimal digits.".to_owned()))?;
    Ok(digest)
}
