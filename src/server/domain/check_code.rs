//! A browser answers with a code. The attempt is counted and committed before anything is compared,
//! so that neither parallel guesses nor a cut connection get a comparison for nothing (OWASP ASVS
//! 5.0, 6.6.3).

use jiff::Timestamp;

use super::{
    change::{Change, Decision},
    code::Code,
    contact::Contact,
    history::{Event, Origin},
    issue::{recent_guesses, trip_breaker},
    key::Keyring,
    known_device::KnownDevice,
    limits::{Admission, Breaker, Consequence, Guess, LimitExceeded, Rule, Usage},
    network::Network,
    otp::{Otp, OtpState},
    rules::Policy,
    security_event::SecurityEvent,
    token::TokenDigest,
};
use crate::shared::CodeFormat;

/// An answer to an OTP.
#[derive(Clone)]
pub struct CodeAnswer {
    /// The token of the browser, bound for the purpose.
    pub browser: TokenDigest,
    /// The contact that the code was sent to, where a browser may have codes for several at once:
    /// on the command line.
    pub contact: Option<Contact>,
    /// The long-lived token of the browser.
    pub device: Option<TokenDigest>,
    /// Where it is.
    pub network: Network,
    /// The code as typed or pasted, perhaps with the message around it.
    pub text: String,
    /// Where the request came from.
    pub origin: Origin,
    /// When.
    pub now: Timestamp,
}

/// Shows everything but the code.
impl std::fmt::Debug for CodeAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CodeAnswer")
            .field("browser", &self.browser)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// An answer that was counted and may be compared with the codes of its OTP, or repeats one that
/// was right moments ago. It has no `Debug`: it holds a code.
#[derive(Clone)]
pub struct CountedAnswer {
    /// The OTP as it is after counting.
    pub otp: Otp,
    /// The code in the answer.
    pub code: Code,
    /// Whether the OTP was verified moments ago. Its code is gone; only whoever knows it can derive
    /// the same token again.
    pub is_repeat: bool,
    /// Whether the long-lived token of the browser is one that a sign-in gave out.
    pub is_known_device: bool,
}

/// Why an answer is not right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// There is no clear code in what was sent. It costs no attempt.
    #[error("the answer holds no code like {0:?}")]
    Malformed(CodeFormat),
    /// There is no OTP to answer.
    #[error("there is no OTP to answer")]
    NoOtp,
    /// The OTP has been used, and longer ago than a double tap takes.
    #[error("the OTP was used")]
    AlreadyUsed,
    /// The code came too late.
    #[error("the OTP is expired")]
    Expired,
    /// It is not the code.
    #[error("the code is wrong, {attempts_remaining} attempts remain")]
    Wrong {
        /// Answers left, at least 1.
        attempts_remaining: u32,
    },
    /// All attempts are used.
    #[error("the OTP is exhausted")]
    Exhausted,
    /// Digits are not enough for the contact any more, and the code was of digits. It was compared
    /// with nothing.
    #[error("the OTP has to be replaced by one of letters")]
    Escalated,
    /// There were too many answers. This one was compared with nothing.
    #[error("a limit is exceeded: {:?}", .0.limit)]
    Limited(LimitExceeded),
}

/// What becomes of an answer.
pub type CountAnswer = Result<CountedAnswer, Rejection>;

impl CodeAnswer {
    /// Every rule that the decision may ask about.
    #[must_use]
    pub fn rules(&self, policy: &Policy, otp: Option<&Otp>) -> Vec<Rule> {
        let Some(otp) = otp else { return vec![] };
        if Code::parse(&self.text, otp.format).is_none() {
            return policy.limits.invalid_input(self.network);
        }
        if !otp.is_valid(self.now) {
            return vec![];
        }
        let mut rules = policy.limits.guess(otp, &self.guess(0), self.now);
        rules.push(Breaker::mean());
        rules
    }

