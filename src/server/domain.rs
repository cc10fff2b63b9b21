//! The rules of signing in with a code. Pure: no I/O, no clock, no database; every security question is answered here.

pub mod chain;
pub mod code;
pub mod contact;
pub mod customer;
pub mod delivery;
pub mod device;
pub mod history;
pub mod key;
pub mod limits;
pub mod network;
pub mod next_path;
pub mod not_me;
pub mod odds;
pub mod otp;
pub mod policy;
pub mod session;
pub mod sms;
pub mod sms_text;

pub use chain::{ChainDigest, ChainRow, Link};
pub use code::Code;
pub use contact::{Contact, ContactError, EmailAddress, PhoneNumber, Region};
pub use customer::{Customer, CustomerId};
pub use delivery::{DeliveryState, FailureReason};
pub use device::{device_words, place_words};
pub use history::{Event, Origin};
pub use key::{Key, KeyId, Keyring};
pub use limits::{Breaker, Consequence, Full, Guess, Limit, LimitPolicy, MessageAsk, Rule, Solution, Subject, Window};
pub use network::Network;
pub use next_path::NextPath;
pub use not_me::NotMeToken;
pub use odds::{Chance, Odds};
pub use otp::{Otp, OtpId, OtpState, Resend};
pub use policy::{Cooldowns, OtpPolicy, SessionPolicy};
pub use session::{Session, Token, TokenDigest};
pub use sms::{Money, SmsBudget, SmsLevel, SmsPolicy, SmsRefusal, SmsSpent};
pub use sms_text::SmsLength;
