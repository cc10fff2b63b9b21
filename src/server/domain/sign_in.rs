//! Right codes: they sign a customer in, or confirm the identity of a signed-in customer.

use jiff::{SignedDuration, Timestamp};

use super::{
    change::{
        Change, Decision, DeviceSeen, Leases, NewMessage, NewMessageKind, NewSession,
        SessionRenewal,
    },
    customer::Customer,
    delivery::DeliveryState,
    history::{Event, Origin},
    id::{MessageId, OtpId},
    issue::{Queued, reachable},
    key::KeyId,
    known_device::KnownDevice,
    limits::{Consumption, texts_used_in_range},
    otp::Otp,
    purpose::Purpose,
    rules::Policy,
    send::{ClaimedMessage, DeliverySubject},
    session::Session,
    token::TokenDigest,
};
use crate::shared::ContactType;

/// The time after which a notice is stale.
const NOTICE_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// A sign-in with a right code.
#[derive(Clone, Debug)]
pub struct SignInRequest {
    /// The id of the OTP that the code belongs to.
    pub otp: OtpId,
    /// The token of the browser that requested the code. Its pre-auth session ends.
    pub browser: TokenDigest,
    /// The token of the new session.
    pub session: TokenDigest,
    /// The device token that identifies the browser from now on.
    pub device: TokenDigest,
    /// The draft of a notice that may have to be sent.
    pub notice: NoticeDraft,
    /// The origin of the request, as the history records it.
    pub origin: Origin,
    /// The time of the request.
    pub now: Timestamp,
}

/// The parts of a notice that do not depend on its content.
#[derive(Clone, Debug)]
pub struct NoticeDraft {
    /// The unique part of the `Message-ID`.
    pub message_id: String,
    /// The leases of this process, if it can send the message at once.
    pub leases: Leases,
}

/// The stored facts that a sign-in is decided on.
#[derive(Clone, Debug)]
pub struct SignInFacts {
    /// The OTP that the code belongs to.
    pub otp: Option<Otp>,
    /// The session of the browser.
    pub session: Option<Session>,
    /// The customer of the OTP.
    pub customer: Option<Customer>,
    /// The known devices of the customer, most recently used first.
    pub devices: Vec<KnownDevice>,
    /// The id of the next message.
    pub next_message: MessageId,
}

/// The result of a sign-in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The path that the customer goes to after signing in.
    pub next: Option<String>,
    /// The queued notice, if any.
    pub queued: Option<Queued>,
}

impl SignInRequest {
    /// Signs the customer in. The answer is `None` if the OTP is no longer usable, or if its
    /// pre-auth session or its customer no longer exists.
    #[must_use]
    pub fn decide(&self, policy: &Policy, facts: SignInFacts) -> Decision<Option<SignedIn>> {
        let usable = facts
            .otp
            .clone()
            .filter(|otp| otp.is_usable() && otp.purpose == Purpose::SignIn);
        let pre_auth = facts
            .session
            .clone()
            .filter(|session| !session.authenticated);
        let (Some(otp), Some(pre_auth), Some(customer)) =
            (usable, pre_auth, facts.customer.clone())
        else {
            return Decision::unchanged(None);
        };
        let mut changes = use_otp(&otp, self.now);
        changes.push(Change::OpenSession(Box::new(NewSession {
            token: self.session,
            key_id: otp.key_id.clone(),
            customer: customer.id,
            contact_type: pre_auth.contact_type,
            contact_value: pre_auth.contact_value,
            next: pre_auth.next.clone(),
            origin: self.origin.clone(),
            at: self.now,
        })));
        changes.push(Change::DeleteSession(pre_auth.id));
        changes.push(Change::record(
            Event::Verified,
            &otp,
            &self.origin,
            self.now,
        ));
        changes.extend(self.remember_device(policy, &otp, &facts));
        changes.extend(count_used_text(&otp, &customer, self.now));
        let notice = self.notice(policy, &otp, &customer, &facts);
        let queued = notice
            .as_ref()
            .map(|notice| queued_notice(notice, customer, DeliverySubject::NewSignIn));
        changes.extend(notice.map(|notice| Change::QueueMessage(Box::new(notice))));
        Decision::new(
            changes,
            Some(SignedIn {
                next: pre_auth.next,
                queued,
            }),
        )
    }

    fn remember_device(&self, policy: &Policy, otp: &Otp, facts: &SignInFacts) -> Vec<Change> {
        let Some(customer) = otp.customer_id else {
            return vec![];
        };
        let seen = DeviceSeen {
            customer,
            token: self.device,
            key_id: otp.key_id.clone(),
            at: self.now,
        };
        let beyond = KnownDevice::beyond(&facts.devices, self.device, policy.limits.devices);
        let forgotten = beyond
            .into_iter()
            .map(|token| Change::ForgetDevice(customer, token));
        [Change::RememberDevice(seen)]
            .into_iter()
            .chain(forgotten)
            .collect()
    }

