//! `doorcode serve`

use tokio::signal::unix::{SignalKind, signal};

use super::{CliError, CommandResult, print};
use crate::{
    server::{
        app::{self, Adapters, Application, StartError},
        config::{EmailBackendName, Env, Settings, SmsBackendName},
        operator::{AddError, NewCustomer, Operator},
        ports::StoreError,
        random::SystemRandom,
        store::sqlite::Schema,
        telemetry,
        transport::{Templates, templates::Finding},
    },
    shared::CodeFormat,
};

const DEMO_EMAIL: &str = "demo@wastebilling.local";
const DEMO_PHONE: &str = "+12025550123";

#[derive(Debug, Default, clap::Args)]
pub(super) struct Arguments {
    /// Add a customer to try the sign-in with, unless it exists; not with server.env = "PROD"
    #[arg(long)]
    demo_customer: bool,
}

pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> CommandResult {
    let application = build(settings, arguments).await?;
    Ok(application.run_until(stop_signal()).await?)
}

/// Builds the application and binds its address. [`Application::run_until`] serves it.
///
/// # Errors
/// Returns [`CliError`] if the settings cannot be used, or if the database or the address is not
/// available.
pub(super) async fn build(
    settings: &Settings,
    arguments: &Arguments,
) -> Result<Application, CliError> {
    let is_development = settings.server.env == Env::Dev && app::is_watched();
    let has_demo_customer = arguments.demo_customer || is_development;
    if has_demo_customer && settings.server.env == Env::Prod {
        let sentence = "--demo-customer must not be used with server.env = \"PROD\".";
        return Err(CliError::Sentence(sentence.to_owned()));
    }
    refuse_consoles(settings)?;
    telemetry::start_log(settings.server.env);
    let templates = app::templates(settings)?;
    warn_of_templates(settings, &templates)?;
    let adapters = Adapters::with_templates(settings, templates)?;
    app::check_site(settings)?;
    // Migrate only after everything else has succeeded, because a migration cannot be reverted.
    let store = app::open_store(settings, &SystemRandom, Schema::Migrate).await?;
    let application = Application::build(settings, store, adapters).await?;
    if has_demo_customer {
        add_demo_customer(&application.use_cases().operator).await?;
    }
    print::line(format_args!(
        "listening on http://{}",
        application.address()
    ))?;
    Ok(application)
}

async fn add_demo_customer(operator: &Operator) -> CommandResult {
    let customer = NewCustomer {
        name: "Demo Customer".to_owned(),
        email: Some(DEMO_EMAIL.to_owned()),
        phone: Some(DEMO_PHONE.to_owned()),
    };
    match operator.add_customer(&customer).await {
        Ok(_) | Err(AddError::Store(StoreError::ContactTaken)) => {}
        Err(error) => return Err(error.into()),
    }
    print::line(format_args!("Sign in as {DEMO_EMAIL} or {DEMO_PHONE}."))?;
    Ok(())
}

/// Refuses the console backends in PROD, because the codes that they print would end up in the log
/// of the service (OWASP ASVS 5.0, 16.2.5).
fn refuse_consoles(settings: &Settings) -> CommandResult {
    let (email, sms) = (settings.email.backend, settings.sms.backend);
    let refused = match (settings.server.env, email, sms) {
        (Env::Prod, EmailBackendName::Console, _) => "email.backend must not be \"console\"",
        (Env::Prod, _, SmsBackendName::Console) => "sms.backend must be \"gateways\" or \"none\"",
        _ => return Ok(()),
    };
    let sentence =
        format!("The setting {refused} with server.env = \"PROD\": codes would go to the log.");
    Err(CliError::Sentence(sentence))
}

/// Logs the warnings about templates in the default language only, because it is not the operator's
/// mistake if another language needs longer text messages. `doorcode template check` prints the
/// warnings for every language.
fn warn_of_templates(settings: &Settings, templates: &Templates) -> CommandResult {
    let findings = templates.findings(CodeFormat::Digits(settings.otp.length));
    let is_default = |finding: &Finding| finding.language == settings.languages.default;
    for finding in findings
        .map_err(StartError::from)?
        .into_iter()
        .filter(is_default)
    {
        for warning in finding.warnings {
            tracing::warn!(
                template = finding.template,
                warning,
                "a message template has a warning"
            );
        }
    }
    Ok(())
}

/// Resolves on SIGINT (Ctrl-C) or SIGTERM (sent by service managers).
pub(super) async fn stop_signal() {
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
