//! The server under `cargo leptos watch`, which restarts the program only when the program itself
//! has changed.

use std::{
    os::unix::process::CommandExt,
    path::Path,
    process::Command,
    time::{Duration, SystemTime},
};

use super::{CliError, CommandResult, serve::stop_signal};
use crate::server::{
    app::Application,
    config::{self, Settings},
};

/// How often the settings file is checked for changes.
const INTERVAL: Duration = Duration::from_millis(200);

/// Runs the server until it is stopped. When the settings file changes, replaces the process by a
/// new one with the same arguments.
pub(super) async fn run(application: Application, file: Option<&Path>) -> CommandResult {
    let mut has_new_settings = false;
    let stop = async {
        tokio::select! {
            () = stop_signal() => {}
            () = settings_changed(file) => has_new_settings = true,
        }
    };
    application.run_until(stop).await?;
    if has_new_settings {
        return Err(restart());
    }
    Ok(())
}

/// Resolves when the settings file has changed and is valid. Until the developer has corrected an
/// invalid file, the server continues with the settings that it has.
async fn settings_changed(file: Option<&Path>) {
    let path = file.unwrap_or(Path::new(config::FILE));
    let mut known = modified(path);
    loop {
        tokio::time::sleep(INTERVAL).await;
        let found = modified(path);
        if found == known {
            continue;
        }
        known = found;
        match Settings::load(file) {
            Ok(_) => {
                tracing::info!("the settings have changed; the server restarts");
                return;
            }
            Err(error) => tracing::warn!(%error, "the changed settings are not used"),
        }
    }
}

fn modified(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file)
        .and_then(|data| data.modified())
        .ok()
}

/// Replaces this process by a new one with the same arguments. Returns only if that fails.
fn restart() -> CliError {
    let mut arguments = std::env::args_os();
    let program = arguments.next().unwrap_or_default();
    CliError::Output(Command::new(program).args(arguments).exec())
}
