//! What is wrong with a template, in one sentence.

use std::{io, path::PathBuf};

use minijinja::ErrorKind;

/// Why templates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// It does not compile or does not render.
    #[error("The message template {file} does not work in line {line}: {problem}.")]
    Broken {
        /// Its name.
        file: String,
        /// Its line, from 1.
        line: usize,
        /// What is wrong. It never holds what a message says.
        problem: String,
    },
    /// Somebody waits for a code and would get nothing.
    #[error("The message template {file} makes an empty message.")]
    Empty {
        /// Its name.
        file: String,
    },
    /// Somebody waits for a code and would get none.
    #[error("The message template {file} makes a message without its code, {{{{ code }}}}.")]
    WithoutCode {
        /// Its name.
        file: String,
    },
    /// A file that is no template.
    #[error(
        "The folder of the setting templates.directory holds {file}, which is no message template; there are {known}."
    )]
    Unknown {
        /// Its name.
        file: String,
        /// The names that there are.
        known: String,
    },
    /// A file or folder that cannot be read.
    #[error("The setting templates.directory cannot be used: {}: {cause}.", path.display())]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// The system's word.
        cause: io::Error,
    },
}

impl TemplateError {
    /// The engine's error in the template `name`, or in one that it includes.
    pub(super) fn broken(name: &str, error: &minijinja::Error) -> Self {
        Self::Broken {
            file: error.name().unwrap_or(name).to_owned(),
            line: error.line().unwrap_or(1),
            problem: problem(error),
        }
    }
}

/// In words that hold nothing of a message: the engine's details are told where they can only be
/// about the template.
fn problem(error: &minijinja::Error) -> String {
    use ErrorKind::{
        OutOfFuel, SyntaxError, TemplateNotFound, UndefinedError, UnknownFilter, UnknownFunction,
        UnknownTest,
    };
    let words = || error.template_source()?.get(error.range()?);
    let kind = error.kind();
    match (kind, error.detail(), words()) {
        (OutOfFuel, ..) => "its loops take too many steps".to_owned(),
        (UndefinedError, _, Some(words)) => {
            format!("`{words}` is unknown, or not there in every message")
        }
        (
            SyntaxError | TemplateNotFound | UnknownFilter | UnknownFunction | UnknownTest,
            Some(detail),
            _,
        ) => {
            format!("{kind}: {detail}")
        }
        (_, _, Some(words)) => format!("{kind} at `{words}`"),
        _ => kind.to_string(),
    }
}
