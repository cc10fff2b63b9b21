//! The changes that a decision makes to the database.
//!
//! A decision is a pure function of what the store loaded. It returns a list of changes. The store
//! applies them in order, in the transaction that loaded the data for the decision.

use jiff::Timestamp;

use super::{
    chain::ChainRow,
    contact::Contact,
    delivery::{DeliveryState, RetryCause},
    history::{Event, Origin},
    id::{ChangeId, CustomerId, MessageId, OtpId, SessionId},
    key::KeyId,
    limits::Consumption,
    otp::Otp,
    security_event::SecurityEvent,
    sms::Money,
    token::TokenDigest,
};
use crate::shared::{CodeFormat, ContactType};

/// A decision: its changes, its security events and its answer.
#[derive(Clone, Debug)]
pub struct Decision<T> {
    /// The changes to apply, in order.
    pub changes: Vec<Change>,
    /// The events for the security log, logged once the changes are committed.
    pub events: Vec<SecurityEvent>,
    /// The answer to the caller.
    pub answer: T,
}

impl<T> Decision<T> {
    /// Creates a decision that changes nothing.
    #[must_use]
    pub const fn unchanged(answer: T) -> Self {
        Self {
            changes: Vec::new(),
            events: Vec::new(),
            answer,
        }
    }

    /// Creates a decision that makes these changes.
    #[must_use]
    pub const fn new(changes: Vec<Change>, answer: T) -> Self {
        Self {
            changes,
            events: Vec::new(),
            answer,
        }
    }

    /// Adds an event for the security log.
    #[must_use]
    pub fn with_event(mut self, event: SecurityEvent) -> Self {
        self.events.push(event);
        self
    }

    /// Appends the changes and the events of `other` and takes over its answer.
    #[must_use]
    pub fn and<U>(mut self, other: Decision<U>) -> Decision<U> {
        self.changes.extend(other.changes);
        self.events.extend(other.events);
        Decision {
            changes: self.changes,
            events: self.events,
            answer: other.answer,
        }
    }

    /// Replaces the answer and keeps the changes and the events.
    #[must_use]
    pub fn map<U>(self, map: impl FnOnce(T) -> U) -> Decision<U> {
        Decision {
            changes: self.changes,
            events: self.events,
            answer: map(self.answer),
        }
    }
}

/// A change to the database.
#[derive(Clone, Debug)]
pub enum Change {
    /// Inserts a new OTP.
    InsertOtp(Box<NewOtp>),
    /// Counts one more attempt at an OTP.
    CountAttempt(OtpId),
    /// Counts a repeated attempt at an OTP that was already verified.
    CountReplay(OtpId),
    /// Marks an OTP as verified and deletes its secrets.
    VerifyOtp(OtpId, Timestamp),
    /// Updates an OTP for another message that was requested.
    ResendOtp(Box<OtpResend>),
    /// Ends an OTP and all its codes, as if they had expired.
    ExpireOtp(OtpId, Timestamp),
    /// Revokes an OTP and deletes its secrets, because the browser forgot it or asked for another
    /// contact.
    RevokeOtp(OtpId, Timestamp),
    /// Makes every code of an OTP invalid. The OTP keeps accepting attempts, so that its browser
    /// sees no difference.
    InvalidateOtp(OtpId),
    /// Adds a message to the outbox.
    QueueMessage(Box<NewMessage>),
    /// Updates the delivery of a message.
    UpdateMessage(MessageId, MessageUpdate),
    /// Stores the digest of a delivery receipt, so that the receipt is not accepted again.
    RememberReceipt([u8; 32], Timestamp),
    /// Reserves the price of a text message.
    Spend(MessageId, Money, Timestamp),
    /// Counts an event towards limits, once for each of these subjects.
    Consume(Vec<Consumption>),
    /// Removes the guesses at an OTP from the limits.
    RefundGuesses(OtpId),
    /// Opens or renews the pre-auth session of a browser that asks for a code.
    SavePreAuth(Box<PreAuth>),
    /// Removes the requested contact from the pre-auth session of a browser.
    ForgetPreAuth(TokenDigest),
    /// Opens the session of a customer who signed in.
    OpenSession(Box<NewSession>),
    /// Records that a session is in use.
    TouchSession(SessionId, Timestamp),
    /// Confirms a session whose customer entered a code, and replaces its token.
    RenewSession(SessionId, SessionRenewal),
    /// Ends a session.
    DeleteSession(SessionId),
    /// Remembers a browser on which a customer signed in.
    RememberDevice(DeviceSeen),
    /// Removes a browser from the known devices of a customer.
    ForgetDevice(CustomerId, TokenDigest),
    /// Suppresses codes to a contact for unknown devices until an instant.
    Suppress(Contact, Timestamp),
    /// Sets the contact of a customer for one kind, or removes it.
    SetContact(CustomerId, ContactType, Option<Contact>),
    /// Stores a contact change that can be undone.
    RememberContactChange(Box<NewContactChange>),
    /// Marks a contact change as undone.
    UndoContactChange(ChangeId, Timestamp),
    /// Disables a customer from an instant on, or enables them again.
    SetDisabled(CustomerId, Option<Timestamp>),
    /// Adds an event to the history.
    Record(Box<HistoryRecord>),
}

