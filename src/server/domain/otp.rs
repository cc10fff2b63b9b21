//! The OTP: one issued sign-in code and its record.

use jiff::{SignedDuration, Timestamp};

use super::{
    code::Code,
    contact::Contact,
    customer::Customer,
    id::{CustomerId, OtpId},
    key::{KeyId, Keyring},
    policy::{Cooldowns, OtpPolicy},
    purpose::Purpose,
    token::TokenDigest,
};
use crate::shared::{CodeFormat, ContactType};

/// The record of an issued code. The code itself is in no field: [`Otp::code`] derives it.
#[derive(Clone, Debug)]
pub struct Otp {
    /// The number of the row.
    pub id: OtpId,
    /// What its code is for.
    pub purpose: Purpose,
    /// Who may sign in with it. `None`: nobody has the contact, and no code matches.
    pub customer_id: Option<CustomerId>,
    /// The contact it was asked for, canonical.
    pub contact: Contact,
    /// Whether a right code was entered.
    pub is_verified: bool,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// From when on its latest code is not taken any more.
    pub expires_at: Timestamp,
    /// Answers so far, right or wrong.
    pub attempts: u32,
    /// Answers it allows.
    pub max_attempts: u32,
    /// What its code looks like.
    pub format: CodeFormat,
    /// 1 for the first code, one more for each new code that a resend issued.
    pub generation: u32,
    /// From when on the code before the latest is not taken any more.
    pub previous_expires_at: Option<Timestamp>,
    /// Random bytes that the code is derived from; gone after verification.
    pub nonce: Option<Vec<u8>>,
    /// The key that the code is derived with.
    pub key_id: KeyId,
    /// When its latest message was asked for.
    pub sent_at: Timestamp,
    /// How many messages this browser has asked for, for this contact.
    pub messages: u32,
    /// When a right code was entered.
    pub verified_at: Option<Timestamp>,
    /// Answers that were repeated after that.
    pub replays: u32,
    /// When its browser forgot it, asked for another contact, or somebody said "this was not me".
    pub revoked_at: Option<Timestamp>,
    /// Where its latest message went: the contact that was asked for, or the customer's other one.
    pub channel: ContactType,
    /// Whether its customer has signed in on its browser before.
    pub known_browser: bool,
    /// That browser, as its customer knows it.
    pub device: Option<TokenDigest>,
    /// Whether none of its messages went out, because its contact gets no more for a while.
    pub is_withheld: bool,
}

/// What can be done with an OTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtpState {
    /// It takes answers.
    Live,
    /// Its time is over.
    Expired,
    /// Its attempts are used.
    Exhausted,
    /// It was used.
    Verified,
    /// It was withdrawn.
    Revoked,
}

/// What a resend does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resend {
    /// The same code goes out again.
    SameCode,
    /// A new code goes out; the one before stays valid until its own expiry.
    NextGeneration,
    /// A new code of letters goes out; the digits of before are worth nothing any more.
    Escalated,
    /// Not before this instant.
    TooSoon(Timestamp),
    /// Not at all: attempts are never given back.
    Refused,
}

impl Otp {
    /// After a sign-in, how long the same browser may send the same code again and get the same
    /// answer (a double tap).
    pub const REPLAY_WINDOW: SignedDuration = SignedDuration::from_secs(10);
    /// How many such repeats are looked at, so that the window is no place to guess in.
    pub const REPLAYS: u32 = 3;

