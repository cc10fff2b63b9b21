//! How often something may be done, and what happens beyond that.
//!
//! A limit is a [`Rule`]: a subject, a sliding window, and what follows when it is full. The store counts what happened to a
//! subject, exactly and in the transaction of what it counts; which rules apply is decided here. Subjects are digests, so
//! the counts name nobody.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::{
    contact::{Contact, PhoneNumber},
    customer::CustomerId,
    network::Network,
    otp::Otp,
    session::TokenDigest,
};
use crate::shared::{CodeFormat, ContactType};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// How long one attempt of a browser to sign in lasts, at most.
const SIGN_IN: SignedDuration = SignedDuration::from_mins(15);
/// Contacts that a customer may ask to have in a day.
const NEW_CONTACTS: u32 = 5;
/// A wide network has as many times the limits of a narrow one.
const WIDE: u32 = 4;

/// What is counted, and whose: half of a SHA-256.
///
/// Without a key: a key that is replaced would give every guess back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject([u8; 16]);

impl Subject {
    fn new(what: &str, whose: &[u8]) -> Self {
        let digest = Sha256::new().chain_update(what).chain_update([0]).chain_update(whose).finalize();
        Self(std::array::from_fn(|at| digest[at]))
    }

    /// What the database knows the subject by.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(..)")
    }
}

/// Which limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Of one browser, for one attempt to sign in.
    Browser,
    /// Of one contact, for all browsers that do not know its customer.
    Contact,
    /// Of a customer on a browser that they have signed in on.
    Device,
    /// Of a network, up to which nothing is asked of it.
    NetworkSoft,
    /// Of a network.
    Network,
    /// Of all networks.
    Everybody,
    /// Of one solution of a challenge: it is taken once.
    Solution,
    /// Of wrong guesses at all contacts.
    Breaker,
}

impl Limit {
    /// The name in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Contact => "contact",
            Self::Device => "device",
            Self::NetworkSoft => "network_soft",
            Self::Network => "network",
            Self::Everybody => "everybody",
            Self::Solution => "solution",
            Self::Breaker => "breaker",
        }
    }
}

/// What follows when a window is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// It is refused until there is room again.
    Refuse,
    /// It is done, but for the message: nobody may see what others have asked for a contact.
    Withhold,
    /// Six digits are not enough any more: only codes of letters are compared.
    Escalate,
}

/// So many in so long a time, wherever it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many.
    pub limit: u32,
    /// In how long a time.
    pub span: SignedDuration,
}

/// One limit for one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Which limit it is.
    pub limit: Limit,
    /// What is counted.
    pub subject: Subject,
    /// How many there may be.
    pub window: Window,
    /// For how long what is added is remembered: at least as long as the window.
    pub memory: SignedDuration,
    /// How many are about to be added. With 0 it is only asked whether there is room for one.
    pub weight: u32,
    /// What follows when there is no room.
    pub consequence: Consequence,
}

/// A window without room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    /// Which limit it is.
    pub limit: Limit,
    /// What follows.
    pub consequence: Consequence,
    /// From when on there is room again.
    pub until: Timestamp,
}

impl Full {
    /// Seconds until there is room, rounded up, at least 1.
    #[must_use]
    pub fn seconds(&self, now: Timestamp) -> u32 {
        let wait = self.until.duration_since(now).as_millis().max(1).unsigned_abs();
        u32::try_from(wait.div_ceil(1_000)).unwrap_or(u32::MAX)
    }
}

impl Rule {
    fn new(limit: Limit, subject: Subject, window: (u32, SignedDuration), consequence: Consequence) -> Self {
        let (limit_of_window, span) = window;
        Self { limit, subject, window: Window { limit: limit_of_window, span }, memory: span, weight: 1, consequence }
    }

    const fn weighing(self, weight: u32) -> Self {
        Self { weight, ..self }
    }

    /// The most that may have happened in the window before, for this to have room.
    #[must_use]
    pub fn room(&self) -> Option<u32> {
        self.window.limit.checked_sub(self.weight.max(1))
    }
}

