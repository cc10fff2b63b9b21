//! Files that users other than the program's own can read.

use std::{
    fmt, fs,
    io::Read,
    path::{Path, PathBuf},
};

use crate::server::{
    config::Settings,
    file_mode,
    store::{SqliteStore, sqlite},
};

/// The first bytes of an SQLite file (<https://sqlite.org/fileformat.html>, section 1.3).
const SQLITE: &[u8] = b"SQLite format 3\0";

/// A file that users other than its owner can access.
#[derive(Clone, Debug)]
pub enum ExposedFile {
    /// The file contains a key.
    Key {
        /// The file.
        file: PathBuf,
        /// The setting that names it.
        setting: String,
    },
    /// The file contains contacts of customers.
    Data(PathBuf),
}

impl fmt::Display for ExposedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key { file, setting } => write!(
                f,
                "The key file {0} (setting {setting}) is readable by others; run chmod 600 {0}.",
                file.display()
            ),
            Self::Data(file) => write!(
                f,
                "The file {0} contains contacts of customers and is readable by others; run chmod 600 {0}.",
                file.display()
            ),
        }
    }
}

/// Returns the exposed key files: those that derive codes, sign mails, or sign in to gateways.
#[must_use]
pub fn exposed_keys(settings: &Settings) -> Vec<ExposedFile> {
    let exposed = |(setting, file): (String, &Path)| {
        let file = file.to_owned();
        file_mode::is_exposed(&file).then_some(ExposedFile::Key { file, setting })
    };
    settings
        .secret_files()
        .into_iter()
        .filter_map(exposed)
        .collect()
}

/// Returns the exposed files with contacts: the database with its additional files, and its copies
/// in the same folder. Must be called before this process opens the database, because closing a
/// file would release the locks of SQLite (<https://sqlite.org/howtocorrupt.html>, section 2.2).
#[must_use]
pub fn exposed_data(settings: &Settings) -> Vec<ExposedFile> {
    let Ok(database) = SqliteStore::file(&settings.database.url) else {
        return Vec::new();
    };
    let folder = sqlite::folder(&database);
    let name = database.file_name().unwrap_or_default().to_string_lossy();
    let contains_data = |file: &Path| {
        let is_named_like_it = file
            .file_name()
            .is_some_and(|other| other.to_string_lossy().starts_with(&*name));
        file.is_file() && file_mode::is_exposed(file) && (is_named_like_it || is_sqlite(file))
    };
    let mut files: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(folder.join(entry.ok()?.file_name())))
        .filter(|file| contains_data(file))
        .collect();
    files.sort();
    files.into_iter().map(ExposedFile::Data).collect()
}

fn is_sqlite(file: &Path) -> bool {
    let mut start = [0; SQLITE.len()];
    fs::File::open(file)
        .and_then(|mut file| file.read_exact(&mut start))
        .is_ok_and(|()| start == SQLITE)
}
