//! `doorcode serve`

use tokio::signal::unix::{SignalKind, signal};

use super::Done;
use crate::server::{
    app::{Adapters, Application},
    config::Settings,
    telemetry,
};

pub(super) async fn run(settings: &Settings) -> Done {
    telemetry::start_log(settings.server.env);
    let application = Application::build(settings, Adapters::real(settings)?).await?;
    println!("listening on http://{}", application.address());
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
