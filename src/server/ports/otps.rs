//! The store of OTPs.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::{
    server::domain::{
        Contact, Customer, Deferral, DeliveryState, Origin, Otp, OtpId, Rule, Session, SmsSpent,
        TokenDigest, Usage,
        check_code::{CountResult, Rejection, VerifyRequest},
        customer_changes::NotMe,
        request_code::{CodeRequest, RequestResult},
        resend_code::{ResendRequest, ResendResult},
        sign_in::{SignInRequest, SignedIn},
    },
    shared::ContactType,
};

/// A filter for the OTPs to list or delete. Every condition that is set must match.
#[derive(Clone, Debug, Default)]
pub struct OtpFilter {
    /// Only the OTP with this id.
    pub id: Option<OtpId>,
    /// Only OTPs for this contact.
    pub contact: Option<Contact>,
    /// Only OTPs for this kind of contact.
    pub otp_type: Option<ContactType>,
    /// Only verified OTPs, or only unverified ones.
    pub is_verified: Option<bool>,
    /// Only OTPs that expired before this instant.
    pub expired_before: Option<Timestamp>,
    /// Only OTPs created before this instant.
    pub created_before: Option<Timestamp>,
    /// Only the newest OTP that matches. Deletion ignores this.
    pub latest: bool,
}

/// The rows that describe a browser's sign-in.
#[derive(Clone, Debug)]
pub struct SignInRows {
    /// The session of the browser.
    pub session: Option<Session>,
    /// The newest OTP of the browser.
    pub otp: Option<Otp>,
    /// The customer of the OTP.
    pub customer: Option<Customer>,
    /// The delivery state of the OTP's latest message.
    pub delivery: Option<DeliveryState>,
    /// Why that message is deferred, if it is.
    pub deferral: Option<Deferral>,
    /// The cost of text messages so far, by day and month.
    pub spent: SmsSpent,
}

/// Stores OTPs, together with the messages, sessions and limit events that belong to them.
#[async_trait]
pub trait OtpStore: Send + Sync {
    /// Issues an OTP together with its message, its limit events and the pre-auth session of its
    /// browser, or continues with an earlier OTP.
    async fn request_code(&self, request: CodeRequest) -> StoreResult<RequestResult>;

    /// Queues the message of an OTP again.
    async fn resend_code(&self, request: ResendRequest) -> StoreResult<ResendResult>;

    /// Counts an attempt at the newest OTP of a browser. Only the code of a counted attempt may be
    /// compared with the codes of the OTP.
    async fn count_attempt(&self, request: VerifyRequest) -> StoreResult<CountResult>;

    /// Records that the code of a counted attempt was wrong.
    async fn record_rejection(
        &self,
        otp: &Otp,
        rejection: Rejection,
        origin: &Origin,
        now: Timestamp,
    ) -> StoreResult<()>;

    /// Uses up an OTP and opens a session for its customer. Returns `None` if the OTP was already
    /// used or revoked.
    async fn sign_in(&self, request: SignInRequest) -> StoreResult<Option<SignedIn>>;

    /// Uses up an OTP of the command line without opening a session. Returns `false` if the OTP was
    /// already used or revoked.
    async fn use_on_command_line(&self, id: OtpId, now: Timestamp) -> StoreResult<bool>;

    /// Withdraws the OTPs of a browser and removes the contact from its pre-auth session.
    async fn forget(
        &self,
        browser: TokenDigest,
        origin: &Origin,
        now: Timestamp,
    ) -> StoreResult<()>;

    /// Invalidates an OTP and those that unknown devices requested for its contact, and suppresses
    /// further codes.
    async fn not_me(&self, not_me: NotMe) -> StoreResult<()>;

    /// Returns the sign-in that a browser has in progress, and how much of the windows of `rules`
    /// is used.
    async fn sign_in_rows(
        &self,
        browser: TokenDigest,
        rules: &[Rule],
        now: Timestamp,
    ) -> StoreResult<(SignInRows, Usage)>;

    /// Returns the newest OTP of a browser.
    async fn latest_otp(&self, browser: TokenDigest) -> StoreResult<Option<Otp>>;

    /// Returns the OTPs that match a filter, newest first.
    async fn otps(&self, filter: &OtpFilter) -> StoreResult<Vec<Otp>>;

    /// Deletes the OTPs that match a filter and returns how many.
    async fn delete_otps(&self, filter: &OtpFilter) -> StoreResult<u64>;
}
