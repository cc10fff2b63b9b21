//! Requests to send a code again.

use jiff::{SignedDuration, Timestamp};

use super::{
    change::{Change, Decision, Lease, Leases, NewMessage, OtpResend},
    customer::Customer,
    delivery::{Deferral, DeliveryState},
    history::{Event, Origin},
    id::{MessageId, SessionId},
    issue::{Queued, code_format, queued, reveals_limits, sms_refusal},
    limits::{Admission, Breaker, LimitExceeded, MessageRequest, Rule, Solution, Usage},
    network::Network,
    otp::{Otp, Resend},
    policy::OtpPolicy,
    purpose::Purpose,
    rules::Policy,
    security_event::SecurityEvent,
    session::Session,
    sms::SmsSpent,
    token::TokenDigest,
};
use crate::shared::{CodeFormat, ContactType};

/// A request to send the code of a sign-in in progress again.
#[derive(Clone, Debug)]
pub struct ResendRequest {
    /// The token of the browser.
    pub browser: TokenDigest,
    /// The kind of contact to send the code to. `None` repeats the one of the last message.
    pub channel: Option<ContactType>,
    /// The network of the browser.
    pub network: Network,
    /// The captcha solution in the request, already verified.
    pub solution: Option<Solution>,
    /// The unique part of the `Message-ID`.
    pub message_id: String,
    /// The leases of this process, if it can send the message at once.
    pub leases: Leases,
    /// The origin of the request, as the history records it.
    pub origin: Origin,
    /// The time of the request.
    pub now: Timestamp,
}

/// The stored facts that a resend is decided on.
#[derive(Clone, Debug)]
pub struct ResendFacts {
    /// The session of the browser.
    pub session: Option<Session>,
    /// The newest OTP of the browser.
    pub otp: Option<Otp>,
    /// The customer of the OTP.
    pub customer: Option<Customer>,
    /// The delivery state of the latest message.
    pub delivery: Option<DeliveryState>,
    /// Why that message is deferred, if it is.
    pub deferral: Option<Deferral>,
    /// Whether codes to the contact are suppressed for unknown devices.
    pub is_suppressed: bool,
    /// The money spent on text messages so far, per day and month.
    pub spent: SmsSpent,
    /// The id of the next message.
    pub next_message: MessageId,
}

/// A resend of an OTP's message.
#[derive(Clone, Debug)]
pub struct CodeResend {
    /// The OTP.
    pub otp: Otp,
    /// The pre-auth session to renew, if any.
    pub session: Option<SessionId>,
    /// The customer of the OTP.
    pub customer: Option<Customer>,
    /// The kind of contact that the message goes to.
    pub channel: ContactType,
    /// The token of the browser, bound to the purpose.
    pub browser: TokenDigest,
    /// The network of the browser.
    pub network: Network,
    /// The captcha solution in the request, already verified.
    pub solution: Option<Solution>,
    /// Whether the latest message failed and the visitor knows it.
    pub failed_delivery: bool,
    /// Whether codes to the contact are suppressed for unknown devices.
    pub is_suppressed: bool,
    /// The unique part of the `Message-ID`.
    pub message_id: String,
    /// The id of the new message.
    pub next_message: MessageId,
    /// The lease of this process on the message, if it can send the message at once.
    pub lease: Option<Lease>,
    /// The origin of the request, as the history records it.
    pub origin: Origin,
    /// The time of the request.
    pub now: Timestamp,
}

/// The result of an accepted resend.
#[derive(Clone, Debug)]
pub struct CodeResent {
    /// Whether the message carries a new code while the previous code stays valid until its own
    /// expiry.
    pub is_next_code: bool,
    /// The queued message, if any.
    pub queued: Option<Queued>,
}

/// The reason why nothing was sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResendRefusal {
    /// The browser has no sign-in in progress.
    #[error("the browser has no OTP")]
    NoOtp,
    /// All attempts are used, so another message would not help.
    #[error("the OTP is exhausted")]
    Exhausted,
    /// The last message is too recent.
    #[error("the cooldown has {seconds} s left")]
    Cooldown {
        /// Seconds left, at least 1.
        seconds: u32,
    },
    /// The customer's other contact was requested but is not offered.
    #[error("the other contact is not offered")]
    ChannelNotOffered,
    /// A limit is exceeded.
    #[error("a limit is exceeded: {:?}", .0.limit)]
    Limited(LimitExceeded),
}

