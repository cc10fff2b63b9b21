//! How much of the windows is used, and what may happen then.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use super::{Consequence, Limit, LimitExceeded, Rule, Subject};
use crate::server::domain::OtpId;

/// How much of one window was used when it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowUsage {
    /// What is counted.
    pub subject: Subject,
    /// The length of the window.
    pub span: SignedDuration,
    /// The most events that the rule lets the window hold ([`Rule::remaining`]).
    pub remaining: Option<u32>,
    /// Events in the window.
    pub used: u32,
    /// The time of the event that has to leave the window for the rule to allow one more; `None` if
    /// the rule allows it now.
    pub blocked_by: Option<Timestamp>,
}

/// How much of the windows of some rules was used when they were read.
#[derive(Clone, Debug, Default)]
pub struct Usage(Vec<WindowUsage>);

impl Usage {
    /// The usage of these windows.
    #[must_use]
    pub const fn new(windows: Vec<WindowUsage>) -> Self {
        Self(windows)
    }

    /// Events of a subject in a window; 0 if the window was not read.
    #[must_use]
    pub fn used(&self, subject: Subject, span: SignedDuration) -> u32 {
        self.windows(subject, span)
            .map(|window| window.used)
            .max()
            .unwrap_or_default()
    }

    /// Why a rule does not allow what it is about, if it does not. A window that was not read
    /// allows nothing.
    #[must_use]
    pub fn exceeded(&self, rule: &Rule, now: Timestamp) -> Option<LimitExceeded> {
        let Rule {
            limit,
            subject,
            window,
            consequence,
            ..
        } = *rule;
        let until = |at: Timestamp| at.saturating_add(window.span).unwrap_or(Timestamp::MAX);
        let is_read = self.windows(subject, window.span).next().is_some();
        let has_room = is_read
            && rule
                .remaining()
                .is_some_and(|most| self.used(subject, window.span) <= most);
        // Rules with other limits may share the window, and the limit may have been adapted since
        // the window was read.
        let own = self
            .windows(subject, window.span)
            .find(|window| window.remaining == rule.remaining());
        let any = || {
            self.windows(subject, window.span)
                .filter_map(|window| window.blocked_by)
                .max()
        };
        let blocked_by = own.map_or_else(any, |window| window.blocked_by);
        (!has_room).then(|| LimitExceeded {
            limit,
            consequence,
            until: until(blocked_by.unwrap_or(now)),
        })
    }

    /// The first of the rules that allows nothing.
    #[must_use]
    pub fn first_exceeded(&self, rules: &[Rule], now: Timestamp) -> Option<LimitExceeded> {
        rules.iter().find_map(|rule| self.exceeded(rule, now))
    }

    /// Decides on something that counts for all of these rules.
    #[must_use]
    pub fn admit(&self, rules: &[Rule], otp: Option<OtpId>, now: Timestamp) -> Admission {
        let exceeded: Vec<_> = rules
            .iter()
            .filter_map(|rule| self.exceeded(rule, now))
            .collect();
        if let Some(refusal) = refusal(&exceeded) {
            return Admission::Refused(refusal);
        }
        let withheld_by = exceeded.first().copied();
        // A withheld message reaches nobody, so it counts neither for its contact nor for the
        // limits on all messages.
        let counts = |rule: &&Rule| {
            let is_full = self.exceeded(rule, now).is_some();
            !is_full
                && (withheld_by.is_none()
                    || !matches!(rule.limit, Limit::Contact | Limit::Everybody))
        };
        let counted = longest(rules.iter().filter(counts).collect());
        let consumed = counted
            .into_iter()
            .map(|rule| Consumption::of(rule, otp, now))
            .collect();
        Admission::Allowed {
            consumed,
            withheld_by,
        }
    }

    fn windows(
        &self,
        subject: Subject,
        span: SignedDuration,
    ) -> impl Iterator<Item = &WindowUsage> {
        self.0
            .iter()
            .filter(move |window| window.subject == subject && window.span == span)
    }
}

/// Whether limits allow something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// They do not.
    Refused(LimitExceeded),
    /// They do.
    Allowed {
        /// What it counts for.
        consumed: Vec<Consumption>,
        /// The limit because of which the message is not sent, though its sender is told otherwise.
        withheld_by: Option<LimitExceeded>,
    },
}

/// Events to add to a subject's windows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumption {
    /// What is counted.
    pub subject: Subject,
    /// How many events, at least 1.
    pub weight: u32,
    /// When they happened.
    pub at: Timestamp,
    /// When no window reaches them any more.
    pub expires_at: Timestamp,
    /// The OTP that was guessed at: a sign-in gives its guesses back.
    pub otp: Option<OtpId>,
}

