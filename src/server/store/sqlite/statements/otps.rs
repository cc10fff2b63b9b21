//! Statements about OTPs.

use jiff::Timestamp;

use super::{
    super::batch::{Batch, Statement},
    customers,
};
use crate::{
    server::{
        domain::{
            Contact, CustomerId, EmailAddress, OtpId, PhoneNumber, TokenDigest,
            change::{NewOtp, OtpResend},
        },
        ports::otps::OtpFilter,
    },
    shared::{CodeFormat, ContactType},
};

/// The columns that `rows::otp` reads.
macro_rules! columns {
    () => {
        "otps.id, otps.purpose, otps.customer_id, otps.email, otps.phone, otps.otp_type, otps.is_verified, otps.created_at, otps.expires_at,
         otps.attempts, otps.max_attempts, otps.length, otps.is_escalated, otps.message_count, otps.is_withheld, otps.device_digest,
         otps.generation, otps.previous_expires_at, otps.nonce, otps.key_id, otps.last_requested_at, otps.verified_at, otps.replays,
         otps.revoked_at, otps.channel, otps.is_known_device"
    };
}

/// Selects OTPs together with the columns that `rows::joined_customer` reads.
macro_rules! select_with_customer {
    () => {
        concat!(
            "SELECT ",
            columns!(),
            ", ",
            customers::columns!(),
            " FROM otps LEFT JOIN customers ON customers.id = otps.customer_id "
        )
    };
}

/// The rows that match an [`OtpFilter`]. [`bind_filter`] binds the arguments.
macro_rules! of_filter {
    () => {
        "FROM otps
         WHERE (? IS NULL OR id = ?) AND (? IS NULL OR email = ?) AND (? IS NULL OR phone = ?) AND (? IS NULL OR otp_type = ?)
           AND (? IS NULL OR is_verified = ?) AND (? IS NULL OR expires_at < ?) AND (? IS NULL OR created_at < ?)"
    };
}

/// Selects the OTPs of a browser, newest first.
pub(in super::super) fn select_of_browser(batch: &mut Batch, browser: TokenDigest) -> Statement {
    let statement = batch.add(concat!(
        "SELECT ",
        columns!(),
        " FROM otps WHERE pre_auth_digest = ? ORDER BY id DESC"
    ));
    batch.bind(browser.0.to_vec());
    statement
}

/// Selects the newest OTP of a browser, and its customer.
pub(in super::super) fn select_latest_with_customer(
    batch: &mut Batch,
    browser: TokenDigest,
) -> Statement {
    let statement = batch.add(concat!(
        select_with_customer!(),
        "WHERE otps.pre_auth_digest = ? ORDER BY otps.id DESC LIMIT 1"
    ));
    batch.bind(browser.0.to_vec());
    statement
}

/// Selects the newest OTP of a browser.
pub(in super::super) fn select_latest(batch: &mut Batch, browser: TokenDigest) -> Statement {
    let select = concat!(
        "SELECT ",
        columns!(),
        " FROM otps WHERE pre_auth_digest = ? ORDER BY id DESC LIMIT 1"
    );
    let statement = batch.add(select);
    batch.bind(browser.0.to_vec());
    statement
}

pub(in super::super) fn select(batch: &mut Batch, id: OtpId) -> Statement {
    let statement = batch.add(concat!("SELECT ", columns!(), " FROM otps WHERE id = ?"));
    batch.bind(id.0);
    statement
}

/// Selects an OTP and its customer.
pub(in super::super) fn select_with_customer(batch: &mut Batch, id: OtpId) -> Statement {
    let statement = batch.add(concat!(select_with_customer!(), "WHERE otps.id = ?"));
    batch.bind(id.0);
    statement
}

/// Selects the OTPs of a customer that are neither used nor invalidated.
pub(in super::super) fn select_open_of_customer(
    batch: &mut Batch,
    customer: CustomerId,
) -> Statement {
    let select = concat!(
        "SELECT ",
        columns!(),
        " FROM otps WHERE customer_id = ? AND is_verified = 0 AND nonce IS NOT NULL"
    );
    let statement = batch.add(select);
    batch.bind(customer.0);
    statement
}

pub(in super::super) fn insert(
    batch: &mut Batch,
    NewOtp {
        otp,
        browser,
        length,
    }: &NewOtp,
) {
    batch.add(
        "INSERT INTO otps (id, customer_id, email, phone, otp_type, created_at, expires_at, max_attempts, pre_auth_digest, length, nonce,
                           key_id, last_requested_at, is_known_device, device_digest, is_escalated, message_count, purpose, is_withheld)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    batch.bind(otp.id.0).bind(otp.customer_id.map(|id| id.0));
    batch.bind(otp.contact.email().map(|email| email.as_str().to_owned()));
    batch.bind(otp.contact.phone().map(|phone| phone.as_str().to_owned()));
    batch
        .bind(otp.contact.kind().as_str())
        .bind(otp.created_at.as_millisecond())
        .bind(otp.expires_at.as_millisecond());
    batch
        .bind(otp.max_attempts)
        .bind(browser.0.to_vec())
        .bind(*length)
        .bind(otp.nonce.clone());
    batch
        .bind(otp.key_id.as_str().to_owned())
        .bind(otp.last_requested_at.as_millisecond())
        .bind(otp.is_known_device);
    batch
        .bind(otp.device.map(|device| device.0.to_vec()))
        .bind(otp.format == CodeFormat::Letters);
    batch
        .bind(otp.message_count)
        .bind(otp.purpose.as_str())
        .bind(otp.is_withheld);
}

