//! `doorcode serve`

use tokio::signal::unix::{SignalKind, signal};

use super::{Done, Failure, print};
use crate::server::{
    app::{self, Adapters, Application, StartError},
    config::{EmailBackendName, Env, Settings},
    telemetry,
};

pub(super) async fn run(settings: &Settings) -> Done {
    if settings.server.env == Env::Prod && settings.email.backend == EmailBackendName::Console {
        let words =
            "The setting email.backend must not be \"console\" with server.env = \"PROD\": codes would go to the log.";
        return Err(Failure::Sentence(words.to_owned()));
    }
    telemetry::start_log(settings.server.env);
    warn_of_templates(settings)?;
    let application = Application::build(settings, Adapters::real(settings)?).await?;
    print::line(format_args!("listening on http://{}", application.address()))?;
    Ok(application.run_until(stop_signal()).await?)
}

/// Templates that cost or confuse serve all the same.
fn warn_of_templates(settings: &Settings) -> Done {
    for finding in app::templates(settings)?.findings(settings.otp.length).map_err(StartError::from)? {
        for warning in finding.warnings {
            tracing::warn!(template = finding.template, warning, "a message template is worth a look");
        }
    }
    Ok(())
}

/// Ctrl-C, or what a service manager sends.
async fn stop_signal() {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
