//! The rules of signing in with a code. Pure: no I/O, no clock, no database; every security question is answered here.

pub mod code;
pub mod contact;
pub mod customer;
pub mod delivery;
pub mod device;
pub mod history;
pub mod key;
pub mod letters;
pub mod next_path;
pub mod not_me;
pub mod otp;
pub mod policy;
pub mod purpose;
pub mod session;
pub mod sms;
pub mod sms_text;
pub mod undo;

pub use code::Code;
pub use contact::{Contact, ContactError, EmailAddress, PhoneNumber, Region};
pub use customer::{Customer, CustomerId};
pub use delivery::{DeliveryState, FailureReason};
pub use device::{device_words, place_words};
pub use history::{Event, Origin};
pub use key::{Key, KeyId, Keyring};
pub use next_path::NextPath;
pub use not_me::NotMeToken;
pub use otp::{Otp, OtpId, OtpState, Resend};
pub use policy::{OtpPolicy, SessionPolicy};
pub use purpose::Purpose;
pub use session::{Session, SessionId, Token, TokenDigest};
pub use sms::{Money, SmsBudget, SmsLevel, SmsPolicy, SmsRefusal, SmsSpent};
pub use sms_text::SmsLength;
pub use undo::{ChangeId, PastChange, UndoToken};