impl Change {
    /// Returns [`Change::Consume`], or `None` if nothing counts towards a limit.
    #[must_use]
    pub fn consume(consumed: Vec<Consumption>) -> Option<Self> {
        (!consumed.is_empty()).then_some(Self::Consume(consumed))
    }

    /// Returns the change that records an event of an OTP in the history.
    #[must_use]
    pub fn record(event: Event, otp: &Otp, origin: &Origin, at: Timestamp) -> Self {
        let (otp, customer, contact) = (Some(otp.id), otp.customer_id, Some(otp.contact.clone()));
        Self::Record(Box::new(HistoryRecord {
            event,
            otp,
            customer,
            contact,
            origin: origin.clone(),
            at,
        }))
    }

    /// Returns the change that records an event of a customer in the history.
    #[must_use]
    pub fn record_of_customer(
        event: Event,
        customer: CustomerId,
        contact: Option<Contact>,
        origin: &Origin,
        at: Timestamp,
    ) -> Self {
        let origin = origin.clone();
        Self::Record(Box::new(HistoryRecord {
            event,
            otp: None,
            customer: Some(customer),
            contact,
            origin,
            at,
        }))
    }
}

/// An OTP to issue.
#[derive(Clone, Debug)]
pub struct NewOtp {
    /// The record to store.
    pub otp: Otp,
    /// The token digest of the browser that asked, bound for the purpose of the OTP.
    pub browser: TokenDigest,
    /// The number of digits in its code. It has no meaning once the code consists of letters.
    pub length: u8,
}

/// The changes that another message makes to an OTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtpResend {
    /// The OTP to change.
    pub id: OtpId,
    /// When the message was requested.
    pub requested_at: Timestamp,
    /// The generation of the code in the message.
    pub generation: u32,
    /// When the previous code expires.
    pub previous_expires_at: Option<Timestamp>,
    /// When the code in the message expires.
    pub expires_at: Timestamp,
    /// The format of the code.
    pub format: CodeFormat,
    /// The kind of contact that the message goes to.
    pub channel: ContactType,
    /// Whether every message of the OTP was withheld, so that no code has been sent so far.
    pub is_withheld: bool,
}

/// A message to queue.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// The number of the message.
    pub id: MessageId,
    /// The content of the message.
    pub kind: NewMessageKind,
    /// The kind of contact that the message goes to.
    pub channel: ContactType,
    /// The unique part of the `Message-ID` (RFC 5322 section 3.6.4), the same for each attempt.
    pub message_id: String,
    /// The origin of the request that caused the message.
    pub origin: Origin,
    /// When the message was requested.
    pub created_at: Timestamp,
    /// When the code in the message expires, or when a notice is out of date.
    pub expires_at: Timestamp,
    /// The initial state: queued, or failed if the message is withheld.
    pub state: DeliveryState,
    /// The lease of the process that sends the message immediately. Without one, the message waits
    /// for any worker.
    pub lease: Option<Lease>,
}

/// A claim on a message. Only the process that holds the lease sends the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The process that holds the lease.
    pub owner: WorkerId,
    /// When the lease ends, unless it is renewed before.
    pub until: Timestamp,
}

/// Leases that a process obtained before it knows which kind of contact the message goes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leases {
    /// The lease for an email.
    pub email: Option<Lease>,
    /// The lease for a text message.
    pub phone: Option<Lease>,
}

impl Leases {
    /// Returns the lease for a message on `channel`.
    #[must_use]
    pub fn of(self, channel: ContactType) -> Option<Lease> {
        match channel {
            ContactType::Email => self.email,
            ContactType::Phone => self.phone,
        }
    }
}

/// Identifies a process that sends messages, for as long as it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerId(pub i64);

/// The content of a message to queue.
#[derive(Clone, Debug)]
pub enum NewMessageKind {
    /// The code of one generation of an OTP.
    Code(OtpId, u32),
    /// The notice of a sign-in on a new browser.
    NewSignIn(CustomerId),
    /// The notice that a contact was changed.
    ContactChanged {
        /// The customer whose contact was changed.
        customer: CustomerId,
        /// The recipient: the previous contact, or the other contact of the customer.
        to: Contact,
        /// The kind of contact that was changed.
        changed: ContactType,
        /// The change that the link in the notice undoes; `None` if the operator made the change.
        change: Option<ChangeId>,
    },
}

/// An update to the delivery of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageUpdate {
    /// A transport accepted the message, or may have accepted it and is not asked again.
    Sent(Handover),
    /// The message waits for another attempt.
    Retry {
        /// When the next attempt may start.
        at: Timestamp,
        /// The reason for the retry.
        cause: RetryCause,
    },
    /// The delivery ended in this state.
    Final(DeliveryState),
}