/// The figures of all limits; settings fill them inside hard limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitPolicy {
    /// Mails to one contact that unknown browsers may ask for, an hour and a day.
    pub contact_emails: (u32, u32),
    /// Text messages likewise.
    pub contact_texts: (u32, u32),
    /// Guesses of a contact's digits on unknown browsers, in 30 and in 365 days. What a sign-in ends well is given back.
    pub contact_guesses: (u32, u32),
    /// The same in 365 days for a phone number: an account has two contacts, and both together are its chance.
    pub phone_guesses: u32,
    /// Messages that a known browser may ask for, a day.
    pub device_messages: u32,
    /// Guesses of digits on a known browser, in a day and in 30 days.
    pub device_guesses: (u32, u32),
    /// Known browsers of a customer.
    pub devices: u32,
    /// Codes of one attempt to sign in.
    pub browser_codes: u32,
    /// Answers of one attempt to sign in.
    pub browser_guesses: u32,
    /// Messages that a network may ask for in an hour before it has to prove work, and at all.
    pub network_messages: (u32, u32),
    /// Ill-formed contacts and answers of a network in an hour.
    pub network_misses: u32,
    /// Mails that all unknown browsers may ask for, an hour.
    pub emails: u32,
    /// Text messages likewise, an hour and a day.
    pub texts: (u32, u32),
    /// Text messages to one range of numbers in a day of which some have to be used, and how many percent.
    pub range_texts: (u32, u32),
    /// Guesses at all contacts in a day before codes of digits stop on unknown browsers: always so many, never more than
    /// so many, and in between so many times the mean of 28 days.
    pub breaker: Breaker,
}

/// When guessing at all contacts together is an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaker {
    /// Guesses a day that are never one.
    pub floor: u32,
    /// Guesses a day that always are, however many there were before: else an attacker could raise the mean slowly.
    pub ceiling: u32,
    /// What times the mean of [`Breaker::SPAN`] is one.
    pub factor: u32,
}

impl Breaker {
    /// The time that the mean is taken of.
    pub const SPAN: SignedDuration = SignedDuration::from_hours(28 * 24);

    /// Guesses that are let through in a day after so many in [`Breaker::SPAN`].
    #[must_use]
    pub fn daily(&self, guesses: u32) -> u32 {
        (guesses.saturating_mul(self.factor) / 28).clamp(self.floor, self.ceiling.max(self.floor))
    }

    /// What is counted for the mean: every guess at a contact's digits on an unknown browser.
    #[must_use]
    pub fn subject() -> Subject {
        Subject::new("guesses at all contacts", &[])
    }

    /// The rule that remembers for a day that it has tripped.
    #[must_use]
    pub fn tripped() -> Rule {
        Rule::new(Limit::Breaker, Subject::new("breaker tripped", &[]), (1, DAY), Consequence::Escalate)
    }
}

/// Somebody who asks for a message.
#[derive(Clone, Debug)]
pub struct MessageAsk<'a> {
    /// The contact that was typed.
    pub contact: &'a Contact,
    /// How the message goes out.
    pub channel: ContactType,
    /// The browser.
    pub browser: TokenDigest,
    /// The browser as its customer knows it.
    pub device: Option<TokenDigest>,
    /// Where it is.
    pub network: Network,
    /// Whether its customer is signed in there: then no challenge is asked for.
    pub is_signed_in: bool,
    /// Whether it is for a new code, and not for the one of before once more.
    pub is_new_code: bool,
    /// The solution of a challenge that came with it.
    pub solution: Option<Solution>,
    /// Whether strangers may see what others have asked for a contact.
    pub reveals: bool,
}

/// A solved challenge, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Solution {
    subject: Subject,
    valid_for: SignedDuration,
}

impl Solution {
    /// The solution with this text, which no one may use again within the time that its challenge is valid for.
    #[must_use]
    pub fn new(text: &str, valid_for: SignedDuration) -> Self {
        Self { subject: Subject::new("solution", text.as_bytes()), valid_for }
    }
}

