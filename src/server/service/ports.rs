//! What the use cases need from outside.
//!
//! Rules for a store: one method is one atomic state change; what is not there is `Option`, never an error; instants are
//! arguments; a guard is part of the statement that changes the row, never a read before it.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::history::HistoryOf;
use crate::server::domain::{
    ChainRow, ChangeId, Code, Contact, Customer, CustomerId, DeliveryState, EmailAddress, Event, FailureReason, Full,
    Guess, KeyId, LimitPolicy, Link, Money, Origin, Otp, OtpId, OtpPolicy, PastChange, PhoneNumber, Purpose, Rule,
    Session, SessionId, SessionPolicy, SmsBudget, SmsSpent, Solution, Subject, TokenDigest,
};
use crate::server::random::Random;
use crate::shared::{CodeFormat, ContactType};

/// A store could not do its work. The source says why, for the log.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or is not there.
    #[error("the database failed")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row holds what no version of this program writes.
    #[error("the database holds a value that cannot be read: {0}")]
    Corrupt(&'static str),
    /// A customer with this contact is there already.
    #[error("a customer with this contact exists already")]
    ContactTaken,
}

/// What a store answers.
pub type StoreResult<T> = Result<T, StoreError>;

/// An OTP to issue.
#[derive(Clone, Debug)]
pub struct NewOtp {
    /// What its code is for.
    pub purpose: Purpose,
    /// Who has the contact, if anybody.
    pub customer_id: Option<CustomerId>,
    /// The contact, canonical.
    pub contact: Contact,
    /// The browser that asked, as its token is bound for the purpose.
    pub browser: TokenDigest,
    /// Whether the customer has signed in there before.
    pub known_browser: bool,
    /// That browser, as the customer knows it.
    pub device: Option<TokenDigest>,
    /// What the code looks like.
    pub format: CodeFormat,
    /// Which message this is that the browser asks for, for this contact, from 1.
    pub messages: u32,
    /// What limits it.
    pub rules: Vec<Rule>,
    /// What the code is derived from.
    pub nonce: [u8; 16],
    /// The key it is derived with.
    pub key_id: KeyId,
    /// Its lifetime and attempts.
    pub policy: OtpPolicy,
    /// The `Message-ID`'s own part, random, the same each time the message is tried.
    pub message_id: String,
    /// When it is issued.
    pub now: Timestamp,
    /// Where the request came from.
    pub origin: Origin,
}

/// What a browser asked for, kept in its pre-auth session.
#[derive(Clone, Debug)]
pub struct PreAuth {
    /// The digest of its token.
    pub browser: TokenDigest,
    /// The contact as typed and its kind.
    pub contact: (ContactType, String),
    /// Where the customer wants to go after signing in.
    pub next: Option<String>,
}

/// A message to send again.
#[derive(Clone, Debug)]
pub struct Resent {
    /// The OTP.
    pub id: OtpId,
    /// The generation that the caller decided on; if another request was faster, nothing happens.
    pub generation: u32,
    /// When the latest message before this one was asked for; likewise.
    pub sent_at: Timestamp,
    /// The new expiry, if the next generation is issued.
    pub next_expires_at: Option<Timestamp>,
    /// Whether that is a code of letters, and the digits of before are worth nothing any more.
    pub escalates: bool,
    /// What limits it.
    pub rules: Vec<Rule>,
    /// Which contact of the customer it goes to.
    pub channel: ContactType,
    /// The `Message-ID`'s own part.
    pub message_id: String,
    /// When.
    pub now: Timestamp,
    /// Where the request came from.
    pub origin: Origin,
}

/// An answer to count.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The OTP.
    pub id: OtpId,
    /// Who answers.
    pub guess: Guess,
    /// What limits it.
    pub limits: LimitPolicy,
    /// When.
    pub now: Timestamp,
    /// Where the request came from.
    pub origin: Origin,
}

/// What became of an answer.
#[derive(Debug)]
pub enum Counted {
    /// It was counted and may be compared with the code of the OTP, which is as it is then.
    Taken(Box<Otp>),
    /// The OTP takes no answer.
    NotTaken,
    /// A limit does not allow it. If digits are not enough any more, the OTP has ended.
    Limited(Full),
}

