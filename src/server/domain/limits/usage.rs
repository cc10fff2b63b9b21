//! The usage of windows, and the decisions that follow from it.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use super::{Consequence, Limit, LimitExceeded, Rule, Subject};
use crate::server::domain::OtpId;

/// The usage of one window at the time it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowUsage {
    /// The subject whose events are counted.
    pub subject: Subject,
    /// The length of the window.
    pub span: SignedDuration,
    /// The maximum number of events that the window may hold for the rule to allow the action
    /// ([`Rule::max_used`]).
    pub max_used: Option<u32>,
    /// The number of events in the window.
    pub used: u32,
    /// The time of the event that must leave the window before the rule allows the action again.
    /// `None` if the rule allows it now.
    pub blocked_by: Option<Timestamp>,
}

/// The usage of the windows of several rules at the time they were read.
#[derive(Clone, Debug, Default)]
pub struct Usage(Vec<WindowUsage>);

impl Usage {
    /// Creates the usage of these windows.
    #[must_use]
    pub const fn new(windows: Vec<WindowUsage>) -> Self {
        Self(windows)
    }

    /// Returns the number of events of a subject in a window, or 0 if the window was not read.
    #[must_use]
    pub fn used(&self, subject: Subject, span: SignedDuration) -> u32 {
        self.windows(subject, span)
            .map(|window| window.used)
            .max()
            .unwrap_or_default()
    }

    /// Returns the exceeded limit if the rule does not allow the action. A window that was not read
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
                .max_used()
                .is_some_and(|most| self.used(subject, window.span) <= most);
        // Rules with other limits may share the window, and this rule's limit may have been adapted
        // since the window was read.
        let own = self
            .windows(subject, window.span)
            .find(|window| window.max_used == rule.max_used());
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

    /// Returns the first exceeded limit, in the order of the rules.
    #[must_use]
    pub fn first_exceeded(&self, rules: &[Rule], now: Timestamp) -> Option<LimitExceeded> {
        rules.iter().find_map(|rule| self.exceeded(rule, now))
    }

    /// Decides whether an action that counts for all of these rules is allowed.
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
        let counts = |rule: &&Rule| {
            let is_full = self.exceeded(rule, now).is_some();
            !is_full && (withheld_by.is_none() || rule.limit.counts_withheld())
        };
        let counted = longest_retention(rules.iter().filter(counts).collect());
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

/// The decision of the limits on an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The action is refused.
    Refused(LimitExceeded),
    /// The action is allowed.
    Allowed {
        /// The events that the action adds.
        consumed: Vec<Consumption>,
        /// The limit that withholds the message, if any. The response still says that it was sent.
        withheld_by: Option<LimitExceeded>,
    },
}

/// Events to add to the windows of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumption {
    /// The subject that the events count for.
    pub subject: Subject,
    /// The number of events, at least 1.
    pub weight: u32,
    /// The time of the events.
    pub at: Timestamp,
    /// The time from which no window includes the events.
    pub expires_at: Timestamp,
    /// The OTP that the guess was for. A sign-in refunds the guesses at its OTP.
    pub otp: Option<OtpId>,
}

impl Consumption {
    /// Returns the events that an action at `now` adds under a rule.
    #[must_use]
    pub fn of(rule: &Rule, otp: Option<OtpId>, now: Timestamp) -> Self {
        let expires_at = now.saturating_add(rule.retention).unwrap_or(Timestamp::MAX);
        Self {
            subject: rule.subject,
            weight: rule.weight,
            at: now,
            expires_at,
            otp,
        }
    }
}

/// Returns the limit to report: of several, the one that lasts longest. The limit that a captcha
/// solution lifts is reported only if there is no other.
fn refusal(exceeded: &[LimitExceeded]) -> Option<LimitExceeded> {
    let refusing = exceeded
        .iter()
        .filter(|exceeded| exceeded.consequence != Consequence::Withhold);
    refusing
        .max_by_key(|exceeded| (exceeded.limit != Limit::NetworkCaptcha, exceeded.until))
        .copied()
}