pub(in super::super) fn count_attempt(batch: &mut Batch, id: OtpId) {
    batch.add("UPDATE otps SET attempts = attempts + 1 WHERE id = ?");
    batch.bind(id.0);
}

pub(in super::super) fn count_replay(batch: &mut Batch, id: OtpId) {
    batch.add("UPDATE otps SET replays = replays + 1 WHERE id = ?");
    batch.bind(id.0);
}

pub(in super::super) fn verify(batch: &mut Batch, id: OtpId, at: Timestamp) {
    batch.add("UPDATE otps SET is_verified = 1, verified_at = ?, nonce = NULL WHERE id = ?");
    batch.bind(at.as_millisecond()).bind(id.0);
}

pub(in super::super) fn resend(batch: &mut Batch, resend: &OtpResend) {
    batch.add(
        "UPDATE otps SET last_requested_at = ?, message_count = message_count + 1, generation = ?, previous_expires_at = ?, expires_at = ?,
                         is_escalated = ?, channel = ?, is_withheld = ?
         WHERE id = ?",
    );
    batch
        .bind(resend.requested_at.as_millisecond())
        .bind(resend.generation);
    batch
        .bind(resend.previous_expires_at.map(Timestamp::as_millisecond))
        .bind(resend.expires_at.as_millisecond());
    batch
        .bind(resend.format == CodeFormat::Letters)
        .bind(resend.channel.as_str())
        .bind(resend.is_withheld)
        .bind(resend.id.0);
}

pub(in super::super) fn expire(batch: &mut Batch, id: OtpId, at: Timestamp) {
    batch.add("UPDATE otps SET expires_at = ?, previous_expires_at = NULL WHERE id = ?");
    batch.bind(at.as_millisecond()).bind(id.0);
}

pub(in super::super) fn revoke(batch: &mut Batch, id: OtpId, at: Timestamp) {
    batch.add("UPDATE otps SET revoked_at = ?, nonce = NULL WHERE id = ?");
    batch.bind(at.as_millisecond()).bind(id.0);
}

pub(in super::super) fn invalidate(batch: &mut Batch, id: OtpId) {
    batch.add("UPDATE otps SET nonce = NULL WHERE id = ?");
    batch.bind(id.0);
}

fn bind_filter(batch: &mut Batch, filter: &OtpFilter) {
    let email = filter
        .contact
        .as_ref()
        .and_then(Contact::email)
        .map(EmailAddress::as_str)
        .map(str::to_owned);
    let phone = filter
        .contact
        .as_ref()
        .and_then(Contact::phone)
        .map(PhoneNumber::as_str)
        .map(str::to_owned);
    let (id, otp_type) = (
        filter.id.map(|id| id.0),
        filter.otp_type.map(ContactType::as_str),
    );
    let (expired, created) = (filter.expired_before, filter.created_before);
    batch
        .bind(id)
        .bind(id)
        .bind(email.clone())
        .bind(email)
        .bind(phone.clone())
        .bind(phone)
        .bind(otp_type)
        .bind(otp_type);
    batch.bind(filter.is_verified).bind(filter.is_verified);
    for instant in [expired, created] {
        batch
            .bind(instant.map(Timestamp::as_millisecond))
            .bind(instant.map(Timestamp::as_millisecond));
    }
}

pub(in super::super) fn select_latest_for(
    batch: &mut Batch,
    browser: TokenDigest,
    contact: &Contact,
) -> Statement {
    let statement = batch.add(concat!(
        "SELECT ",
        columns!(),
        " FROM otps WHERE pre_auth_digest = ? AND coalesce(email, phone) = ? ORDER BY id DESC LIMIT 1"
    ));
    batch
        .bind(browser.0.to_vec())
        .bind(contact.as_str().to_owned());
    statement
}

/// Selects the OTPs that match a filter, newest first.
pub(in super::super) fn select_by_filter(batch: &mut Batch, filter: &OtpFilter) -> Statement {
    let limit = if filter.latest {
        " ORDER BY id DESC LIMIT 1"
    } else {
        " ORDER BY id DESC"
    };
    let statement = batch.add(&[concat!("SELECT ", columns!(), " ", of_filter!()), limit].concat());
    bind_filter(batch, filter);
    statement
}

/// Deletes the OTPs that match a filter.
pub(in super::super) fn delete_by_filter(batch: &mut Batch, filter: &OtpFilter) -> Statement {
    let statement = batch.add(concat!("DELETE ", of_filter!()));
    bind_filter(batch, filter);
    statement
}

/// Selects an OTP and all OTPs for a contact, as far as they are neither used nor invalidated.
pub(in super::super) fn select_for_not_me(
    batch: &mut Batch,
    id: OtpId,
    contact: &Contact,
) -> Statement {
    let statement = batch.add(concat!(
        "SELECT ",
        columns!(),
        " FROM otps WHERE (id = ? OR email = ? OR phone = ?) AND is_verified = 0 AND nonce IS NOT NULL"
    ));
    let contact = contact.as_str().to_owned();
    batch.bind(id.0).bind(contact.clone()).bind(contact);
    statement
}
