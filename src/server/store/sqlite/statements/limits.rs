//! Statements about the events that limits count.
//!
//! Each row carries the running total of its subject. The number of events in a window is the
//! difference of two rows, which the index finds however many rows there are. The times of a
//! subject's rows never decrease.

use jiff::{SignedDuration, Timestamp};
use sqlx::{Row, sqlite::SqliteRow};

use super::super::{
    batch::{Batch, Results, Statement},
    rows,
};
use crate::server::{
    domain::{Consumption, OtpId, Rule, Usage, WindowUsage},
    ports::StoreResult,
};

/// Joins the newest event of a subject.
macro_rules! newest {
    ($subject:literal) => {
        concat!(
            "LEFT JOIN limit_events newest ON newest.id = (SELECT id FROM limit_events WHERE subject = ",
            $subject,
            " ORDER BY at DESC, total DESC LIMIT 1)"
        )
    };
}

/// The query for the windows of some rules, which runs together with the queries for other facts.
pub(in super::super) struct Windows {
    rules: Vec<Rule>,
    statement: Option<Statement>,
}

impl Windows {
    /// Adds the query for the windows of these rules to a batch.
    pub(in super::super) fn add(batch: &mut Batch, mut rules: Vec<Rule>, now: Timestamp) -> Self {
        let window = |rule: &Rule| (rule.subject, rule.window.span, rule.max_used());
        rules.sort_by_key(window);
        rules.dedup_by_key(|rule| window(rule));
        if rules.is_empty() {
            return Self {
                rules,
                statement: None,
            };
        }
        let windows = vec!["(?,?,?,?)"; rules.len()].join(",");
        let statement = batch.add(
            &[
                "WITH windows (number, subject, since, max_used) AS (VALUES ",
                &windows,
                concat!(
                    ")
             SELECT windows.number,
                    coalesce(newest.total - coalesce(
                        (SELECT total FROM limit_events
                         WHERE subject = windows.subject AND at <= windows.since ORDER BY at DESC, total DESC LIMIT 1),
                        (SELECT total - weight FROM limit_events
                         WHERE subject = windows.subject ORDER BY at, total LIMIT 1)), 0) AS used,
                    (SELECT at FROM limit_events
                     WHERE subject = windows.subject AND at > windows.since AND total >= newest.total - windows.max_used
                     ORDER BY at, total LIMIT 1) AS blocked_by
             FROM windows ",
                    newest!("windows.subject")
                ),
            ]
            .concat(),
        );
        for (number, rule) in (0_i64..).zip(&rules) {
            batch.bind(number).bind(rule.subject.as_bytes().to_vec());
            batch
                .bind(since(now, rule.window.span))
                .bind(rule.max_used());
        }
        Self {
            rules,
            statement: Some(statement),
        }
    }

    /// Reads the usage of the windows from the results.
    pub(in super::super) fn read(self, results: &Results) -> StoreResult<Usage> {
        let Some(statement) = self.statement else {
            return Ok(Usage::default());
        };
        let read = |row: &SqliteRow| {
            let number: usize =
                usize::try_from(row.try_get::<i64, _>("number")?).unwrap_or_default();
            let (used, blocked_by) = (
                row.try_get("used")?,
                row.try_get::<Option<i64>, _>("blocked_by")?,
            );
            Ok(self
                .rules
                .get(number)
                .map(|rule| (rule, used, blocked_by))
                .map(|(rule, used, blocked_by)| {
                    let is_full = rule.max_used().is_none_or(|most| used > most);
                    (rule, used, blocked_by.filter(|_| is_full))
                }))
        };
        let windows =
            results
                .all(statement, read)?
                .into_iter()
                .flatten()
                .map(|(rule, used, blocked_by)| {
                    let blocked_by = blocked_by.map(rows::instant).transpose()?;
                    Ok(WindowUsage {
                        subject: rule.subject,
                        span: rule.window.span,
                        max_used: rule.max_used(),
                        used,
                        blocked_by,
                    })
                });
        Ok(Usage::new(windows.collect::<StoreResult<_>>()?))
    }
}

/// Adds one event for each subject.
pub(in super::super) fn insert(batch: &mut Batch, consumed: &[Consumption]) {
    let new = vec!["(?,?,?,?,?)"; consumed.len()].join(",");
    batch.add(
        &[
            "WITH new (subject, at, weight, expires_at, otp_id) AS (VALUES ",
            &new,
            concat!(
                ")
             INSERT INTO limit_events (subject, at, total, weight, expires_at, otp_id)
             SELECT new.subject, max(new.at, coalesce(newest.at, new.at)), coalesce(newest.total, 0) + new.weight, new.weight,
                    new.expires_at, new.otp_id
             FROM new ",
                newest!("new.subject")
            ),
        ]
        .concat(),
    );
    for consumption in consumed {
        batch
            .bind(consumption.subject.as_bytes().to_vec())
            .bind(consumption.at.as_millisecond());
        batch
            .bind(consumption.weight)
            .bind(consumption.expires_at.as_millisecond());
        batch.bind(consumption.otp.map(|id| id.0));
    }
}

/// Deletes the guesses at an OTP and subtracts them from the totals of later events. An OTP has few
/// guesses, while a subject may have thousands of events.
pub(in super::super) fn refund(batch: &mut Batch, otp: OtpId) {
    batch.add(
        "UPDATE limit_events AS later
         SET total = later.total - coalesce((
             SELECT sum(weight) FROM limit_events guess INDEXED BY limit_events_otp_id
             WHERE guess.otp_id = ? AND guess.subject = later.subject
               AND (guess.at, guess.total) < (later.at, later.total)), 0)
         FROM (SELECT subject, min(at) AS at FROM limit_events WHERE otp_id = ? GROUP BY subject) AS first
         WHERE later.subject = first.subject AND later.at >= first.at AND later.otp_id IS NOT ?",
    );
    batch.bind(otp.0).bind(otp.0).bind(otp.0);
    batch.add("DELETE FROM limit_events WHERE otp_id = ?");
    batch.bind(otp.0);
}

pub(in super::super) fn since(now: Timestamp, span: SignedDuration) -> i64 {
    now.saturating_sub(span)
        .unwrap_or(Timestamp::MIN)
        .as_millisecond()
}
