//! Statements about known devices, and about suppressions: contacts that get no codes requested
//! from unknown devices.

use jiff::Timestamp;

use super::super::batch::{Batch, Statement};
use crate::server::domain::{Contact, CustomerId, OtpId, TokenDigest, change::DeviceSeen};

/// Selects the known devices with this token, one for each customer who has signed in on it.
pub(in super::super) fn select(batch: &mut Batch, token: TokenDigest) -> Statement {
    let statement =
        batch.add("SELECT customer_id, token_digest, last_seen_at, key_id FROM devices WHERE token_digest = ?");
    batch.bind(token.0.to_vec());
    statement
}

/// Selects the known devices of a customer, most recently used first.
pub(in super::super) fn select_of_customer(batch: &mut Batch, customer: CustomerId) -> Statement {
    let statement = batch.add(
        "SELECT customer_id, token_digest, last_seen_at, key_id FROM devices
         WHERE customer_id = ? ORDER BY last_seen_at DESC, id DESC",
    );
    batch.bind(customer.0);
    statement
}

/// Selects the known devices of an OTP's customer, most recently used first.
pub(in super::super) fn select_of_otp(batch: &mut Batch, otp: OtpId) -> Statement {
    let statement = batch.add(
        "SELECT devices.customer_id, devices.token_digest, devices.last_seen_at, devices.key_id
         FROM otps JOIN devices ON devices.customer_id = otps.customer_id
         WHERE otps.id = ? ORDER BY devices.last_seen_at DESC, devices.id DESC",
    );
    batch.bind(otp.0);
    statement
}

pub(in super::super) fn remember(batch: &mut Batch, seen: &DeviceSeen) {
    batch.add(
        "INSERT INTO devices (token_digest, customer_id, created_at, last_seen_at, key_id) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (token_digest, customer_id) DO UPDATE SET last_seen_at = excluded.last_seen_at, key_id = excluded.key_id",
    );
    let at = seen.at.as_millisecond();
    batch
        .bind(seen.token.0.to_vec())
        .bind(seen.customer.0)
        .bind(at)
        .bind(at)
        .bind(seen.key_id.as_str().to_owned());
}

pub(in super::super) fn forget(batch: &mut Batch, customer: CustomerId, token: TokenDigest) {
    batch.add("DELETE FROM devices WHERE customer_id = ? AND token_digest = ?");
    batch.bind(customer.0).bind(token.0.to_vec());
}

/// Selects whether codes to a contact are suppressed for unknown devices.
pub(in super::super) fn select_suppressed(
    batch: &mut Batch,
    contact: &Contact,
    now: Timestamp,
) -> Statement {
    let statement = batch
        .add("SELECT EXISTS (SELECT 1 FROM suppressions WHERE contact = ? AND expires_at > ?)");
    batch
        .bind(contact.as_str().to_owned())
        .bind(now.as_millisecond());
    statement
}

pub(in super::super) fn suppress(batch: &mut Batch, contact: &Contact, until: Timestamp) {
    batch.add(
        "INSERT INTO suppressions (contact, expires_at) VALUES (?, ?) ON CONFLICT (contact) DO UPDATE SET expires_at = excluded.expires_at",
    );
    batch
        .bind(contact.as_str().to_owned())
        .bind(until.as_millisecond());
}

/// Selects whether the code of an OTP is suppressed: its device is unknown, and its contact gets no
/// codes from unknown devices.
pub(in super::super) fn select_suppressed_for(
    batch: &mut Batch,
    otp: OtpId,
    now: Timestamp,
) -> Statement {
    let statement = batch.add(
        "SELECT EXISTS (SELECT 1 FROM otps JOIN suppressions ON suppressions.contact = coalesce(otps.email, otps.phone)
                        WHERE otps.id = ? AND otps.is_known_device = 0 AND suppressions.expires_at > ?)",
    );
    batch.bind(otp.0).bind(now.as_millisecond());
    statement
}

/// Selects whether codes to the contact of a browser's newest OTP are suppressed.
pub(in super::super) fn select_suppressed_for_latest(
    batch: &mut Batch,
    browser: TokenDigest,
    now: Timestamp,
) -> Statement {
    let statement = batch.add(
        "SELECT EXISTS (SELECT 1 FROM suppressions WHERE expires_at > ? AND contact = (
             SELECT coalesce(email, phone) FROM otps WHERE pre_auth_digest = ? ORDER BY id DESC LIMIT 1))",
    );
    batch.bind(now.as_millisecond()).bind(browser.0.to_vec());
    statement
}
