//! The rules of signing in with a code. They are pure: no I/O, no clock and no database. Every
//! security decision is made here.

pub mod browser;
pub mod chain;
pub mod change;
pub mod check_code;
pub mod code;
pub mod colour;
pub mod contact;
pub mod customer;
pub mod customer_changes;
pub mod delivery;
pub mod device;
#[cfg(test)]
mod fixtures;
pub mod history;
pub mod id;
pub mod issue;
pub mod key;
pub mod known_device;
pub mod letters;
pub mod limits;
pub mod network;
pub mod next_path;
pub mod not_me;
pub mod odds;
pub mod otp;
pub mod policy;
pub mod purpose;
pub mod request_code;
pub mod resend_code;
pub mod rules;
pub mod security_event;
pub mod send;
pub mod session;
pub mod sign_in;
pub mod sms;
pub mod sms_text;
pub mod smtp_reply;
pub mod token;
pub mod typed_text;
pub mod undo;

pub use browser::Browser;
pub use chain::{ChainDigest, ChainRow, ChainState, Link};
pub use change::{Change, Decision, Lease, Leases, WorkerId};
pub use code::Code;
pub use colour::{Accent, Colour, ContrastError};
pub use contact::{Contact, ContactError, EmailAddress, PhoneNumber, Region};
pub use customer::Customer;
pub use delivery::{Deferral, DeliveryState, FailureReason, RetryCause};
pub use device::{Device, place};
pub use history::{Event, Origin};
pub use id::{ChangeId, CustomerId, MessageId, OtpId, SessionId};
pub use key::{Key, KeyId, Keyring};
pub use known_device::KnownDevice;
pub use limits::{
    Admission, Breaker, Consequence, Consumption, Guess, Limit, LimitExceeded, LimitPolicy,
    MessageRequest, Rule, Solution, Subject, Usage, Window, WindowUsage,
};
pub use network::Network;
pub use next_path::NextPath;
pub use not_me::NotMeToken;
pub use odds::{Chance, Odds};
pub use otp::{Otp, OtpState, Resend};
pub use policy::{Cooldowns, OtpPolicy, SessionPolicy};
pub use purpose::Purpose;
pub use rules::Policy;
pub use security_event::SecurityEvent;
pub use send::{ClaimedMessage, DeliverySubject};
pub use session::Session;
pub use sms::{Money, SmsBudget, SmsLevel, SmsPolicy, SmsRefusal, SmsSpent};
pub use sms_text::SmsLength;
pub use smtp_reply::{Repetition, Reply, ReplyClass, Stage};
pub use token::{Token, TokenDigest};
pub use undo::{PastChange, UndoToken};
