//! Errors of templates. Each message is one sentence.

use std::{io, path::PathBuf};

use minijinja::ErrorKind;

/// The reason why templates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// A template does not compile or does not render.
    #[error("The message template {file} does not work in line {line}: {problem}.")]
    Broken {
        /// The name of the template.
        file: String,
        /// The number of the line, starting at 1.
        line: usize,
        /// The problem. It never contains the content of a message.
        problem: String,
    },
    /// A part of a message with a code is empty.
    #[error("The message template {file} renders an empty message.")]
    Empty {
        /// The name of the template.
        file: String,
    },
    /// A part of a message with a code does not contain the code.
    #[error("The message template {file} renders a message without its code, {{{{ code }}}}.")]
    WithoutCode {
        /// The name of the template.
        file: String,
    },
    /// A file in the folder is not named like a template.
    #[error(
        "The folder of the setting templates.directory contains {file}, which is not a message template; templates are {known}."
    )]
    Unknown {
        /// The name of the file.
        file: String,
        /// The names of all templates.
        known: String,
    },
    /// A file or folder cannot be read.
    #[error("The setting templates.directory cannot be used: {}: {cause}.", path.display())]
    Unreadable {
        /// The path of the file or folder.
        path: PathBuf,
        /// The error of the operating system.
        cause: io::Error,
    },
}

impl TemplateError {
    /// Converts an engine error in the template `name`, or in one that it includes.
    pub(super) fn broken(name: &str, error: &minijinja::Error) -> Self {
        Self::Broken {
            file: error.name().unwrap_or(name).to_owned(),
            line: error.line().unwrap_or(1),
            problem: problem(error),
        }
    }
}

/// Describes an error without content of a message. The engine's details are used only where they
/// can only be about the template.
fn problem(error: &minijinja::Error) -> String {
    use ErrorKind::{
        OutOfFuel, SyntaxError, TemplateNotFound, UndefinedError, UnknownFilter, UnknownFunction,
        UnknownTest,
    };
    let source = || error.template_source()?.get(error.range()?);
    let kind = error.kind();
    match (kind, error.detail(), source()) {
        (OutOfFuel, ..) => "its loops take too many steps".to_owned(),
        (UndefinedError, _, Some(source)) => {
            format!("`{source}` is unknown, or not there in every message")
        }
        (
            SyntaxError | TemplateNotFound | UnknownFilter | UnknownFunction | UnknownTest,
            Some(detail),
            _,
        ) => {
            format!("{kind}: {detail}")
        }
        (_, _, Some(source)) => format!("{kind} at `{source}`"),
        _ => kind.to_string(),
    }
}