/// The answer to a request to send a code again.
pub type ResendResult = Result<CodeResent, ResendRefusal>;

impl ResendRequest {
    /// Returns the message to send again. Its limits are still to be checked.
    ///
    /// # Errors
    /// Returns [`ResendRefusal::NoOtp`] if the browser has no sign-in in progress, and
    /// [`ResendRefusal::ChannelNotOffered`] if the requested kind of contact is not offered.
    pub fn plan(self, policy: &Policy, facts: ResendFacts) -> Result<CodeResend, ResendRefusal> {
        let session = facts
            .session
            .filter(|session| session.is_pre_auth(self.now))
            .ok_or(ResendRefusal::NoOtp)?;
        let otp = facts
            .otp
            .filter(Otp::is_pending)
            .ok_or(ResendRefusal::NoOtp)?;
        let channel = self.channel.unwrap_or(otp.channel);
        let other = other_channel(policy, &otp, facts.customer.as_ref(), facts.spent);
        if channel != otp.channel && other != Some(channel) {
            return Err(ResendRefusal::ChannelNotOffered);
        }
        Ok(CodeResend {
            session: Some(session.id),
            channel,
            customer: facts.customer,
            browser: self.browser,
            network: self.network,
            solution: self.solution,
            failed_delivery: is_known_to_fail(policy, facts.delivery, facts.deferral),
            is_suppressed: facts.is_suppressed,
            message_id: self.message_id,
            next_message: facts.next_message,
            lease: self.leases.of(channel),
            origin: self.origin,
            now: self.now,
            otp,
        })
    }
}

impl CodeResend {
    /// Returns every rule that the decision may check.
    #[must_use]
    pub fn rules(&self, policy: &Policy) -> Vec<Rule> {
        let mut rules = policy.limits.message(&self.message_request(policy, true));
        rules.extend(match self.otp.device {
            Some(device) => policy.limits.digits_on_device(device, &self.otp.contact),
            None => policy
                .limits
                .digits_for_unknown_devices(&self.otp.contact, 0),
        });
        rules.push(Breaker::mean());
        rules
    }

    /// Decides whether the message is sent again, and with which code. The attempts stay unchanged
    /// (NIST SP 800-63B-4 section 3.1.3.2).
    #[must_use]
    pub fn decide(&self, policy: &Policy, usage: &Usage) -> Decision<ResendResult> {
        let format = code_format(policy, &self.otp.contact, self.otp.device, usage, self.now);
        let kind = self
            .otp
            .resend(self.now, &self.otp_policy(policy), format.answer);
        let answer = match kind {
            Resend::Refused => Decision::unchanged(Err(ResendRefusal::Exhausted)),
            Resend::TooSoon(_) => {
                let seconds = self
                    .otp
                    .seconds_to_resend(&policy.otp.cooldowns, self.now)
                    .max(1);
                Decision::unchanged(Err(ResendRefusal::Cooldown { seconds }))
            }
            Resend::SameCode | Resend::NextGeneration | Resend::Escalated => {
                self.send(policy, usage, kind)
            }
        };
        format.and(answer)
    }

    fn send(&self, policy: &Policy, usage: &Usage, kind: Resend) -> Decision<ResendResult> {
        let rules = policy
            .limits
            .message(&self.message_request(policy, kind != Resend::SameCode));
        let (consumed, withheld_by) = match usage.admit(&rules, None, self.now) {
            Admission::Refused(exceeded) => {
                let refused = Decision::unchanged(Err(ResendRefusal::Limited(exceeded)));
                return refused.with_event(SecurityEvent::Limited(exceeded.limit));
            }
            Admission::Allowed {
                consumed,
                withheld_by,
            } => (consumed, withheld_by),
        };
        let resend = self.resend(policy, kind, withheld_by.is_some());
        // Whether this message is withheld does not depend on the earlier messages.
        let otp = Otp {
            is_withheld: withheld_by.is_some(),
            ..self.resent_otp(&resend)
        };
        let ids = (self.message_id.clone(), self.lease.clone());
        let message = NewMessage::code(&otp, self.next_message, ids, &self.origin, self.now);
        let queued = queued(
            &message,
            &self.resent_otp(&resend),
            self.customer.clone(),
            self.is_suppressed,
        );
        let mut changes: Vec<_> = Change::consume(consumed).into_iter().collect();
        changes.extend(
            self.session
                .map(|session| Change::TouchSession(session, self.now)),
        );
        changes.push(Change::ResendOtp(Box::new(resend)));
        changes.push(Change::QueueMessage(Box::new(message)));
        changes.push(Change::record(Event::Resent, &otp, &self.origin, self.now));
        let mut decision = Decision::new(
            changes,
            Ok(CodeResent {
                is_next_code: kind == Resend::NextGeneration,
                queued,
            }),
        );
        decision
            .events
            .extend(withheld_by.map(|exceeded| SecurityEvent::Limited(exceeded.limit)));
        decision
    }

