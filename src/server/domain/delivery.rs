//! The delivery states of a message, and the reasons why a delivery fails.

/// The delivery state of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// The message waits in the outbox.
    Queued,
    /// A relay or gateway accepted the message.
    Sent,
    /// The message reached the mailbox or the phone.
    Delivered,
    /// The message will not arrive.
    Failed(FailureReason),
}

impl DeliveryState {
    /// Returns the name of the state in the table `outbox`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed(_) => "failed",
        }
    }

    /// Parses the names of a state and of its failure reason. Returns `None` if there is no such
    /// combination.
    #[must_use]
    pub fn from_names(state: &str, reason: Option<&str>) -> Option<Self> {
        match (state, reason) {
            ("queued", None) => Some(Self::Queued),
            ("sent", None) => Some(Self::Sent),
            ("delivered", None) => Some(Self::Delivered),
            ("failed", Some(reason)) => FailureReason::from_name(reason).map(Self::Failed),
            _ => None,
        }
    }

    /// Whether a receipt may move a message from this state to `next`. Receipts arrive late and in
    /// any order, so a final state never changes.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Queued => true,
            Self::Sent => matches!(next, Self::Delivered | Self::Failed(_)),
            Self::Delivered | Self::Failed(_) => false,
        }
    }

    /// Returns the reason why the message will not arrive; `None` if it has not failed.
    #[must_use]
    pub const fn reason(self) -> Option<FailureReason> {
        match self {
            Self::Failed(reason) => Some(reason),
            _ => None,
        }
    }
}

/// The reason why a message was not delivered, as far as a person can act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureReason {
    /// No mailbox or phone has this address or number.
    NoSuchAddress,
    /// The number is a landline or another line that receives no text messages.
    NotMobile,
    /// The recipient or the network has blocked the sender.
    Blocked,
    /// The phone is off or the mailbox is full.
    Unreachable,
    /// The settings allow no text messages to the country of the number.
    CountryNotAllowed,
    /// The budget for text messages is spent.
    BudgetSpent,
    /// Somebody said "this was not me", so codes to the contact are suppressed for unknown
    /// devices.
    Suppressed,
    /// A message limit is exhausted: the contact has received all messages that it may receive in
    /// this time, or hardly any message to its range of numbers is used.
    Withheld,
    /// No customer has the contact.
    UnknownContact,
    /// The code or the notice was no longer valid when the message was to be sent.
    Expired,
    /// Another reason, on our side or the provider's.
    Other,
}

impl FailureReason {
    const NAMES: [(Self, &'static str); 11] = [
        (Self::NoSuchAddress, "no_such_address"),
        (Self::NotMobile, "not_mobile"),
        (Self::Blocked, "blocked"),
        (Self::Unreachable, "unreachable"),
        (Self::CountryNotAllowed, "country_not_allowed"),
        (Self::BudgetSpent, "budget_spent"),
        (Self::Suppressed, "suppressed"),
        (Self::Withheld, "withheld"),
        (Self::UnknownContact, "unknown_contact"),
        (Self::Expired, "expired"),
        (Self::Other, "other"),
    ];

    /// Returns the name of the reason in the table `outbox`, the log and the metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(reason, _)| *reason == self)
            .map_or("other", |(_, name)| name)
    }

    /// Whether a transport that declines a message may give this reason although it refuses the
    /// sender. The other reasons are clear.
    #[must_use]
    pub const fn may_be_about_sender(self) -> bool {
        matches!(
            self,
            Self::NoSuchAddress | Self::Blocked | Self::Unreachable | Self::Other
        )
    }

    /// Parses the name of a reason. Returns `None` for an unknown name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(reason, _)| *reason)
    }
}

/// Why a message waits for another attempt, if the response is about its recipient or not clearly
/// about something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deferral {
    /// The mailbox accepts no email for now, for example because it is full. It would tell any
    /// transport so.
    Mailbox,
    /// The recipient's server makes every unknown sender wait (greylisting, RFC 6647).
    Greylisting,
    /// The reply does not say whether it is about the recipient, the email or the relay.
    Unclear,
}

impl Deferral {
    const NAMES: [(Self, &'static str); 3] = [
        (Self::Mailbox, "mailbox"),
        (Self::Greylisting, "greylisting"),
        (Self::Unclear, "unclear"),
    ];

    /// Returns the name in the table `outbox`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mailbox => Self::NAMES[0].1,
            Self::Greylisting => Self::NAMES[1].1,
            Self::Unclear => Self::NAMES[2].1,
        }
    }

    /// Parses the name of a deferral. Returns `None` for an unknown name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(deferral, _)| *deferral)
    }

    /// Returns what the customer can already act on while the email waits.
    #[must_use]
    pub const fn reason(self) -> Option<FailureReason> {
        match self {
            Self::Mailbox => Some(FailureReason::Unreachable),
            Self::Greylisting | Self::Unclear => None,
        }
    }
}

/// The reason why a message is retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryCause {
    /// The transports failed, or no attempt was made. The wait ends early when a transport works
    /// again, unless the transport asked for it.
    Transport {
        /// Whether the transport sent `Retry-After`.
        has_retry_after: bool,
    },
    /// The recipient does not accept the message for now. The wait never ends early.
    Deferred(Deferral),
    /// A transport may have accepted the message. The wait never ends early, and the next attempt
    /// is paid for again.
    OutcomeUnknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deferral_round_trips_through_its_name() {
        for deferral in [Deferral::Mailbox, Deferral::Greylisting, Deferral::Unclear] {
            assert_eq!(Deferral::from_name(deferral.as_str()), Some(deferral));
        }
        assert_eq!(Deferral::from_name("other"), None);
    }

    #[test]
    fn delivery_state_never_moves_backwards() {
        let failed = DeliveryState::Failed(FailureReason::Blocked);
        let order = [
            DeliveryState::Queued,
            DeliveryState::Sent,
            DeliveryState::Delivered,
            failed,
        ];
        let allowed = [(0, 0), (0, 1), (0, 2), (0, 3), (1, 2), (1, 3)];
        for (from, state) in order.into_iter().enumerate() {
            for (to, next) in order.into_iter().enumerate() {
                assert_eq!(
                    state.may_become(next),
                    allowed.contains(&(from, to)),
                    "{state:?} to {next:?}"
                );
            }
        }
    }

    #[test]
    fn every_state_round_trips_through_its_names() {
        let failed = FailureReason::NAMES.map(|(reason, _)| DeliveryState::Failed(reason));
        for state in [
            DeliveryState::Queued,
            DeliveryState::Sent,
            DeliveryState::Delivered,
        ]
        .into_iter()
        .chain(failed)
        {
            let reason = state.reason().map(FailureReason::as_str);
            assert_eq!(
                DeliveryState::from_names(state.as_str(), reason),
                Some(state)
            );
        }
        assert_eq!(DeliveryState::from_names("failed", None), None);
    }
}
