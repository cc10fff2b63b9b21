//! Key files. Each contains 64 hexadecimal digits, and only the program's user should be able to
//! read it.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use super::{
    domain::{Key, Keyring, key::KEY_BYTES},
    random::{self, Random},
};

/// The reason why a key cannot be used. Each error displays as one sentence.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file does not exist. In PROD, the program never creates a key: a server that lost its
    /// disk must not start with a different one.
    #[error(
        "The key file {0} (setting keys.files) is missing; create it with: (umask 077 && openssl rand -hex 32 > {0})."
    )]
    Missing(String),
    /// The file cannot be read or created.
    #[error("The key file {file} (setting keys.files) cannot be used: {cause}.")]
    Io {
        /// The path of the key file.
        file: String,
        /// The error of the operating system.
        cause: std::io::Error,
    },
    /// The file does not contain a key.
    #[error(
        "The key file {0} (setting keys.files) must hold 64 hexadecimal digits and nothing else."
    )]
    Content(String),
}

/// Loads the keys. New codes and tokens are derived with the first key in `files`. With `creates`,
/// the first key is created if its file does not exist.
///
/// # Errors
/// Returns [`KeyError`] if a key file is missing or cannot be used.
pub fn load(files: &[PathBuf], creates: bool, random: &dyn Random) -> Result<Keyring, KeyError> {
    let mut keys = files
        .iter()
        .enumerate()
        .map(|(index, file)| match read(file) {
            Err(KeyError::Missing(_)) if index == 0 && creates => create(file, random),
            other => other,
        });
    let first = keys
        .next()
        .unwrap_or_else(|| Err(KeyError::Missing(String::new())))?;
    Ok(Keyring::new(first, keys.collect::<Result<_, _>>()?))
}

fn read(file: &Path) -> Result<Key, KeyError> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|cause| match cause.kind() {
        ErrorKind::NotFound => KeyError::Missing(name.clone()),
        _ => KeyError::Io {
            file: name.clone(),
            cause,
        },
    })?;
    let mut secret = [0; KEY_BYTES];
    hex::decode_to_slice(text.trim(), &mut secret).map_err(|_| KeyError::Content(name))?;
    Ok(Key::new(secret))
}

fn create(file: &Path, random: &dyn Random) -> Result<Key, KeyError> {
    let secret: [u8; KEY_BYTES] = random::bytes(random);
    let key = Key::new(secret);
    // A draft with another name, unique to the key: a process that starts at the same time must not
    // read half a key.
    let draft = file.with_extension(key.id().as_str());
    match write(file, &draft, &secret) {
        Ok(()) => {
            tracing::info!(file = %file.display(), "created a key file");
            Ok(key)
        }
        // Another process created the file first, so its key is used.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(file),
        Err(cause) => Err(KeyError::Io {
            file: file.display().to_string(),
            cause,
        }),
    }
}

fn write(file: &Path, draft: &Path, secret: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut created: File = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(draft)?;
    let linked = writeln!(created, "{}", hex::encode(secret))
        .and_then(|()| created.sync_all())
        .and_then(|()| std::fs::hard_link(draft, file));
    std::fs::remove_file(draft)?;
    linked
}
