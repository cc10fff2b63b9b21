//! Limits on requests for messages.

use jiff::SignedDuration;

use super::{
    Consequence, DAY, HOUR, Limit, LimitPolicy, Network, Rule, SIGN_IN, Subject,
    device_contact_key, networks, refuse,
};
use crate::{
    server::domain::{Contact, CustomerId, PhoneNumber, TokenDigest},
    shared::ContactType,
};

/// New contacts that a customer may request codes for per day.
const NEW_CONTACTS: u32 = 5;

/// A request for a message.
#[derive(Clone, Debug)]
pub struct MessageRequest<'a> {
    /// The contact that was typed.
    pub contact: &'a Contact,
    /// The kind of contact that the message goes to.
    pub channel: ContactType,
    /// The token of the browser.
    pub browser: TokenDigest,
    /// The device token, if the device is known to the customer.
    pub device: Option<TokenDigest>,
    /// The network of the browser.
    pub network: Network,
    /// Whether the customer is signed in on the browser. In that case no captcha is required.
    pub is_signed_in: bool,
    /// Whether the message carries a new code instead of repeating the previous one.
    pub is_new_code: bool,
    /// The captcha solution in the request, if any.
    pub solution: Option<Solution>,
    /// Whether unknown devices may see what others have requested for a contact.
    pub reveals: bool,
}

/// A verified captcha solution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Solution {
    subject: Subject,
    valid_for: SignedDuration,
}

impl Solution {
    /// Creates a solution from its text. The text cannot be used again for `valid_for`, the time
    /// that its challenge is valid.
    #[must_use]
    pub fn new(text: &str, valid_for: SignedDuration) -> Self {
        Self {
            subject: Subject::new("solution", text.as_bytes()),
            valid_for,
        }
    }
}

impl LimitPolicy {
    /// Returns the rules for sending a message.
    #[must_use]
    pub fn message(&self, request: &MessageRequest<'_>) -> Vec<Rule> {
        let mut rules = vec![];
        if request.is_new_code {
            rules.push(self.new_code(request.browser));
        }
        if let Some(device) = request.device {
            // Network limits do not apply: an attacker at the same address must not lock a customer
            // out.
            rules.extend(self.device_messages(device, request.contact, request.channel));
        } else {
            let (soft, hard) = self.network_messages;
            rules.extend(networks("messages of network", request.network, hard));
            rules.extend(if request.is_signed_in {
                vec![]
            } else {
                captcha(request, soft)
            });
            rules.extend(self.unknown_devices(request));
        }
        rules
    }

    /// Returns the rule for issuing a new code to a browser.
    #[must_use]
    pub fn new_code(&self, browser: TokenDigest) -> Rule {
        refuse(
            Limit::Browser,
            ("codes of browser", &browser.0),
            (self.browser_codes, SIGN_IN),
        )
    }

    /// Returns the rules that check whether the next message to an unknown device in a network
    /// requires a captcha.
    #[must_use]
    pub fn captcha(&self, network: Network) -> Vec<Rule> {
        soft_rules(network, self.network_messages.0)
            .map(|rule| rule.with_weight(0))
            .to_vec()
    }

    /// Returns the rules that apply only to unknown devices.
    fn unknown_devices(&self, request: &MessageRequest<'_>) -> Vec<Rule> {
        let ((hour, day), global) = match request.channel {
            ContactType::Email => (self.contact_emails, vec![(self.emails, HOUR)]),
            ContactType::Phone => (
                self.contact_texts,
                vec![(self.texts.0, HOUR), (self.texts.1, DAY)],
            ),
        };
        let consequence = if request.reveals {
            Consequence::Refuse
        } else {
            Consequence::Withhold
        };
        let of_contact = Subject::new(
            &format!("{} to contact", request.channel.as_str()),
            request.contact.as_str().as_bytes(),
        );
        let of_all = Subject::new(&format!("{} to all", request.channel.as_str()), &[]);
        let contact = [(hour, HOUR), (day, DAY)];
        let contact =
            contact.map(|window| Rule::new(Limit::Contact, of_contact, window, consequence));
        let all = global
            .into_iter()
            .map(|window| Rule::new(Limit::Global, of_all, window, Consequence::Refuse));
        contact.into_iter().chain(all).collect()
    }

