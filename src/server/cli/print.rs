//! Command output: tables for people, JSON for programs.

use std::{
    fmt,
    io::Write,
    path::{Path, absolute},
};

use jiff::Timestamp;
use serde::Serialize;

use super::{CliError, CommandResult};
use crate::server::config::Source;

/// Prints a sentence. Returns a failure, instead of panicking, if standard output cannot be
/// written.
pub(super) fn line(sentence: fmt::Arguments<'_>) -> CommandResult {
    Ok(writeln!(std::io::stdout(), "{sentence}")?)
}

/// Prints the settings and the database that a command uses, so that nobody works on the wrong
/// ones. Standard output is for the results.
pub(super) fn places(source: &Source, database: Option<&Path>) {
    match database {
        Some(database) => eprintln!("Settings: {source}. Database: {}.", full_path(database)),
        None => eprintln!("Settings: {source}."),
    }
}

/// Formats the absolute path of a file.
pub(super) fn full_path(file: &Path) -> String {
    let absolute = absolute(file).unwrap_or_else(|_| file.to_owned());
    absolute.display().to_string()
}

/// Prints rows as JSON, or as a table with these headings.
pub(super) fn rows<T: Serialize, const N: usize>(
    rows: &[T],
    json: bool,
    headings: [&str; N],
    cells: impl Fn(&T) -> [String; N],
) -> CommandResult {
    let mut out = std::io::stdout().lock();
    if json {
        let text = serde_json::to_string_pretty(rows)
            .map_err(|error| CliError::Sentence(error.to_string()))?;
        return Ok(writeln!(out, "{text}")?);
    }
    let table: Vec<[String; N]> = std::iter::once(headings.map(str::to_owned))
        .chain(rows.iter().map(cells))
        .collect();
    let widths: [usize; N] = std::array::from_fn(|column| {
        table
            .iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or_default()
    });
    for row in table {
        let line: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        writeln!(out, "{}", line.join("  ").trim_end())?;
    }
    Ok(())
}

/// Formats an instant for people and programs: RFC 3339, UTC, whole seconds.
pub(super) fn instant(instant: Timestamp) -> String {
    instant.strftime("%FT%TZ").to_string()
}
