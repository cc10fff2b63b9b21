//! `[templates]`: the operator's own message templates.

use std::path::PathBuf;

use crate::server::config::{SettingsError, require, setting::section};

section! {
    /// `[templates]`: the operator's own message templates.
    Templates in "templates" {
        /// A folder with message templates of your own. A file replaces the built-in template of
        /// the same name.
        directory: Option<PathBuf> = None;
    }
}

impl Templates {
    pub(in crate::server::config) fn check(&self) -> Result<(), SettingsError> {
        // An empty path would mean the working directory.
        let is_empty = self
            .directory
            .as_ref()
            .is_some_and(|directory| directory.as_os_str().is_empty());
        require(
            !is_empty,
            "templates.directory",
            "the name of a folder, or absent",
        )
    }
}