/// A sign-in to record.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The OTP that was answered.
    pub id: OtpId,
    /// The browser that asked, whose pre-auth session ends.
    pub browser: TokenDigest,
    /// The session that opens.
    pub session: TokenDigest,
    /// The browser, as it will be known from now on.
    pub device: TokenDigest,
    /// How many browsers of a customer are known; beyond that the one not used for longest is forgotten.
    pub known_browsers: u32,
    /// The notice to queue if the customer has not signed in on this browser before.
    pub notice: Option<NewNotice>,
    /// When.
    pub now: Timestamp,
    /// Where the request came from.
    pub origin: Origin,
}

/// A code that somebody who is signed in has entered: their session gets a new token, and the old one is dead at once.
#[derive(Clone, Debug)]
pub struct Renewal {
    /// The OTP that was answered.
    pub otp: OtpId,
    /// What its code was for.
    pub purpose: Purpose,
    /// The session's token so far.
    pub session: TokenDigest,
    /// Its token from now on.
    pub renewed: TokenDigest,
    /// What its browser is known by.
    pub device: Option<TokenDigest>,
}

/// A notice to queue.
#[derive(Clone, Debug)]
pub struct NewNotice {
    /// Which contact of the customer it goes to.
    pub channel: ContactType,
    /// The `Message-ID`'s own part.
    pub message_id: String,
    /// From when on it is no news any more.
    pub expires_at: Timestamp,
}

/// A message that waits to be sent, claimed for one try.
#[derive(Debug)]
pub struct Delivery {
    /// The row in the outbox.
    pub id: i64,
    /// What it brings.
    pub subject: DeliverySubject,
    /// Whom it goes to; `None` if nobody has the contact (any more).
    pub customer: Option<Customer>,
    /// Which of the customer's contacts it goes to.
    pub channel: ContactType,
    /// When the message was asked for.
    pub asked_at: Timestamp,
    /// When its code expires or its news is old.
    pub expires_at: Timestamp,
    /// The browser that it is about.
    pub origin: Origin,
    /// The `Message-ID`'s own part.
    pub message_id: String,
    /// Which try this is, from 1. It names the claim, too: a later claim has another number.
    pub tries: u32,
}

/// What a message brings.
#[derive(Clone, Debug)]
pub enum DeliverySubject {
    /// A code.
    Code {
        /// Its OTP.
        otp: Box<Otp>,
        /// Its generation.
        generation: u32,
        /// Whether the contact's owner has said "this was not me" and the browser is not known.
        is_muted: bool,
    },
    /// The notice of a sign-in on a new browser.
    NewSignIn,
    /// The notice that a contact was changed.
    ContactChanged {
        /// Whom it is for: the contact as it was, or the other one.
        to: Contact,
        /// Which kind was changed.
        changed: ContactType,
        /// The change, to undo it.
        change: Option<ChangeId>,
    },
}

/// How a try to send ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It was handed over.
    Sent(Accepted),
    /// It failed, or was given up before it ended; the next try is due then.
    RetryAt {
        /// When.
        at: Timestamp,
        /// Whether the other side named the wait.
        is_held: bool,
        /// Whether the message may have been taken all the same, and is to be paid for again.
        is_unknown: bool,
    },
    /// It is given up.
    Failed(FailureReason),
}

/// A message in the outbox, for the operator.
#[derive(Clone, Debug)]
pub struct OutboxEntry {
    /// The row.
    pub id: i64,
    /// `code`, `new_sign_in` or `contact_changed`.
    pub kind: String,
    /// Which contact it goes to.
    pub channel: ContactType,
    /// How far it is.
    pub state: DeliveryState,
    /// Tries so far.
    pub tries: u32,
    /// The relay or gateway that took it.
    pub carrier: Option<String>,
    /// Its own id for the message.
    pub reference: Option<String>,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When the next try may start.
    pub due_at: Option<Timestamp>,
}

/// Word from a gateway about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The message, by the `Message-ID`'s own part.
    pub message_id: String,
    /// How far it is.
    pub state: DeliveryState,
    /// SHA-256 of what the gateway signed: the same receipt is not taken twice.
    pub digest: [u8; 32],
}

/// What became of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptOutcome {
    /// It was taken.
    Recorded,
    /// It was taken before.
    Replayed,
    /// No message has that id.
    Unknown,
}

/// Money for one text message, to set aside.
#[derive(Clone, Debug)]
pub struct Expense {
    /// The message's row in the outbox.
    pub delivery: i64,
    /// Its price.
    pub price: Money,
    /// What all may cost; `None` for a browser that has signed in before, whose message goes out whatever was spent.
    pub budget: Option<SmsBudget>,
    /// When.
    pub now: Timestamp,
}

