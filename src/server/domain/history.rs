//! What is remembered of a sign-in once its code is gone.

use std::net::IpAddr;

use crate::shared::Language;

/// What happened to an OTP or its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Issued, and its message queued.
    Requested,
    /// Its message queued again.
    Resent,
    /// Ended, because codes of digits are not enough for its contact any more.
    Escalated,
    /// Used for a sign-in.
    Verified,
    /// Forgotten by the browser that asked.
    Revoked,
    /// The session was ended by its customer.
    LoggedOut,
    /// A relay or gateway has taken its message.
    Sent,
    /// Its message is on the phone.
    Delivered,
    /// Its message will not arrive.
    DeliveryFailed,
    /// Somebody said "this was not me" on the page that its mail links to.
    NotMe,
    /// The operator or the customer changed the customer's contact.
    ContactChanged,
    /// Answered with a wrong code, and answers are left.
    Wrong,
    /// Answered too late.
    Expired,
    /// Answered with a wrong code for the last time.
    Exhausted,
    /// A change of a contact was undone by the link in its notice.
    ContactChangeUndone,
    /// Somebody who is signed in entered a code.
    Confirmed,
    /// A session was ended from another one.
    SessionEnded,
    /// The customer may not sign in any more.
    Disabled,
    /// The customer may sign in again.
    Enabled,
}

impl Event {
    const NAMES: [(Self, &'static str); 19] = [
        (Self::Requested, "requested"),
        (Self::Resent, "resent"),
        (Self::Escalated, "escalated"),
        (Self::Verified, "verified"),
        (Self::Revoked, "revoked"),
        (Self::LoggedOut, "logged_out"),
        (Self::Sent, "sent"),
        (Self::Delivered, "delivered"),
        (Self::DeliveryFailed, "delivery_failed"),
        (Self::NotMe, "not_me"),
        (Self::ContactChanged, "contact_changed"),
        (Self::Wrong, "wrong"),
        (Self::Expired, "expired"),
        (Self::Exhausted, "exhausted"),
        (Self::ContactChangeUndone, "contact_change_undone"),
        (Self::Confirmed, "confirmed"),
        (Self::SessionEnded, "session_ended"),
        (Self::Disabled, "disabled"),
        (Self::Enabled, "enabled"),
    ];

    /// The name in the table `otp_history`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(event, _)| *event == self)
            .map_or("", |(_, name)| name)
    }

    /// The event with a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(event, _)| *event)
    }
}

/// Where a request came from, as coarse as history keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The network of the client: IPv4 /24, IPv6 /48. A whole address would be personal data
    /// without a use here.
    pub ip_prefix: Option<String>,
    /// The browser's own name for itself, at most [`Origin::USER_AGENT_CHARS`] characters, no
    /// control characters.
    pub user_agent: Option<String>,
    /// The language of what its sender reads. History does not keep it; messages about the request
    /// are written in it.
    pub language: Language,
}

impl Origin {
    /// Longest user agent that is kept.
    pub const USER_AGENT_CHARS: usize = 200;

    /// The origin of a request from `ip` by a browser that calls itself `user_agent`.
    #[must_use]
    pub fn new(ip: Option<IpAddr>, user_agent: Option<&str>) -> Self {
        let plain = |text: &str| {
            text.chars()
                .filter(|c| !c.is_control())
                .take(Self::USER_AGENT_CHARS)
                .collect()
        };
        Self {
            ip_prefix: ip.map(prefix),
            user_agent: user_agent.map(plain),
            language: Language::default(),
        }
    }
}

fn prefix(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(ip) => {
            let [a, b, c, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_a_name_of_its_own() {
        for (event, name) in Event::NAMES {
            assert_eq!(
                (event.as_str(), Event::from_name(name)),
                (name, Some(event))
            );
        }
    }

    #[test]
    fn addresses_are_kept_as_networks() {
        for (ip, network) in [
            ("203.0.113.77", "203.0.113.0/24"),
            ("::ffff:203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ] {
            let origin = Origin::new(Some(ip.parse().expect("an address")), None);
            assert_eq!(origin.ip_prefix.as_deref(), Some(network));
        }
    }

    #[test]
    fn a_user_agent_is_cut_and_stripped_of_control_characters() {
        let origin = Origin::new(None, Some(&format!("A\r\n\u{1b}{}", "x".repeat(5_000))));
        let kept = origin.user_agent.expect("a user agent");
        assert!(kept.starts_with("Ax") && kept.len() == Origin::USER_AGENT_CHARS);
    }
}