    fn resend(&self, policy: &Policy, kind: Resend, is_withheld: bool) -> OtpResend {
        let (otp, is_new_code) = (&self.otp, kind != Resend::SameCode);
        let next_expiry = self
            .now
            .saturating_add(policy.otp.lifetime)
            .unwrap_or(Timestamp::MAX);
        OtpResend {
            id: otp.id,
            requested_at: self.now,
            generation: otp.generation + u32::from(is_new_code),
            previous_expires_at: match kind {
                // The previous numeric codes become invalid.
                Resend::Escalated => None,
                Resend::NextGeneration => Some(otp.expires_at),
                _ => otp.previous_expires_at,
            },
            expires_at: if is_new_code {
                next_expiry
            } else {
                otp.expires_at
            },
            format: if kind == Resend::Escalated {
                CodeFormat::Letters
            } else {
                otp.format
            },
            channel: self.channel,
            is_withheld: otp.is_withheld && is_withheld,
        }
    }

    fn resent_otp(&self, resend: &OtpResend) -> Otp {
        Otp {
            last_requested_at: resend.requested_at,
            message_count: self.otp.message_count + 1,
            generation: resend.generation,
            previous_expires_at: resend.previous_expires_at,
            expires_at: resend.expires_at,
            format: resend.format,
            channel: resend.channel,
            is_withheld: resend.is_withheld,
            ..self.otp.clone()
        }
    }

    /// A visitor who knows that the message failed may switch to the other contact without waiting
    /// for the cooldown. Switching back requires the wait.
    fn otp_policy(&self, policy: &Policy) -> OtpPolicy {
        let is_first_switch =
            self.otp.channel == self.otp.otp_type() && self.channel != self.otp.channel;
        if is_first_switch && self.failed_delivery {
            return OtpPolicy {
                cooldowns: [SignedDuration::ZERO; 3],
                ..policy.otp
            };
        }
        policy.otp
    }

    fn message_request(&self, policy: &Policy, is_new_code: bool) -> MessageRequest<'_> {
        MessageRequest {
            contact: &self.otp.contact,
            channel: self.channel,
            browser: self.browser,
            device: self.otp.device,
            network: self.network,
            is_signed_in: self.otp.purpose != Purpose::SignIn,
            is_new_code,
            solution: self.solution,
            reveals: reveals_limits(policy, self.otp.purpose),
        }
    }
}

/// Returns the kind of the customer's other contact if the next message may go to it. It is offered
/// only where this reveals nothing to an unknown device: on a browser in which the customer has
/// signed in before, or if the operator reveals unknown contacts.
#[must_use]
pub fn other_channel(
    policy: &Policy,
    otp: &Otp,
    customer: Option<&Customer>,
    spent: SmsSpent,
) -> Option<ContactType> {
    let other = otp.channel.other();
    let customer = customer.filter(|customer| otp.customer_id == Some(customer.id))?;
    if !(otp.is_known_device || policy.reveal_unknown_contacts) {
        return None;
    }
    let contact = customer.contact(other)?;
    sms_refusal(policy, &contact, spent, otp.is_known_device)
        .is_none()
        .then_some(other)
}

