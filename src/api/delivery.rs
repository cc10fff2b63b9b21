//! What the verify screen tells of the message with the code.

/// How far the message is. What somebody cannot mend reads like a message that is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It was asked for moments ago.
    OnItsWay,
    /// A mail server or mobile network has taken it.
    Sent,
    /// It is there.
    Delivered,
    /// It should have arrived.
    Overdue,
    /// It will not arrive.
    Failed(Undelivered),
}

/// Why a message does not arrive, as far as its reader can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// No mailbox or phone has the contact.
    NoSuchAddress,
    /// The number takes no text messages.
    NotMobile,
    /// The recipient or their provider lets no message of ours through.
    Blocked,
    /// The phone is off, or the mailbox is full.
    Unreachable,
    /// We send no text messages to the country of the number.
    CountryNotAllowed,
    /// We send no text messages for the time being.
    SmsPaused,
    /// Another reason.
    Other,
}

impl Delivery {
    /// The name in the status that a script reads.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OnItsWay => "on_its_way",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Overdue => "overdue",
            Self::Failed(_) => "failed",
        }
    }
}