    /// Returns the rules for a message to a known device. Text messages cost money, so all known
    /// devices of a customer share one limit for them.
    pub(super) fn device_messages(
        &self,
        device: TokenDigest,
        contact: &Contact,
        channel: ContactType,
    ) -> Vec<Rule> {
        let window = (self.device_messages, DAY);
        let mut rules = vec![refuse(
            Limit::Device,
            ("messages to device", &device_contact_key(device, contact)),
            window,
        )];
        if channel == ContactType::Phone {
            rules.push(refuse(
                Limit::Device,
                ("texts to devices", contact.as_str().as_bytes()),
                window,
            ));
        }
        rules
    }

    /// Returns the rule for a code to a new contact of a customer. Without this limit, a customer
    /// could send emails to anyone.
    #[must_use]
    pub fn new_contact(&self, customer: CustomerId) -> Rule {
        refuse(
            Limit::Browser,
            ("new contacts of customer", &customer.0.to_be_bytes()),
            (NEW_CONTACTS, DAY),
        )
    }

    /// Whether a range of numbers shows signs of SMS pumping: the messages sent in a day reach the
    /// sample size, and too few of them were used.
    #[must_use]
    pub fn is_sms_pumping(&self, sent: u32, used: u32) -> bool {
        let (sample, percent) = self.range_texts;
        sent >= sample && u64::from(used) * 100 < u64::from(sent) * u64::from(percent)
    }
}

/// Returns the captcha rules: a solution may be used once, and without a solution the soft limit
/// applies.
fn captcha(request: &MessageRequest<'_>, soft: u32) -> Vec<Rule> {
    match request.solution {
        Some(Solution { subject, valid_for }) => {
            vec![Rule::new(
                Limit::CaptchaSolution,
                subject,
                (1, valid_for),
                Consequence::Refuse,
            )]
        }
        None => soft_rules(request.network, soft).to_vec(),
    }
}

fn soft_rules(network: Network, soft: u32) -> [Rule; 2] {
    networks("messages of network", network, soft).map(|rule| Rule {
        limit: Limit::NetworkCaptcha,
        ..rule
    })
}

/// Returns the rule that counts text messages to a range of numbers. If hardly any of them is used,
/// somebody is being paid for the traffic (SMS pumping).
#[must_use]
pub fn texts_to_range(number: &PhoneNumber) -> Rule {
    range("texts to range", number)
}

/// Returns the rule that counts the used text messages of a range of numbers.
#[must_use]
pub fn texts_used_in_range(number: &PhoneNumber) -> Rule {
    range("texts used in range", number)
}

