//! `doorcode customer`

use clap::Subcommand;
use serde::Serialize;

use super::{CliError, CommandResult, print};
use crate::{
    server::{
        domain::{Contact, CustomerId},
        operator::{AddError, NewCustomer, Operator},
        ports::StoreError,
    },
    shared::ContactType,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add a customer who may sign in
    #[command(
        after_help = "Example:\n  doorcode customer add --name \"Ada\" --email ada@example.com --phone +12025550123"
    )]
    Add {
        /// The name that messages use for the customer
        #[arg(long)]
        name: String,
        /// Email address
        #[arg(long)]
        email: Option<String>,
        /// Phone number, in international format or in that of the default region
        #[arg(long)]
        phone: Option<String>,
        /// Succeed if somebody has one of the contacts already
        #[arg(long)]
        if_missing: bool,
        /// Accept contacts that break the rules but exist: an address with dots in unusual places,
        /// or a number of a new range
        #[arg(long)]
        force: bool,
    },
    /// Change a customer's email address or phone number, end their codes and sessions, and notify
    /// the previous contact
    #[command(after_help = "Example:\n  doorcode customer change --id 3 --email new@example.com")]
    Change {
        /// The customer's number, as `customer list` shows it
        #[arg(long)]
        id: i64,
        #[command(flatten)]
        contact: NewContact,
        /// Accept a contact that breaks the rules but exists: an address with dots in unusual
        /// places, or a number of a new range
        #[arg(long)]
        force: bool,
    },
    /// Disable a customer: end their codes and sessions, and treat their contacts as unknown
    #[command(after_help = "Example:\n  doorcode customer disable 3")]
    Disable {
        /// The customer's number, as `customer list` shows it
        id: i64,
    },
    /// Let a customer sign in again
    #[command(after_help = "Example:\n  doorcode customer enable 3")]
    Enable {
        /// The customer's number, as `customer list` shows it
        id: i64,
    },
    /// List all customers
    #[command(after_help = "Example:\n  doorcode customer list --json")]
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct NewContact {
    /// The new email address
    #[arg(long)]
    email: Option<String>,
    /// The new phone number, in international format or in that of the default region
    #[arg(long)]
    phone: Option<String>,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    created_at: String,
    disabled: bool,
}

pub(super) async fn run(command: Command, operator: &Operator) -> CommandResult {
    match command {
        Command::Add {
            name,
            email,
            phone,
            if_missing,
            force,
        } => {
            let customer = NewCustomer { name, email, phone };
            let added = if force {
                operator.force_customer(&customer).await
            } else {
                operator.add_customer(&customer).await
            };
            report_added(added, if_missing)
        }
        Command::Change { id, contact, force } => {
            change(CustomerId(id), &contact, force, operator).await
        }
        Command::Disable { id } => set_disabled(CustomerId(id), true, operator).await,
        Command::Enable { id } => set_disabled(CustomerId(id), false, operator).await,
        Command::List { json } => list(json, operator).await,
    }
}

fn report_added(added: Result<CustomerId, AddError>, if_missing: bool) -> CommandResult {
    match added {
        Ok(id) => print::line(format_args!("Added customer {}.", id.0))?,
        Err(AddError::Store(StoreError::ContactTaken)) if if_missing => {
            print::line(format_args!("A customer with this contact already exists."))?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

async fn change(
    id: CustomerId,
    contact: &NewContact,
    force: bool,
    operator: &Operator,
) -> CommandResult {
    let (kind, text) = match (&contact.email, &contact.phone) {
        (Some(email), _) => (ContactType::Email, email.as_str()),
        (None, phone) => (ContactType::Phone, phone.as_deref().unwrap_or_default()),
    };
    let region = operator.codes.policy.region;
    let contact = Contact::parse_for_operator(kind, text, region, force)?;
    if !operator.change_contact_of(id, contact).await? {
        return Err(CliError::Sentence(
            "There is no such customer, or they have this contact already.".to_owned(),
        ));
    }
    print::line(format_args!(
        "Changed. The customer has to sign in again; the previous contact, if there was one, is notified."
    ))
}

async fn set_disabled(id: CustomerId, disabled: bool, operator: &Operator) -> CommandResult {
    if !operator.set_disabled(id, disabled).await? {
        return Err(CliError::Sentence(
            "There is no such customer, or the customer is already in this state.".to_owned(),
        ));
    }
    if disabled {
        print::line(format_args!(
            "Disabled. The customer is signed out everywhere and cannot sign in."
        ))
    } else {
        print::line(format_args!("Enabled. The customer can sign in again."))
    }
}

async fn list(json: bool, operator: &Operator) -> CommandResult {
    let rows: Vec<Row> = operator
        .customers()
        .await?
        .into_iter()
        .map(|customer| Row {
            id: customer.id.0,
            name: customer.name,
            email: customer.email.map(|email| email.as_str().to_owned()),
            phone: customer.phone.map(|phone| phone.as_str().to_owned()),
            created_at: print::instant(customer.created_at),
            disabled: customer.disabled_at.is_some(),
        })
        .collect();
    print::rows(
        &rows,
        json,
        ["ID", "NAME", "EMAIL", "PHONE", "CREATED", "STATE"],
        |row| {
            let or_dash = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
            let state = if row.disabled { "disabled" } else { "enabled" };
            let (email, phone) = (or_dash(&row.email), or_dash(&row.phone));
            [
                row.id.to_string(),
                row.name.clone(),
                email,
                phone,
                row.created_at.clone(),
                state.to_owned(),
            ]
        },
    )
}
