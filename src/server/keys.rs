//! Key files: 64 hexadecimal digits each, readable by the program alone.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use super::{
    config::Env,
    domain::{Key, Keyring, key::KEY_BYTES},
    random::{self, Random},
};

/// Why a key cannot be used, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// PROD never makes its own key: a server that lost its disk must not start with another.
    #[error(
        "The key file {0} (setting keys.files) is missing; create it with: (umask 077 && openssl rand -hex 32 > {0})."
    )]
    Missing(String),
    /// The system refused.
    #[error("The key file {file} (setting keys.files) cannot be used: {cause}.")]
    Io {
        /// Which.
        file: String,
        /// The system's word.
        cause: std::io::Error,
    },
    /// It holds something else.
    #[error(
        "The key file {0} (setting keys.files) must hold 64 hexadecimal digits and nothing else."
    )]
    Content(String),
}

/// Loads the keys, the first in `files` being the one that derives. In DEV the first is created if
/// it is not there.
///
/// # Errors
/// [`KeyError`].
pub fn load(files: &[PathBuf], env: Env, random: &dyn Random) -> Result<Keyring, KeyError> {
    let mut keys = files
        .iter()
        .enumerate()
        .map(|(index, file)| match read(file) {
            Err(KeyError::Missing(_)) if index == 0 && env == Env::Dev => create(file, random),
            other => other,
        });
    let first = keys
        .next()
        .unwrap_or_else(|| Err(KeyError::Missing(String::new())))?;
    Ok(Keyring::new(first, keys.collect::<Result<_, _>>()?))
}

/// Whether others than the program's user can read a key file.
#[must_use]
pub fn is_exposed(file: &Path) -> bool {
    std::fs::metadata(file).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
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
    match write(file, &secret) {
        Ok(()) => {
            tracing::info!(file = %file.display(), "created a key file");
            Ok(Key::new(secret))
        }
        // Another process was faster: its key is the key.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(file),
        Err(cause) => Err(KeyError::Io {
            file: file.display().to_string(),
            cause,
        }),
    }
}

fn write(file: &Path, secret: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut created: File = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?;
    writeln!(created, "{}", hex::encode(secret))?;
    created.sync_all()
}
