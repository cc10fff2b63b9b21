//! Converts rows to domain types.

use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    server::{
        domain::{
            ChainRow, ChainState, ChangeId, Contact, Customer, CustomerId, Deferral, DeliveryState,
            DeliverySubject, EmailAddress, Event, KeyId, KnownDevice, Link, MessageId, Money,
            Origin, Otp, OtpId, PastChange, PhoneNumber, Purpose, Session, SessionId, SmsSpent,
            TokenDigest,
        },
        ports::{StoreError, StoreResult, history::HistoryEntry, outbox::OutboxEntry},
    },
    shared::{CodeFormat, ContactType, Language},
};

/// Converts a stored time in milliseconds to an instant.
pub(super) fn instant(milliseconds: i64) -> StoreResult<Timestamp> {
    Timestamp::from_millisecond(milliseconds)
        .map_err(|_| StoreError::Corrupt("an instant out of range"))
}

fn optional_instant(milliseconds: Option<i64>) -> StoreResult<Option<Timestamp>> {
    milliseconds.map(instant).transpose()
}

pub(super) fn kind(value: &str) -> StoreResult<ContactType> {
    ContactType::from_value(value).ok_or(StoreError::Corrupt("an unknown contact type"))
}

pub(super) fn customer(row: &SqliteRow) -> StoreResult<Customer> {
    Ok(Customer {
        id: CustomerId(row.try_get("customers.id")?),
        name: row.try_get("customers.name")?,
        email: row
            .try_get::<Option<String>, _>("customers.email")?
            .map(EmailAddress::from_canonical),
        phone: row
            .try_get::<Option<String>, _>("customers.phone")?
            .map(PhoneNumber::from_canonical),
        created_at: instant(row.try_get("customers.created_at")?)?,
        disabled_at: optional_instant(row.try_get("customers.disabled_at")?)?,
    })
}

/// Reads the customer of a joined row, if there is one.
pub(super) fn joined_customer(row: &SqliteRow) -> StoreResult<Option<Customer>> {
    let is_there = row.try_get::<Option<i64>, _>("customers.id")?.is_some();
    is_there.then(|| customer(row)).transpose()
}

pub(super) fn past_change(row: &SqliteRow) -> StoreResult<PastChange> {
    let kind = kind(row.try_get("kind")?)?;
    Ok(PastChange {
        id: ChangeId(row.try_get("id")?),
        customer: CustomerId(row.try_get("customer_id")?),
        old: row
            .try_get::<Option<String>, _>("old")?
            .map(|old| canonical(kind, old)),
        new: canonical(kind, row.try_get("new")?),
        expires_at: instant(row.try_get("expires_at")?)?,
        undone_at: optional_instant(row.try_get("undone_at")?)?,
    })
}

pub(super) fn otp(row: &SqliteRow) -> StoreResult<Otp> {
    let contact = contact(row)?;
    let channel = row
        .try_get::<Option<&str>, _>("channel")?
        .map(kind)
        .transpose()?;
    Ok(Otp {
        id: OtpId(row.try_get("id")?),
        purpose: purpose(row.try_get("purpose")?)?,
        customer_id: row
            .try_get::<Option<i64>, _>("customer_id")?
            .map(CustomerId),
        channel: channel.unwrap_or_else(|| contact.kind()),
        is_known_device: row.try_get("is_known_device")?,
        contact,
        is_verified: row.try_get("is_verified")?,
        created_at: instant(row.try_get("created_at")?)?,
        expires_at: instant(row.try_get("expires_at")?)?,
        attempts: row.try_get("attempts")?,
        max_attempts: row.try_get("max_attempts")?,
        format: if row.try_get("is_escalated")? {
            CodeFormat::Letters
        } else {
            CodeFormat::Digits(row.try_get("length")?)
        },
        message_count: row.try_get("message_count")?,
        is_withheld: row.try_get("is_withheld")?,
        device: row
            .try_get::<Option<Vec<u8>>, _>("device_digest")?
            .map(digest)
            .transpose()?,
        generation: row.try_get("generation")?,
        previous_expires_at: optional_instant(row.try_get("previous_expires_at")?)?,
        nonce: row.try_get("nonce")?,
        key_id: KeyId::from(row.try_get::<String, _>("key_id")?),
        last_requested_at: instant(row.try_get("last_requested_at")?)?,
        verified_at: optional_instant(row.try_get("verified_at")?)?,
        replays: row.try_get("replays")?,
        revoked_at: optional_instant(row.try_get("revoked_at")?)?,
    })
}

