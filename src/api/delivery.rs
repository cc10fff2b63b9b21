//! The delivery status of the message with the code, as the verify screen shows it.

/// The delivery status of a message. Failures that the reader can do nothing about are shown as
/// [`DeliveryStatus::Overdue`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryStatus {
    /// The message was requested moments ago.
    Pending,
    /// A mail server or mobile network has accepted it.
    Sent,
    /// It has arrived.
    Delivered,
    /// It should have arrived by now.
    Overdue,
    /// It will not arrive.
    Failed(DeliveryFailure),
}

/// The reason why a message does not arrive, as far as its reader can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryFailure {
    /// The mailbox or phone number does not exist.
    NoSuchAddress,
    /// The number cannot receive text messages.
    NotMobile,
    /// The recipient or their provider blocks our messages.
    Blocked,
    /// The phone is off, or the mailbox is full.
    Unreachable,
    /// We do not send text messages to the country of the number.
    CountryNotAllowed,
    /// We do not send text messages for the time being.
    SmsBudgetSpent,
    /// Any other reason.
    Other,
}

impl DeliveryStatus {
    /// Returns the name of the status in the reply that scripts read.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Overdue => "overdue",
            Self::Failed(_) => "failed",
        }
    }
}