/// A "this was not me".
#[derive(Clone, Debug)]
pub struct NotMe {
    /// The OTP that the mail brought; it may be gone by now.
    pub otp: OtpId,
    /// The contact that it is about.
    pub contact: Contact,
    /// Until when strangers get no code for the contact.
    pub until: Timestamp,
    /// Whose sessions end, too.
    pub ends_sessions_of: Option<CustomerId>,
    /// When.
    pub now: Timestamp,
    /// Where the request came from.
    pub origin: Origin,
}

/// A change of a customer's contact.
#[derive(Clone, Debug)]
pub struct ContactChange {
    /// Whose.
    pub customer: CustomerId,
    /// The customer's own session; `None`: the operator changes it.
    pub by: Option<Renewal>,
    /// The contact of this kind from now on.
    pub new: Contact,
    /// The notice, and the contact that it goes to.
    pub notice: Option<(NewNotice, Contact)>,
    /// Until when it can be undone.
    pub undo_until: Timestamp,
    /// When.
    pub now: Timestamp,
    /// Where the request came from.
    pub origin: Origin,
}

/// Which OTPs to list or delete.
#[derive(Clone, Debug, Default)]
pub struct OtpFilter {
    /// Only this one.
    pub id: Option<OtpId>,
    /// Only for this contact.
    pub contact: Option<Contact>,
    /// Only of this kind.
    pub otp_type: Option<ContactType>,
    /// Only verified, or only unverified ones.
    pub is_verified: Option<bool>,
    /// Only those that expired before this instant.
    pub expired_before: Option<Timestamp>,
    /// Only those that were created before this instant.
    pub created_before: Option<Timestamp>,
    /// Only the newest.
    pub latest: bool,
}

/// What cleaning up removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// OTPs that were over.
    pub otps: u64,
    /// Sessions that were over.
    pub sessions: u64,
    /// Notices, receipts, mutes, changes of contacts and known browsers that were over.
    pub others: u64,
}

/// The database: everything below.
#[async_trait]
pub trait Store:
    CustomerStore + OtpStore + SessionStore + OutboxStore + DeviceStore + LimitStore + HistoryStore
{
    /// Whether the database answers.
    async fn ping(&self) -> StoreResult<()>;

    /// Ends what was opened by a key that is not in the ring any more.
    async fn settle_keys(&self) -> StoreResult<()>;
}

/// Customers.
#[async_trait]
pub trait CustomerStore: Send + Sync {
    /// Adds a customer. [`StoreError::ContactTaken`] if one of the contacts is somebody's.
    async fn add_customer(
        &self,
        name: &str,
        email: Option<&EmailAddress>,
        phone: Option<&PhoneNumber>,
        now: Timestamp,
    ) -> StoreResult<CustomerId>;

    /// All customers, oldest first.
    async fn customers(&self) -> StoreResult<Vec<Customer>>;

    /// The customer with a number.
    async fn customer(&self, id: CustomerId) -> StoreResult<Option<Customer>>;

    /// The customer who has a contact and may sign in.
    async fn customer_by_contact(&self, contact: &Contact) -> StoreResult<Option<Customer>>;

    /// Whether anybody has a contact, disabled customers included.
    async fn is_taken(&self, contact: &Contact) -> StoreResult<bool>;

    /// Changes a contact, withdraws the customer's codes, ends their sessions, forgets their browsers and queues the notice,
    /// all or nothing (OWASP ASVS 5.0, 7.4.3). The customer's own session gets its new token and stays, and its browser known.
    /// False if there is no such customer, they have this contact already, or the code was used or the session over before.
    /// [`StoreError::ContactTaken`] if the contact is somebody else's.
    async fn change_contact_of(&self, change: &ContactChange) -> StoreResult<bool>;

    /// A change of a contact that was made.
    async fn contact_change(&self, id: ChangeId) -> StoreResult<Option<PastChange>>;

    /// Brings a contact back as it was before a change, and with it undoes the later changes of its kind; withdraws the
    /// customer's codes, ends their sessions and forgets their browsers, all or nothing. False if the change cannot be undone
    /// (any more). [`StoreError::ContactTaken`] if the contact is somebody else's by now.
    async fn undo_contact_change(&self, id: ChangeId, now: Timestamp, origin: &Origin) -> StoreResult<bool>;