/// Somebody who answers with a code.
#[derive(Clone, Copy, Debug)]
pub struct Guess {
    /// The browser.
    pub browser: TokenDigest,
    /// Where it is.
    pub network: Network,
    /// Guesses at all contacts in [`Breaker::SPAN`].
    pub recent: u32,
}

impl LimitPolicy {
    /// The rules for a message to be sent.
    #[must_use]
    pub fn message(&self, ask: &MessageAsk<'_>) -> Vec<Rule> {
        let mut rules = vec![];
        if ask.is_new_code {
            rules.push(refuse(Limit::Browser, ("codes of browser", &ask.browser.0), (self.browser_codes, SIGN_IN)));
        }
        if let Some(device) = ask.device {
            // Not those of its network: an attacker at the same address must not keep a customer out.
            rules.extend(self.device_messages(device, ask.contact, ask.channel));
        } else {
            let (soft, hard) = self.network_messages;
            rules.extend(networks("messages of network", ask.network, hard));
            rules.extend(if ask.is_signed_in { vec![] } else { proof(ask, soft) });
            rules.extend(self.strangers(ask));
        }
        rules
    }

    /// Asks whether the next message to an unknown browser in a network takes a solved challenge.
    #[must_use]
    pub fn proof(&self, network: Network) -> Vec<Rule> {
        soft_rules(network, self.network_messages.0).map(|rule| rule.weighing(0)).to_vec()
    }

    /// The rules that hold for browsers that are not known.
    fn strangers(&self, ask: &MessageAsk<'_>) -> Vec<Rule> {
        let ((hour, day), everybody) = match ask.channel {
            ContactType::Email => (self.contact_emails, vec![(self.emails, HOUR)]),
            ContactType::Phone => (self.contact_texts, vec![(self.texts.0, HOUR), (self.texts.1, DAY)]),
        };
        let consequence = if ask.reveals { Consequence::Refuse } else { Consequence::Withhold };
        let of_contact = Subject::new(&format!("{} to contact", ask.channel.as_str()), ask.contact.as_str().as_bytes());
        let of_all = Subject::new(&format!("{} to all", ask.channel.as_str()), &[]);
        let contact = [(hour, HOUR), (day, DAY)];
        let contact = contact.map(|window| Rule::new(Limit::Contact, of_contact, window, consequence));
        let all = everybody.into_iter().map(|window| Rule::new(Limit::Everybody, of_all, window, Consequence::Refuse));
        contact.into_iter().chain(all).collect()
    }

    /// The rules for a message to a known browser. Text messages cost money: all known browsers of a customer share those.
    fn device_messages(&self, device: TokenDigest, contact: &Contact, channel: ContactType) -> Vec<Rule> {
        let window = (self.device_messages, DAY);
        let mut rules = vec![refuse(Limit::Device, ("messages to device", &lane(device, contact)), window)];
        if channel == ContactType::Phone {
            rules.push(refuse(Limit::Device, ("texts to devices", contact.as_str().as_bytes()), window));
        }
        rules
    }

    /// The rule for a code to a contact that is to be a customer's: they could send mails to everybody.
    #[must_use]
    pub fn new_contact(&self, customer: CustomerId) -> Rule {
        refuse(Limit::Browser, ("new contacts of customer", &customer.0.to_be_bytes()), (NEW_CONTACTS, DAY))
    }

    /// The rules for an answer to be compared. They count it before anybody knows whether it is right.
    #[must_use]
    pub fn guess(&self, otp: &Otp, guess: &Guess, now: Timestamp) -> Vec<Rule> {
        if guess.browser == TokenDigest::COMMAND_LINE {
            return vec![];
        }
        let of_browser = ("guesses of browser", &guess.browser.0[..]);
        let mut rules = vec![refuse(Limit::Browser, of_browser, (self.browser_guesses, SIGN_IN))];
        rules.extend(if otp.device.is_some() { vec![] } else { self.miss(guess.network) });
        if otp.format != CodeFormat::Letters {
            // Two codes that are both alive are guessed at together.
            let weight = otp.live_codes(now).max(1);
            rules.extend(self.digits(otp, guess.recent).into_iter().map(|rule| rule.weighing(weight)));
            rules.extend(otp.device.is_none().then(|| Breaker::tripped().weighing(0)));
        }
        rules
    }

