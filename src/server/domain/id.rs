//! Identifiers of rows. A number is never reused for another row.

/// Identifies a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CustomerId(pub i64);

/// Identifies an OTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OtpId(pub i64);

/// Identifies a session to its customer. It is not a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionId(pub i64);

/// Identifies a contact change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeId(pub i64);

/// Identifies a message in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageId(pub i64);
