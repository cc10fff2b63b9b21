//! What is wrong with sentences, in one sentence.

use std::{io, path::PathBuf};

/// Why languages cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LanguageError {
    /// It is no Fluent.
    #[error("The file of sentences {file} has a mistake in line {line}: {problem}.")]
    Syntax {
        /// Its name.
        file: String,
        /// From 1.
        line: usize,
        /// The parser's word.
        problem: String,
    },
    /// A sentence that is none of ours, or says something else than ours.
    #[error("The sentence {id} in {file} {problem}.")]
    Sentence {
        /// Its name.
        file: String,
        /// The sentence.
        id: String,
        /// What is wrong.
        problem: String,
    },
    /// A file that is no language.
    #[error(
        "The folder of the setting languages.directory holds {file}, which is no language of ours; there are {known}."
    )]
    Unknown {
        /// Its name.
        file: String,
        /// The names that there are.
        known: String,
    },
    /// A file or folder that cannot be read.
    #[error("The setting languages.directory cannot be used: {}: {cause}.", path.display())]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// The system's word.
        cause: io::Error,
    },
}