    /// The rules of a guess at digits.
    fn digits(&self, otp: &Otp, recent: u32) -> Vec<Rule> {
        match otp.device {
            Some(device) => self.device_guess(device, &otp.contact).to_vec(),
            None => self.stranger_guess(&otp.contact, recent),
        }
    }

    fn stranger_guess(&self, contact: &Contact, recent: u32) -> Vec<Rule> {
        let of_contact = Subject::new("guesses at contact", contact.as_str().as_bytes());
        let (month, year) = match contact.kind() {
            ContactType::Email => self.contact_guesses,
            ContactType::Phone => (self.contact_guesses.0, self.phone_guesses),
        };
        let contact = [(month, DAY * 30), (year, DAY * 365)];
        let all = (self.breaker.daily(recent), DAY);
        contact
            .map(|window| Rule::new(Limit::Contact, of_contact, window, Consequence::Escalate))
            .into_iter()
            .chain([Rule {
                memory: Breaker::SPAN,
                ..Rule::new(Limit::Breaker, Breaker::subject(), all, Consequence::Escalate)
            }])
            .collect()
    }

    fn device_guess(&self, device: TokenDigest, contact: &Contact) -> [Rule; 2] {
        let subject = Subject::new("guesses of device", &lane(device, contact));
        let (day, month) = self.device_guesses;
        [(day, DAY), (month, DAY * 30)].map(|window| Rule::new(Limit::Device, subject, window, Consequence::Escalate))
    }

    /// Asks whether a contact's digits may still be guessed at on unknown browsers.
    #[must_use]
    pub fn digits_for_strangers(&self, contact: &Contact, recent: u32) -> Vec<Rule> {
        let rules = self.stranger_guess(contact, recent).into_iter().chain([Breaker::tripped()]);
        rules.map(|rule| rule.weighing(0)).collect()
    }

    /// Asks whether a browser is still treated as a known one.
    #[must_use]
    pub fn known(&self, device: TokenDigest, contact: &Contact) -> Vec<Rule> {
        let rules =
            self.device_guess(device, contact).into_iter().chain(self.device_messages(device, contact, contact.kind()));
        rules.map(|rule| rule.weighing(0)).collect()
    }

    /// Asks whether a browser's customer may still guess at digits on it.
    #[must_use]
    pub fn digits_on_device(&self, device: TokenDigest, contact: &Contact) -> Vec<Rule> {
        self.device_guess(device, contact).map(|rule| rule.weighing(0)).to_vec()
    }

    /// Whether so many messages to a range in a day, of which so many were used, are too many for nothing.
    #[must_use]
    pub fn is_pumped(&self, sent: u32, used: u32) -> bool {
        let (sample, percent) = self.range_texts;
        sent >= sample && u64::from(used) * 100 < u64::from(sent) * u64::from(percent)
    }

    /// The rules for what no customer does often: an ill-formed contact, or an answer.
    #[must_use]
    pub fn miss(&self, network: Network) -> Vec<Rule> {
        networks("misses of network", network, self.network_misses).to_vec()
    }
}

/// Counts text messages to a range of numbers, and those that were used: where hardly any is, somebody is paid for sending
/// them (SMS pumping).
#[must_use]
pub fn texts_to_range(number: &PhoneNumber) -> Rule {
    range("texts to range", number)
}

/// Counts those that were used.
#[must_use]
pub fn texts_used_in_range(number: &PhoneNumber) -> Rule {
    range("texts used in range", number)
}

fn range(what: &str, number: &PhoneNumber) -> Rule {
    let window = (u32::MAX, DAY);
    Rule::new(Limit::Everybody, Subject::new(what, number.range().as_bytes()), window, Consequence::Refuse)
}

