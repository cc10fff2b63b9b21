//! `doorcode policy`

use super::{CommandResult, print};
use crate::server::{
    config::{Setting, Settings},
    domain::policy::{DEVICE_LIFETIME, PRE_AUTH_LIFETIME, STEP_UP_LIFETIME},
};

/// Prints the policy as a Markdown table.
pub(super) fn run(settings: &Settings) -> CommandResult {
    print::line(format_args!("| What | In force | Setting |\n|---|---|---|"))?;
    for Row {
        what,
        figure,
        settings,
    } in rows(&settings.declared()).into_iter().chain(fixed())
    {
        print::line(format_args!("| {what} | {figure} | {settings} |"))?;
    }
    Ok(())
}

struct Row {
    what: &'static str,
    figure: String,
    settings: String,
}

/// Builds the rows from the settings that declare a policy.
fn rows(declared: &[Setting]) -> Vec<Row> {
    let mut rows = Vec::<Row>::new();
    for Setting { key, policy, .. } in declared {
        let Some(policy) = policy else { continue };
        let setting = format!("`{key}`");
        match (policy.row, rows.last_mut()) {
            (None, Some(row)) => {
                row.figure = format!("{} {}", row.figure, policy.figure);
                row.settings = format!("{}, {setting}", row.settings);
            }
            (what, _) => {
                rows.push(Row {
                    what: what.unwrap_or_default(),
                    figure: policy.figure.clone(),
                    settings: setting,
                });
            }
        }
    }
    rows
}

/// Builds the rows that no setting changes.
fn fixed() -> [Row; 4] {
    [
        (
            "Code after the guesses are used up",
            "8 of 20 letters".to_owned(),
        ),
        (
            "From requesting a code to signing in",
            format!("{} min", PRE_AUTH_LIFETIME.as_mins()),
        ),
        (
            "A device is known after a sign-in for",
            format!("{} d", DEVICE_LIFETIME.as_hours() / 24),
        ),
        (
            "A fresh code for sessions and contacts is one of the last",
            format!("{} min", STEP_UP_LIFETIME.as_mins()),
        ),
    ]
    .map(|(what, figure)| Row {
        what,
        figure,
        settings: "none".to_owned(),
    })
}