    /// Decides whether the answer counts. `otp` is the newest of the browser.
    #[must_use]
    pub fn decide(
        &self,
        (policy, keys): (&Policy, &Keyring),
        otp: Option<Otp>,
        newest_event: Option<Event>,
        (devices, usage): (&[KnownDevice], &Usage),
    ) -> Decision<CountAnswer> {
        let Some(otp) = otp else {
            return Decision::unchanged(Err(Rejection::NoOtp));
        };
        let Some(code) = Code::parse(&self.text, otp.format) else {
            return self.malformed(policy, &otp, usage);
        };
        let is_known_device = devices.iter().any(|device| device.is_known(keys, self.now));
        match otp.state(self.now) {
            OtpState::Live => self.count(policy, otp, (code, is_known_device), usage),
            OtpState::Verified if otp.takes_repeat(self.now) => {
                let changes = vec![Change::CountReplay(otp.id)];
                Decision::new(
                    changes,
                    Ok(CountedAnswer {
                        otp,
                        code,
                        is_repeat: true,
                        is_known_device,
                    }),
                )
            }
            // The answer that used the last attempt records it, once it has been compared.
            OtpState::Exhausted => {
                reject_unrecorded(&otp, Event::Exhausted, Err(Rejection::Exhausted))
            }
            _ => reject(
                &otp,
                rejection_reason(&otp, self.now),
                newest_event,
                &self.origin,
                self.now,
            )
            .map(Err),
        }
    }

    /// Input without a code is counted, so that nobody can keep the server busy with it; not on a
    /// known browser, whose limits are its own.
    fn malformed(&self, policy: &Policy, otp: &Otp, usage: &Usage) -> Decision<CountAnswer> {
        let malformed = Rejection::Malformed(otp.format);
        if otp.device.is_some() || self.browser == TokenDigest::COMMAND_LINE {
            return Decision::unchanged(Err(malformed));
        }
        match usage.admit(&policy.limits.invalid_input(self.network), None, self.now) {
            Admission::Refused(exceeded) => limited(exceeded),
            Admission::Allowed { consumed, .. } => Decision::new(
                Change::consume(consumed).into_iter().collect(),
                Err(malformed),
            ),
        }
    }

    fn count(
        &self,
        policy: &Policy,
        otp: Otp,
        (code, is_known_device): (Code, bool),
        usage: &Usage,
    ) -> Decision<CountAnswer> {
        let rules = policy
            .limits
            .guess(&otp, &self.guess(recent_guesses(usage)), self.now);
        match usage.admit(&rules, Some(otp.id), self.now) {
            Admission::Refused(exceeded) => self.refuse(&otp, exceeded, usage),
            Admission::Allowed { consumed, .. } => {
                let mut changes = vec![Change::CountAttempt(otp.id)];
                changes.extend(Change::consume(consumed));
                let otp = Otp {
                    attempts: otp.attempts + 1,
                    ..otp
                };
                Decision::new(
                    changes,
                    Ok(CountedAnswer {
                        otp,
                        code,
                        is_repeat: false,
                        is_known_device,
                    }),
                )
            }
        }
    }

    /// A limit does not allow the answer. It costs no attempt, because it is not compared; if
    /// digits are not enough any more, the OTP ends.
    fn refuse(&self, otp: &Otp, exceeded: LimitExceeded, usage: &Usage) -> Decision<CountAnswer> {
        let tripped = trip_breaker(&exceeded, usage, self.now);
        if exceeded.consequence != Consequence::Escalate {
            return tripped.and(limited(exceeded));
        }
        let changes = vec![
            Change::ExpireOtp(otp.id, self.now),
            Change::record(Event::Escalated, otp, &self.origin, self.now),
        ];
        tripped.and(Decision::new(changes, Err(Rejection::Escalated)))
    }

    const fn guess(&self, recent: u32) -> Guess {
        Guess {
            browser: self.browser,
            network: self.network,
            recent,
        }
    }
}

fn limited(exceeded: LimitExceeded) -> Decision<CountAnswer> {
    Decision::unchanged(Err(Rejection::Limited(exceeded)))
        .with_event(SecurityEvent::Limited(exceeded.limit))
}

/// Why an OTP took no answer at `now`.
#[must_use]
pub fn rejection_reason(otp: &Otp, now: Timestamp) -> Rejection {
    match otp.state(now) {
        OtpState::Verified => Rejection::AlreadyUsed,
        OtpState::Revoked => Rejection::NoOtp,
        OtpState::Exhausted => Rejection::Exhausted,
        OtpState::Expired | OtpState::Live => Rejection::Expired,
    }
}

/// A counted answer was wrong.
#[must_use]
pub const fn wrong(otp: &Otp) -> Rejection {
    match otp.attempts_remaining() {
        0 => Rejection::Exhausted,
        attempts_remaining => Rejection::Wrong { attempts_remaining },
    }
}

/// Whether [`reject`] asks for the newest event of the OTP.
#[must_use]
pub const fn depends_on_newest_event(rejection: Rejection) -> bool {
    matches!(rejection, Rejection::Expired)
}