    /// Returns the notice of a sign-in on a new device. If possible, it goes to the contact that
    /// the code was not sent to. An attacker who can read the messages to one contact then does not
    /// see both (OWASP ASVS 5.0, 6.3.5).
    fn notice(
        &self,
        policy: &Policy,
        otp: &Otp,
        customer: &Customer,
        facts: &SignInFacts,
    ) -> Option<NewMessage> {
        let is_new = facts
            .devices
            .iter()
            .all(|device| device.token != self.device);
        if !(policy.new_sign_in_notice && is_new) {
            return None;
        }
        let channel = reachable(policy, customer, otp.channel.other())
            .map_or(otp.channel, |contact| contact.kind());
        let kind = NewMessageKind::NewSignIn(customer.id);
        Some(
            self.notice
                .clone()
                .message(facts.next_message, kind, channel, &self.origin, self.now),
        )
    }
}

impl NoticeDraft {
    /// Creates the notice to queue.
    #[must_use]
    pub fn message(
        self,
        id: MessageId,
        kind: NewMessageKind,
        channel: ContactType,
        origin: &Origin,
        now: Timestamp,
    ) -> NewMessage {
        NewMessage {
            id,
            kind,
            channel,
            message_id: self.message_id,
            origin: origin.clone(),
            created_at: now,
            expires_at: now
                .saturating_add(NOTICE_LIFETIME)
                .unwrap_or(Timestamp::MAX),
            state: DeliveryState::Queued,
            lease: self.leases.of(channel),
        }
    }
}

/// Returns the notice as [`Queued`]: claimed by this process if it has a lease, otherwise waiting
/// for a worker.
#[must_use]
pub fn queued_notice(notice: &NewMessage, customer: Customer, subject: DeliverySubject) -> Queued {
    if notice.lease.is_none() {
        return Queued::Waiting(notice.channel);
    }
    Queued::Claimed(Box::new(ClaimedMessage {
        id: notice.id,
        subject,
        customer: Some(customer),
        channel: notice.channel,
        requested_at: notice.created_at,
        expires_at: notice.expires_at,
        origin: notice.origin.clone(),
        message_id: notice.message_id.clone(),
        attempts: 1,
        unknown_outcomes: 0,
    }))
}

/// Marks an OTP as used and refunds its guesses, because they ended with the right code.
#[must_use]
pub fn use_otp(otp: &Otp, now: Timestamp) -> Vec<Change> {
    vec![
        Change::VerifyOtp(otp.id, now),
        Change::RefundGuesses(otp.id),
    ]
}

/// Counts a used text message for the range of its number. If no messages to a range are used,
/// somebody profits from the traffic (SMS pumping).
fn count_used_text(otp: &Otp, customer: &Customer, now: Timestamp) -> Option<Change> {
    let number = customer
        .phone
        .as_ref()
        .filter(|_| otp.channel == ContactType::Phone)?;
    Change::consume(vec![Consumption::of(
        &texts_used_in_range(number),
        None,
        now,
    )])
}

/// A code that a signed-in customer has entered. The session gets a new token, and the old token
/// becomes invalid immediately (OWASP ASVS 5.0, 7.2.4).
#[derive(Clone, Debug)]
pub struct Renewal {
    /// The id of the OTP that the code belongs to.
    pub otp: OtpId,
    /// The purpose of the code.
    pub purpose: Purpose,
    /// The current token of the session.
    pub session: TokenDigest,
    /// The new token of the session.
    pub renewed: TokenDigest,
    /// The id of the key that the new token was derived with.
    pub key_id: KeyId,
    /// The device token of the browser.
    pub device: Option<TokenDigest>,
    /// The origin of the request, as the history records it.
    pub origin: Origin,
    /// The time of the request.
    pub now: Timestamp,
}

impl Renewal {
    /// Returns the changes that renew the session. Returns `None` if the OTP is not usable for this
    /// purpose, or if the session has ended or belongs to another customer.
    #[must_use]
    pub fn changes(&self, otp: Option<&Otp>, session: Option<&Session>) -> Option<Vec<Change>> {
        let otp = otp.filter(|otp| otp.is_usable() && otp.purpose == self.purpose)?;
        let session = session
            .filter(|session| session.authenticated && session.customer_id == otp.customer_id)?;
        let renewal = SessionRenewal {
            token: self.renewed,
            key_id: self.key_id.clone(),
            at: self.now,
        };
        let mut changes = use_otp(otp, self.now);
        changes.push(Change::RenewSession(session.id, renewal));
        Some(changes)
    }