    /// What can be done with it at `now`. An OTP lives up to, not including, its expiry.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> OtpState {
        if self.is_verified {
            OtpState::Verified
        } else if self.revoked_at.is_some() {
            OtpState::Revoked
        } else if self.attempts >= self.max_attempts {
            OtpState::Exhausted
        } else if self.is_expired(now) {
            OtpState::Expired
        } else {
            OtpState::Live
        }
    }

    /// Whether its time is over.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }

    /// Whether it takes answers: not verified, withdrawn, expired or exhausted.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.state(now) == OtpState::Live
    }

    /// Whether its browser may go on with it: live, expired or exhausted, not used or withdrawn.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        !self.is_verified && self.revoked_at.is_none()
    }

    /// Whether a repeated answer is still looked at, after it has been verified.
    #[must_use]
    pub fn takes_repeat(&self, now: Timestamp) -> bool {
        let is_recent = self
            .verified_at
            .is_some_and(|at| now.duration_since(at) <= Self::REPLAY_WINDOW);
        is_recent && self.replays < Self::REPLAYS
    }

    /// Whether a right answer may still use it: its code was sent, and nobody has used, withdrawn
    /// or invalidated it.
    #[must_use]
    pub const fn is_usable(&self) -> bool {
        self.is_pending() && self.nonce.is_some() && !self.is_withheld
    }

    /// Answers left.
    #[must_use]
    pub const fn attempts_remaining(&self) -> u32 {
        self.max_attempts.saturating_sub(self.attempts)
    }

    /// The kind of contact it was asked for: the reference's `otp_type`.
    #[must_use]
    pub const fn otp_type(&self) -> ContactType {
        self.contact.kind()
    }

    /// Where a message of it goes: to what its customer has in store (CVE-2023-7028), or to the
    /// contact that is to be theirs.
    #[must_use]
    pub fn recipient(&self, customer: &Customer, channel: ContactType) -> Option<Contact> {
        match self.purpose {
            Purpose::SignIn | Purpose::StepUp => customer.contact(channel),
            Purpose::ChangeContact => Some(self.contact.clone()),
        }
    }

    /// The earliest instant for another message.
    #[must_use]
    pub fn resend_at(&self, cooldowns: &Cooldowns) -> Timestamp {
        let step = usize::try_from(self.messages.saturating_sub(1))
            .unwrap_or(usize::MAX)
            .min(cooldowns.len() - 1);
        self.sent_at
            .saturating_add(cooldowns[step])
            .unwrap_or(Timestamp::MAX)
    }

    /// Seconds until its browser may ask for another message, rounded up; 0 if it may.
    #[must_use]
    pub fn seconds_to_resend(&self, cooldowns: &Cooldowns, now: Timestamp) -> u32 {
        let wait = self.resend_at(cooldowns).duration_since(now);
        u32::try_from(wait.as_millis().max(0).unsigned_abs().div_ceil(1_000)).unwrap_or(u32::MAX)
    }

    /// What a resend at `now` does: the same code while more than half of its life is left, so that
    /// a late first message and the second agree; later the next one, in the `format` that codes
    /// for its contact have by now.
    #[must_use]
    pub fn resend(&self, now: Timestamp, policy: &OtpPolicy, format: CodeFormat) -> Resend {
        let resend_at = self.resend_at(&policy.cooldowns);
        match self.state(now) {
            OtpState::Verified | OtpState::Revoked | OtpState::Exhausted => Resend::Refused,
            OtpState::Live | OtpState::Expired if now < resend_at => Resend::TooSoon(resend_at),
            OtpState::Live | OtpState::Expired
                if format == CodeFormat::Letters && self.format != format =>
            {
                Resend::Escalated
            }
            OtpState::Live if self.expires_at.duration_since(now) > policy.lifetime / 2 => {
                Resend::SameCode
            }
            OtpState::Live | OtpState::Expired => Resend::NextGeneration,
        }
    }

    /// The code of one generation; `None` once its nonce or its key is gone, and while it was sent
    /// to nobody: else there would be codes to guess at without end.
    #[must_use]
    pub fn code(&self, generation: u32, keys: &Keyring) -> Option<Code> {
        let (nonce, key) = (self.nonce.as_deref()?, keys.find(&self.key_id)?);
        if self.is_withheld {
            return None;
        }
        Some(Code::derive(key, self.id.0, nonce, generation, self.format))
    }

    /// Whether the code of a generation is taken at `now`: the latest, and the one before until its
    /// own expiry.
    #[must_use]
    pub fn is_alive(&self, generation: u32, now: Timestamp) -> bool {
        let expiry = match self.generation.checked_sub(generation) {
            Some(0) => Some(self.expires_at),
            Some(1) => self.previous_expires_at,
            _ => None,
        };
        expiry.is_some_and(|expiry| now < expiry)
    }

    /// Codes that an answer at `now` is compared with.
    #[must_use]
    pub fn live_codes(&self, now: Timestamp) -> u32 {
        u32::from(self.is_alive(self.generation, now))
            + u32::from(self.is_alive(self.generation.saturating_sub(1), now))
    }

    /// Whether `answer` signs the customer in: it is one of the live codes, and there is a
    /// customer.
    ///
    /// An attempt has to be counted before this is asked (OWASP ASVS 5.0, 6.6.3; the order defeats
    /// parallel guesses).
    #[must_use]
    pub fn accepts(&self, answer: &Code, keys: &Keyring, now: Timestamp) -> bool {
        let matches = |generation| {
            self.is_alive(generation, now)
                && self
                    .code(generation, keys)
                    .is_some_and(|code| code.matches(answer))
        };
        // Both are compared whatever the first says, and for nobody's contact too, so that the time
        // tells nothing.
        let right = matches(self.generation) | matches(self.generation.saturating_sub(1));
        right & self.customer_id.is_some()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::server::domain::{Key, Region};

    const SIX: CodeFormat = CodeFormat::Digits(6);
    const MINUTE: SignedDuration = SignedDuration::from_mins(1);

    fn policy() -> OtpPolicy {
        OtpPolicy {
            length: 6,
            lifetime: MINUTE * 5,
            max_attempts: 5,
            cooldowns: [MINUTE, MINUTE * 2, MINUTE * 5],
        }
    }

    pub(in crate::server::domain) fn keys() -> Keyring {
        Keyring::new(Key::new([3; 32]), vec![])
    }

    fn start() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().expect("an instant")
    }

    pub(in crate::server::domain) fn otp() -> Otp {
        let region = Region::parse("US").expect("a region");
        Otp {
            id: OtpId(1),
            purpose: Purpose::SignIn,
            customer_id: Some(CustomerId(1)),
            contact: Contact::parse(ContactType::Email, "user@example.com", region)
                .expect("a contact"),
            is_verified: false,
            created_at: start(),
            expires_at: start() + MINUTE * 5,
            attempts: 0,
            max_attempts: 5,
            format: SIX,
            generation: 1,
            previous_expires_at: None,
            nonce: Some(vec![1; 16]),
            key_id: keys().current().id().clone(),
            sent_at: start(),
            messages: 1,
            verified_at: None,
            replays: 0,
            revoked_at: None,
            channel: ContactType::Email,
            known_browser: false,
            device: None,
            is_withheld: false,
        }
    }

    const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

    #[test]
    fn it_is_valid_up_to_the_last_millisecond_before_its_expiry() {
        let otp = otp();
        assert!(otp.is_valid(start()));
        assert!(otp.is_valid(otp.expires_at - MILLISECOND));
        assert_eq!(otp.state(otp.expires_at), OtpState::Expired);
    }

    #[test]
    fn it_is_not_valid_once_used_withdrawn_or_exhausted() {
        let now = start();
        assert_eq!(
            Otp {
                is_verified: true,
                ..otp()
            }
            .state(now),
            OtpState::Verified
        );
        assert_eq!(
            Otp {
                revoked_at: Some(now),
                ..otp()
            }
            .state(now),
            OtpState::Revoked
        );
        assert_eq!(
            Otp {
                attempts: 4,
                ..otp()
            }
            .state(now),
            OtpState::Live
        );
        assert_eq!(
            Otp {
                attempts: 5,
                ..otp()
            }
            .state(now),
            OtpState::Exhausted
        );
    }

    #[test]
    fn it_accepts_its_own_code_only() {
        let otp = otp();
        let code = otp.code(1, &keys()).expect("a code");
        assert!(otp.accepts(&code, &keys(), start()));
        let next = otp.code(2, &keys()).expect("a code");
        assert!(!otp.accepts(&next, &keys(), start()));
        assert!(!otp.accepts(&code, &keys(), otp.expires_at));
    }

    #[test]
    fn nobodys_contact_accepts_no_code() {
        let otp = Otp {
            customer_id: None,
            ..otp()
        };
        let code = otp.code(1, &keys()).expect("a code");
        assert!(!otp.accepts(&code, &keys(), start()));
    }

    #[test]
    fn without_its_nonce_or_its_key_it_accepts_no_code() {
        let code = otp().code(1, &keys()).expect("a code");
        assert!(
            !Otp {
                nonce: None,
                ..otp()
            }
            .accepts(&code, &keys(), start())
        );
        assert!(!otp().accepts(&code, &Keyring::new(Key::new([4; 32]), vec![]), start()));
    }

    #[test]
    fn a_code_that_was_sent_to_nobody_is_nobodys() {
        let code = otp().code(1, &keys()).expect("a code");
        assert!(
            !Otp {
                is_withheld: true,
                ..otp()
            }
            .accepts(&code, &keys(), start())
        );
    }

    #[test]
    fn the_code_before_the_latest_is_taken_until_its_own_expiry() {
        let previous_expiry = start() + MINUTE * 5;
        let otp = Otp {
            generation: 2,
            previous_expires_at: Some(previous_expiry),
            expires_at: start() + MINUTE * 8,
            ..otp()
        };
        let first = otp.code(1, &keys()).expect("a code");
        let second = otp.code(2, &keys()).expect("a code");
        assert!(otp.accepts(&first, &keys(), previous_expiry - MILLISECOND));
        assert!(!otp.accepts(&first, &keys(), previous_expiry));
        assert!(otp.accepts(&second, &keys(), previous_expiry));
    }

    #[test]
    fn a_resend_waits_for_the_cooldown() {
        let resend_at = start() + MINUTE;
        assert_eq!(
            otp().resend(resend_at - MILLISECOND, &policy(), SIX),
            Resend::TooSoon(resend_at)
        );
        assert_eq!(otp().resend(resend_at, &policy(), SIX), Resend::SameCode);
    }

    #[test]
    fn the_same_code_goes_out_only_while_more_than_half_of_its_life_is_left() {
        let half = start() + MINUTE * 5 / 2;
        assert_eq!(
            otp().resend(half - MILLISECOND, &policy(), SIX),
            Resend::SameCode
        );
        assert_eq!(otp().resend(half, &policy(), SIX), Resend::NextGeneration);
        assert_eq!(
            otp().resend(start() + MINUTE * 60, &policy(), SIX),
            Resend::NextGeneration
        );
    }

    #[test]
    fn what_is_used_up_is_never_sent_again() {
        let later = start() + MINUTE * 2;
        for otp in [
            Otp {
                attempts: 5,
                ..otp()
            },
            Otp {
                is_verified: true,
                ..otp()
            },
            Otp {
                revoked_at: Some(start()),
                ..otp()
            },
        ] {
            assert_eq!(otp.resend(later, &policy(), SIX), Resend::Refused);
        }
    }

    #[test]
    fn each_message_makes_the_wait_for_the_next_longer() {
        let wait = |messages| {
            Otp { messages, ..otp() }
                .resend_at(&policy().cooldowns)
                .duration_since(start())
        };
        assert_eq!(
            [1, 2, 3, 4, 99].map(wait),
            [1, 2, 5, 5, 5].map(|minutes| MINUTE * minutes)
        );
    }

    #[test]
    fn digits_that_are_not_enough_any_more_are_replaced_by_letters_at_once() {
        let resend = |otp: Otp| otp.resend(start() + MINUTE, &policy(), CodeFormat::Letters);
        assert_eq!(resend(otp()), Resend::Escalated);
        assert_eq!(
            resend(Otp {
                format: CodeFormat::Letters,
                ..otp()
            }),
            Resend::SameCode
        );
        assert_eq!(
            resend(Otp {
                attempts: 5,
                ..otp()
            }),
            Resend::Refused
        );
    }

    #[test]
    fn an_answer_is_compared_with_each_code_that_is_alive() {
        let next = Otp {
            previous_expires_at: Some(start() + MINUTE),
            ..otp()
        };
        assert_eq!(next.live_codes(start()), 2);
        assert_eq!(next.live_codes(start() + MINUTE), 1);
        assert_eq!(next.live_codes(start() + MINUTE * 5), 0);
    }
}
