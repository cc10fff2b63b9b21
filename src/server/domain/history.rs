//! The history: the record of a sign-in that outlives its code.

use std::net::IpAddr;

use crate::shared::Language;

/// An event of an OTP, a session or a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The OTP was issued and its message was queued.
    Requested,
    /// Another message of the OTP was queued.
    Resent,
    /// The OTP was ended, because codes of digits are no longer enough for its contact.
    Escalated,
    /// The OTP was used to sign in.
    Verified,
    /// The OTP was revoked by its browser, or it was invalidated.
    Revoked,
    /// The customer ended the session.
    LoggedOut,
    /// A relay or gateway accepted the message of the OTP.
    Sent,
    /// The message of the OTP reached the phone.
    Delivered,
    /// The message of the OTP will not arrive.
    DeliveryFailed,
    /// Somebody said "this was not me" on the page that the email of the OTP links to.
    NotMe,
    /// The operator or the customer changed the customer's contact.
    ContactChanged,
    /// A wrong code was entered, and attempts remain.
    Wrong,
    /// A code was entered after the OTP had expired.
    Expired,
    /// A wrong code was entered in the last attempt.
    Exhausted,
    /// The link in a notice undid a contact change.
    ContactChangeUndone,
    /// A signed-in customer entered a code.
    Confirmed,
    /// The customer ended a session from another session.
    SessionEnded,
    /// The customer was disabled.
    Disabled,
    /// The customer was enabled again.
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

    /// Returns the name of the event in the table `otp_history`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(event, _)| *event == self)
            .map_or("", |(_, name)| name)
    }

    /// Parses the name of an event. Returns `None` for an unknown name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(event, _)| *event)
    }
}

/// The origin of a request, at the precision that the history keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The network of the client: IPv4 /24 or IPv6 /48. A whole address would be personal data that
    /// nothing here needs.
    pub ip_prefix: Option<String>,
    /// The user agent of the browser, cut to [`Origin::USER_AGENT_CHARS`] characters and without
    /// control characters.
    pub user_agent: Option<String>,
    /// The language that the sender reads. Messages about the request are written in it. The
    /// history does not keep it.
    pub language: Language,
}

impl Origin {
    /// The maximum length of a stored user agent, in characters.
    pub const USER_AGENT_CHARS: usize = 200;

    /// Returns the origin of a request from `ip` by a browser whose user agent is `user_agent`.
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
    fn every_event_round_trips_through_its_name() {
        for (event, name) in Event::NAMES {
            assert_eq!(
                (event.as_str(), Event::from_name(name)),
                (name, Some(event))
            );
        }
    }

    #[test]
    fn addresses_are_stored_as_networks() {
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
    fn user_agent_is_cut_and_stripped_of_control_characters() {
        let origin = Origin::new(None, Some(&format!("A\r\n\u{1b}{}", "x".repeat(5_000))));
        let kept = origin.user_agent.expect("a user agent");
        assert!(kept.starts_with("Ax") && kept.len() == Origin::USER_AGENT_CHARS);
    }
}
