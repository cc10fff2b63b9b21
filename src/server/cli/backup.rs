//! `doorcode backup` and `doorcode restore`

use std::path::PathBuf;

use super::{CommandResult, print, require_place};
use crate::server::{
    app,
    config::{Settings, Source},
    store::sqlite,
};

#[derive(Debug, clap::Args)]
pub(super) struct BackUp {
    /// The file to write; it must not exist
    file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct Restore {
    /// The backup
    file: PathBuf,
}

/// Copies the database into a file.
pub(super) async fn back_up(arguments: &BackUp, settings: &Settings) -> CommandResult {
    sqlite::back_up(&settings.database.url, &arguments.file).await?;
    print::line(format_args!("The backup is {}.", arguments.file.display()))
}

/// Puts a backup into the place of the database.
pub(super) async fn restore(
    arguments: &Restore,
    settings: &Settings,
    source: &Source,
) -> CommandResult {
    require_place(settings, source)?;
    let now = app::clock(settings).now();
    let replaced = sqlite::restore(&settings.database.url, &arguments.file, now).await?;
    print::line(format_args!(
        "The backup {} is restored. Its sessions and codes are revoked, so customers sign in again. Start the server now.",
        arguments.file.display()
    ))?;
    match replaced {
        Some(replaced) => print::line(format_args!(
            "The database that it replaces is now {}. Delete it once you do not need it any more.",
            replaced.display()
        )),
        None => Ok(()),
    }
}