/// Whether the latest message failed, or waits for its mailbox, and the visitor may know it.
#[must_use]
pub fn is_known_to_fail(
    policy: &Policy,
    delivery: Option<DeliveryState>,
    deferral: Option<Deferral>,
) -> bool {
    let is_deferred = || deferral.and_then(Deferral::reason).is_some();
    policy.reveal_unknown_contacts
        && match delivery {
            Some(DeliveryState::Failed(_)) => true,
            Some(DeliveryState::Queued) => is_deferred(),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::domain::{
        FailureReason, Limit, MessageId,
        fixtures::{
            ALL_SPENT, BROWSER, DEVICE, MILLISECOND, MINUTE, SECOND, consumed, customer, full,
            limited, message, names, otp, policy, pre_auth, revealing, signed_in, start,
        },
        policy::PRE_AUTH_LIFETIME,
    };

    fn request(channel: Option<ContactType>) -> ResendRequest {
        ResendRequest {
            browser: BROWSER,
            channel,
            network: Network::default(),
            solution: None,
            message_id: "message".to_owned(),
            leases: Leases::default(),
            origin: Origin::default(),
            now: start(),
        }
    }

    fn facts(otp: Otp) -> ResendFacts {
        ResendFacts {
            session: Some(pre_auth()),
            otp: Some(otp),
            customer: Some(customer()),
            delivery: None,
            deferral: None,
            is_suppressed: false,
            spent: SmsSpent::default(),
            next_message: MessageId(3),
        }
    }

    fn resend(otp: Otp, after: SignedDuration) -> CodeResend {
        let request = ResendRequest {
            now: start() + after,
            ..request(None)
        };
        request
            .plan(&policy(), facts(otp))
            .expect("an OTP that goes on")
    }

    fn decide(resend: &CodeResend, limits: &[Limit]) -> Decision<ResendResult> {
        resend.decide(
            &policy(),
            &full(&resend.rules(&policy()), resend.now, limits),
        )
    }

    fn update(decision: &Decision<ResendResult>) -> OtpResend {
        let update = decision.changes.iter().find_map(|change| match change {
            Change::ResendOtp(resend) => Some((**resend).clone()),
            _ => None,
        });
        update.expect("an OTP that changes")
    }

    #[test]
    fn only_a_sign_in_in_progress_can_resend_its_code() {
        let plan = |session: Option<Session>, otp: Option<Otp>| {
            let facts = ResendFacts {
                session,
                otp,
                ..facts(super::super::fixtures::otp())
            };
            request(None).plan(&policy(), facts).map(|_| ()).err()
        };
        let at = |age| {
            Some(Session {
                last_seen_at: start() - age,
                ..pre_auth()
            })
        };
        assert_eq!(plan(at(PRE_AUTH_LIFETIME - MILLISECOND), Some(otp())), None);
        assert_eq!(
            plan(
                at(SECOND),
                Some(Otp {
                    expires_at: start(),
                    ..otp()
                })
            ),
            None
        );
        assert_eq!(
            plan(at(PRE_AUTH_LIFETIME), Some(otp())),
            Some(ResendRefusal::NoOtp)
        );
        for session in [None, Some(signed_in(1))] {
            assert_eq!(plan(session, Some(otp())), Some(ResendRefusal::NoOtp));
        }
        for otp in [
            None,
            Some(Otp {
                is_verified: true,
                ..otp()
            }),
            Some(Otp {
                revoked_at: Some(start()),
                ..otp()
            }),
        ] {
            assert_eq!(plan(at(SECOND), otp), Some(ResendRefusal::NoOtp));
        }
    }

    #[test]
    fn the_other_contact_is_offered_only_where_it_reveals_nothing() {
        let plan = |policy: &Policy, otp: Otp, facts: ResendFacts| {
            let facts = ResendFacts {
                otp: Some(otp),
                ..facts
            };
            request(Some(ContactType::Phone))
                .plan(policy, facts)
                .map(|resend| resend.channel)
        };
        let known = || Otp {
            is_known_device: true,
            ..otp()
        };
        let (offered, refused) = (
            Ok(ContactType::Phone),
            Err(ResendRefusal::ChannelNotOffered),
        );
        assert_eq!(plan(&policy(), otp(), facts(otp())), refused);
        assert_eq!(plan(&policy(), known(), facts(otp())), offered);
        assert_eq!(plan(&revealing(), otp(), facts(otp())), offered);
        let spent = || ResendFacts {
            spent: ALL_SPENT,
            ..facts(otp())
        };
        assert_eq!(plan(&revealing(), otp(), spent()), refused);
        assert_eq!(
            plan(&policy(), known(), spent()),
            offered,
            "a message to a known device is sent even over the budget"
        );
        let nobodys = Otp {
            customer_id: None,
            ..otp()
        };
        assert_eq!(plan(&revealing(), nobodys, facts(otp())), refused);
        let without = || Some(customer().with_contact(ContactType::Phone, None));
        assert_eq!(
            plan(
                &revealing(),
                otp(),
                ResendFacts {
                    customer: without(),
                    ..facts(otp())
                }
            ),
            refused
        );
        let by_phone = Otp {
            channel: ContactType::Phone,
            ..otp()
        };
        assert_eq!(
            plan(&policy(), by_phone, facts(otp())),
            offered,
            "it went there before"
        );
    }

    #[test]
    fn the_same_code_is_resent_in_the_first_half_of_its_lifetime_and_a_new_one_later() {
        let half = MINUTE * 5 / 2;
        for (after, generation, previous, expires, counts) in [
            (MINUTE, 1, None, MINUTE * 5, 4),
            (half - MILLISECOND, 1, None, MINUTE * 5, 4),
            (half, 2, Some(MINUTE * 5), half + MINUTE * 5, 5),
            (MINUTE * 14, 2, Some(MINUTE * 5), MINUTE * 19, 5),
        ] {
            let decision = decide(&resend(otp(), after), &[]);
            // A resend renews the pre-auth session like a request does.
            assert_eq!(
                names(&decision.changes),
                ["touch_session", "resend_otp", "queue_message", "resent"]
            );
            // A new code also counts towards the code limit of the browser.
            assert_eq!(consumed(&decision.changes), counts);
            let update = update(&decision);
            assert_eq!(
                (update.id, update.requested_at, update.generation),
                (otp().id, start() + after, generation)
            );
            assert_eq!(
                update.previous_expires_at,
                previous.map(|age| start() + age)
            );
            assert_eq!(update.expires_at, start() + expires);
            let message = message(&decision.changes).expect("a message");
            assert_eq!(
                (message.id, message.expires_at),
                (MessageId(3), update.expires_at)
            );
            assert_eq!(
                decision.answer.expect("a message").is_next_code,
                generation == 2
            );
        }
    }

    #[test]
    fn no_message_is_sent_during_the_cooldown_or_without_attempts_left() {
        let refused = |otp: Otp, after| {
            let decision = decide(&resend(otp, after), &[]);
            assert!(decision.changes.is_empty());
            decision.answer.err()
        };
        assert_eq!(
            refused(otp(), SECOND),
            Some(ResendRefusal::Cooldown { seconds: 59 })
        );
        assert_eq!(
            refused(otp(), MINUTE - MILLISECOND),
            Some(ResendRefusal::Cooldown { seconds: 1 })
        );
        let second = Otp {
            message_count: 2,
            ..otp()
        };
        assert_eq!(
            refused(second, MINUTE),
            Some(ResendRefusal::Cooldown { seconds: 60 })
        );
        assert_eq!(
            refused(
                Otp {
                    attempts: 5,
                    ..otp()
                },
                MINUTE
            ),
            Some(ResendRefusal::Exhausted)
        );
    }

    #[test]
    fn an_escalated_numeric_code_is_replaced_and_previous_codes_end() {
        let resend = resend(
            Otp {
                previous_expires_at: Some(start() + MINUTE * 2),
                generation: 2,
                ..otp()
            },
            MINUTE,
        );
        let rules = resend.rules(&policy());
        let used = |rule: &Rule| {
            let is_guess = rule.limit == Limit::Contact
                && rule.consequence == super::super::Consequence::Escalate;
            if is_guess { rule.window.limit } else { 0 }
        };
        let decision = resend.decide(
            &policy(),
            &super::super::fixtures::usage(&rules, resend.now, used),
        );
        let update = update(&decision);
        assert_eq!(
            (update.format, update.generation, update.previous_expires_at),
            (CodeFormat::Letters, 3, None)
        );
        assert_eq!(update.expires_at, resend.now + MINUTE * 5);
        assert!(
            !decision.answer.expect("a message").is_next_code,
            "it is the only one"
        );
    }

    #[test]
    fn an_otp_stays_withheld_only_while_none_of_its_messages_was_sent() {
        for (was_withheld, limits, is_withheld) in [
            (false, vec![], false),
            (true, vec![], false),
            (false, vec![Limit::Contact], false),
            (true, vec![Limit::Contact], true),
        ] {
            let decision = decide(
                &resend(
                    Otp {
                        is_withheld: was_withheld,
                        ..otp()
                    },
                    MINUTE,
                ),
                &limits,
            );
            assert_eq!(update(&decision).is_withheld, is_withheld);
            let failed = DeliveryState::Failed(FailureReason::Withheld);
            let state = if limits.is_empty() {
                DeliveryState::Queued
            } else {
                failed
            };
            assert_eq!(
                message(&decision.changes).map(|message| message.state),
                Some(state)
            );
            assert_eq!(limited(&decision.events), limits);
            assert_eq!(
                decision.answer.expect("an answer").queued.is_some(),
                limits.is_empty()
            );
        }
    }

    #[test]
    fn an_exceeded_limit_changes_nothing() {
        let decision = decide(&resend(otp(), MINUTE), &[Limit::Network]);
        assert!(decision.changes.is_empty());
        assert_eq!(limited(&decision.events), [Limit::Network]);
        assert!(
            matches!(decision.answer, Err(ResendRefusal::Limited(exceeded)) if exceeded.limit == Limit::Network)
        );
    }

    #[test]
    fn a_message_that_waits_for_its_mailbox_counts_as_a_visible_failure() {
        let (queued, mailbox) = (Some(DeliveryState::Queued), Some(Deferral::Mailbox));
        let sent = Some(DeliveryState::Sent);
        for (delivery, deferral, expected) in [
            (queued, mailbox, true),
            (queued, Some(Deferral::Greylisting), false),
            (queued, Some(Deferral::Unclear), false),
            (queued, None, false),
            (sent, mailbox, false),
            (None, mailbox, false),
        ] {
            assert_eq!(
                is_known_to_fail(&revealing(), delivery, deferral),
                expected,
                "{delivery:?} {deferral:?}"
            );
            assert!(!is_known_to_fail(&policy(), delivery, deferral));
        }
    }

    #[test]
    fn a_visible_failure_allows_the_other_contact_without_cooldown() {
        let failed = Some(DeliveryState::Failed(FailureReason::Blocked));
        let answer = |policy: &Policy, otp: Otp, channel, delivery| {
            let resend = request(Some(channel))
                .plan(
                    policy,
                    ResendFacts {
                        delivery,
                        ..facts(otp)
                    },
                )
                .expect("a plan");
            resend
                .decide(policy, &full(&resend.rules(policy), start(), &[]))
                .answer
                .map(|_| ())
        };
        let known = || Otp {
            is_known_device: true,
            ..otp()
        };
        let switched = || Otp {
            channel: ContactType::Phone,
            ..otp()
        };
        let waits = Err(ResendRefusal::Cooldown { seconds: 60 });
        assert_eq!(
            answer(&revealing(), otp(), ContactType::Phone, failed),
            Ok(())
        );
        assert_eq!(
            answer(&revealing(), otp(), ContactType::Email, failed),
            waits,
            "to the same contact"
        );
        assert_eq!(
            answer(&revealing(), switched(), ContactType::Email, failed),
            waits,
            "back again"
        );
        assert_eq!(
            answer(
                &revealing(),
                otp(),
                ContactType::Phone,
                Some(DeliveryState::Sent)
            ),
            waits
        );
        assert_eq!(
            answer(&policy(), known(), ContactType::Phone, failed),
            waits,
            "the limit is not reported"
        );
    }

    #[test]
    fn a_known_device_has_limits_of_its_own() {
        let resend = resend(
            Otp {
                device: Some(DEVICE),
                is_known_device: true,
                ..otp()
            },
            MINUTE,
        );
        assert!(
            decide(&resend, &[Limit::Network, Limit::Contact, Limit::Global])
                .answer
                .is_ok()
        );
        assert!(decide(&resend, &[Limit::Device]).answer.is_err());
    }
}