pub(super) fn digest(bytes: Vec<u8>) -> StoreResult<TokenDigest> {
    bytes
        .try_into()
        .map(TokenDigest)
        .map_err(|_| StoreError::Corrupt("a digest has the wrong length"))
}

fn purpose(name: &str) -> StoreResult<Purpose> {
    Purpose::from_name(name).ok_or(StoreError::Corrupt("an OTP of an unknown purpose"))
}

fn contact(row: &SqliteRow) -> StoreResult<Contact> {
    let email: Option<String> = row.try_get("email")?;
    let phone: Option<String> = row.try_get("phone")?;
    match (kind(row.try_get("otp_type")?)?, email, phone) {
        (kind @ ContactType::Email, Some(contact), None)
        | (kind @ ContactType::Phone, None, Some(contact)) => Ok(canonical(kind, contact)),
        _ => Err(StoreError::Corrupt("an OTP has no contact")),
    }
}

fn canonical(kind: ContactType, contact: String) -> Contact {
    match kind {
        ContactType::Email => Contact::Email(EmailAddress::from_canonical(contact)),
        ContactType::Phone => Contact::Phone(PhoneNumber::from_canonical(contact)),
    }
}

pub(super) fn delivery_state(row: &SqliteRow) -> StoreResult<DeliveryState> {
    let (state, reason): (&str, Option<&str>) = (row.try_get("state")?, row.try_get("reason")?);
    DeliveryState::from_names(state, reason)
        .ok_or(StoreError::Corrupt("an unknown state of a message"))
}

/// Reads the delivery state of a message, and why it is deferred, if it is.
pub(super) fn delivery(row: &SqliteRow) -> StoreResult<(DeliveryState, Option<Deferral>)> {
    let deferral = row.try_get::<Option<&str>, _>("deferral")?;
    Ok((delivery_state(row)?, deferral.and_then(Deferral::from_name)))
}

/// Reads the subject of an outbox row that has no OTP.
pub(super) fn notice(row: &SqliteRow) -> StoreResult<DeliverySubject> {
    let channel = kind(row.try_get("channel")?)?;
    let changed = row
        .try_get::<Option<&str>, _>("changed")?
        .map(kind)
        .transpose()?;
    let change = row.try_get::<Option<i64>, _>("change_id")?.map(ChangeId);
    match (
        row.try_get("kind")?,
        row.try_get::<Option<String>, _>("recipient")?,
        changed,
    ) {
        ("new_sign_in", None, None) => Ok(DeliverySubject::NewSignIn),
        ("contact_changed", Some(to), Some(changed)) => Ok(DeliverySubject::ContactChanged {
            to: canonical(channel, to),
            changed,
            change,
        }),
        _ => Err(StoreError::Corrupt("a notice of an unknown kind")),
    }
}

pub(super) fn outbox_entry(row: &SqliteRow) -> StoreResult<OutboxEntry> {
    Ok(OutboxEntry {
        id: MessageId(row.try_get("id")?),
        kind: row.try_get("kind")?,
        channel: kind(row.try_get("channel")?)?,
        state: delivery_state(row)?,
        attempts: row.try_get("attempts")?,
        transport: row.try_get("transport")?,
        provider_message_id: row.try_get("provider_message_id")?,
        requested_at: instant(row.try_get("created_at")?)?,
        due_at: optional_instant(row.try_get("due_at")?)?,
    })
}

pub(super) fn origin(row: &SqliteRow) -> StoreResult<Origin> {
    let (ip_prefix, user_agent) = (row.try_get("ip_prefix")?, row.try_get("user_agent")?);
    Ok(Origin {
        ip_prefix,
        user_agent,
        ..Origin::default()
    })
}