    /// Bars a customer from signing in, withdraws their codes, ends their sessions and forgets their browsers, all or nothing
    /// (OWASP ASVS 5.0, 7.4.2); or lets them sign in again. False if there is no such customer, or it is so already.
    async fn set_disabled(&self, customer: CustomerId, disabled: bool, now: Timestamp) -> StoreResult<bool>;
}

/// OTPs and what happened to them.
#[async_trait]
pub trait OtpStore: Send + Sync {
    /// Issues an OTP and queues its message; withdraws what the same browser asked for before. A limit may refuse it.
    async fn issue(&self, otp: &NewOtp) -> StoreResult<Result<OtpId, Full>>;

    /// The newest OTP of a browser.
    async fn latest_otp(&self, browser: TokenDigest) -> StoreResult<Option<Otp>>;

    /// The newest OTP of a browser for a contact, withdrawn ones too.
    async fn latest_otp_for(&self, browser: TokenDigest, contact: &Contact) -> StoreResult<Option<Otp>>;

    /// Counts an answer to a live OTP of this browser. Only a counted answer may be compared.
    async fn count_attempt(&self, answer: &Answer) -> StoreResult<Counted>;

    /// Counts a repeated answer to an OTP that was verified at or after `since`; false if no more repeats are looked at.
    async fn count_replay(&self, id: OtpId, browser: TokenDigest, since: Timestamp) -> StoreResult<bool>;

    /// Marks an OTP verified, clears its nonce, gives its guesses back, ends the pre-auth session and opens the customer's,
    /// all or nothing. False if the OTP was used or withdrawn before.
    async fn sign_in(&self, sign_in: &SignIn) -> StoreResult<bool>;

    /// Marks an OTP of the command line verified; no session opens. False if it was used or withdrawn before.
    async fn mark_verified(&self, id: OtpId, now: Timestamp) -> StoreResult<bool>;

    /// Queues the message of an OTP again; false if another request was faster. A limit may refuse it.
    async fn resend(&self, resent: &Resent) -> StoreResult<Result<bool, Full>>;

    /// Withdraws the OTPs of a browser and forgets the contact in its pre-auth session.
    async fn forget(&self, browser: TokenDigest, now: Timestamp, origin: &Origin) -> StoreResult<()>;

    /// The OTPs that a filter names, newest first.
    async fn otps(&self, filter: &OtpFilter) -> StoreResult<Vec<Otp>>;

    /// Deletes the OTPs that a filter names and tells how many.
    async fn delete_otps(&self, filter: &OtpFilter) -> StoreResult<u64>;
}

/// Sessions.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Opens or renews the pre-auth session of a browser.
    async fn save_pre_auth(&self, pre_auth: &PreAuth, now: Timestamp) -> StoreResult<()>;

    /// The pre-auth session of a browser, if it was seen after `since`.
    async fn pre_auth(&self, browser: TokenDigest, since: Timestamp) -> StoreResult<Option<Session>>;

    /// The signed-in session with this token if it is alive at `now` and its customer may sign in.
    async fn live_session(
        &self,
        token: TokenDigest,
        policy: &SessionPolicy,
        now: Timestamp,
    ) -> StoreResult<Option<Session>>;

    /// Keeps a signed-in session from idling out.
    async fn touch_session(&self, token: TokenDigest, now: Timestamp) -> StoreResult<()>;

    /// The signed-in session with this token if it was opened at or after `since`.
    async fn new_session(&self, token: TokenDigest, since: Timestamp) -> StoreResult<Option<Session>>;

    /// The signed-in sessions of a customer that are alive at `now`, the one used last first.
    async fn sessions_of(
        &self,
        customer: CustomerId,
        policy: &SessionPolicy,
        now: Timestamp,
    ) -> StoreResult<Vec<Session>>;

    /// Marks an OTP verified, clears its nonce, gives the session its new token and records that it is confirmed, all or
    /// nothing. False if the OTP was used or withdrawn or the session over before.
    async fn renew_session(&self, renewal: &Renewal, now: Timestamp, origin: &Origin) -> StoreResult<bool>;

    /// Ends one of a customer's signed-in sessions for good, or all of them; tells how many.
    async fn end_sessions(
        &self,
        customer: CustomerId,
        session: Option<SessionId>,
        now: Timestamp,
        origin: &Origin,
    ) -> StoreResult<u64>;

    /// Ends a signed-in session for good; false if there was none.
    async fn end_session(&self, token: TokenDigest, now: Timestamp, origin: &Origin) -> StoreResult<bool>;

    /// Leaves a flash in the session of a token, which is opened as a pre-auth session if it is not there.
    async fn put_flash(&self, token: TokenDigest, flash: &str, now: Timestamp) -> StoreResult<()>;

    /// Takes the flash out of a session.
    async fn take_flash(&self, token: TokenDigest) -> StoreResult<Option<String>>;

    /// Deletes sessions that are over: signed-in ones by `policy`, others not seen since `pre_auth_since`.
    async fn delete_old_sessions(
        &self,
        policy: &SessionPolicy,
        pre_auth_since: Timestamp,
        now: Timestamp,
    ) -> StoreResult<u64>;
}

