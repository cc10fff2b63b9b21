//! The sources of templates: built-in ones, and files in the operator's folder.

use std::{fs, io, path::Path};

use super::TemplateError;

const OWN: [(&str, &str); 12] = [
    ("code.subject.txt", include_str!("code.subject.txt")),
    ("code.txt", include_str!("code.txt")),
    ("code.html", include_str!("code.html")),
    ("code.sms.txt", include_str!("code.sms.txt")),
    (
        "new_sign_in.subject.txt",
        include_str!("new_sign_in.subject.txt"),
    ),
    ("new_sign_in.txt", include_str!("new_sign_in.txt")),
    ("new_sign_in.html", include_str!("new_sign_in.html")),
    ("new_sign_in.sms.txt", include_str!("new_sign_in.sms.txt")),
    (
        "contact_changed.subject.txt",
        include_str!("contact_changed.subject.txt"),
    ),
    ("contact_changed.txt", include_str!("contact_changed.txt")),
    ("contact_changed.html", include_str!("contact_changed.html")),
    (
        "contact_changed.sms.txt",
        include_str!("contact_changed.sms.txt"),
    ),
];

/// Returns the names of all templates.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    OWN.iter().map(|(name, _)| *name)
}

/// Returns all templates by name. A file in `directory` replaces the built-in template of the same
/// name.
pub(super) fn read(directory: Option<&Path>) -> Result<Vec<(&'static str, String)>, TemplateError> {
    let mut templates: Vec<_> = OWN
        .iter()
        .map(|(name, source)| (*name, (*source).to_owned()))
        .collect();
    let Some(directory) = directory else {
        return Ok(templates);
    };
    for file in file_names(directory).map_err(unreadable(directory))? {
        let Some((_, source)) = templates.iter_mut().find(|(name, _)| *name == file) else {
            return Err(TemplateError::Unknown {
                file,
                known: names().collect::<Vec<_>>().join(", "),
            });
        };
        let path = directory.join(file);
        *source = normalise(&fs::read_to_string(&path).map_err(unreadable(&path))?);
    }
    Ok(templates)
}

/// Returns the names in a folder, except those of hidden files. Systems create hidden files, like
/// `..data` where a cluster mounts the folder.
fn file_names(directory: &Path) -> io::Result<Vec<String>> {
    let entries = fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
    let names = entries
        .iter()
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort_unstable();
    Ok(names)
}

/// Removes invisible characters that editors add and that would cost money in text messages. A byte
/// order mark is not in GSM-7, and a carriage return is one character per line.
fn normalise(source: &str) -> String {
    source.trim_start_matches('\u{feff}').replace("\r\n", "\n")
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> TemplateError {
    let path = path.to_owned();
    |cause| TemplateError::Unreadable { path, cause }
}