    /// Confirms the session. The answer is false if [`Renewal::changes`] returns `None`.
    #[must_use]
    pub fn confirm(&self, otp: Option<&Otp>, session: Option<&Session>) -> Decision<bool> {
        match (self.changes(otp, session), otp) {
            (Some(mut changes), Some(otp)) => {
                changes.push(Change::record(
                    Event::Confirmed,
                    otp,
                    &self.origin,
                    self.now,
                ));
                Decision::new(changes, true)
            }
            _ => Decision::unchanged(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::domain::{
        CustomerId, Lease, WorkerId,
        fixtures::{
            BROWSER, DEVICE, MILLISECOND, NEW, consumed, customer, key_id, known_device, message,
            names, otp, policy, pre_auth, records, signed_in, start,
        },
    };

    fn request() -> SignInRequest {
        SignInRequest {
            otp: otp().id,
            browser: BROWSER,
            session: NEW,
            device: DEVICE,
            notice: NoticeDraft {
                message_id: "message".to_owned(),
                leases: Leases::default(),
            },
            origin: Origin::default(),
            now: start(),
        }
    }

    fn facts() -> SignInFacts {
        SignInFacts {
            otp: Some(otp()),
            session: Some(pre_auth()),
            customer: Some(customer()),
            devices: vec![],
            next_message: MessageId(3),
        }
    }

    fn decide(facts: SignInFacts) -> Decision<Option<SignedIn>> {
        request().decide(&policy(), facts)
    }

    #[test]
    fn one_decision_uses_the_code_opens_the_session_and_ends_the_pre_auth_session() {
        let decision = decide(facts());
        let expected = [
            "verify_otp",
            "refund_guesses",
            "open_session",
            "delete_session",
            "verified",
            "remember_device",
            "queue_message",
        ];
        assert_eq!(names(&decision.changes), expected);
        let opened = decision.changes.iter().find_map(|change| match change {
            Change::OpenSession(session) => Some((**session).clone()),
            _ => None,
        });
        let opened = opened.expect("a session");
        assert_eq!(
            (opened.token, opened.customer, opened.key_id),
            (NEW, CustomerId(1), key_id())
        );
        assert_eq!(opened.contact_value.as_deref(), Some("User@Example.com"));
        assert_eq!(
            decision.answer.expect("a sign-in").next.as_deref(),
            Some("/bills/")
        );
        assert_eq!(records(&decision.changes)[0].otp, Some(otp().id));
    }

    #[test]
    fn an_unusable_otp_or_session_signs_nobody_in() {
        let with = |otp| SignInFacts {
            otp: Some(otp),
            ..facts()
        };
        for facts in [
            with(Otp {
                is_verified: true,
                ..otp()
            }),
            with(Otp {
                revoked_at: Some(start()),
                ..otp()
            }),
            with(Otp {
                nonce: None,
                ..otp()
            }),
            with(Otp {
                is_withheld: true,
                ..otp()
            }),
            with(Otp {
                purpose: Purpose::StepUp,
                ..otp()
            }),
            SignInFacts {
                otp: None,
                ..facts()
            },
            SignInFacts {
                session: None,
                ..facts()
            },
            SignInFacts {
                session: Some(signed_in(1)),
                ..facts()
            },
            SignInFacts {
                customer: None,
                ..facts()
            },
        ] {
            let decision = decide(facts.clone());
            assert!(
                decision.answer.is_none() && decision.changes.is_empty(),
                "{facts:?}"
            );
        }
        // Attempts and expiry no longer matter, because the attempt has already been counted and
        // the code compared.
        assert!(
            decide(with(Otp {
                attempts: 5,
                expires_at: start(),
                ..otp()
            }))
            .answer
            .is_some()
        );
    }

    #[test]
    fn the_new_device_notice_goes_to_the_contact_that_did_not_get_the_code() {
        let channel =
            |facts: SignInFacts| message(&decide(facts).changes).map(|notice| notice.channel);
        let by_phone = || {
            Some(Otp {
                channel: ContactType::Phone,
                ..otp()
            })
        };
        let without_phone = || Some(customer().with_contact(ContactType::Phone, None));
        assert_eq!(channel(facts()), Some(ContactType::Phone));
        assert_eq!(
            channel(SignInFacts {
                otp: by_phone(),
                ..facts()
            }),
            Some(ContactType::Email)
        );
        assert_eq!(
            channel(SignInFacts {
                customer: without_phone(),
                ..facts()
            }),
            Some(ContactType::Email)
        );
    }

    #[test]
    fn known_devices_and_disabled_notices_cause_no_notice() {
        let known = decide(SignInFacts {
            devices: vec![known_device(NEW), known_device(DEVICE)],
            ..facts()
        });
        assert!(
            message(&known.changes).is_none() && known.answer.expect("a sign-in").queued.is_none()
        );
        assert!(
            message(
                &decide(SignInFacts {
                    devices: vec![known_device(NEW)],
                    ..facts()
                })
                .changes
            )
            .is_some()
        );
        let policy = Policy {
            new_sign_in_notice: false,
            ..policy()
        };
        assert!(message(&request().decide(&policy, facts()).changes).is_none());
    }

    #[test]
    fn a_notice_gets_the_lease_of_its_channel_and_expires_after_a_day() {
        let lease = |owner| {
            Some(Lease {
                owner: WorkerId(owner),
                until: start(),
            })
        };
        let leases = Leases {
            email: lease(1),
            phone: lease(2),
        };
        let request = SignInRequest {
            notice: NoticeDraft {
                leases,
                ..request().notice
            },
            ..request()
        };
        let decision = request.decide(&policy(), facts());
        let notice = message(&decision.changes).expect("a notice");
        assert_eq!(notice.lease, lease(2));
        assert_eq!(notice.expires_at, start() + SignedDuration::from_hours(24));
        match decision.answer.expect("a sign-in").queued {
            Some(Queued::Claimed(claimed)) => {
                assert_eq!((claimed.id, claimed.attempts), (notice.id, 1));
            }
            other => unreachable!("{other:?}"),
        }
        assert!(matches!(
            decide(facts()).answer.expect("a sign-in").queued,
            Some(Queued::Waiting(ContactType::Phone))
        ));
    }

    #[test]
    fn a_used_text_message_counts_for_the_range_of_its_number() {
        let used = |channel| {
            consumed(
                &decide(SignInFacts {
                    otp: Some(Otp { channel, ..otp() }),
                    ..facts()
                })
                .changes,
            )
        };
        assert_eq!((used(ContactType::Phone), used(ContactType::Email)), (1, 0));
        let changed = Some(customer().with_contact(ContactType::Phone, None));
        let by_phone = Some(Otp {
            channel: ContactType::Phone,
            ..otp()
        });
        assert_eq!(
            consumed(
                &decide(SignInFacts {
                    otp: by_phone,
                    customer: changed,
                    ..facts()
                })
                .changes
            ),
            0
        );
    }

    #[test]
    fn the_least_recently_used_device_beyond_the_limit_is_forgotten() {
        let forgotten = |count: u8| {
            let devices = (1..=count)
                .map(|token| known_device(TokenDigest([100 + token; 32])))
                .collect();
            let decision = decide(SignInFacts { devices, ..facts() });
            let token = |change: &Change| match change {
                Change::ForgetDevice(_, token) => Some(token.0[0]),
                _ => None,
            };
            decision
                .changes
                .iter()
                .filter_map(token)
                .collect::<Vec<_>>()
        };
        assert_eq!(forgotten(9), [0; 0]);
        assert_eq!(forgotten(10), [110]);
    }

    fn renewal(purpose: Purpose) -> Renewal {
        Renewal {
            otp: otp().id,
            purpose,
            session: BROWSER,
            renewed: NEW,
            key_id: key_id(),
            device: None,
            origin: Origin::default(),
            now: start() + MILLISECOND,
        }
    }

    #[test]
    fn a_code_confirms_the_session_of_its_customer_and_renews_its_token() {
        let code = || Otp {
            purpose: Purpose::StepUp,
            ..otp()
        };
        let decision = renewal(Purpose::StepUp).confirm(Some(&code()), Some(&signed_in(7)));
        assert_eq!(
            names(&decision.changes),
            ["verify_otp", "refund_guesses", "renew_session", "confirmed"]
        );
        assert!(decision.answer);
        let others = Session {
            customer_id: Some(CustomerId(2)),
            ..signed_in(7)
        };
        for (otp, session) in [
            (None, Some(signed_in(7))),
            (
                Some(Otp {
                    is_verified: true,
                    ..code()
                }),
                Some(signed_in(7)),
            ),
            (
                Some(Otp {
                    nonce: None,
                    ..code()
                }),
                Some(signed_in(7)),
            ),
            (Some(otp()), Some(signed_in(7))),
            (
                Some(Otp {
                    customer_id: None,
                    ..code()
                }),
                Some(signed_in(7)),
            ),
            (Some(code()), None),
            (Some(code()), Some(pre_auth())),
            (Some(code()), Some(others)),
        ] {
            let decision = renewal(Purpose::StepUp).confirm(otp.as_ref(), session.as_ref());
            assert!(
                !decision.answer && decision.changes.is_empty(),
                "{otp:?} {session:?}"
            );
        }
        assert!(
            renewal(Purpose::ChangeContact)
                .changes(Some(&code()), Some(&signed_in(7)))
                .is_none()
        );
    }
}
