//! What a decision changes in the database.
//!
//! A decision is a pure function of what was loaded. It answers with a list of changes, which the
//! store applies in their order and commits together with what the decision was made of.

use jiff::Timestamp;

use super::{
    chain::ChainRow,
    contact::Contact,
    delivery::DeliveryState,
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

/// What was decided.
#[derive(Clone, Debug)]
pub struct Decision<T> {
    /// What changes, in order.
    pub changes: Vec<Change>,
    /// What the security log hears once the changes are committed.
    pub events: Vec<SecurityEvent>,
    /// The answer.
    pub answer: T,
}

impl<T> Decision<T> {
    /// Nothing changes.
    #[must_use]
    pub const fn unchanged(answer: T) -> Self {
        Self {
            changes: Vec::new(),
            events: Vec::new(),
            answer,
        }
    }

    /// These changes are made.
    #[must_use]
    pub const fn new(changes: Vec<Change>, answer: T) -> Self {
        Self {
            changes,
            events: Vec::new(),
            answer,
        }
    }

    /// The same, and the security log hears of it.
    #[must_use]
    pub fn with_event(mut self, event: SecurityEvent) -> Self {
        self.events.push(event);
        self
    }

    /// The changes of both, and the other one's answer.
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

    /// The same changes with another answer.
    #[must_use]
    pub fn map<U>(self, map: impl FnOnce(T) -> U) -> Decision<U> {
        Decision {
            changes: self.changes,
            events: self.events,
            answer: map(self.answer),
        }
    }
}

/// A change of the database.
#[derive(Clone, Debug)]
pub enum Change {
    /// A new OTP.
    InsertOtp(Box<NewOtp>),
    /// An OTP has had one answer more.
    CountAttempt(OtpId),
    /// An answer was repeated after its OTP had been verified.
    CountReplay(OtpId),
    /// An OTP was verified. Its secrets go.
    VerifyOtp(OtpId, Timestamp),
    /// Another message of an OTP was requested.
    ResendOtp(Box<OtpResend>),
    /// An OTP ends, as if its time were over, with every code of it.
    ExpireOtp(OtpId, Timestamp),
    /// The browser forgot an OTP or asked for another contact. Its secrets go.
    RevokeOtp(OtpId, Timestamp),
    /// No code of an OTP is right any more. It goes on taking answers, so that its browser sees no
    /// difference.
    InvalidateOtp(OtpId),
    /// A message waits to be sent.
    QueueMessage(Box<NewMessage>),
    /// A message goes on.
    UpdateMessage(MessageId, MessageUpdate),
    /// A receipt was taken; it is not taken again.
    RememberReceipt([u8; 32], Timestamp),
    /// Money was set aside for a text message.
    Spend(MessageId, Money, Timestamp),
    /// Something counts for limits: one event for each of these subjects.
    Consume(Vec<Consumption>),
    /// The guesses at an OTP do not count any more.
    RefundGuesses(OtpId),
    /// A browser asks for a code: its pre-auth session is opened or renewed.
    SavePreAuth(Box<PreAuth>),
    /// A browser has forgotten the contact that it asked for.
    ForgetPreAuth(TokenDigest),
    /// A customer is signed in.
    OpenSession(Box<NewSession>),
    /// A session is in use.
    TouchSession(SessionId, Timestamp),
    /// The customer of a session has entered a code: it is confirmed, and has another token from
    /// now on.
    RenewSession(SessionId, SessionRenewal),
    /// A session is over.
    DeleteSession(SessionId),
    /// A customer has signed in on a browser.
    RememberDevice(DeviceSeen),
    /// A browser is not a known one of a customer any more.
    ForgetDevice(CustomerId, TokenDigest),
    /// Unknown browsers get no codes for a contact for some time.
    Suppress(Contact, Timestamp),
    /// A customer has another contact of a kind, or none.
    SetContact(CustomerId, ContactType, Option<Contact>),
    /// A change of a contact can be undone.
    RememberContactChange(Box<NewContactChange>),
    /// A change of a contact was undone.
    UndoContactChange(ChangeId, Timestamp),
    /// A customer may not sign in from an instant on, or may again.
    SetDisabled(CustomerId, Option<Timestamp>),
    /// Something happened that the history keeps.
    Record(Box<HistoryRecord>),
}

impl Change {
    /// Something counts for limits, if it counts for any.
    #[must_use]
    pub fn consume(consumed: Vec<Consumption>) -> Option<Self> {
        (!consumed.is_empty()).then_some(Self::Consume(consumed))
    }

    /// Something happened to an OTP.
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

    /// Something happened to a customer.
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
    /// The record as it will be.
    pub otp: Otp,
    /// The browser that asked, as its token is bound for the purpose.
    pub browser: TokenDigest,
    /// Digits in its code while it has digits.
    pub length: u8,
}

/// What another message changes in an OTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtpResend {
    /// The OTP.
    pub id: OtpId,
    /// When the message was requested.
    pub sent_at: Timestamp,
    /// The generation of its code.
    pub generation: u32,
    /// When the code before it expires.
    pub previous_expires_at: Option<Timestamp>,
    /// When its code expires.
    pub expires_at: Timestamp,
    /// What the code looks like.
    pub format: CodeFormat,
    /// Where the message goes.
    pub channel: ContactType,
    /// Whether no code of the OTP has been sent so far.
    pub is_withheld: bool,
}

