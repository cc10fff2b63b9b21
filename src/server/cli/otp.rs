//! `doorcode otp`: the utilities of the system that this one replaces.

use clap::{Args, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{CliError, CommandResult, print};
use crate::{
    server::{
        config::Settings,
        domain::{Contact, Otp, OtpId, OtpState},
        operator::Operator,
        ports::otps::OtpFilter,
    },
    shared::ContactType,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create an OTP for a customer's contact and queue its message (a running server sends it)
    #[command(
        after_help = "Example:\n  doorcode otp create --email user@example.com\n\nThe OTP belongs to the command line: no browser can use it."
    )]
    Create {
        #[command(flatten)]
        contact: OneContact,
        /// Print the code; whoever sees the terminal sees it
        #[arg(long)]
        show_code: bool,
    },
    /// List OTPs, newest first
    #[command(
        after_help = "Example:\n  doorcode otp list --phone +12025550123 --verified yes --json"
    )]
    List {
        #[command(flatten)]
        contact: AnyContact,
        /// Only OTPs of this type
        #[arg(long = "type", value_name = "TYPE")]
        otp_type: Option<TypeArgument>,
        /// Only verified or only unverified OTPs
        #[arg(long, value_name = "YES/NO")]
        verified: Option<YesNo>,
        /// Only the newest OTP
        #[arg(long)]
        latest: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Check a code against the newest OTP that `otp create` issued for a contact
    #[command(
        after_help = "Example:\n  doorcode otp verify --email user@example.com --code 123456"
    )]
    Verify {
        #[command(flatten)]
        contact: OneContact,
        /// The code
        #[arg(long)]
        code: String,
    },
    /// Delete one OTP, all expired OTPs, or all unverified OTPs older than an hour
    #[command(
        after_help = "Example:\n  doorcode otp delete --id 1\n  doorcode otp delete --expired\n  doorcode otp delete --unverified"
    )]
    Delete(DeleteArguments),
    /// Delete expired OTPs and ended sessions
    #[command(after_help = "Example:\n  doorcode otp cleanup")]
    Cleanup,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct OneContact {
    /// The contact, an email address
    #[arg(long)]
    email: Option<String>,
    /// The contact, a phone number
    #[arg(long)]
    phone: Option<String>,
}