/// Records an answer that was not right, in the same way whether somebody has the contact or not.
/// `newest` is the newest event of the OTP: a second late answer goes to the log alone, so that
/// nobody fills the history by answering what takes no answer. Wrong codes are limited by attempts
/// and are all recorded.
#[must_use]
pub fn reject(
    otp: &Otp,
    rejection: Rejection,
    newest: Option<Event>,
    origin: &Origin,
    now: Timestamp,
) -> Decision<Rejection> {
    let event = match rejection {
        Rejection::Wrong { .. } => Event::Wrong,
        Rejection::Expired => Event::Expired,
        Rejection::Exhausted => Event::Exhausted,
        _ => return Decision::unchanged(rejection),
    };
    if depends_on_newest_event(rejection) && newest == Some(event) {
        return reject_unrecorded(otp, event, rejection);
    }
    Decision::new(vec![Change::record(event, otp, origin, now)], rejection)
}

/// The security log hears of an answer, and the history does not.
fn reject_unrecorded<T>(otp: &Otp, event: Event, rejection: T) -> Decision<T> {
    Decision::unchanged(rejection).with_event(SecurityEvent::Recorded(
        event,
        Some(otp.id),
        otp.customer_id,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::domain::{
        Limit, OtpId,
        fixtures::{
            BROWSER, DEVICE, MILLISECOND, consumed, consumptions, full, key_id, keys, known_device,
            limited as limits_told, names, otp, policy, start, usage,
        },
        policy::DEVICE_LIFETIME,
    };

    fn answer(text: &str, now: Timestamp) -> CodeAnswer {
        CodeAnswer {
            browser: BROWSER,
            contact: None,
            device: None,
            network: Network::default(),
            text: text.to_owned(),
            origin: Origin::default(),
            now,
        }
    }

    fn decide(answer: &CodeAnswer, otp: &Otp, limits: &[Limit]) -> Decision<CountAnswer> {
        let usage = full(&answer.rules(&policy(), Some(otp)), answer.now, limits);
        answer.decide((&policy(), &keys()), Some(otp.clone()), None, (&[], &usage))
    }

    fn at(now: Timestamp, otp: &Otp) -> Decision<CountAnswer> {
        decide(&answer("123456", now), otp, &[])
    }

    fn counted(decision: Decision<CountAnswer>) -> CountedAnswer {
        decision
            .answer
            .unwrap_or_else(|rejection| unreachable!("{rejection:?}"))
    }

    fn rejection(decision: Decision<CountAnswer>) -> Option<Rejection> {
        decision.answer.err()
    }

    fn verified() -> Otp {
        Otp {
            is_verified: true,
            verified_at: Some(start()),
            nonce: None,
            ..otp()
        }
    }

    #[test]
    fn an_answer_counts_to_the_last_millisecond_of_its_otp() {
        let decision = at(otp().expires_at - MILLISECOND, &otp());
        assert_eq!(names(&decision.changes), ["count_attempt"]);
        // The answers of the browser and of both networks, the guesses at the contact and at all
        // contacts.
        assert_eq!(consumed(&decision.changes), 5);
        let counted = counted(decision);
        assert_eq!(
            (
                counted.otp.attempts,
                counted.is_repeat,
                counted.is_known_device
            ),
            (1, false, false)
        );
        let late = at(otp().expires_at, &otp());
        assert_eq!(
            (names(&late.changes), consumed(&late.changes)),
            (vec!["expired"], 0)
        );
        assert_eq!(rejection(late), Some(Rejection::Expired));
    }

    #[test]
    fn an_otp_that_takes_no_answer_says_why_and_the_history_keeps_what_it_needs() {
        for (otp, rejected, recorded) in [
            (
                Otp {
                    attempts: 4,
                    ..otp()
                },
                None,
                vec!["count_attempt"],
            ),
            (
                Otp {
                    attempts: 5,
                    ..otp()
                },
                Some(Rejection::Exhausted),
                vec![],
            ),
            (
                Otp {
                    revoked_at: Some(start()),
                    ..otp()
                },
                Some(Rejection::NoOtp),
                vec![],
            ),
            (
                Otp {
                    is_verified: true,
                    ..otp()
                },
                Some(Rejection::AlreadyUsed),
                vec![],
            ),
        ] {
            let decision = at(start(), &otp);
            assert_eq!(names(&decision.changes), recorded);
            assert_eq!(rejection(decision), rejected);
        }
        let exhausted = at(
            start(),
            &Otp {
                attempts: 5,
                ..otp()
            },
        );
        assert_eq!(
            exhausted.events,
            [SecurityEvent::Recorded(
                Event::Exhausted,
                Some(OtpId(1)),
                otp().customer_id
            )]
        );
        let usage = Usage::default();
        let nothing =
            answer("123456", start()).decide((&policy(), &keys()), None, None, (&[], &usage));
        assert_eq!(
            (nothing.changes.len(), rejection(nothing)),
            (0, Some(Rejection::NoOtp))
        );
        assert!(answer("123456", start()).rules(&policy(), None).is_empty());
    }

    #[test]
    fn an_event_that_repeats_the_newest_goes_to_the_log_alone_but_each_wrong_code_is_kept() {
        for (rejection, event, repeats) in [
            (Rejection::Expired, Event::Expired, true),
            (Rejection::Exhausted, Event::Exhausted, false),
            (
                Rejection::Wrong {
                    attempts_remaining: 1,
                },
                Event::Wrong,
                false,
            ),
        ] {
            let decision = |newest| reject(&otp(), rejection, newest, &Origin::default(), start());
            let first = decision(Some(Event::Sent));
            assert_eq!(
                (names(&first.changes), first.events.len()),
                (vec![event.as_str()], 0)
            );
            let second = decision(Some(event));
            assert_eq!(second.changes.is_empty(), repeats);
            let logged = SecurityEvent::Recorded(event, Some(OtpId(1)), otp().customer_id);
            assert_eq!(second.events, if repeats { vec![logged] } else { vec![] });
        }
        let unknown = reject(&otp(), Rejection::NoOtp, None, &Origin::default(), start());
        assert!(unknown.changes.is_empty() && unknown.events.is_empty());
    }

    #[test]
    fn a_double_tap_is_looked_at_three_times_within_ten_seconds() {
        let window = Otp::REPLAY_WINDOW;
        for (replays, age, repeats) in [
            (0, window, true),
            (2, window, true),
            (3, window, false),
            (0, window + MILLISECOND, false),
        ] {
            let decision = at(
                start() + age,
                &Otp {
                    replays,
                    ..verified()
                },
            );
            assert_eq!(
                names(&decision.changes),
                if repeats {
                    vec!["count_replay"]
                } else {
                    vec![]
                }
            );
            assert_eq!(
                decision
                    .answer
                    .as_ref()
                    .is_ok_and(|counted| counted.is_repeat),
                repeats
            );
            assert_eq!(
                rejection(decision),
                (!repeats).then_some(Rejection::AlreadyUsed)
            );
        }
    }

    #[test]
    fn an_answer_without_a_code_costs_no_attempt_and_counts_for_its_network() {
        let malformed = Some(Rejection::Malformed(CodeFormat::Digits(6)));
        for text in ["", "12345", "1234567", "letters", "123456 654321"] {
            let decision = decide(&answer(text, start()), &otp(), &[]);
            assert_eq!(
                (names(&decision.changes).len(), consumed(&decision.changes)),
                (0, 2),
                "{text}"
            );
            assert_eq!(rejection(decision), malformed);
        }
        // Whatever became of the OTP.
        assert_eq!(
            rejection(decide(&answer("letters", start()), &verified(), &[])),
            malformed
        );
        let limited = decide(&answer("letters", start()), &otp(), &[Limit::Network]);
        assert!(limited.changes.is_empty() && limits_told(&limited.events) == [Limit::Network]);
        assert!(matches!(rejection(limited), Some(Rejection::Limited(_))));
    }

    #[test]
    fn on_a_known_browser_and_on_the_command_line_ill_formed_answers_do_not_count() {
        let known = Otp {
            device: Some(DEVICE),
            ..otp()
        };
        let command_line = CodeAnswer {
            browser: TokenDigest::COMMAND_LINE,
            ..answer("letters", start())
        };
        for decision in [
            decide(&answer("letters", start()), &known, &[Limit::Network]),
            decide(&command_line, &otp(), &[Limit::Network]),
        ] {
            assert!(decision.changes.is_empty() && decision.events.is_empty());
            assert!(matches!(rejection(decision), Some(Rejection::Malformed(_))));
        }
    }

    #[test]
    fn a_limit_that_refuses_an_answer_costs_no_attempt() {
        for limit in [Limit::Browser, Limit::Network] {
            let decision = decide(&answer("123456", start()), &otp(), &[limit]);
            assert!(decision.changes.is_empty() && limits_told(&decision.events) == [limit]);
            assert!(
                matches!(rejection(decision), Some(Rejection::Limited(exceeded)) if exceeded.limit == limit)
            );
        }
    }

    #[test]
    fn spent_guesses_end_an_otp_of_digits_and_the_breaker_trips_once() {
        let escalates = |is_full: &dyn Fn(&Rule) -> bool| {
            let answer = answer("123456", start());
            let used = |rule: &Rule| if is_full(rule) { rule.window.limit } else { 0 };
            let usage = usage(&answer.rules(&policy(), Some(&otp())), start(), used);
            let decision = answer.decide((&policy(), &keys()), Some(otp()), None, (&[], &usage));
            assert_eq!(names(&decision.changes), ["expire_otp", "escalated"]);
            assert!(limits_told(&decision.events).is_empty());
            let trips = decision.events.contains(&SecurityEvent::BreakerTripped);
            assert_eq!(consumed(&decision.changes), usize::from(trips));
            assert_eq!(rejection(decision), Some(Rejection::Escalated));
            trips
        };
        let of_all =
            |rule: &Rule| rule.subject == Breaker::subject() && rule.window.span < Breaker::SPAN;
        let tripped = |rule: &Rule| rule.subject == Breaker::tripped().subject;
        assert!(!escalates(&|rule| rule.limit == Limit::Contact));
        assert!(escalates(&of_all));
        assert!(!escalates(&|rule| of_all(rule) || tripped(rule)));
    }

    #[test]
    fn letters_are_compared_however_many_digits_were_guessed() {
        let letters = Otp {
            format: CodeFormat::Letters,
            ..otp()
        };
        let decision = decide(
            &answer("BCDF-GHJK", start()),
            &letters,
            &[Limit::Contact, Limit::Breaker],
        );
        assert_eq!(
            (names(&decision.changes), consumed(&decision.changes)),
            (vec!["count_attempt"], 3)
        );
    }

    #[test]
    fn a_guess_at_two_live_codes_counts_twice_for_their_contact() {
        let two = Otp {
            generation: 2,
            previous_expires_at: Some(start() + MILLISECOND),
            ..otp()
        };
        let weights = |now| {
            let consumed = consumptions(&at(now, &two).changes);
            let mut weights: Vec<_> = consumed
                .iter()
                .map(|consumption| consumption.weight)
                .collect();
            weights.sort_unstable();
            weights
        };
        assert_eq!(weights(start()), [1, 1, 1, 2, 2]);
        assert_eq!(weights(start() + MILLISECOND), [1, 1, 1, 1, 1]);
    }

    #[test]
    fn the_browser_keeps_its_token_if_a_sign_in_gave_it_out() {
        let is_known = |device: KnownDevice, now| {
            let (answer, devices) = (answer("123456", now), [device]);
            let otp = Otp {
                expires_at: now + MILLISECOND,
                ..otp()
            };
            let usage = full(&answer.rules(&policy(), Some(&otp)), now, &[]);
            let decision = answer.decide((&policy(), &keys()), Some(otp), None, (&devices, &usage));
            counted(decision).is_known_device
        };
        let last = start() + DEVICE_LIFETIME - MILLISECOND;
        let others = KnownDevice {
            customer: super::super::CustomerId(2),
            ..known_device(DEVICE)
        };
        assert!(is_known(known_device(DEVICE), last));
        assert!(is_known(others, last), "whoever signed in");
        assert!(!is_known(known_device(DEVICE), start() + DEVICE_LIFETIME));
        assert_eq!(known_device(DEVICE).key_id, Some(key_id()));
        assert!(!is_known(
            KnownDevice {
                key_id: None,
                ..known_device(DEVICE)
            },
            start()
        ));
    }

    #[test]
    fn a_wrong_answer_tells_how_many_are_left() {
        let at = |attempts| wrong(&Otp { attempts, ..otp() });
        assert_eq!(
            [at(1), at(4)],
            [4, 1].map(|attempts_remaining| Rejection::Wrong { attempts_remaining })
        );
        assert_eq!(at(5), Rejection::Exhausted);
    }

    #[test]
    fn debug_shows_no_code() {
        assert!(!format!("{:?}", answer("123456", start())).contains("123456"));
    }
}