/// Reads the language. A language that this version no longer knows must not keep the message from
/// being sent, so it becomes the default.
pub(super) fn language(row: &SqliteRow) -> StoreResult<Language> {
    Ok(Language::from_code(row.try_get("language")?).unwrap_or_default())
}

pub(super) fn session(row: &SqliteRow) -> StoreResult<Session> {
    Ok(Session {
        id: SessionId(row.try_get("id")?),
        contact_type: row
            .try_get::<Option<&str>, _>("contact_type")?
            .map(kind)
            .transpose()?,
        contact_value: row.try_get("contact_value")?,
        customer_id: row
            .try_get::<Option<i64>, _>("customer_id")?
            .map(CustomerId),
        authenticated: row.try_get("authenticated")?,
        next: row.try_get("next")?,
        created_at: instant(row.try_get("created_at")?)?,
        last_seen_at: instant(row.try_get("last_seen_at")?)?,
        confirmed_at: optional_instant(row.try_get("confirmed_at")?)?,
        key_id: row.try_get::<Option<String>, _>("key_id")?.map(KeyId::from),
        is_customer_disabled: row
            .try_get::<Option<i64>, _>("customers.disabled_at")?
            .is_some(),
        origin: origin(row)?,
    })
}

pub(super) fn device(row: &SqliteRow) -> StoreResult<KnownDevice> {
    Ok(KnownDevice {
        token: digest(row.try_get("token_digest")?)?,
        customer: CustomerId(row.try_get("customer_id")?),
        last_seen_at: instant(row.try_get("last_seen_at")?)?,
        key_id: row.try_get::<Option<String>, _>("key_id")?.map(KeyId::from),
    })
}

pub(super) fn spent(row: &SqliteRow) -> StoreResult<SmsSpent> {
    let money = |cost: i64| Money::from_micros(cost.max(0).unsigned_abs());
    Ok(SmsSpent {
        day: money(row.try_get("day")?),
        month: money(row.try_get("month")?),
    })
}

/// Reads an event of the history. Returns `None` for an event that this version does not know.
pub(super) fn event(row: &SqliteRow) -> StoreResult<Option<Event>> {
    Ok(Event::from_name(row.try_get("event")?))
}

pub(super) fn history_entry(row: &SqliteRow) -> StoreResult<HistoryEntry> {
    Ok(HistoryEntry {
        id: row.try_get("id")?,
        otp: row.try_get::<Option<i64>, _>("otp_id")?.map(OtpId),
        customer: row
            .try_get::<Option<i64>, _>("customer_id")?
            .map(CustomerId),
        event: row.try_get("event")?,
        contact: row
            .try_get::<Option<String>, _>("contact")?
            .unwrap_or_default(),
        at: instant(row.try_get("at")?)?,
        origin: origin(row)?,
    })
}

/// Reads a row of the history and the state of its seal.
pub(super) fn chained(row: &SqliteRow) -> StoreResult<(ChainRow, ChainState)> {
    let chained = ChainRow {
        id: row.try_get("id")?,
        otp_id: row.try_get("otp_id")?,
        customer_id: row.try_get("customer_id")?,
        otp_type: row.try_get("otp_type")?,
        contact: row.try_get("contact")?,
        event: row.try_get("event")?,
        at: row.try_get("at")?,
        ip_prefix: row.try_get("ip_prefix")?,
        user_agent: row.try_get("user_agent")?,
    };
    let bytes = |column| {
        Ok::<_, StoreError>(
            row.try_get::<Option<Vec<u8>>, _>(column)?
                .map(<[u8; 32]>::try_from),
        )
    };
    let key_id = row.try_get::<Option<String>, _>("key_id")?.map(KeyId::from);
    let state = match (
        key_id,
        bytes("previous")?,
        bytes("digest")?,
        bytes("seal")?,
        bytes("mac")?,
    ) {
        (Some(key_id), Some(Ok(previous)), Some(Ok(digest)), Some(Ok(seal)), _) => {
            ChainState::Sealed(Link {
                previous,
                key_id,
                digest,
                seal,
            })
        }
        (Some(key_id), None, None, None, Some(Ok(mac))) => ChainState::Waiting { key_id, mac },
        _ => ChainState::Missing,
    };
    Ok((chained, state))
}