/// A message that a transport has, or may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// The state after the handover. It may come from a receipt that arrived before the handover
    /// was recorded.
    pub state: DeliveryState,
    /// The relay or gateway that accepted the message, if it is known.
    pub transport: Option<String>,
    /// The id that the relay or gateway gave to the message.
    pub provider_message_id: Option<String>,
    /// When the message was accepted, or when its outcome was given up.
    pub at: Timestamp,
}

/// The contact that a browser asked for.
#[derive(Clone, Debug)]
pub struct PreAuth {
    /// The digest of the browser's token.
    pub token: TokenDigest,
    /// The kind of contact.
    pub contact_type: ContactType,
    /// The contact as typed.
    pub contact_value: String,
    /// The page that the customer wants to open after signing in; `None` keeps the page stored
    /// before.
    pub next: Option<String>,
    /// When the browser asked.
    pub at: Timestamp,
}

/// A session to open.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The digest of the session token.
    pub token: TokenDigest,
    /// The key that the token was derived with.
    pub key_id: KeyId,
    /// The customer who signed in.
    pub customer: CustomerId,
    /// The kind of contact that the browser asked for.
    pub contact_type: Option<ContactType>,
    /// The contact as typed.
    pub contact_value: Option<String>,
    /// The page that the customer wanted to open.
    pub next: Option<String>,
    /// The origin of the request that signed in.
    pub origin: Origin,
    /// When the customer signed in.
    pub at: Timestamp,
}

/// The changes that an entered code makes to a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRenewal {
    /// The digest of the new token.
    pub token: TokenDigest,
    /// The key that the new token was derived with.
    pub key_id: KeyId,
    /// When the code was entered.
    pub at: Timestamp,
}

/// A sign-in on a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceSeen {
    /// The customer who signed in.
    pub customer: CustomerId,
    /// The digest of the device token that identifies the browser from now on.
    pub token: TokenDigest,
    /// The key that the entered code was derived with.
    pub key_id: KeyId,
    /// When the customer signed in.
    pub at: Timestamp,
}

/// A contact change to store for as long as it can be undone.
#[derive(Clone, Debug)]
pub struct NewContactChange {
    /// The number of the change.
    pub id: ChangeId,
    /// The customer whose contact changed.
    pub customer: CustomerId,
    /// The previous contact; `None` if there was none.
    pub old: Option<Contact>,
    /// The new contact.
    pub new: Contact,
    /// Until when the change can be undone.
    pub undo_until: Timestamp,
}

/// An event to add to the history.
#[derive(Clone, Debug)]
pub struct HistoryRecord {
    /// The event.
    pub event: Event,
    /// The OTP that the event is about.
    pub otp: Option<OtpId>,
    /// The customer that the event is about.
    pub customer: Option<CustomerId>,
    /// The contact. The history stores it redacted.
    pub contact: Option<Contact>,
    /// The origin of the request.
    pub origin: Origin,
    /// When the event happened.
    pub at: Timestamp,
}

impl HistoryRecord {
    /// Returns the row that the chain covers. Its number is 0, because the database assigns it.
    #[must_use]
    pub fn row(&self) -> ChainRow {
        ChainRow {
            id: 0,
            otp_id: self.otp.map(|id| id.0),
            customer_id: self.customer.map(|id| id.0),
            otp_type: self
                .contact
                .as_ref()
                .map(|contact| contact.kind().as_str().to_owned()),
            contact: self.contact.as_ref().map(ToString::to_string),
            event: self.event.as_str().to_owned(),
            at: self.at.as_millisecond(),
            ip_prefix: self.origin.ip_prefix.clone(),
            user_agent: self.origin.user_agent.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::domain::fixtures::{names, start};

    #[test]
    fn joined_decisions_keep_their_order_and_the_last_answer() {
        let first = Decision::new(vec![Change::CountAttempt(OtpId(1))], "first")
            .with_event(SecurityEvent::SmsPumping);
        let second = Decision::new(vec![Change::InvalidateOtp(OtpId(1))], 2)
            .with_event(SecurityEvent::CaptchaFailed);
        let both = first.and(second).map(|answer| answer + 1);
        assert_eq!(names(&both.changes), ["count_attempt", "invalidate_otp"]);
        assert_eq!(
            both.events,
            [SecurityEvent::SmsPumping, SecurityEvent::CaptchaFailed]
        );
        assert_eq!(both.answer, 3);
    }

    #[test]
    fn leases_are_selected_by_channel() {
        let lease = |owner| {
            Some(Lease {
                owner: WorkerId(owner),
                until: start(),
            })
        };
        let leases = || Leases {
            email: lease(1),
            phone: None,
        };
        assert_eq!(
            (
                leases().of(ContactType::Email),
                leases().of(ContactType::Phone)
            ),
            (lease(1), None)
        );
    }
}
