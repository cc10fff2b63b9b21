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

/// The record of an issued code. No field holds the code itself; [`Otp::code`] derives it.
#[derive(Clone, Debug)]
pub struct Otp {
    /// The id of the row.
    pub id: OtpId,
    /// The purpose of the code.
    pub purpose: Purpose,
    /// The customer who may sign in with the code. `None` if no customer has the contact; then no
    /// code matches.
    pub customer_id: Option<CustomerId>,
    /// The requested contact, in canonical form.
    pub contact: Contact,
    /// Whether the right code was entered.
    pub is_verified: bool,
    /// The time of the request.
    pub created_at: Timestamp,
    /// The time from which the latest code is no longer accepted.
    pub expires_at: Timestamp,
    /// The number of counted attempts, with a right or a wrong code.
    pub attempts: u32,
    /// The maximum number of attempts.
    pub max_attempts: u32,
    /// The format of the code.
    pub format: CodeFormat,
    /// The generation of the latest code: 1 for the first code, one more for each new code that a
    /// resend issues.
    pub generation: u32,
    /// The time from which the previous code is no longer accepted.
    pub previous_expires_at: Option<Timestamp>,
    /// Random bytes that the code is derived from. Removed when the OTP is verified, revoked or
    /// invalidated.
    pub nonce: Option<Vec<u8>>,
    /// The id of the key that the code is derived with.
    pub key_id: KeyId,
    /// The time when the latest message was requested.
    pub last_requested_at: Timestamp,
    /// The number of messages that this browser has requested for this contact.
    pub message_count: u32,
    /// The time when the right code was entered.
    pub verified_at: Option<Timestamp>,
    /// The number of times the code was repeated after verification.
    pub replays: u32,
    /// The time when the browser forgot the OTP or requested a code for another contact.
    pub revoked_at: Option<Timestamp>,
    /// The kind of contact that the latest message went to: that of the requested contact, or the
    /// customer's other one.
    pub channel: ContactType,
    /// Whether the customer has signed in on this browser before.
    pub is_known_device: bool,
    /// The device token of the browser, if the device is known to the customer.
    pub device: Option<TokenDigest>,
    /// Whether none of its messages was sent, because the contact has reached its limit.
    pub is_withheld: bool,
}

/// The state of an OTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtpState {
    /// It accepts attempts.
    Live,
    /// It has expired.
    Expired,
    /// All attempts are used.
    Exhausted,
    /// Its code was used.
    Verified,
    /// It was revoked.
    Revoked,
}

/// The effect of a resend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resend {
    /// The same code is sent again.
    SameCode,
    /// A new code is sent. The previous code stays valid until its own expiry.
    NextGeneration,
    /// A new letter code is sent. The previous numeric codes become invalid.
    Escalated,
    /// Nothing is sent before this instant.
    TooSoon(Timestamp),
    /// Nothing is sent: used attempts are never restored.
    Refused,
}

impl Otp {
    /// How long after a sign-in the same browser may repeat the same code and get the same response
    /// (a double tap).
    pub const REPLAY_WINDOW: SignedDuration = SignedDuration::from_secs(10);
    /// The number of repeats that are checked, so that the replay window cannot be used for
    /// guessing.
    pub const REPLAYS: u32 = 3;

    /// Returns the state at `now`. An OTP is live until its expiry, exclusive.
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

    /// Whether it has expired at `now`.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }

