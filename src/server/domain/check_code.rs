//! Checks a code that a browser entered. The attempt is counted and committed before anything is
//! compared, so that neither parallel guesses nor a dropped connection yield a free comparison
//! (OWASP ASVS 5.0, 6.6.3).

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

/// A request to verify the code that a browser sent.
#[derive(Clone)]
pub struct VerifyRequest {
    /// The token digest of the browser, bound for the purpose.
    pub browser: TokenDigest,
    /// The contact that the code was sent to. Only the command line sets it, because it may have
    /// codes for several contacts at once.
    pub contact: Option<Contact>,
    /// The digest of the long-lived token of the browser.
    pub device: Option<TokenDigest>,
    /// The network of the browser, for limits.
    pub network: Network,
    /// The code as typed or pasted, perhaps with text of the message around it.
    pub text: String,
    /// The origin of the request.
    pub origin: Origin,
    /// The time of the request.
    pub now: Timestamp,
}

/// Omits the text, which contains the code.
impl std::fmt::Debug for VerifyRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifyRequest")
            .field("browser", &self.browser)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// An attempt that was counted. Its code may be compared with the codes of the OTP, or it may
/// repeat a code that was correct moments ago. It does not implement `Debug`, because it holds a
/// code.
#[derive(Clone)]
pub struct CountedAttempt {
    /// The OTP after counting.
    pub otp: Otp,
    /// The submitted code.
    pub code: Code,
    /// Whether the OTP was verified moments ago. Its secrets are deleted, so the code cannot be
    /// compared any more; only a caller who knows the right code can derive the same session token
    /// again.
    pub is_replay: bool,
    /// Whether the long-lived token of the browser was issued by an earlier sign-in.
    pub is_known_device: bool,
}

/// The reason why a code was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The text contains no unambiguous code of this format. No attempt is counted.
    #[error("the submitted text contains no code of the format {0:?}")]
    Malformed(CodeFormat),
    /// The browser has no OTP.
    #[error("there is no OTP to verify")]
    NoOtp,
    /// The OTP was already used, and the code is no longer accepted as a repeat
    /// ([`Otp::accepts_replay`]).
    #[error("the OTP was used")]
    AlreadyUsed,
    /// The OTP has expired.
    #[error("the OTP is expired")]
    Expired,
    /// The code is wrong.
    #[error("the code is wrong, {attempts_remaining} attempts remain")]
    Wrong {
        /// Attempts left, at least 1.
        attempts_remaining: u32,
    },
    /// All attempts are used.
    #[error("the OTP is exhausted")]
    Exhausted,
    /// Codes of digits are no longer enough for the contact, and this code consisted of digits. The
    /// code was not compared.
    #[error("codes of digits are no longer accepted")]
    Escalated,
    /// A limit is exceeded. The code was not compared.
    #[error("a limit is exceeded: {:?}", .0.limit)]
    Limited(LimitExceeded),
}

/// The result of [`VerifyRequest::decide`]: the attempt was counted, or the code was rejected.
pub type CountResult = Result<CountedAttempt, Rejection>;

impl VerifyRequest {
    /// Returns every rule that [`VerifyRequest::decide`] may check.
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

