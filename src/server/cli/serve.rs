//! `doorcode serve`

use tokio::signal::unix::{SignalKind, signal};

use super::{Done, Failure, print};
use crate::server::{
    app::{Adapters, Application},
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
    let application = Application::build(settings, Adapters::real(settings)?).await?;
    print::line(format_args!("listening on http://{}", application.address()))?;
    Ok(application.run_until(stop_signal()).await?)
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