#[derive(Debug, Args)]
#[group(required = false, multiple = false)]
pub(super) struct AnyContact {
    /// Only for this email address
    #[arg(long)]
    email: Option<String>,
    /// Only for this phone number
    #[arg(long)]
    phone: Option<String>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct DeleteArguments {
    /// The OTP with this number
    #[arg(long)]
    id: Option<i64>,
    /// All expired OTPs
    #[arg(long)]
    expired: bool,
    /// All unverified OTPs older than an hour
    #[arg(long)]
    unverified: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum TypeArgument {
    Email,
    Phone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum YesNo {
    Yes,
    No,
}

/// How old an unverified OTP must be for `otp delete --unverified` to delete it.
const UNVERIFIED_AGE: SignedDuration = SignedDuration::from_hours(1);

#[derive(Serialize)]
struct Row {
    id: i64,
    otp_type: &'static str,
    contact: String,
    is_verified: bool,
    state: &'static str,
    attempts: u32,
    max_attempts: u32,
    created_at: String,
    expires_at: String,
}

pub(super) async fn run(
    command: Command,
    settings: &Settings,
    operator: &Operator,
) -> CommandResult {
    match command {
        Command::Create { contact, show_code } => {
            create(contact.parse(settings)?, show_code, operator).await
        }
        Command::List {
            contact,
            otp_type,
            verified,
            latest,
            json,
        } => {
            let filter = OtpFilter {
                contact: contact.parse(settings)?,
                otp_type: otp_type.map(Into::into),
                is_verified: verified.map(|choice| choice == YesNo::Yes),
                latest,
                ..OtpFilter::default()
            };
            list(&filter, json, operator).await
        }
        Command::Verify { contact, code } => {
            let otp = operator
                .verify_on_command_line(contact.parse(settings)?, &code)
                .await?;
            print::line(format_args!("OTP {} is verified.", otp.id.0))?;
            Ok(())
        }
        Command::Delete(arguments) => {
            delete(&arguments.filter(operator.codes.now()), operator).await
        }
        Command::Cleanup => {
            let removed = operator.cleanup(SignedDuration::ZERO).await?;
            print::line(format_args!(
                "Deleted {} expired OTPs and {} sessions.",
                removed.otps, removed.sessions
            ))?;
            Ok(())
        }
    }
}

async fn create(contact: Contact, show_code: bool, operator: &Operator) -> CommandResult {
    let otp = operator.create_otp(contact).await?;
    print::line(format_args!(
        "Created OTP {} for {}; it expires at {}.",
        otp.id.0,
        otp.contact,
        print::instant(otp.expires_at)
    ))?;
    if let Some(code) = operator.code(&otp).filter(|_| show_code) {
        print::line(format_args!("Code: {}", code.reveal()))?;
    }
    Ok(())
}

async fn list(filter: &OtpFilter, json: bool, operator: &Operator) -> CommandResult {
    let now = operator.codes.now();
    let rows: Vec<Row> = operator
        .otps(filter)
        .await?
        .iter()
        .map(|otp| row(otp, now))
        .collect();
    let headings = [
        "ID", "TYPE", "CONTACT", "STATE", "ATTEMPTS", "CREATED", "EXPIRES",
    ];
    print::rows(&rows, json, headings, |row| {
        [
            row.id.to_string(),
            row.otp_type.to_owned(),
            row.contact.clone(),
            row.state.to_owned(),
            format!("{}/{}", row.attempts, row.max_attempts),
            row.created_at.clone(),
            row.expires_at.clone(),
        ]
    })
}

async fn delete(filter: &OtpFilter, operator: &Operator) -> CommandResult {
    let deleted = operator.delete_otps(filter).await?;
    if deleted == 0 && filter.id.is_some() {
        return Err(CliError::Sentence(
            "There is no OTP with this number.".to_owned(),
        ));
    }
    print::line(format_args!("Deleted {deleted} OTPs."))?;
    Ok(())
}

fn row(otp: &Otp, now: Timestamp) -> Row {
    Row {
        id: otp.id.0,
        otp_type: otp.otp_type().as_str(),
        contact: otp.contact.as_str().to_owned(),
        is_verified: otp.is_verified,
        state: match otp.state(now) {
            OtpState::Live => "live",
            OtpState::Expired => "expired",
            OtpState::Exhausted => "exhausted",
            OtpState::Verified => "verified",
            OtpState::Revoked => "revoked",
        },
        attempts: otp.attempts,
        max_attempts: otp.max_attempts,
        created_at: print::instant(otp.created_at),
        expires_at: print::instant(otp.expires_at),
    }
}

impl OneContact {
    fn parse(self, settings: &Settings) -> Result<Contact, CliError> {
        let any = AnyContact {
            email: self.email,
            phone: self.phone,
        };
        any.parse(settings)?
            .ok_or_else(|| CliError::Sentence("Name a contact with --email or --phone.".to_owned()))
    }
}

impl AnyContact {
    fn parse(self, settings: &Settings) -> Result<Option<Contact>, CliError> {
        let typed = self.email.map(|text| (ContactType::Email, text));
        let typed = typed.or_else(|| self.phone.map(|text| (ContactType::Phone, text)));
        let region = settings.sms.region()?;
        Ok(typed
            .map(|(kind, text)| Contact::parse_existing(kind, &text, region))
            .transpose()?)
    }
}

impl DeleteArguments {
    fn filter(&self, now: Timestamp) -> OtpFilter {
        let an_hour_ago = now.saturating_sub(UNVERIFIED_AGE).unwrap_or(Timestamp::MIN);
        OtpFilter {
            id: self.id.map(OtpId),
            expired_before: self.expired.then_some(now),
            is_verified: self.unverified.then_some(false),
            created_before: self.unverified.then_some(an_hour_ago),
            ..OtpFilter::default()
        }
    }
}

impl From<TypeArgument> for ContactType {
    fn from(argument: TypeArgument) -> Self {
        match argument {
            TypeArgument::Email => Self::Email,
            TypeArgument::Phone => Self::Phone,
        }
    }
}