/// Keeps one rule per subject, the one that stores its events longest. Its events serve the other
/// rules too.
fn longest_retention(mut rules: Vec<&Rule>) -> Vec<&Rule> {
    rules.retain(|rule| rule.weight > 0);
    rules.sort_by_key(|rule| (rule.subject, Reverse(rule.retention)));
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
            max_used: rule.max_used(),
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
    fn a_wait_depends_on_the_limit_of_the_rule_and_not_on_others_of_the_same_window() {
        let strict = rule(Limit::Contact, 1, (1, HOUR), Consequence::Refuse);
        let rule = rule(Limit::Contact, 1, (3, HOUR), Consequence::Refuse);
        let window = |rule: &Rule, blocked_by| WindowUsage {
            subject: rule.subject,
            span: HOUR,
            max_used: rule.max_used(),
            used: 3,
            blocked_by: Some(blocked_by),
        };
        let usage = Usage::new(vec![
            window(&strict, now()),
            window(&rule, now() - HOUR / 4),
        ]);
        let exceeded = usage.exceeded(&rule, now()).expect("no room");
        assert_eq!(exceeded.until, now() + HOUR * 3 / 4);
    }

    #[test]
    fn an_unread_window_has_no_room() {
        let rule = rule(Limit::Contact, 1, (3, HOUR), Consequence::Refuse);
        assert!(Usage::default().exceeded(&rule, now()).is_some());
    }

    #[test]
    fn the_longest_refusal_is_reported_and_the_captcha_limit_last() {
        let soft = rule(Limit::NetworkCaptcha, 1, (1, DAY), Consequence::Refuse);
        let browser = rule(Limit::Browser, 2, (1, HOUR), Consequence::Refuse);
        let contact = rule(Limit::Contact, 3, (1, HOUR * 3), Consequence::Escalate);
        let reported = |rules: &[Rule]| {
            let windows: Vec<_> = rules.iter().map(|rule| (rule, 1)).collect();
            match usage(&windows).admit(rules, None, now()) {
                Admission::Refused(exceeded) => exceeded.limit,
                Admission::Allowed { .. } => panic!("allowed"),
            }
        };
        assert_eq!(reported(&[soft, browser, contact]), Limit::Contact);
        assert_eq!(reported(&[soft, browser]), Limit::Browser);
        assert_eq!(reported(&[soft]), Limit::NetworkCaptcha);
    }

    #[test]
    fn a_withheld_message_does_not_count_towards_contact_or_global_limits() {
        let contact = rule(Limit::Contact, 1, (1, HOUR), Consequence::Withhold);
        let contact_a_day = rule(Limit::Contact, 1, (9, DAY), Consequence::Withhold);
        let all = rule(Limit::Global, 2, (9, HOUR), Consequence::Refuse);
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
    fn rules_of_one_subject_add_one_event_with_the_longest_memory() {
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
    fn a_check_consumes_nothing_and_needs_room_for_one_event() {
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
    fn an_action_of_weight_two_needs_room_for_two_and_names_its_otp() {
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
    fn an_adapted_limit_is_checked_against_the_window_as_read() {
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
    fn first_exceeded_follows_the_order_of_the_rules() {
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
    fn a_refusal_takes_precedence_over_withholding() {
        let contact = rule(Limit::Contact, 1, (1, HOUR), Consequence::Withhold);
        let soft = rule(Limit::NetworkCaptcha, 2, (1, HOUR), Consequence::Refuse);
        let admit = |used: [u32; 2]| {
            usage(&[(&contact, used[0]), (&soft, used[1])]).admit(&[contact, soft], None, now())
        };
        assert!(
            matches!(admit([1, 0]), Admission::Allowed { withheld_by: Some(by), .. } if by.limit == Limit::Contact)
        );
        assert!(
            matches!(admit([1, 1]), Admission::Refused(by) if by.limit == Limit::NetworkCaptcha)
        );
    }
}
