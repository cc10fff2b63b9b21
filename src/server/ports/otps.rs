//! OTPs.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::{
    server::domain::{
        Contact, Customer, DeliveryState, Origin, Otp, OtpId, Rule, Session, SmsSpent, TokenDigest,
        Usage,
        check_code::{CodeAnswer, CountAnswer, Rejection},
        customer_changes::NotMe,
        request_code::{CodeRequest, RequestAnswer},
        resend_code::{ResendAnswer, ResendRequest},
        sign_in::{SignInRequest, SignedIn},
    },
    shared::ContactType,
};

/// The OTPs to list or delete.
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

/// What there is to see of the sign-in of a browser.
#[derive(Clone, Debug)]
pub struct SignInRows {
    /// Its session.
    pub session: Option<Session>,
    /// Its newest OTP.
    pub otp: Option<Otp>,
    /// Whose OTP it is.
    pub customer: Option<Customer>,
    /// How far the latest message of the OTP is.
    pub delivery: Option<DeliveryState>,
    /// The cost of text messages so far, by day and month.
    pub spent: SmsSpent,
}

/// OTPs.
#[async_trait]
pub trait OtpStore: Send + Sync {
    /// Issues an OTP with its message, its limits and the pre-auth session of its browser, or goes
    /// on with an earlier one.
    async fn request_code(&self, request: CodeRequest) -> StoreResult<RequestAnswer>;

    /// Queues the message of an OTP again.
    async fn resend_code(&self, request: ResendRequest) -> StoreResult<ResendAnswer>;

    /// Counts an answer to the newest OTP of a browser. Only a counted answer may be compared with
    /// its codes.
    async fn count_answer(&self, answer: CodeAnswer) -> StoreResult<CountAnswer>;

    /// Records that a counted answer was not right.
    async fn record_rejection(
        &self,
        otp: &Otp,
        rejection: Rejection,
        origin: &Origin,
        now: Timestamp,
    ) -> StoreResult<()>;

    /// Uses an OTP up and opens the session of its customer. `None` if the OTP was used or
    /// withdrawn before.
    async fn sign_in(&self, request: SignInRequest) -> StoreResult<Option<SignedIn>>;

    /// Uses an OTP of the command line up; no session opens. False if it was used or withdrawn
    /// before.
    async fn use_on_command_line(&self, id: OtpId, now: Timestamp) -> StoreResult<bool>;

    /// Withdraws the OTPs of a browser and forgets the contact in its pre-auth session.
    async fn forget(
        &self,
        browser: TokenDigest,
        origin: &Origin,
        now: Timestamp,
    ) -> StoreResult<()>;

    /// Invalidates an OTP and what unknown browsers have asked for its contact, and suppresses
    /// further codes.
    async fn not_me(&self, not_me: NotMe) -> StoreResult<()>;

    /// The sign-in that a browser has in progress, and how much of the windows of these rules is
    /// used.
    async fn sign_in_rows(
        &self,
        browser: TokenDigest,
        rules: &[Rule],
        now: Timestamp,
    ) -> StoreResult<(SignInRows, Usage)>;

    /// The newest OTP of a browser.
    async fn latest_otp(&self, browser: TokenDigest) -> StoreResult<Option<Otp>>;

    /// The OTPs that a filter names, newest first.
    async fn otps(&self, filter: &OtpFilter) -> StoreResult<Vec<Otp>>;

    /// Deletes the OTPs that a filter names and tells how many.
    async fn delete_otps(&self, filter: &OtpFilter) -> StoreResult<u64>;
}