/// Beyond the soft limit a solution is asked for, and taken once.
fn proof(ask: &MessageAsk<'_>, soft: u32) -> Vec<Rule> {
    match ask.solution {
        Some(Solution { subject, valid_for }) => {
            vec![Rule::new(Limit::Solution, subject, (1, valid_for), Consequence::Refuse)]
        }
        None => soft_rules(ask.network, soft).to_vec(),
    }
}

fn soft_rules(network: Network, soft: u32) -> [Rule; 2] {
    networks("messages of network", network, soft).map(|rule| Rule { limit: Limit::NetworkSoft, ..rule })
}

fn refuse(limit: Limit, (what, whose): (&str, &[u8]), window: (u32, SignedDuration)) -> Rule {
    Rule::new(limit, Subject::new(what, whose), window, Consequence::Refuse)
}

fn networks(what: &str, network: Network, an_hour: u32) -> [Rule; 2] {
    [(network.narrow(), an_hour), (network.wide(), an_hour.saturating_mul(WIDE))]
        .map(|(prefix, limit)| refuse(Limit::Network, (what, &prefix), (limit, HOUR)))
}

/// One customer on one browser: somebody else on the same browser is a stranger to this lane.
fn lane(device: TokenDigest, contact: &Contact) -> Vec<u8> {
    [&device.0, contact.as_str().as_bytes()].concat()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::server::domain::otp::tests::otp;

    pub(in crate::server::domain) fn limits() -> LimitPolicy {
        LimitPolicy {
            contact_emails: (5, 10),
            contact_texts: (3, 5),
            contact_guesses: (10, 60),
            phone_guesses: 36,
            device_messages: 10,
            device_guesses: (10, 50),
            devices: 10,
            browser_codes: 3,
            browser_guesses: 10,
            network_messages: (10, 60),
            network_misses: 60,
            emails: 1_000,
            texts: (100, 300),
            range_texts: (50, 30),
            breaker: Breaker { floor: 100, ceiling: 500, factor: 5 },
        }
    }

    fn contact(text: &str) -> Contact {
        let kind = if text.contains('@') { ContactType::Email } else { ContactType::Phone };
        Contact::parse(kind, text, crate::server::domain::Region::parse("US").expect("a region")).expect("a contact")
    }

    fn ask(contact: &Contact) -> MessageAsk<'_> {
        MessageAsk {
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

    fn windows(rules: &[Rule], limit: Limit) -> Vec<(u32, SignedDuration, Consequence)> {
        let of_limit = rules.iter().filter(|rule| rule.limit == limit);
        of_limit.map(|rule| (rule.window.limit, rule.window.span, rule.consequence)).collect()
    }

    #[test]
    fn a_stranger_meets_every_limit_on_messages() {
        let email = contact("user@example.com");
        let rules = limits().message(&ask(&email));
        let withhold = Consequence::Withhold;
        assert_eq!(windows(&rules, Limit::Contact), [(5, HOUR, withhold), (10, DAY, withhold)]);
        assert_eq!(windows(&rules, Limit::Everybody), [(1_000, HOUR, Consequence::Refuse)]);
        assert_eq!(windows(&rules, Limit::Browser), [(3, SIGN_IN, Consequence::Refuse)]);
        assert_eq!(
            windows(&rules, Limit::NetworkSoft),
            [(10, HOUR, Consequence::Refuse), (40, HOUR, Consequence::Refuse)]
        );
        assert_eq!(
            windows(&rules, Limit::Network),
            [(60, HOUR, Consequence::Refuse), (240, HOUR, Consequence::Refuse)]
        );
        let phone = contact("+12025550123");
        let rules = limits().message(&ask(&phone));
        assert_eq!(windows(&rules, Limit::Contact), [(3, HOUR, withhold), (5, DAY, withhold)]);
        assert_eq!(
            windows(&rules, Limit::Everybody),
            [(100, HOUR, Consequence::Refuse), (300, DAY, Consequence::Refuse)]
        );
    }

    #[test]
    fn where_strangers_may_know_a_full_contact_is_said() {
        let email = contact("user@example.com");
        let rules = limits().message(&MessageAsk { reveals: true, ..ask(&email) });
        assert!(windows(&rules, Limit::Contact).iter().all(|(.., consequence)| *consequence == Consequence::Refuse));
    }

    #[test]
    fn a_known_browser_has_a_lane_of_its_own() {
        let email = contact("user@example.com");
        let rules = limits().message(&MessageAsk { device: Some(TokenDigest([2; 32])), ..ask(&email) });
        assert_eq!(windows(&rules, Limit::Device), [(10, DAY, Consequence::Refuse)]);
        for limit in [Limit::Contact, Limit::Everybody, Limit::NetworkSoft, Limit::Network] {
            assert!(windows(&rules, limit).is_empty(), "{limit:?}");
        }
    }

    #[test]
    fn known_browsers_of_a_customer_share_their_text_messages() {
        let phone = contact("+12025550123");
        let subjects = |device| {
            let rules = limits().message(&MessageAsk { device: Some(TokenDigest([device; 32])), ..ask(&phone) });
            let of_device = rules.into_iter().filter(|rule| rule.limit == Limit::Device);
            of_device.map(|rule| (rule.subject, rule.window.limit)).collect::<Vec<_>>()
        };
        let (one, other) = (subjects(2), subjects(3));
        assert!(one.len() == 2 && one[0] != other[0] && one[1] == other[1], "{one:?} {other:?}");
    }

    #[test]
    fn a_customer_asks_to_have_five_contacts_a_day() {
        let rule = |customer| limits().new_contact(CustomerId(customer));
        assert_eq!((rule(1).window, rule(1).consequence), (Window { limit: 5, span: DAY }, Consequence::Refuse));
        assert_ne!(rule(1).subject, rule(2).subject);
    }

    #[test]
    fn a_solution_lifts_the_soft_limit_and_is_taken_once() {
        let email = contact("user@example.com");
        let solution = Some(Solution::new("solved", HOUR));
        let rules = limits().message(&MessageAsk { solution, ..ask(&email) });
        assert!(windows(&rules, Limit::NetworkSoft).is_empty());
        assert_eq!(windows(&rules, Limit::Solution), [(1, HOUR, Consequence::Refuse)]);
        assert_eq!(windows(&rules, Limit::Network).len(), 2);
    }

    #[test]
    fn a_new_code_counts_for_the_browser_and_the_same_once_more_does_not() {
        let email = contact("user@example.com");
        let rules = limits().message(&MessageAsk { is_new_code: false, ..ask(&email) });
        assert!(windows(&rules, Limit::Browser).is_empty());
    }

    fn guess() -> Guess {
        Guess { browser: TokenDigest([1; 32]), network: Network::default(), recent: 0 }
    }

    fn guesses(otp: &Otp) -> Vec<Rule> {
        limits().guess(otp, &guess(), otp.created_at)
    }

    #[test]
    fn digits_of_a_contact_are_guessed_at_within_a_budget() {
        let rules = guesses(&otp());
        let escalate = Consequence::Escalate;
        assert_eq!(windows(&rules, Limit::Contact), [(10, DAY * 30, escalate), (60, DAY * 365, escalate)]);
        assert_eq!(windows(&rules, Limit::Breaker), [(100, DAY, escalate), (1, DAY, escalate)]);
        let phone = Otp { contact: contact("+12025550123"), ..otp() };
        assert_eq!(windows(&guesses(&phone), Limit::Contact), [(10, DAY * 30, escalate), (36, DAY * 365, escalate)]);
    }

    #[test]
    fn guesses_at_all_contacts_are_remembered_for_the_mean() {
        let breaker = guesses(&otp()).into_iter().find(|rule| rule.subject == Breaker::subject()).expect("a rule");
        assert_eq!((breaker.window.span, breaker.memory), (DAY, Breaker::SPAN));
    }

    #[test]
    fn letters_are_beyond_the_budget_but_not_beyond_the_other_limits() {
        let rules = guesses(&Otp { format: CodeFormat::Letters, ..otp() });
        assert!(windows(&rules, Limit::Contact).is_empty() && windows(&rules, Limit::Breaker).is_empty());
        assert_eq!(windows(&rules, Limit::Browser), [(10, SIGN_IN, Consequence::Refuse)]);
        assert_eq!(
            windows(&rules, Limit::Network),
            [(60, HOUR, Consequence::Refuse), (240, HOUR, Consequence::Refuse)]
        );
    }

    #[test]
    fn two_live_codes_are_two_guesses() {
        let now = otp().created_at;
        let two = Otp { generation: 2, previous_expires_at: Some(now + HOUR), ..otp() };
        let weights = |otp: &Otp| {
            let of_contact = guesses(otp).into_iter().filter(|rule| rule.limit == Limit::Contact);
            of_contact.map(|rule| (rule.weight, rule.room())).collect::<Vec<_>>()
        };
        assert_eq!(weights(&otp()), [(1, Some(9)), (1, Some(59))]);
        assert_eq!(weights(&two), [(2, Some(8)), (2, Some(58))]);
    }

    #[test]
    fn guesses_on_a_known_browser_are_its_own() {
        let rules = guesses(&Otp { device: Some(TokenDigest([2; 32])), ..otp() });
        assert_eq!(
            windows(&rules, Limit::Device),
            [(10, DAY, Consequence::Escalate), (50, DAY * 30, Consequence::Escalate)]
        );
        for limit in [Limit::Contact, Limit::Breaker, Limit::Network] {
            assert!(windows(&rules, limit).is_empty(), "{limit:?}");
        }
    }

    #[test]
    fn the_command_line_has_no_limits() {
        let guess = Guess { browser: TokenDigest::COMMAND_LINE, ..guess() };
        assert!(limits().guess(&otp(), &guess, otp().created_at).is_empty());
    }

    #[test]
    fn asking_adds_nothing() {
        let email = contact("user@example.com");
        let device = TokenDigest([2; 32]);
        let asked = [
            limits().digits_for_strangers(&email, 0),
            limits().digits_on_device(device, &email),
            limits().known(device, &email),
        ];
        assert!(asked.iter().flatten().all(|rule| rule.weight == 0 && rule.room() == rule.window.limit.checked_sub(1)));
    }

    #[test]
    fn subjects_tell_contacts_devices_and_kinds_apart() {
        let subject = |what: &str, whose: &[u8]| Subject::new(what, whose);
        assert_eq!(subject("a", b"b"), subject("a", b"b"));
        assert_ne!(subject("a", b"b"), subject("a", b"c"));
        assert_ne!(subject("a", b"b"), subject("ab", b""));
        assert_eq!(format!("{:?}", subject("a", b"b")), "Subject(..)");
    }

    #[test]
    fn the_breaker_follows_the_mean_between_its_floor_and_its_ceiling() {
        let breaker = limits().breaker;
        assert_eq!(breaker.daily(0), 100);
        assert_eq!(breaker.daily(28 * 20), 100);
        assert_eq!(breaker.daily(28 * 50), 250);
        assert_eq!(breaker.daily(28 * 100), 500);
        assert_eq!(breaker.daily(u32::MAX), 500);
    }

    #[test]
    fn messages_to_a_range_stop_when_hardly_any_is_used() {
        let limits = limits();
        assert!(!limits.is_pumped(49, 0), "too few to tell");
        assert!(limits.is_pumped(50, 14));
        assert!(!limits.is_pumped(50, 15));
        let range = |number| texts_to_range(contact(number).phone().expect("a number")).subject;
        assert_eq!(range("+12025550123"), range("+12025550199"));
        assert_ne!(range("+12025550123"), range("+13125550123"));
    }

    #[test]
    fn a_wait_is_rounded_up_and_never_nothing() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("an instant");
        let wait = |milliseconds| {
            let until = now + SignedDuration::from_millis(milliseconds);
            Full { limit: Limit::Contact, consequence: Consequence::Refuse, until }.seconds(now)
        };
        assert_eq!([0, 1, 1_000, 1_001].map(wait), [1, 1, 1, 2]);
    }
}
