//! How far a message is, and why it does not arrive.

/// How far a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It waits in the outbox.
    Queued,
    /// A relay or gateway has taken it.
    Sent,
    /// It is in the mailbox or on the phone.
    Delivered,
    /// It will not arrive.
    Failed(FailureReason),
}

impl DeliveryState {
    /// The name in the table `outbox`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed(_) => "failed",
        }
    }

    /// The state that the names say.
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

    /// Whether a receipt may move a message on from here: receipts come late and in any order, and
    /// nothing un-delivers.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Queued => true,
            Self::Sent => matches!(next, Self::Delivered | Self::Failed(_)),
            Self::Delivered | Self::Failed(_) => false,
        }
    }

    /// Why it will not arrive.
    #[must_use]
    pub const fn reason(self) -> Option<FailureReason> {
        match self {
            Self::Failed(reason) => Some(reason),
            _ => None,
        }
    }
}

/// Why a message does not arrive, as far as a person can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureReason {
    /// No mailbox or phone has this address or number.
    NoSuchAddress,
    /// The number is a landline or another that takes no text messages.
    NotMobile,
    /// The recipient or the network has blocked the sender.
    Blocked,
    /// The phone is off or the mailbox is full.
    Unreachable,
    /// The settings allow no text messages to the number's country.
    CountryNotAllowed,
    /// The money for text messages is spent.
    BudgetSpent,
    /// Somebody said "this was not me", and this browser has not signed in before.
    Muted,
    /// The contact has got as many messages as it gets in this time.
    Withheld,
    /// Nobody has the contact.
    NoCustomer,
    /// The code was over before the message was out.
    TooLate,
    /// Another reason, ours or the provider's.
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
        (Self::Muted, "muted"),
        (Self::Withheld, "withheld"),
        (Self::NoCustomer, "no_customer"),
        (Self::TooLate, "too_late"),
        (Self::Other, "other"),
    ];

    /// The name in the table `outbox`, the log and the metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(reason, _)| *reason == self)
            .map_or("other", |(_, name)| name)
    }

    /// The reason with a name.
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
    fn a_message_never_goes_back() {
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
    fn every_state_comes_back_from_its_names() {
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
