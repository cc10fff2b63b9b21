//! `[templates]`: the words of messages.

use std::path::PathBuf;

use crate::server::config::{SettingsError, demand, setting::section};

section! {
    /// `[templates]`: the words of messages.
    Templates in "templates" {
        /// A folder with message templates of your own. A file replaces the program's template with
        /// its name.
        directory: Option<PathBuf> = None;
    }
}

impl Templates {
    pub(in crate::server::config) fn check(&self) -> Result<(), SettingsError> {
        let named = self
            .directory
            .as_ref()
            .is_none_or(|directory| !directory.as_os_str().is_empty());
        demand(
            named,
            "templates.directory",
            "the name of a folder, or absent",
        )
    }
}
