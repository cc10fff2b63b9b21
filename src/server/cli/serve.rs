//! `doorcode serve`

use tokio::signal::unix::{SignalKind, signal};

use super::{CliError, CommandResult, print, require_place};
use crate::{
    server::{
        app::{self, Adapters, Application, ExposedFile, StartError},
        config::{EmailBackendName, Env, Settings, SmsBackendName, Source},
        operator::{AddError, NewCustomer, Operator},
        ports::StoreError,
        random::SystemRandom,
        store::{SqliteStore, sqlite::Schema},
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

pub(super) async fn run(
    settings: &Settings,
    source: &Source,
    arguments: &Arguments,
) -> CommandResult {
    let application = build(settings, source, arguments).await?;
    // Before the announcement: whoever reads it may stop the program at once.
    let stop = stop_signal();
    announce(settings, source, &application)?;
    Ok(application.run_until(stop).await?)
}

/// Builds the application and binds its address. [`Application::run_until`] serves it.
///
/// # Errors
/// Returns [`CliError`] if the settings cannot be used, or if the database or the address is not
/// available.
pub(super) async fn build(
    settings: &Settings,
    source: &Source,
    arguments: &Arguments,
) -> Result<Application, CliError> {
    let is_development = settings.server.env == Env::Dev && app::is_watched();
    let has_demo_customer = arguments.demo_customer || is_development;
    if has_demo_customer && settings.server.env == Env::Prod {
        let sentence = "--demo-customer must not be used with server.env = \"PROD\".";
        return Err(CliError::Sentence(sentence.to_owned()));
    }
    refuse_consoles(settings)?;
    settings.check_exposure()?;
    telemetry::start_log(settings.server.env);
    refuse_exposed_keys(settings)?;
    let templates = app::templates(settings)?;
    warn_of_templates(settings, &templates)?;
    let adapters = Adapters::with_templates(settings, templates)?;
    app::check_site(settings)?;
    require_place(settings, source)?;
    warn_of(app::exposed_data(settings));
    // In PROD, a database that is missing was lost, and an empty one would hide that.
    let schema = match settings.server.env {
        Env::Dev => Schema::Migrate,
        Env::Prod => Schema::MigrateExisting,
    };
    // Migrate only after everything else has succeeded, because a migration cannot be reverted.
    let store = app::open_store(settings, &SystemRandom, schema).await?;
    let application = Application::build(settings, store, adapters).await?;
    if has_demo_customer {
        add_demo_customer(&application.use_cases().operator).await?;
    }
    Ok(application)
}

/// Says where the server listens, and which settings and database it uses: to people in DEV, in the
/// log in PROD.
pub(super) fn announce(
    settings: &Settings,
    source: &Source,
    application: &Application,
) -> CommandResult {
    let address = application.address();
    let database = SqliteStore::file(&settings.database.url)?;
    match settings.server.env {
        Env::Dev => {
            print::places(source, Some(&database));
            print::line(format_args!("listening on http://{address}"))
        }
        Env::Prod => {
            let database = print::full_path(&database);
            tracing::info!(%address, settings = %source, database, "listening");
            Ok(())
        }
    }
}

/// Refuses keys that other users can read in PROD, and warns of them in DEV.
fn refuse_exposed_keys(settings: &Settings) -> CommandResult {
    let exposed = app::exposed_keys(settings);
    if let (Env::Prod, Some(key)) = (settings.server.env, exposed.first()) {
        return Err(CliError::Sentence(key.to_string()));
    }
    warn_of(exposed);
    Ok(())
}

fn warn_of(exposed: Vec<ExposedFile>) {
    for file in exposed {
        tracing::warn!(problem = %file, "a file is readable by others");
    }
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

/// Returns a future that resolves on SIGINT (Ctrl-C) or SIGTERM (sent by service managers). From
/// now on, these signals no longer end the process by themselves.
pub(super) fn stop_signal() -> impl Future<Output = ()> {
    let signals = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    );
    async {
        let (Ok(mut interrupt), Ok(mut terminate)) = signals else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}