/// Messages that wait to be sent, and what became of them.
#[async_trait]
pub trait OutboxStore: Send + Sync {
    /// Claims the next message of a channel that is due until `leased_until`; no other worker gets it before.
    async fn claim_delivery(
        &self,
        channel: ContactType,
        now: Timestamp,
        leased_until: Timestamp,
    ) -> StoreResult<Option<Delivery>>;

    /// Records how a try ended, unless its lease ran out and another worker has claimed the message since.
    async fn settle_delivery(&self, delivery: &Delivery, settled: &Settled, now: Timestamp) -> StoreResult<()>;

    /// Makes everything due that waits to be tried again on a channel, but for waits that the other side named.
    async fn hasten(&self, channel: ContactType, now: Timestamp) -> StoreResult<()>;

    /// Makes one of those due, as an extra try that does not count; false if none waits.
    async fn hasten_one(&self, channel: ContactType, now: Timestamp) -> StoreResult<bool>;

    /// Records a receipt of the gateway that took a text message: once, and never backwards.
    async fn record_receipt(&self, gateway: &str, receipt: &Receipt, now: Timestamp) -> StoreResult<ReceiptOutcome>;

    /// How far the latest message of an OTP is.
    async fn latest_delivery(&self, otp: OtpId) -> StoreResult<Option<DeliveryState>>;

    /// The newest `limit` messages, newest first.
    async fn outbox(&self, limit: u32) -> StoreResult<Vec<OutboxEntry>>;

    /// Sets money aside for a text message: once, and again after a try of which nobody knows how it ended. False if it would
    /// go over the budget. It never comes back: what strangers ask for must look the same whoever they ask for.
    async fn spend(&self, expense: &Expense) -> StoreResult<bool>;

    /// What text messages have cost on the day and in the month of `now` (UTC).
    async fn spent(&self, now: Timestamp) -> StoreResult<SmsSpent>;
}

/// Browsers that customers know, and contacts that strangers get no codes for.
#[async_trait]
pub trait DeviceStore: Send + Sync {
    /// Whether the customer has signed in on a browser since `since`; without a customer, whether anybody has.
    async fn is_known(&self, device: TokenDigest, customer: Option<CustomerId>, since: Timestamp) -> StoreResult<bool>;

    /// Withdraws the OTP and strangers' codes for the contact, and keeps further ones away.
    async fn not_me(&self, not_me: &NotMe) -> StoreResult<()>;

    /// Deletes what is over: notices, mutes, tallies and changes of contacts at `now`, receipts taken before
    /// `receipts_before`, browsers not seen since
    /// `devices_since`. Tells how much.
    async fn delete_old_records(
        &self,
        now: Timestamp,
        receipts_before: Timestamp,
        devices_since: Timestamp,
    ) -> StoreResult<u64>;
}

/// How often things happened.
#[async_trait]
pub trait LimitStore: Send + Sync {
    /// The first of the rules that has no room at `now`; nothing is counted.
    async fn full(&self, rules: &[Rule], now: Timestamp) -> StoreResult<Option<Full>>;

    /// Counts what happens, unless one of the rules refuses it: then it answers that one.
    async fn charge(&self, rules: &[Rule], now: Timestamp) -> StoreResult<Option<Full>>;

    /// How often it happened to a subject in the time before `now`.
    async fn tallied(&self, subject: Subject, span: SignedDuration, now: Timestamp) -> StoreResult<u32>;
}

/// What happened. Every method of the other ports writes it, in the transaction of what it changes.
#[async_trait]
pub trait HistoryStore: Send + Sync {
    /// Records an answer that changed nothing but a count. One like the newest entry of its OTP is told to the log alone, unless
    /// it is [`Event::Wrong`], which attempts limit: nobody fills the history by answering what takes no answer.
    async fn record_answer(&self, otp: &Otp, event: Event, now: Timestamp, origin: &Origin) -> StoreResult<()>;