    /// Whether it accepts attempts: it is not verified, revoked, expired or exhausted.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.state(now) == OtpState::Live
    }

    /// Whether the browser may continue with it: it is live, expired or exhausted, but not verified
    /// or revoked.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        !self.is_verified && self.revoked_at.is_none()
    }

    /// Whether a repeated code is still checked after verification.
    #[must_use]
    pub fn accepts_replay(&self, now: Timestamp) -> bool {
        let is_recent = self
            .verified_at
            .is_some_and(|at| now.duration_since(at) <= Self::REPLAY_WINDOW);
        is_recent && self.replays < Self::REPLAYS
    }

    /// Whether a right code may still use it: a code was sent, and the OTP was not verified,
    /// revoked or invalidated.
    #[must_use]
    pub const fn is_usable(&self) -> bool {
        self.is_pending() && self.nonce.is_some() && !self.is_withheld
    }

    /// Returns the number of attempts left.
    #[must_use]
    pub const fn attempts_remaining(&self) -> u32 {
        self.max_attempts.saturating_sub(self.attempts)
    }

    /// Returns the kind of the requested contact, which is `otp_type` in the reference.
    #[must_use]
    pub const fn otp_type(&self) -> ContactType {
        self.contact.kind()
    }

    /// Returns the recipient of a message: the customer's stored contact (CVE-2023-7028), or the
    /// new contact if the code is for a change of contact.
    #[must_use]
    pub fn recipient(&self, customer: &Customer, channel: ContactType) -> Option<Contact> {
        match self.purpose {
            Purpose::SignIn | Purpose::StepUp => customer.contact(channel),
            Purpose::ChangeContact => Some(self.contact.clone()),
        }
    }

    /// Returns the earliest time for another message.
    #[must_use]
    pub fn resend_at(&self, cooldowns: &Cooldowns) -> Timestamp {
        let step = usize::try_from(self.message_count.saturating_sub(1))
            .unwrap_or(usize::MAX)
            .min(cooldowns.len() - 1);
        self.last_requested_at
            .saturating_add(cooldowns[step])
            .unwrap_or(Timestamp::MAX)
    }

    /// Returns the seconds until the browser may request another message, rounded up. Returns 0 if
    /// it may do so now.
    #[must_use]
    pub fn seconds_to_resend(&self, cooldowns: &Cooldowns, now: Timestamp) -> u32 {
        let wait = self.resend_at(cooldowns).duration_since(now);
        u32::try_from(wait.as_millis().max(0).unsigned_abs().div_ceil(1_000)).unwrap_or(u32::MAX)
    }

    /// Returns the effect of a resend at `now`. While more than half of the lifetime is left, the
    /// same code is sent, so that a delayed first message and the second one agree. Later a new
    /// code is sent. `format` is the current format of codes for the contact: if it is letters, a
    /// numeric code is replaced at once.
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

    /// Returns the code of one generation. Returns `None` if the nonce or the key is gone, or if no
    /// message was sent: otherwise withheld codes could be guessed at without limit.
    #[must_use]
    pub fn code(&self, generation: u32, keys: &Keyring) -> Option<Code> {
        let (nonce, key) = (self.nonce.as_deref()?, keys.find(&self.key_id)?);
        if self.is_withheld {
            return None;
        }
        Some(Code::derive(key, self.id.0, nonce, generation, self.format))
    }

    /// Whether the code of a generation is accepted at `now`: the latest code, and the previous one
    /// until its own expiry.
    #[must_use]
    pub fn is_alive(&self, generation: u32, now: Timestamp) -> bool {
        let expiry = match self.generation.checked_sub(generation) {
            Some(0) => Some(self.expires_at),
            Some(1) => self.previous_expires_at,
            _ => None,
        };
        expiry.is_some_and(|expiry| now < expiry)
    }

    /// Returns the number of codes that a submitted code is compared with at `now`.
    #[must_use]
    pub fn live_codes(&self, now: Timestamp) -> u32 {
        u32::from(self.is_alive(self.generation, now))
            + u32::from(self.is_alive(self.generation.saturating_sub(1), now))
    }

    /// Whether `submitted` signs the customer in: it matches a live code, and there is a customer.
    ///
    /// The attempt must be counted before this call (OWASP ASVS 5.0, 6.6.3). This order defeats
    /// parallel guesses.
    #[must_use]
    pub fn accepts(&self, submitted: &Code, keys: &Keyring, now: Timestamp) -> bool {
        let matches = |generation| {
            self.is_alive(generation, now)
                && self
                    .code(generation, keys)
                    .is_some_and(|code| code.matches(submitted))
        };
        // Both codes are always compared, also for unknown contacts, so that the response time
        // reveals nothing.
        let matching = [self.generation, self.generation.saturating_sub(1)].map(matches);
        matching.contains(&true) & self.customer_id.is_some()
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
            last_requested_at: start(),
            message_count: 1,
            verified_at: None,
            replays: 0,
            revoked_at: None,
            channel: ContactType::Email,
            is_known_device: false,
            device: None,
            is_withheld: false,
        }
    }

    const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

    #[test]
    fn a_message_goes_to_the_stored_contact_unless_it_confirms_a_new_one() {
        let customer = crate::server::domain::fixtures::customer();
        let typed = Contact::parse(
            ContactType::Email,
            "attacker@example.com",
            Region::parse("US").expect("a region"),
        )
        .expect("a contact");
        let recipient = |purpose| {
            let otp = Otp {
                purpose,
                contact: typed.clone(),
                ..otp()
            };
            otp.recipient(&customer, ContactType::Email)
        };
        let stored = customer.contact(ContactType::Email);
        assert_eq!(recipient(Purpose::SignIn), stored);
        assert_eq!(recipient(Purpose::StepUp), stored);
        assert_eq!(recipient(Purpose::ChangeContact), Some(typed.clone()));
    }

    #[test]
    fn an_otp_is_valid_until_the_last_millisecond_before_its_expiry() {
        let otp = otp();
        assert!(otp.is_valid(start()));
        assert!(otp.is_valid(otp.expires_at - MILLISECOND));
        assert!(!otp.is_valid(otp.expires_at));
        assert_eq!(otp.state(otp.expires_at), OtpState::Expired);
    }

    #[test]
    fn an_otp_is_invalid_once_verified_revoked_or_exhausted() {
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
    fn an_otp_accepts_only_its_own_code() {
        let otp = otp();
        let code = otp.code(1, &keys()).expect("a code");
        assert!(otp.accepts(&code, &keys(), start()));
        let next = otp.code(2, &keys()).expect("a code");
        assert!(!otp.accepts(&next, &keys(), start()));
        assert!(!otp.accepts(&code, &keys(), otp.expires_at));
    }

    #[test]
    fn an_unknown_contact_accepts_no_code() {
        let otp = Otp {
            customer_id: None,
            ..otp()
        };
        let code = otp.code(1, &keys()).expect("a code");
        assert!(!otp.accepts(&code, &keys(), start()));
    }

    #[test]
    fn an_otp_without_its_nonce_or_key_accepts_no_code() {
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
    fn a_withheld_code_is_not_accepted() {
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
    fn the_previous_code_is_accepted_until_its_own_expiry() {
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
    fn the_same_code_is_resent_while_more_than_half_of_its_lifetime_is_left() {
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
    fn exhausted_verified_and_revoked_otps_are_not_resent() {
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
    fn the_cooldown_grows_with_each_message() {
        let wait = |message_count| {
            Otp {
                message_count,
                ..otp()
            }
            .resend_at(&policy().cooldowns)
            .duration_since(start())
        };
        assert_eq!(
            [1, 2, 3, 4, 99].map(wait),
            [1, 2, 5, 5, 5].map(|minutes| MINUTE * minutes)
        );
    }

    #[test]
    fn an_escalated_numeric_code_is_replaced_by_letters_at_once() {
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
    fn a_submitted_code_is_compared_with_each_live_code() {
        let next = Otp {
            previous_expires_at: Some(start() + MINUTE),
            ..otp()
        };
        assert_eq!(next.live_codes(start()), 2);
        assert_eq!(next.live_codes(start() + MINUTE), 1);
        assert_eq!(next.live_codes(start() + MINUTE * 5), 0);
    }
}
