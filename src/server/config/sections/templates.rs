//! `[templates]`: the words of messages.

use std::path::PathBuf;

use serde::Deserialize;

use crate::server::config::{SettingsError, demand};

/// `[templates]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Templates {
    /// A folder with templates that take the places of the program's own.
    pub directory: Option<PathBuf>,
}

impl Templates {
    pub(in crate::server::config) fn check(&self) -> Result<(), SettingsError> {
        let named = self.directory.as_ref().is_none_or(|directory| !directory.as_os_str().is_empty());
        demand(named, "templates.directory", "the name of a folder, or absent")
    }
}