impl Consumption {
    /// What a rule counts.
    #[must_use]
    pub fn of(rule: &Rule, otp: Option<OtpId>, now: Timestamp) -> Self {
        let expires_at = now.saturating_add(rule.memory).unwrap_or(Timestamp::MAX);
        Self {
            subject: rule.subject,
            weight: rule.weight,
            at: now,
            expires_at,
            otp,
        }
    }
}

/// The limit to tell of: of several the one that lasts longest, and the one that a solved challenge
/// lifts only if there is no other.
fn refusal(exceeded: &[LimitExceeded]) -> Option<LimitExceeded> {
    let refusing = exceeded
        .iter()
        .filter(|exceeded| exceeded.consequence != Consequence::Withhold);
    refusing
        .max_by_key(|exceeded| (exceeded.limit != Limit::NetworkSoft, exceeded.until))
        .copied()
}

/// Of the rules for one subject the one that remembers longest: its events serve the others too.
fn longest(mut rules: Vec<&Rule>) -> Vec<&Rule> {
    rules.retain(|rule| rule.weight > 0);
    rules.sort_by_key(|rule| (rule.subject, Reverse(rule.memory)));
    rules.dedup_by_key(|rule| rule.subject);
    rules
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::domain::limits::{DAY, HOUR, refuse};

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().expect("an instant")
    }

    fn rule(
        limit: Limit,
        whose: u8,
        (most, span): (u32, SignedDuration),
        consequence: Consequence,
    ) -> Rule {
        Rule {
            consequence,
            ..refuse(limit, ("tests", &[whose]), (most, span))
        }
    }

    fn usage(windows: &[(&Rule, u32)]) -> Usage {
        let window = |(rule, used): &(&Rule, u32)| WindowUsage {
            subject: rule.subject,
            span: rule.window.span,
            remaining: rule.remaining(),
            used: *used,
            blocked_by: (*used >= rule.window.limit).then(|| now() - rule.window.span / 2),
        };
        Usage::new(windows.iter().map(window).collect())
    }

    #[test]
    fn a_window_has_room_below_its_limit() {
        let rule = rule(Limit::Contact, 1, (3, HOUR), Consequence::Refuse);
        assert_eq!(usage(&[(&rule, 2)]).exceeded(&rule, now()), None);
        let exceeded = usage(&[(&rule, 3)])
            .exceeded(&rule, now())
            .expect("no room");
        assert_eq!(exceeded.until, now() + HOUR / 2);
    }

    #[test]
    fn a_window_that_was_not_read_has_no_room() {
        let rule = rule(Limit::Contact, 1, (3, HOUR), Consequence::Refuse);
        assert!(Usage::default().exceeded(&rule, now()).is_some());
    }

    #[test]
    fn of_several_refusals_the_longest_is_told_and_a_challenge_only_alone() {
        let soft = rule(Limit::NetworkSoft, 1, (1, DAY), Consequence::Refuse);
        let browser = rule(Limit::Browser, 2, (1, HOUR), Consequence::Refuse);
        let contact = rule(Limit::Contact, 3, (1, HOUR * 3), Consequence::Escalate);
        let told = |rules: &[Rule]| {
            let windows: Vec<_> = rules.iter().map(|rule| (rule, 1)).collect();
            match usage(&windows).admit(rules, None, now()) {
                Admission::Refused(exceeded) => exceeded.limit,
                Admission::Allowed { .. } => panic!("allowed"),
            }
        };
        assert_eq!(told(&[soft, browser, contact]), Limit::Contact);
        assert_eq!(told(&[soft, browser]), Limit::Browser);
        assert_eq!(told(&[soft]), Limit::NetworkSoft);
    }

    #[test]
    fn a_withheld_message_counts_neither_for_its_contact_nor_for_all() {
        let contact = rule(Limit::Contact, 1, (1, HOUR), Consequence::Withhold);
        let contact_a_day = rule(Limit::Contact, 1, (9, DAY), Consequence::Withhold);
        let all = rule(Limit::Everybody, 2, (9, HOUR), Consequence::Refuse);
        let network = rule(Limit::Network, 3, (9, HOUR), Consequence::Refuse);
        let rules = [contact, contact_a_day, all, network];
        let admission = |used| match usage(&[
            (&contact, used),
            (&contact_a_day, used),
            (&all, 0),
            (&network, 0),
        ])
        .admit(&rules, None, now())
        {
            Admission::Allowed {
                consumed,
                withheld_by,
            } => (
                consumed
                    .into_iter()
                    .map(|it| it.subject)
                    .collect::<Vec<_>>(),
                withheld_by.is_some(),
            ),
            Admission::Refused(exceeded) => panic!("{exceeded:?}"),
        };
        assert_eq!(admission(1), (vec![network.subject], true));
        let (consumed, is_withheld) = admission(0);
        assert!(consumed.len() == 3 && !is_withheld);
    }

    #[test]
    fn rules_of_one_subject_count_once_and_are_remembered_for_the_longest() {
        let (hour, day) = (
            rule(Limit::Contact, 1, (5, HOUR), Consequence::Refuse),
            rule(Limit::Contact, 1, (9, DAY), Consequence::Refuse),
        );
        match usage(&[(&hour, 0), (&day, 0)]).admit(&[hour, day], None, now()) {
            Admission::Allowed { consumed, .. } => {
                assert_eq!(
                    consumed.iter().map(|it| it.expires_at).collect::<Vec<_>>(),
                    [now() + DAY]
                );
            }
            Admission::Refused(exceeded) => panic!("{exceeded:?}"),
        }
    }

    #[test]
    fn to_ask_costs_nothing_and_needs_room_for_one() {
        let ask = Rule {
            weight: 0,
            ..rule(Limit::Contact, 1, (3, HOUR), Consequence::Refuse)
        };
        let nothing = Admission::Allowed {
            consumed: vec![],
            withheld_by: None,
        };
        assert_eq!(usage(&[(&ask, 2)]).admit(&[ask], None, now()), nothing);
        assert!(usage(&[(&ask, 3)]).exceeded(&ask, now()).is_some());
    }

    #[test]
    fn what_counts_twice_needs_room_for_two_and_is_given_back_with_its_otp() {
        let twice = Rule {
            weight: 2,
            ..rule(Limit::Contact, 1, (3, HOUR), Consequence::Refuse)
        };
        match usage(&[(&twice, 1)]).admit(&[twice], Some(OtpId(7)), now()) {
            Admission::Allowed { consumed, .. } => {
                assert_eq!((consumed[0].weight, consumed[0].otp), (2, Some(OtpId(7))));
            }
            Admission::Refused(exceeded) => panic!("{exceeded:?}"),
        }
        assert!(usage(&[(&twice, 2)]).exceeded(&twice, now()).is_some());
        let never = Rule { weight: 4, ..twice };
        assert_eq!(
            usage(&[(&never, 0)])
                .exceeded(&never, now())
                .map(|exceeded| exceeded.until),
            Some(now() + HOUR)
        );
    }

    #[test]
    fn a_limit_that_was_adapted_since_is_asked_with_the_window_as_it_was_read() {
        let read = rule(Limit::Breaker, 1, (100, DAY), Consequence::Escalate);
        let adapted = Rule {
            window: super::super::Window {
                limit: 250,
                ..read.window
            },
            ..read
        };
        let exceeded = |used| {
            usage(&[(&read, used)])
                .exceeded(&adapted, now())
                .map(|exceeded| exceeded.until)
        };
        assert_eq!(
            (exceeded(249), exceeded(250)),
            (None, Some(now() + DAY / 2))
        );
        assert_eq!(usage(&[(&read, 120)]).used(read.subject, DAY), 120);
        assert_eq!(
            usage(&[(&read, 120)]).used(read.subject, HOUR),
            0,
            "it was not read"
        );
    }

    #[test]
    fn the_first_full_window_in_the_order_of_the_rules_is_named() {
        let (hour, day) = (
            rule(Limit::Contact, 1, (1, HOUR), Consequence::Refuse),
            rule(Limit::Network, 2, (1, DAY), Consequence::Refuse),
        );
        let first = |rules: &[Rule], used: [u32; 2]| {
            usage(&[(&hour, used[0]), (&day, used[1])])
                .first_exceeded(rules, now())
                .map(|exceeded| exceeded.limit)
        };
        assert_eq!(first(&[hour, day], [1, 1]), Some(Limit::Contact));
        assert_eq!(first(&[day, hour], [1, 1]), Some(Limit::Network));
        assert_eq!(first(&[hour, day], [0, 1]), Some(Limit::Network));
        assert_eq!(first(&[hour, day], [0, 0]), None);
    }

    #[test]
    fn a_window_that_is_full_for_its_message_alone_withholds_it_and_what_refuses_comes_first() {
        let contact = rule(Limit::Contact, 1, (1, HOUR), Consequence::Withhold);
        let soft = rule(Limit::NetworkSoft, 2, (1, HOUR), Consequence::Refuse);
        let admit = |used: [u32; 2]| {
            usage(&[(&contact, used[0]), (&soft, used[1])]).admit(&[contact, soft], None, now())
        };
        assert!(
            matches!(admit([1, 0]), Admission::Allowed { withheld_by: Some(by), .. } if by.limit == Limit::Contact)
        );
        assert!(matches!(admit([1, 1]), Admission::Refused(by) if by.limit == Limit::NetworkSoft));
    }
}