fn range(what: &str, number: &PhoneNumber) -> Rule {
    let window = (u32::MAX, DAY);
    Rule::new(
        Limit::Global,
        Subject::new(what, number.range().as_bytes()),
        window,
        Consequence::Refuse,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::domain::limits::{
        Window,
        tests::{contact, limits, windows},
    };

    fn request(contact: &Contact) -> MessageRequest<'_> {
        MessageRequest {
            contact,
            channel: contact.kind(),
            browser: TokenDigest([1; 32]),
            device: None,
            network: Network::default(),
            is_signed_in: false,
            is_new_code: true,
            solution: None,
            reveals: false,
        }
    }

    #[test]
    fn all_message_limits_apply_to_unknown_devices() {
        let email = contact("user@example.com");
        let rules = limits().message(&request(&email));
        let withhold = Consequence::Withhold;
        assert_eq!(
            windows(&rules, Limit::Contact),
            [(5, HOUR, withhold), (10, DAY, withhold)]
        );
        assert_eq!(
            windows(&rules, Limit::Global),
            [(1_000, HOUR, Consequence::Refuse)]
        );
        assert_eq!(
            windows(&rules, Limit::Browser),
            [(3, SIGN_IN, Consequence::Refuse)]
        );
        assert_eq!(
            windows(&rules, Limit::NetworkCaptcha),
            [
                (10, HOUR, Consequence::Refuse),
                (40, HOUR, Consequence::Refuse)
            ]
        );
        assert_eq!(
            windows(&rules, Limit::Network),
            [
                (60, HOUR, Consequence::Refuse),
                (240, HOUR, Consequence::Refuse)
            ]
        );
        let phone = contact("+12025550123");
        let rules = limits().message(&request(&phone));
        assert_eq!(
            windows(&rules, Limit::Contact),
            [(3, HOUR, withhold), (5, DAY, withhold)]
        );
        assert_eq!(
            windows(&rules, Limit::Global),
            [
                (100, HOUR, Consequence::Refuse),
                (300, DAY, Consequence::Refuse)
            ]
        );
    }

    #[test]
    fn the_contact_limit_refuses_where_limits_are_revealed() {
        let email = contact("user@example.com");
        let rules = limits().message(&MessageRequest {
            reveals: true,
            ..request(&email)
        });
        assert!(
            windows(&rules, Limit::Contact)
                .iter()
                .all(|(.., consequence)| *consequence == Consequence::Refuse)
        );
    }

    #[test]
    fn messages_to_a_known_device_have_separate_limits() {
        let email = contact("user@example.com");
        let rules = limits().message(&MessageRequest {
            device: Some(TokenDigest([2; 32])),
            ..request(&email)
        });
        assert_eq!(
            windows(&rules, Limit::Device),
            [(10, DAY, Consequence::Refuse)]
        );
        for limit in [
            Limit::Contact,
            Limit::Global,
            Limit::NetworkCaptcha,
            Limit::Network,
        ] {
            assert!(windows(&rules, limit).is_empty(), "{limit:?}");
        }
    }

    #[test]
    fn known_devices_of_a_customer_share_the_text_message_limit() {
        let phone = contact("+12025550123");
        let subjects = |device| {
            let rules = limits().message(&MessageRequest {
                device: Some(TokenDigest([device; 32])),
                ..request(&phone)
            });
            let of_device = rules.into_iter().filter(|rule| rule.limit == Limit::Device);
            of_device
                .map(|rule| (rule.subject, rule.window.limit))
                .collect::<Vec<_>>()
        };
        let (one, other) = (subjects(2), subjects(3));
        assert!(
            one.len() == 2 && one[0] != other[0] && one[1] == other[1],
            "{one:?} {other:?}"
        );
    }

    #[test]
    fn a_customer_may_request_five_new_contacts_a_day() {
        let rule = |customer| limits().new_contact(CustomerId(customer));
        assert_eq!(
            (rule(1).window, rule(1).consequence),
            (
                Window {
                    limit: 5,
                    span: DAY
                },
                Consequence::Refuse
            )
        );
        assert_ne!(rule(1).subject, rule(2).subject);
    }

    #[test]
    fn a_captcha_solution_lifts_the_soft_limit_once() {
        let email = contact("user@example.com");
        let solution = Some(Solution::new("solved", HOUR));
        let rules = limits().message(&MessageRequest {
            solution,
            ..request(&email)
        });
        assert!(windows(&rules, Limit::NetworkCaptcha).is_empty());
        assert_eq!(
            windows(&rules, Limit::CaptchaSolution),
            [(1, HOUR, Consequence::Refuse)]
        );
        assert_eq!(windows(&rules, Limit::Network).len(), 2);
    }

    #[test]
    fn resending_the_same_code_does_not_count_for_the_browser() {
        let email = contact("user@example.com");
        let rules = limits().message(&MessageRequest {
            is_new_code: false,
            ..request(&email)
        });
        assert!(windows(&rules, Limit::Browser).is_empty());
    }

    #[test]
    fn a_range_is_pumped_if_too_few_messages_are_used() {
        let limits = limits();
        assert!(!limits.is_sms_pumping(49, 0), "too few to tell");
        assert!(limits.is_sms_pumping(50, 14));
        assert!(!limits.is_sms_pumping(50, 15));
        let range = |number| texts_to_range(contact(number).phone().expect("a number")).subject;
        assert_eq!(range("+12025550123"), range("+12025550199"));
        assert_ne!(range("+12025550123"), range("+13125550123"));
    }
}
