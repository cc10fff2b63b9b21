//! The place that the settings are read from.

use std::{
    env, fmt,
    path::{Path, PathBuf, absolute},
};

use super::{FILE, variables::PREFIX};

/// The settings file, and the settings that environment variables override.
#[derive(Clone, Debug)]
pub struct Source {
    file: PathBuf,
    has_file: bool,
    variables: Vec<String>,
}

impl Source {
    /// Returns the source that [`super::Settings::load`] reads for the same `file`.
    #[must_use]
    pub fn find(file: Option<&Path>) -> Self {
        let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        Self::new(file.unwrap_or(Path::new(FILE)), names)
    }

    fn new(file: &Path, variables: impl Iterator<Item = String>) -> Self {
        Self {
            file: absolute(file).unwrap_or_else(|_| file.to_owned()),
            has_file: file.exists(),
            variables: variables.map(|name| name.to_ascii_uppercase()).collect(),
        }
    }

    /// Whether the operator has chosen the value of a setting: there is a settings file, or the
    /// setting's own variable. Otherwise, a relative path in its default depends only on the folder
    /// in which the program was started.
    #[must_use]
    pub fn decides(&self, key: &str) -> bool {
        let variable = format!("{PREFIX}{}", key.to_ascii_uppercase().replace('.', "__"));
        self.has_file || self.variables.contains(&variable)
    }
}

/// The absolute path of the file.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        if self.has_file {
            write!(f, "{file}")
        } else {
            write!(f, "none ({file} does not exist)")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_or_the_settings_own_variable_decides() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        assert!(Source::new(file.path(), std::iter::empty()).decides("database.url"));
        let missing = file.path().with_extension("missing");
        let variables = ["DOORCODE__SERVER__ENV", "doorcode__database__url"];
        let source = Source::new(&missing, variables.into_iter().map(str::to_owned));
        assert!(source.decides("database.url") && source.decides("server.env"));
        assert!(!source.decides("keys.files") && !source.decides("database"));
    }

    #[test]
    fn the_path_is_absolute_and_a_missing_file_is_named() {
        let source = Source::new(Path::new("no/such.toml"), std::iter::empty());
        let folder = env::current_dir().expect("a folder");
        let expected = format!(
            "none ({} does not exist)",
            folder.join("no/such.toml").display()
        );
        assert_eq!(source.to_string(), expected);
    }
}
