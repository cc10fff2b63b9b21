//! The log and the metrics.

mod background;
mod one_line;

use std::{panic::PanicHookInfo, sync::OnceLock, time::Duration};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter,
    fmt::{self, MakeWriter},
    prelude::*,
};

use self::{background::Background, one_line::OneLine};
use super::{config::Env, domain::SecurityEvent};

/// The log of the server, which a thread writes.
static LOG: OnceLock<Background> = OnceLock::new();
/// How long the end of the program waits for the reader of the log.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// Waits for the last lines of the log when it is dropped, at the end of the program.
#[derive(Debug)]
pub struct FlushOnDrop;

impl Drop for FlushOnDrop {
    fn drop(&mut self) {
        if let Some(log) = LOG.get() {
            log.wait(FLUSH_TIMEOUT);
        }
    }
}

/// Starts the log on standard error: lines for people in DEV, JSON in PROD (OWASP ASVS 5.0,
/// 16.2.4). `RUST_LOG` sets the filter; the default is `info`. A reader that is too slow never
/// delays a request; lines are dropped instead, and counted.
pub fn start_log(env: Env) {
    let filter = EnvFilter::builder()
        .try_from_env()
        .unwrap_or_else(|_| EnvFilter::new("info"));
    // Tests start the log more than once. The first log stays in place.
    let lines = LOG.get_or_init(|| Background::start(std::io::stderr()));
    let _started = log(env, filter, lines.clone()).try_init();
    std::panic::set_hook(Box::new(log_panic));
}

/// Builds a log that writes to `writer`. No library is excluded: even at TRACE, none of them logs
/// the value of a statement, a header or a body. Tests check this.
pub fn log<W>(env: Env, filter: impl Into<EnvFilter>, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_writer(OneLine(writer));
    let lines = match env {
        Env::Dev => lines.with_target(false).boxed(),
        Env::Prod => lines.json().boxed(),
    };
    tracing_subscriber::registry()
        .with(lines)
        .with(filter.into())
}

/// Starts the log of a command: only warnings and errors, so that the command's output stays
/// readable.
pub fn start_quiet_log() {
    let _started = log(Env::Dev, "warn", std::io::stderr).try_init();
}

/// Writes a security event to the log and counts it.
pub fn record_security_event(event: SecurityEvent) {
    let (name, reason) = event.names();
    let (otp, customer) = match event {
        SecurityEvent::Recorded(_, otp, customer) => (otp.map(|id| id.0), customer.map(|id| id.0)),
        _ => (None, None),
    };
    tracing::info!(target: "doorcode::security", event = name, otp, customer, reason);
    metrics::counter!("doorcode_security_events_total", "event" => name, "reason" => reason)
        .increment(1);
}

/// Logs an internal failure with its chain of causes.
pub fn log_failure(what: &'static str, error: &(dyn std::error::Error + 'static)) {
    tracing::error!(error = causes(error), "{what}");
}

/// Returns an error and its causes on one line, outermost first.
#[must_use]
pub fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |error| error.source());
    chain
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// Logs only the location of a panic, because its message may quote data.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    tracing::error!(location, "panic");
}

/// Installs the metrics recorder. Without it, counters have no effect.
///
/// # Errors
/// Returns an error if this process already has a metrics recorder.
pub fn start_metrics() -> Result<PrometheusHandle, metrics_exporter_prometheus::BuildError> {
    PrometheusBuilder::new().install_recorder()
}
