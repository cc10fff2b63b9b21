//! `doorcode check`

use super::{CliError, CommandResult, print, with_operator};
use crate::server::{
    app,
    config::{EmailBackendName, Env, Settings, SmsBackendName},
    domain::Odds,
};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Also report settings that are not safe for production
    #[arg(long)]
    deploy: bool,
}

pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> CommandResult {
    let mut problems = if arguments.deploy {
        deploy_problems(settings)
    } else {
        Vec::new()
    };
    if let Err(failure) = with_operator(settings, async |_| Ok(())).await {
        problems.push(failure.to_string());
    }
    print_odds(settings)?;
    if problems.is_empty() {
        print::line(format_args!("No problems found."))?;
        return Ok(());
    }
    Err(CliError::Sentence(problems.join("\n")))
}

/// Prints the probability that an attacker with any number of addresses guesses a code.
fn print_odds(settings: &Settings) -> CommandResult {
    let Odds {
        account_year,
        account_day,
        deployment_year,
        deployment_year_at_worst,
    } = settings.odds();
    print::line(format_args!(
        "Maximum probability that an attacker guesses a code with these settings:"
    ))?;
    for (label, chance) in [
        ("for one account in a year", account_year),
        ("for one account in a day", account_day),
        (
            "for any account in a year (any number of accounts)",
            deployment_year,
        ),
        (
            "the same, after a slow increase in wrong codes",
            deployment_year_at_worst,
        ),
    ] {
        print::line(format_args!("  {label:52}{chance}"))?;
    }
    Ok(())
}

fn deploy_problems(settings: &Settings) -> Vec<String> {
    let exposed = [app::exposed_keys(settings), app::exposed_data(settings)].concat();
    let site = app::check_site(settings).err();
    let problems = [
        (
            settings.server.env == Env::Dev,
            "server.env is DEV; set it to PROD.",
        ),
        (
            !settings.brand.public_url.is_https(),
            "brand.public_url is http; set it to an https URL to protect codes and cookies.",
        ),
        (
            settings.email.backend == EmailBackendName::Console,
            "email.backend is console; emails are printed and not sent.",
        ),
        (
            settings.sms.backend == SmsBackendName::Console,
            "sms.backend is console; set it to gateways, or to none to disable text messages.",
        ),
        (
            settings.reveal_unknown_contacts(),
            "privacy.unknown_contacts is reveal; anyone can check who is a customer.",
        ),
    ];
    let named = problems
        .into_iter()
        .filter(|(is_problem, _)| *is_problem)
        .map(|(_, message)| message.to_owned());
    named
        .chain(site.map(|problem| problem.to_string()))
        .chain(exposed.iter().map(ToString::to_string))
        .collect()
}
