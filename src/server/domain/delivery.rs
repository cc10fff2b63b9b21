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

    /// Parses the name of a reason. Returns `None` for an unknown name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(reason, _)| *reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