    /// Decides whether the attempt counts. `otp` is the newest OTP of the browser.
    #[must_use]
    pub fn decide(
        &self,
        (policy, keys): (&Policy, &Keyring),
        otp: Option<Otp>,
        newest_event: Option<Event>,
        (devices, usage): (&[KnownDevice], &Usage),
    ) -> Decision<CountResult> {
        let Some(otp) = otp else {
            return Decision::unchanged(Err(Rejection::NoOtp));
        };
        let Some(code) = Code::parse(&self.text, otp.format) else {
            return self.malformed(policy, &otp, usage);
        };
        let is_known_device = devices.iter().any(|device| device.is_known(keys, self.now));
        match otp.state(self.now) {
            OtpState::Live => self.count(policy, otp, (code, is_known_device), usage),
            OtpState::Verified if otp.accepts_replay(self.now) => {
                let changes = vec![Change::CountReplay(otp.id)];
                Decision::new(
                    changes,
                    Ok(CountedAttempt {
                        otp,
                        code,
                        is_replay: true,
                        is_known_device,
                    }),
                )
            }
            // The last attempt is recorded after its comparison, which may still sign in. Later
            // attempts are only logged.
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

    /// Counts input without a code towards the limits of its network, so that nobody can keep the
    /// server busy with it. Known devices and the command line are exempt: known devices have
    /// limits of their own.
    fn malformed(&self, policy: &Policy, otp: &Otp, usage: &Usage) -> Decision<CountResult> {
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
    ) -> Decision<CountResult> {
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
                    Ok(CountedAttempt {
                        otp,
                        code,
                        is_replay: false,
                        is_known_device,
                    }),
                )
            }
        }
    }

    /// Refuses an attempt that a limit does not allow. No attempt is counted, because nothing is
    /// compared. If codes of digits are no longer enough, the OTP ends.
    fn refuse(&self, otp: &Otp, exceeded: LimitExceeded, usage: &Usage) -> Decision<CountResult> {
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

fn limited(exceeded: LimitExceeded) -> Decision<CountResult> {
    Decision::unchanged(Err(Rejection::Limited(exceeded)))
        .with_event(SecurityEvent::Limited(exceeded.limit))
}

/// Returns why an OTP did not accept a code at `now`.
#[must_use]
pub fn rejection_reason(otp: &Otp, now: Timestamp) -> Rejection {
    match otp.state(now) {
        OtpState::Verified => Rejection::AlreadyUsed,
        OtpState::Revoked => Rejection::NoOtp,
        OtpState::Exhausted => Rejection::Exhausted,
        OtpState::Expired | OtpState::Live => Rejection::Expired,
    }
}

/// Returns the rejection of a wrong code. `otp` already counts the attempt.
#[must_use]
pub const fn wrong_code(otp: &Otp) -> Rejection {
    match otp.attempts_remaining() {
        0 => Rejection::Exhausted,
        attempts_remaining => Rejection::Wrong { attempts_remaining },
    }
}

/// Whether [`reject`] needs the newest event of the OTP.
#[must_use]
pub const fn depends_on_newest_event(rejection: Rejection) -> bool {
    matches!(rejection, Rejection::Expired)
}

/// Records a rejected code, in the same way for known and unknown contacts. `newest` is the newest
/// event of the OTP. A second code for an expired OTP is only logged, so that nobody can fill the
/// history with such codes. Wrong codes are all recorded, because the attempts limit their number.
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

/// Rejects a code with an event for the security log, but no row in the history.
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
            limited as logged_limits, names, otp, policy, start, usage,
        },
        policy::DEVICE_LIFETIME,
    };

    fn request(text: &str, now: Timestamp) -> VerifyRequest {
        VerifyRequest {
            browser: BROWSER,
            contact: None,
            device: None,
            network: Network::default(),
            text: text.to_owned(),
            origin: Origin::default(),
            now,
        }
    }

    #[test]
    fn debug_output_of_a_request_omits_the_code() {
        let output = format!("{:?}", request("123456", start()));
        assert!(output.starts_with("VerifyRequest {") && output.contains("now"));
        assert!(!output.contains("123456"));
    }

    fn decide(request: &VerifyRequest, otp: &Otp, limits: &[Limit]) -> Decision<CountResult> {
        let usage = full(&request.rules(&policy(), Some(otp)), request.now, limits);
        request.decide((&policy(), &keys()), Some(otp.clone()), None, (&[], &usage))
    }

    fn at(now: Timestamp, otp: &Otp) -> Decision<CountResult> {
        decide(&request("123456", now), otp, &[])
    }

    fn counted(decision: Decision<CountResult>) -> CountedAttempt {
        decision
            .answer
            .unwrap_or_else(|rejection| unreachable!("{rejection:?}"))
    }

    fn rejection(decision: Decision<CountResult>) -> Option<Rejection> {
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
    fn attempt_counts_until_the_otp_expires() {
        let decision = at(otp().expires_at - MILLISECOND, &otp());
        assert_eq!(names(&decision.changes), ["count_attempt"]);
        // One for the browser, two for its networks, one for the contact and one for all contacts.
        assert_eq!(consumed(&decision.changes), 5);
        let counted = counted(decision);
        assert_eq!(
            (
                counted.otp.attempts,
                counted.is_replay,
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
    fn closed_otp_rejects_codes_without_history_rows() {
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
            request("123456", start()).decide((&policy(), &keys()), None, None, (&[], &usage));
        assert_eq!(
            (nothing.changes.len(), rejection(nothing)),
            (0, Some(Rejection::NoOtp))
        );
        assert!(request("123456", start()).rules(&policy(), None).is_empty());
    }

    #[test]
    fn repeated_code_for_an_expired_otp_is_only_logged_but_every_wrong_code_is_recorded() {
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
    fn repeated_code_is_accepted_three_times_within_ten_seconds() {
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
                    .is_ok_and(|counted| counted.is_replay),
                repeats
            );
            assert_eq!(
                rejection(decision),
                (!repeats).then_some(Rejection::AlreadyUsed)
            );
        }
    }

    #[test]
    fn malformed_code_uses_no_attempt_and_counts_towards_the_network_limit() {
        let malformed = Some(Rejection::Malformed(CodeFormat::Digits(6)));
        for text in ["", "12345", "1234567", "letters", "123456 654321"] {
            let decision = decide(&request(text, start()), &otp(), &[]);
            assert_eq!(
                (names(&decision.changes).len(), consumed(&decision.changes)),
                (0, 2),
                "{text}"
            );
            assert_eq!(rejection(decision), malformed);
        }
        // The state of the OTP makes no difference.
        assert_eq!(
            rejection(decide(&request("letters", start()), &verified(), &[])),
            malformed
        );
        let limited = decide(&request("letters", start()), &otp(), &[Limit::Network]);
        assert!(limited.changes.is_empty() && logged_limits(&limited.events) == [Limit::Network]);
        assert!(matches!(rejection(limited), Some(Rejection::Limited(_))));
    }

    #[test]
    fn malformed_codes_from_known_devices_and_the_command_line_do_not_count() {
        let known = Otp {
            device: Some(DEVICE),
            ..otp()
        };
        let command_line = VerifyRequest {
            browser: TokenDigest::COMMAND_LINE,
            ..request("letters", start())
        };
        for decision in [
            decide(&request("letters", start()), &known, &[Limit::Network]),
            decide(&command_line, &otp(), &[Limit::Network]),
        ] {
            assert!(decision.changes.is_empty() && decision.events.is_empty());
            assert!(matches!(rejection(decision), Some(Rejection::Malformed(_))));
        }
    }

    #[test]
    fn code_refused_by_a_limit_uses_no_attempt() {
        for limit in [Limit::Browser, Limit::Network] {
            let decision = decide(&request("123456", start()), &otp(), &[limit]);
            assert!(decision.changes.is_empty() && logged_limits(&decision.events) == [limit]);
            assert!(
                matches!(rejection(decision), Some(Rejection::Limited(exceeded)) if exceeded.limit == limit)
            );
        }
    }

    #[test]
    fn exceeded_guess_limits_end_a_digit_otp_and_trip_the_breaker_once() {
        let escalates = |is_full: &dyn Fn(&Rule) -> bool| {
            let request = request("123456", start());
            let used = |rule: &Rule| if is_full(rule) { rule.window.limit } else { 0 };
            let usage = usage(&request.rules(&policy(), Some(&otp())), start(), used);
            let decision = request.decide((&policy(), &keys()), Some(otp()), None, (&[], &usage));
            assert_eq!(names(&decision.changes), ["expire_otp", "escalated"]);
            assert!(logged_limits(&decision.events).is_empty());
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
    fn letter_codes_are_compared_despite_exceeded_digit_limits() {
        let letters = Otp {
            format: CodeFormat::Letters,
            ..otp()
        };
        let decision = decide(
            &request("BCDF-GHJK", start()),
            &letters,
            &[Limit::Contact, Limit::Breaker],
        );
        assert_eq!(
            (names(&decision.changes), consumed(&decision.changes)),
            (vec!["count_attempt"], 3)
        );
    }

    #[test]
    fn guess_at_two_live_codes_counts_twice_for_the_contact() {
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
    fn browser_is_known_if_a_sign_in_issued_its_token() {
        let is_known = |device: KnownDevice, now| {
            let (request, devices) = (request("123456", now), [device]);
            let otp = Otp {
                expires_at: now + MILLISECOND,
                ..otp()
            };
            let usage = full(&request.rules(&policy(), Some(&otp)), now, &[]);
            let decision =
                request.decide((&policy(), &keys()), Some(otp), None, (&devices, &usage));
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
    fn wrong_code_reports_the_remaining_attempts() {
        let at = |attempts| wrong_code(&Otp { attempts, ..otp() });
        assert_eq!(
            [at(1), at(4)],
            [4, 1].map(|attempts_remaining| Rejection::Wrong { attempts_remaining })
        );
        assert_eq!(at(5), Rejection::Exhausted);
    }

    #[test]
    fn debug_output_omits_the_code() {
        assert!(!format!("{:?}", request("123456", start())).contains("123456"));
    }
}
