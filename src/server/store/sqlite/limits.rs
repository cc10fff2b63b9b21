//! How often things happened, counted where limits ask.

use std::cmp::Reverse;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use sqlx::SqliteConnection;

use super::{SqliteStore, rows};
use crate::server::{
    domain::{Consequence, Full, Limit, OtpId, Rule, Subject},
    service::ports::{LimitStore, StoreResult},
};

/// Counts what is about to happen, unless one of the rules refuses it. The answer are the windows without room; what they
/// are windows of is not counted.
pub(super) async fn charge(
    connection: &mut SqliteConnection,
    rules: &[Rule],
    otp: Option<OtpId>,
    now: Timestamp,
) -> StoreResult<Vec<Full>> {
    let mut full = Vec::new();
    let mut charged: Vec<&Rule> = Vec::new();
    for rule in rules {
        match full_until(connection, rule, now).await? {
            Some(until) => full.push((rule.subject, Full { limit: rule.limit, consequence: rule.consequence, until })),
            None => charged.push(rule),
        }
    }
    if full.iter().all(|(_, full)| full.consequence == Consequence::Withhold) {
        // What goes nowhere is no message of all, either.
        charged.retain(|rule| full.is_empty() || !matches!(rule.limit, Limit::Contact | Limit::Everybody));
        for rule in longest(charged) {
            tally(connection, rule, otp, now).await?;
        }
    }
    Ok(full.into_iter().map(|(_, full)| full).collect())
}

/// Of the rules for one subject the one that remembers longest: its tallies serve the others too.
fn longest(mut rules: Vec<&Rule>) -> Vec<&Rule> {
    rules.sort_by_key(|rule| (rule.subject, Reverse(rule.memory)));
    rules.dedup_by_key(|rule| rule.subject);
    rules
}

/// From when on a rule has room; `None` if it has. The window is full as long as the event that filled it is in it.
async fn full_until(connection: &mut SqliteConnection, rule: &Rule, now: Timestamp) -> StoreResult<Option<Timestamp>> {
    let Some(room) = rule.room() else { return Ok(now.checked_add(rule.window.span).ok()) };
    let select = "SELECT at FROM tallies WHERE subject = ?1 AND at > ?2 ORDER BY at DESC LIMIT 1 OFFSET ?3";
    let filled: Option<i64> = sqlx::query_scalar(select)
        .bind(rule.subject.as_bytes())
        .bind(since(now, rule.window.span))
        .bind(room)
        .fetch_optional(connection)
        .await?;
    let until = filled.map(rows::instant).transpose()?;
    Ok(until.map(|at| at.saturating_add(rule.window.span).unwrap_or(Timestamp::MAX)))
}

async fn tally(connection: &mut SqliteConnection, rule: &Rule, otp: Option<OtpId>, now: Timestamp) -> StoreResult<()> {
    let insert = "INSERT INTO tallies (subject, at, expires_at, otp_id) VALUES (?1, ?2, ?3, ?4)";
    for _ in 0..rule.weight {
        sqlx::query(insert)
            .bind(rule.subject.as_bytes())
            .bind(now.as_millisecond())
            .bind(now.saturating_add(rule.memory).unwrap_or(Timestamp::MAX).as_millisecond())
            .bind(otp.map(|id| id.0))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Gives the guesses at an OTP back.
pub(super) async fn refund(connection: &mut SqliteConnection, otp: OtpId) -> StoreResult<()> {
    sqlx::query("DELETE FROM tallies WHERE otp_id = ?1").bind(otp.0).execute(connection).await?;
    Ok(())
}

fn since(now: Timestamp, span: SignedDuration) -> i64 {
    now.saturating_sub(span).unwrap_or(Timestamp::MIN).as_millisecond()
}

#[async_trait]
impl LimitStore for SqliteStore {
    async fn full(&self, rules: &[Rule], now: Timestamp) -> StoreResult<Option<Full>> {
        let mut connection = self.read.acquire().await?;
        for rule in rules {
            if let Some(until) = full_until(&mut connection, rule, now).await? {
                return Ok(Some(Full { limit: rule.limit, consequence: rule.consequence, until }));
            }
        }
        Ok(None)
    }

    async fn charge(&self, rules: &[Rule], now: Timestamp) -> StoreResult<Option<Full>> {
        let mut transaction = self.begin().await?;
        let full = charge(&mut transaction, rules, None, now).await?;
        transaction.commit().await?;
        Ok(full.into_iter().next())
    }

    async fn tallied(&self, subject: Subject, span: SignedDuration, now: Timestamp) -> StoreResult<u32> {
        let select = "SELECT count(*) FROM tallies WHERE subject = ?1 AND at > ?2";
        let query = sqlx::query_scalar(select).bind(subject.as_bytes()).bind(since(now, span));
        Ok(query.fetch_one(&self.read).await?)
    }
}
