//! Sessions of browsers that are signing in, and of signed-in customers.

use jiff::{SignedDuration, Timestamp};

use super::{
    history::Origin,
    id::{CustomerId, SessionId},
    key::{KeyId, Keyring},
    policy::{PRE_AUTH_LIFETIME, STEP_UP_LIFETIME, SessionPolicy},
};
use crate::shared::ContactType;

/// The interval at which the use of a session is recorded. The idle timeout may end a session early
/// by up to this interval.
const TOUCH_INTERVAL: SignedDuration = SignedDuration::from_secs(60);

/// A session of a browser that requested a code, or of a signed-in customer.
#[derive(Clone, Debug)]
pub struct Session {
    /// The id of the row.
    pub id: SessionId,
    /// The kind of contact that was requested.
    pub contact_type: Option<ContactType>,
    /// The contact as it was typed, to show it to the visitor who typed it.
    pub contact_value: Option<String>,
    /// The signed-in customer. Set only with `authenticated`.
    pub customer_id: Option<CustomerId>,
    /// Whether a code was verified.
    pub authenticated: bool,
    /// The path that the customer goes to after signing in.
    pub next: Option<String>,
    /// The time when the session was opened.
    pub created_at: Timestamp,
    /// The time when the use of the session was last recorded.
    pub last_seen_at: Timestamp,
    /// The time when the customer last entered a code in the session.
    pub confirmed_at: Option<Timestamp>,
    /// The id of the key that the token was derived with. `None` before a sign-in.
    pub key_id: Option<KeyId>,
    /// Whether the customer may no longer sign in.
    pub is_customer_disabled: bool,
    /// The origin of the sign-in.
    pub origin: Origin,
}

impl Session {
    /// Whether the customer is signed in at `now`: a code was verified, no timeout has passed
    /// (OWASP ASVS 5.0, 7.3.1 and 7.3.2), the key of the token is still in the keyring, and the
    /// customer is not disabled.
    #[must_use]
    pub fn is_signed_in(&self, policy: &SessionPolicy, keys: &Keyring, now: Timestamp) -> bool {
        self.authenticated
            && now.duration_since(self.last_seen_at) < policy.idle
            && now.duration_since(self.created_at) < policy.absolute
            && self
                .key_id
                .as_ref()
                .is_some_and(|key| keys.find(key).is_some())
            && !self.is_customer_disabled
    }

    /// Whether the session belongs to a browser that requested a code and may still enter it at
    /// `now`.
    #[must_use]
    pub fn is_pre_auth(&self, now: Timestamp) -> bool {
        !self.authenticated && now.duration_since(self.last_seen_at) < PRE_AUTH_LIFETIME
    }

    /// Whether it is time to record that the session is in use. A request within a minute of the
    /// last recorded one is not recorded, so most page views write nothing.
    #[must_use]
    pub fn needs_touch(&self, now: Timestamp) -> bool {
        now.duration_since(self.last_seen_at) >= TOUCH_INTERVAL
    }

    /// Whether the customer has entered a code recently enough for actions that require one.
    #[must_use]
    pub fn is_confirmed(&self, now: Timestamp) -> bool {
        self.confirmed_at
            .is_some_and(|at| now.duration_since(at) <= STEP_UP_LIFETIME)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::domain::Key;

    fn session(at: Timestamp) -> Session {
        Session {
            id: SessionId(1),
            contact_type: None,
            contact_value: None,
            customer_id: Some(CustomerId(1)),
            authenticated: true,
            next: None,
            created_at: at,
            last_seen_at: at,
            confirmed_at: None,
            key_id: None,
            is_customer_disabled: false,
            origin: Origin::default(),
        }
    }

    #[test]
    fn a_session_is_confirmed_for_five_minutes() {
        let at: Timestamp = "2026-11-22T12:00:00Z".parse().expect("an instant");
        let confirmed = |confirmed_at| Session {
            confirmed_at,
            ..session(at)
        };
        assert!(confirmed(Some(at)).is_confirmed(at + STEP_UP_LIFETIME));
        assert!(
            !confirmed(Some(at))
                .is_confirmed(at + STEP_UP_LIFETIME + SignedDuration::from_millis(1))
        );
        assert!(!confirmed(None).is_confirmed(at));
    }

    #[test]
    fn use_of_a_session_is_recorded_at_most_once_a_minute() {
        let at: Timestamp = "2026-11-22T12:00:00Z".parse().expect("an instant");
        let minute = SignedDuration::from_mins(1);
        assert!(!session(at).needs_touch(at + minute - SignedDuration::from_millis(1)));
        assert!(session(at).needs_touch(at + minute));
    }

    #[test]
    fn a_session_is_live_until_a_timeout_with_its_key_for_an_enabled_customer() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("an instant");
        let (hour, millisecond) = (
            SignedDuration::from_hours(1),
            SignedDuration::from_millis(1),
        );
        let policy = SessionPolicy {
            idle: hour,
            absolute: hour * 2,
        };
        let keys = Keyring::new(Key::new([1; 32]), vec![]);
        let session = || Session {
            key_id: Some(keys.current().id().clone()),
            last_seen_at: now - hour + millisecond,
            created_at: now - hour * 2 + millisecond,
            ..session(now)
        };
        let is_signed_in = |session: Session| session.is_signed_in(&policy, &keys, now);
        assert!(is_signed_in(session()));
        assert!(!is_signed_in(Session {
            last_seen_at: now - hour,
            ..session()
        }));
        assert!(!is_signed_in(Session {
            created_at: now - hour * 2,
            ..session()
        }));
        assert!(!is_signed_in(Session {
            authenticated: false,
            ..session()
        }));
        assert!(!is_signed_in(Session {
            is_customer_disabled: true,
            ..session()
        }));
        assert!(!is_signed_in(Session {
            key_id: None,
            ..session()
        }));
        assert!(!is_signed_in(Session {
            key_id: Some(Key::new([2; 32]).id().clone()),
            ..session()
        }));
    }

    #[test]
    fn a_pre_auth_session_lasts_15_minutes() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("an instant");
        let pre_auth = |age| Session {
            authenticated: false,
            last_seen_at: now - age,
            ..session(now)
        };
        assert!(pre_auth(PRE_AUTH_LIFETIME - SignedDuration::from_millis(1)).is_pre_auth(now));
        assert!(!pre_auth(PRE_AUTH_LIFETIME).is_pre_auth(now));
        assert!(
            !Session {
                authenticated: true,
                ..pre_auth(SignedDuration::ZERO)
            }
            .is_pre_auth(now)
        );
    }
}
