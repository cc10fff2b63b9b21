//! Errors in the files of sentences.

use std::{io, path::PathBuf};

/// The reason why the sentences of a language cannot be used. Each error displays as one sentence.
#[derive(Debug, thiserror::Error)]
pub enum LanguageError {
    /// A file is not valid Fluent.
    #[error("The file of sentences {file} has a mistake in line {line}: {problem}.")]
    Syntax {
        /// The name of the file.
        file: String,
        /// The line of the mistake, counted from 1.
        line: usize,
        /// The parser's message.
        problem: String,
    },
    /// A sentence does not correspond to a built-in one.
    #[error("The sentence {id} in {file} {problem}.")]
    Sentence {
        /// The name of the file.
        file: String,
        /// The id of the sentence.
        id: String,
        /// The problem, worded to follow the id and the file name.
        problem: String,
    },
    /// A file does not belong to a known language.
    #[error(
        "The folder of the setting languages.directory contains {file}, which is not a supported language; languages are {known}."
    )]
    Unknown {
        /// The name of the file.
        file: String,
        /// The names of all files of known languages.
        known: String,
    },
    /// A file or folder cannot be read.
    #[error("The setting languages.directory cannot be used: {}: {cause}.", path.display())]
    Unreadable {
        /// The path of the file or folder.
        path: PathBuf,
        /// The error of the operating system.
        cause: io::Error,
    },
}