/// A message to queue.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Its number.
    pub id: MessageId,
    /// What it brings.
    pub kind: NewMessageKind,
    /// The kind of contact that it goes to.
    pub channel: ContactType,
    /// The `Message-ID`'s own part (RFC 5322 section 3.6.4), the same in each try.
    pub message_id: String,
    /// The browser that it is about.
    pub origin: Origin,
    /// When it was requested.
    pub created_at: Timestamp,
    /// When its code expires or its news is old.
    pub expires_at: Timestamp,
    /// How far it is: queued, or failed at once if it is withheld.
    pub state: DeliveryState,
    /// The process that sends it at once, and until when its lease holds.
    pub lease: Option<Lease>,
}

/// A claim on a message: only its owner sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The process that has it.
    pub owner: WorkerId,
    /// When it ends, unless it is renewed before.
    pub until: Timestamp,
}

/// Claims that are ready, for the kind of contact that a message turns out to go to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leases {
    /// For a mail.
    pub email: Option<Lease>,
    /// For a text message.
    pub phone: Option<Lease>,
}

impl Leases {
    /// The claim on a message of a channel.
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

/// What a message brings.
#[derive(Clone, Debug)]
pub enum NewMessageKind {
    /// The code of a generation of an OTP.
    Code(OtpId, u32),
    /// The notice of a sign-in on a new browser.
    NewSignIn(CustomerId),
    /// The notice that a contact was changed.
    ContactChanged {
        /// Whose.
        customer: CustomerId,
        /// Where it goes: the contact as it was, or the other one.
        to: Contact,
        /// The kind that was changed.
        changed: ContactType,
        /// The change that its link undoes; `None` if the operator made it.
        change: Option<ChangeId>,
    },
}

/// How a message goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageUpdate {
    /// It was handed over.
    Sent(Handover),
    /// It waits for another try.
    Retry {
        /// When the next try may start.
        at: Timestamp,
        /// Whether the other side named the wait.
        is_held: bool,
        /// Whether the try is to be paid for again.
        is_unpaid: bool,
    },
    /// It is over.
    Over(DeliveryState),
}

/// A message that was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// The state from now on; a receipt may have been faster.
    pub state: DeliveryState,
    /// The relay or gateway that took it.
    pub transport: String,
    /// Its own id for the message.
    pub reference: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What a browser asked for.
#[derive(Clone, Debug)]
pub struct PreAuth {
    /// The digest of its token.
    pub token: TokenDigest,
    /// The kind of contact.
    pub contact_type: ContactType,
    /// The contact as typed.
    pub contact_value: String,
    /// Where the customer wants to go after signing in; `None` leaves what was said before.
    pub next: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A session to open.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The digest of its token.
    pub token: TokenDigest,
    /// The key that the token was derived with.
    pub key_id: KeyId,
    /// Who is signed in.
    pub customer: CustomerId,
    /// The kind of contact that was asked for.
    pub contact_type: Option<ContactType>,
    /// The contact as it was typed.
    pub contact_value: Option<String>,
    /// Where the customer wanted to go.
    pub next: Option<String>,
    /// Where the customer signs in.
    pub origin: Origin,
    /// When.
    pub at: Timestamp,
}

/// What a code that was entered changes in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRenewal {
    /// The digest of its new token.
    pub token: TokenDigest,
    /// The key that the token was derived with.
    pub key_id: KeyId,
    /// When.
    pub at: Timestamp,
}

/// A sign-in on a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceSeen {
    /// Who signed in.
    pub customer: CustomerId,
    /// The digest of the token that the browser is known by.
    pub token: TokenDigest,
    /// The key of the code that was entered.
    pub key_id: KeyId,
    /// When.
    pub at: Timestamp,
}

/// A change of a contact, to be kept for as long as it can be undone.
#[derive(Clone, Debug)]
pub struct NewContactChange {
    /// Its number.
    pub id: ChangeId,
    /// Whose contact.
    pub customer: CustomerId,
    /// What it was.
    pub old: Option<Contact>,
    /// What it is.
    pub new: Contact,
    /// Until when it can be undone.
    pub undo_until: Timestamp,
}

/// A row of the history.
#[derive(Clone, Debug)]
pub struct HistoryRecord {
    /// What happened.
    pub event: Event,
    /// To which OTP.
    pub otp: Option<OtpId>,
    /// To which customer.
    pub customer: Option<CustomerId>,
    /// The contact, kept masked.
    pub contact: Option<Contact>,
    /// Where the request came from.
    pub origin: Origin,
    /// When.
    pub at: Timestamp,
}

impl HistoryRecord {
    /// The row as the chain covers it, without its number.
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
    fn decisions_join_in_their_order_and_the_last_one_answers() {
        let first = Decision::new(vec![Change::CountAttempt(OtpId(1))], "first")
            .with_event(SecurityEvent::Pumped);
        let second = Decision::new(vec![Change::InvalidateOtp(OtpId(1))], 2)
            .with_event(SecurityEvent::WrongSolution);
        let both = first.and(second).map(|answer| answer + 1);
        assert_eq!(names(&both.changes), ["count_attempt", "invalidate_otp"]);
        assert_eq!(
            both.events,
            [SecurityEvent::Pumped, SecurityEvent::WrongSolution]
        );
        assert_eq!(both.answer, 3);
    }

    #[test]
    fn a_message_is_claimed_by_the_lease_of_its_channel() {
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