    /// The history of an OTP or a customer, oldest first.
    async fn history(&self, of: HistoryOf) -> StoreResult<Vec<HistoryEntry>>;

    /// The next rows after a number, as the chain covers them; none at the end.
    async fn chain(&self, after: i64) -> StoreResult<Vec<(ChainRow, Option<Link>)>>;
}

/// A row of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The number of the row.
    pub id: i64,
    /// The OTP it is about.
    pub otp: Option<OtpId>,
    /// The customer it is about.
    pub customer: Option<CustomerId>,
    /// The event's name.
    pub event: String,
    /// The contact, masked.
    pub contact: String,
    /// When.
    pub at: Timestamp,
    /// Where the request came from.
    pub origin: Origin,
}

/// A message on its way to a customer. It has no `Debug`: it may hold a code.
pub struct Message {
    /// A contact that the customer has, or had, in store.
    pub to: Contact,
    /// What the customer is called.
    pub customer_name: String,
    /// What it says.
    pub content: Content,
    /// When this message was asked for. Not when it is tried: a second try says the same.
    pub asked_at: Timestamp,
    /// Where the request came from that it is about.
    pub origin: Origin,
    /// The `Message-ID`'s own part, and a gateway's idempotency key.
    pub message_id: String,
}

/// What a message says. It has no `Debug`: it may hold a code.
pub enum Content {
    /// Here is your code.
    Code {
        /// The code.
        code: Code,
        /// What it is for.
        purpose: Purpose,
        /// Whole minutes that it works after `asked_at`, at least 1.
        minutes: i64,
        /// The token of the "this was not me" page, if the message links to it: in letters only, as a run of digits could be
        /// taken for the code.
        not_me: Option<String>,
    },
    /// Somebody signed in on a browser that had not signed in before.
    NewSignIn,
    /// The customer's contact was changed; this is what it was before.
    ContactChanged {
        /// The new contact, shown masked.
        new: Contact,
        /// The token of the page that undoes it, in letters only.
        undo: Option<String>,
    },
}

/// A message that a relay or gateway has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The relay or gateway, by its name in the settings.
    pub carrier: String,
    /// Its own id for the message, if it gave one.
    pub reference: Option<String>,
}

/// Why a message was not handed over. It never holds the message, nor what the other side said of the contact.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Trying again may help.
    #[error("the message was not taken: {why}")]
    Transient {
        /// For the log.
        why: String,
        /// The wait that the other side asked for.
        retry_after: Option<SignedDuration>,
        /// Whether the message may have been taken all the same: the answer did not come in time.
        is_unknown: bool,
    },
    /// Trying again will not.
    #[error("the message was refused: {why}")]
    Permanent {
        /// For the log.
        why: String,
        /// For the person.
        reason: FailureReason,
    },
}

impl SendError {
    /// Trying again may help.
    #[must_use]
    pub fn transient(why: impl ToString) -> Self {
        Self::Transient { why: why.to_string(), retry_after: None, is_unknown: false }
    }
}

/// What brings messages to customers.
#[async_trait]
pub trait Messenger: Send + Sync {
    /// Hands a message over, in a bounded time.
    ///
    /// # Errors
    /// [`SendError`].
    async fn send(&self, message: &Message) -> Result<Accepted, SendError>;

    /// How many segments a text message takes, which is what it is paid by; 0 for an email.
    ///
    /// # Errors
    /// [`SendError::Permanent`] if its template does not render.
    fn segments(&self, message: &Message) -> Result<u32, SendError>;

    /// Whether no message of this kind gets out at the moment: everything that takes them keeps failing.
    fn is_down(&self, kind: ContactType) -> bool;
}

/// Why nobody knows whether a solution is right. It never holds the solution.
#[derive(Debug, thiserror::Error)]
#[error("a solution cannot be checked: {0}")]
pub struct CaptchaError(pub String);

/// What is asked of an unknown browser beyond the soft limit of its network.
#[async_trait]
pub trait Captcha: Send + Sync {
    /// A new challenge for the browser to solve, as JSON; `None` if it gets none from us.
    fn challenge(&self, random: &dyn Random, now: Timestamp) -> Option<String>;

    /// The solution in this text, if it is a right one of a challenge that is still good. Whether it was taken before is for
    /// the limits to say.
    ///
    /// # Errors
    /// [`CaptchaError`], in a bounded time.
    async fn check(&self, text: &str, now: Timestamp) -> Result<Option<Solution>, CaptchaError>;
}
