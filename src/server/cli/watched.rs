//! The server under `cargo leptos watch`, which restarts the program only when the program itself
//! has changed.

use std::{
    os::unix::process::CommandExt,
    path::Path,
    process::Command,
    time::{Duration, SystemTime},
};

use super::{
    CliError, CommandResult,
    serve::{self, stop_signal},
};
use crate::server::{
    app::Application,
    config::{self, Settings, SettingsError, Source},
    telemetry::FlushOnDrop,
};

/// How often the settings file is checked for changes.
const INTERVAL: Duration = Duration::from_millis(200);

/// Runs the server until it is stopped. When the settings file changes, replaces the process with a
/// new one that has the same arguments. A server that cannot start waits for the next change.
pub(super) async fn run(
    settings: Result<Settings, SettingsError>,
    file: Option<&Path>,
    arguments: &serve::Arguments,
) -> CommandResult {
    let known = modified(path(file));
    let mut has_new_settings = false;
    let stop = async {
        tokio::select! {
            () = stop_signal() => {}
            () = settings_changed(file, known) => has_new_settings = true,
        }
    };
    let built = match settings {
        Ok(settings) => start(&settings, &Source::find(file), arguments).await,
        Err(error) => Err(error.into()),
    };
    match built {
        Ok(application) => application.run_until(stop).await?,
        Err(error) => {
            eprintln!(
                "{error} The server starts again when {} changes.",
                path(file).display()
            );
            stop.await;
        }
    }
    if has_new_settings {
        return Err(restart());
    }
    Ok(())
}

async fn start(
    settings: &Settings,
    source: &Source,
    arguments: &serve::Arguments,
) -> Result<Application, CliError> {
    let application = serve::build(settings, source, arguments).await?;
    serve::announce(settings, source, &application)?;
    Ok(application)
}

fn path(file: Option<&Path>) -> &Path {
    file.unwrap_or(Path::new(config::FILE))
}

/// Resolves when the settings file has changed and is valid. Until the developer has corrected an
/// invalid file, the server continues with the settings that it has.
async fn settings_changed(file: Option<&Path>, mut known: Option<SystemTime>) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        let found = modified(path(file));
        if found == known {
            continue;
        }
        known = found;
        match Settings::load(file) {
            Ok(_) => return,
            Err(error) => eprintln!("{error} The changed settings are not used."),
        }
    }
}

fn modified(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file)
        .and_then(|data| data.modified())
        .ok()
}

/// Replaces this process with a new one that has the same arguments. Returns only if that fails.
fn restart() -> CliError {
    drop(FlushOnDrop);
    let mut arguments = std::env::args_os();
    let program = arguments.next().unwrap_or_default();
    CliError::Output(Command::new(program).args(arguments).exec())
}
