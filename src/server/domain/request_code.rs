//! Somebody asks for a code.

use jiff::Timestamp;

use super::{
    change::{Change, Decision, Lease, NewMessage, NewOtp, PreAuth},
    contact::Contact,
    customer::Customer,
    history::{Event, Origin},
    id::{CustomerId, MessageId, OtpId},
    issue::{Queued, code_format, queued, reveals_limits, revoke, sms_refusal},
    key::{KeyId, Keyring},
    known_device::KnownDevice,
    limits::{Admission, Breaker, Consumption, LimitExceeded, MessageAsk, Rule, Solution, Usage},
    network::Network,
    next_path::NextPath,
    otp::{Otp, OtpState},
    purpose::Purpose,
    resend_code::{CodeResend, ResendAnswer, ResendRefusal},
    rules::Policy,
    security_event::SecurityEvent,
    session::Session,
    sms::{SmsRefusal, SmsSpent},
    token::TokenDigest,
};
use crate::shared::{CodeFormat, ContactType};

/// A request for a code.
#[derive(Clone, Debug)]
pub struct CodeRequest {
    /// What the code is for.
    pub purpose: Purpose,
    /// The contact, canonical.
    pub contact: Contact,
    /// The contact as it was typed, and where the customer wants to go: what a sign-in keeps for
    /// its next pages.
    pub typed: Option<TypedContact>,
    /// The token that the browser has presented, bound for the purpose.
    pub browser: Option<TokenDigest>,
    /// The token that it gets if that one is not of a sign-in in progress. A token is never taken
    /// from a client that we did not give it to (OWASP ASVS 5.0, 7.2.4).
    pub new_browser: TokenDigest,
    /// The customer who is signed in there, if the code is for one.
    pub customer: Option<CustomerId>,
    /// The long-lived token of the browser.
    pub device: Option<TokenDigest>,
    /// Where it is.
    pub network: Network,
    /// The solution of a challenge that came along, checked.
    pub solution: Option<Solution>,
    /// What the code is derived from.
    pub nonce: [u8; 16],
    /// The key that it is derived with.
    pub key_id: KeyId,
    /// The `Message-ID`'s own part.
    pub message_id: String,
    /// The claim of this process on the message, if it can send it at once.
    pub lease: Option<Lease>,
    /// Where the request came from.
    pub origin: Origin,
    /// When.
    pub now: Timestamp,
}

/// What was typed into the request form.
#[derive(Clone, Debug)]
pub struct TypedContact {
    /// The kind of contact.
    pub contact_type: ContactType,
    /// The contact.
    pub contact_value: String,
    /// The own path that the customer came from.
    pub next: Option<NextPath>,
}

/// What a request is decided on.
#[derive(Clone, Debug)]
pub struct RequestFacts {
    /// The session of the token that the browser has presented.
    pub session: Option<Session>,
    /// Who has the contact, if they may sign in; for a customer who is signed in, themselves.
    pub customer: Option<Customer>,
    /// Whether anybody has the contact, disabled customers included.
    pub is_taken: bool,
    /// The customers who have signed in on the browser.
    pub devices: Vec<KnownDevice>,
    /// The OTPs of the presented token, newest first.
    pub otps: Vec<Otp>,
    /// Whether codes to the contact are suppressed for unknown browsers.
    pub is_suppressed: bool,
    /// The cost of text messages so far, by day and month.
    pub spent: SmsSpent,
    /// How much of the windows of [`CodeRequest::rules`] is used.
    pub usage: Usage,
    /// The number of the next OTP.
    pub next_otp: OtpId,
    /// The number of the next message.
    pub next_message: MessageId,
}

/// A code that was requested.
#[derive(Clone, Debug)]
pub struct CodeRequested {
    /// The OTP.
    pub otp: OtpId,
    /// Whether the browser goes on with the token that it has presented.
    pub keeps_token: bool,
    /// Nothing was sent, because a message went out moments ago: seconds until another can.
    pub wait: Option<u32>,
    /// The message that was queued, if any.
    pub queued: Option<Queued>,
}

/// Why no code was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestRefusal {
    /// Nobody has the contact, and the settings allow to say so.
    #[error("no customer has the contact")]
    UnknownContact,
    /// The earlier OTP of this browser is used up or withdrawn, and the cooldown for the next is
    /// running.
    #[error("the cooldown has {seconds} s left")]
    Cooldown {
        /// Seconds left, at least 1.
        seconds: u32,
    },
    /// A limit is exceeded.
    #[error("a limit is exceeded: {:?}", .0.limit)]
    Limited(LimitExceeded),
    /// No text message goes to the number, whoever has it.
    #[error("no text message goes to the number: {0:?}")]
    Sms(SmsRefusal),
}

/// The answer to a request.
pub type RequestAnswer = Result<CodeRequested, RequestRefusal>;

/// What to do about a request.
pub enum RequestPlan {
    /// It is decided.
    Decided(Decision<RequestAnswer>),
    /// An earlier OTP goes on: its message may be sent again, which has limits of its own.
    Resend(Box<CodeResend>),
}

impl CodeRequest {
    /// Every rule that the decision may ask about.
    #[must_use]
    pub fn rules(&self, policy: &Policy) -> Vec<Rule> {
        if self.is_command_line() {
            return vec![];
        }
        let limits = &policy.limits;
        let mut rules = limits.message(&self.ask(policy, self.new_browser, None));
        rules.extend(self.browser.map(|browser| limits.new_code(browser)));
        rules.extend(limits.digits_for_strangers(&self.contact, 0));
        rules.push(Breaker::mean());
        rules.extend(limits.invalid_input(self.network));
        rules.extend(self.new_contact_rule(policy));
        if let Some(device) = self.device {
            rules.extend(limits.known(device, &self.contact));
            rules.extend(limits.message(&self.ask(policy, self.new_browser, Some(device))));
            rules.extend(limits.digits_on_device(device, &self.contact));
        }
        rules
    }

    /// Decides on the request. A known and an unknown contact take the same steps (OWASP ASVS 5.0,
    /// 6.3.8).
    #[must_use]
    pub fn decide(&self, policy: &Policy, keys: &Keyring, facts: RequestFacts) -> RequestPlan {
        let device = self.known_device(policy, keys, &facts);
        if let Err(refused) = self.check(policy, &facts, device) {
            return RequestPlan::Decided(refused);
        }
        let keeps_token = self.keeps_token(&facts);
        let earlier = if keeps_token {
            facts.otps.iter().find(|otp| otp.contact == self.contact)
        } else {
            None
        };
        let customer = self.owner(&facts).map(|customer| customer.id);
        let new_contact = self.new_contact(policy);
        match earlier {
            // Asking again for the same contact goes on with the same OTP, so that it gives no
            // attempts back.
            Some(otp)
                if self.continues(otp, customer, keys)
                    && (otp.device.is_none() || device.is_some()) =>
            {
                RequestPlan::Resend(Box::new(self.resend(otp, &facts)))
            }
            // What is used up or withdrawn still holds the next one back, or forgetting the contact
            // would give attempts back.
            Some(otp) if otp.seconds_to_resend(&policy.otp.cooldowns, self.now) > 0 => {
                let seconds = otp.seconds_to_resend(&policy.otp.cooldowns, self.now);
                RequestPlan::Decided(new_contact.and(Decision::unchanged(Err(
                    RequestRefusal::Cooldown { seconds },
                ))))
            }
            earlier => {
                let messages = earlier.map_or(1, |otp| otp.messages + 1);
                RequestPlan::Decided(new_contact.and(self.issue(
                    policy,
                    &facts,
                    device,
                    (keeps_token, messages),
                )))
            }
        }
    }

    /// What becomes of a request whose OTP goes on.
    #[must_use]
    pub fn resent(
        &self,
        policy: &Policy,
        resent: Decision<ResendAnswer>,
        otp: OtpId,
    ) -> Decision<RequestAnswer> {
        let requested = |wait, queued| {
            Ok(CodeRequested {
                otp,
                keeps_token: true,
                wait,
                queued,
            })
        };
        let mut decision = resent.map(|answer| match answer {
            Ok(resent) => requested(None, resent.queued),
            Err(ResendRefusal::Cooldown { seconds }) => requested(Some(seconds), None),
            Err(ResendRefusal::Limited(exceeded)) => Err(RequestRefusal::Limited(exceeded)),
            // It was used up meanwhile; the verify screen says so.
            Err(
                ResendRefusal::Exhausted | ResendRefusal::NoOtp | ResendRefusal::ChannelNotOffered,
            ) => requested(None, None),
        });
        decision = self.new_contact(policy).and(decision);
        if decision.answer.is_ok() {
            let browser = self.browser.unwrap_or(self.new_browser);
            decision.changes.extend(self.pre_auth(browser));
        }
        decision
    }

    /// What speaks against any message to the contact.
    fn check(
        &self,
        policy: &Policy,
        facts: &RequestFacts,
        device: Option<TokenDigest>,
    ) -> Result<(), Decision<RequestAnswer>> {
        if self.is_command_line() {
            return Ok(());
        }
        let is_known = device.is_some() || self.purpose == Purpose::StepUp;
        if let Some(refusal) = sms_refusal(policy, &self.contact, facts.spent, is_known) {
            let refused = Decision::unchanged(Err(RequestRefusal::Sms(refusal)));
            return Err(refused.with_event(SecurityEvent::SmsRefused(refusal)));
        }
        if self.purpose == Purpose::SignIn
            && facts.customer.is_none()
            && policy.reveal_unknown_contacts
        {
            let refused = invalid_input(
                policy,
                self.network,
                &facts.usage,
                self.now,
                RequestRefusal::UnknownContact,
            );
            return Err(refused.with_event(SecurityEvent::UnknownContact));
        }
        self.check_new_contact(policy, facts)
    }

    /// One contact after the other gets no code faster than the same one again, and only so many a
    /// day.
    fn check_new_contact(
        &self,
        policy: &Policy,
        facts: &RequestFacts,
    ) -> Result<(), Decision<RequestAnswer>> {
        let Some(rule) = self.new_contact_rule(policy) else {
            return Ok(());
        };
        let newest = facts.otps.first().filter(|otp| otp.contact != self.contact);
        let seconds = newest.map_or(0, |otp| {
            otp.seconds_to_resend(&policy.otp.cooldowns, self.now)
        });
        if seconds > 0 {
            return Err(Decision::unchanged(Err(RequestRefusal::Cooldown {
                seconds,
            })));
        }
        match facts.usage.exceeded(&rule, self.now) {
            Some(exceeded) => Err(limited(exceeded)),
            None => Ok(()),
        }
    }

    fn new_contact_rule(&self, policy: &Policy) -> Option<Rule> {
        let customer = self
            .customer
            .filter(|_| self.purpose == Purpose::ChangeContact)?;
        Some(policy.limits.new_contact(customer))
    }

    /// A contact that a customer asks for counts, whatever becomes of the request.
    fn new_contact(&self, policy: &Policy) -> Decision<()> {
        let consumed = self
            .new_contact_rule(policy)
            .map(|rule| Consumption::of(&rule, None, self.now));
        Decision::new(
            consumed
                .map(|consumed| Change::Consume(vec![consumed]))
                .into_iter()
                .collect(),
            (),
        )
    }

    /// The browser as its customer knows it, if they have signed in on it and have not been
    /// guessing there since. For an unknown contact the same was loaded, so that response time
    /// reveals nothing.
    fn known_device(
        &self,
        policy: &Policy,
        keys: &Keyring,
        facts: &RequestFacts,
    ) -> Option<TokenDigest> {
        let (device, customer) = (self.device?, facts.customer.as_ref()?);
        let is_known =
            |known: &KnownDevice| known.customer == customer.id && known.is_known(keys, self.now);
        let may_be = self.purpose != Purpose::ChangeContact && facts.devices.iter().any(is_known);
        let is_guessed_on = || {
            facts
                .usage
                .first_exceeded(&policy.limits.known(device, &self.contact), self.now)
                .is_some()
        };
        (may_be && !is_guessed_on()).then_some(device)
    }

    /// Whose code it is. A contact that a customer wants to have and somebody else has gets no
    /// code: its OTP belongs to nobody.
    fn owner<'a>(&self, facts: &'a RequestFacts) -> Option<&'a Customer> {
        let is_others = self.purpose == Purpose::ChangeContact && facts.is_taken;
        facts.customer.as_ref().filter(|_| !is_others)
    }

    fn keeps_token(&self, facts: &RequestFacts) -> bool {
        self.purpose != Purpose::SignIn
            || facts
                .session
                .as_ref()
                .is_some_and(|session| session.is_pre_auth(self.now))
    }

    /// Whether an earlier OTP of the browser still serves: not used up, for the same customer, and
    /// with a key that is in the ring.
    fn continues(&self, otp: &Otp, customer: Option<CustomerId>, keys: &Keyring) -> bool {
        // Only a known browser can tell that the owner of the contact has invalidated the OTP.
        let is_invalidated = otp.nonce.is_none() && otp.known_browser;
        !is_invalidated
            && matches!(otp.state(self.now), OtpState::Live | OtpState::Expired)
            && otp.customer_id == customer
            && keys.find(&otp.key_id).is_some()
    }

    fn resend(&self, otp: &Otp, facts: &RequestFacts) -> CodeResend {
        CodeResend {
            otp: otp.clone(),
            // The request form saves the session anyway.
            session: None,
            customer: facts.customer.clone(),
            channel: otp.otp_type(),
            browser: self.browser.unwrap_or(self.new_browser),
            network: self.network,
            solution: self.solution,
            failed_delivery: false,
            is_suppressed: facts.is_suppressed,
            message_id: self.message_id.clone(),
            next_message: facts.next_message,
            lease: self.lease.clone(),
            origin: self.origin.clone(),
            now: self.now,
        }
    }

    /// Issues an OTP, if the limits allow it.
    fn issue(
        &self,
        policy: &Policy,
        facts: &RequestFacts,
        device: Option<TokenDigest>,
        (keeps_token, messages): (bool, u32),
    ) -> Decision<RequestAnswer> {
        let browser = self
            .browser
            .filter(|_| keeps_token)
            .unwrap_or(self.new_browser);
        let format = if self.is_command_line() {
            Decision::unchanged(CodeFormat::Digits(policy.otp.length))
        } else {
            code_format(policy, &self.contact, device, &facts.usage, self.now)
        };
        let rules = if self.is_command_line() {
            vec![]
        } else {
            policy.limits.message(&self.ask(policy, browser, device))
        };
        let (consumed, withheld_by) = match facts.usage.admit(&rules, None, self.now) {
            Admission::Refused(exceeded) => return format.and(limited(exceeded)),
            Admission::Allowed {
                consumed,
                withheld_by,
            } => (consumed, withheld_by),
        };
        let otp = self.otp(
            policy,
            facts,
            device,
            (format.answer, messages, withheld_by.is_some()),
        );
        let message = self.message(&otp, facts.next_message);
        let queued = queued(
            &message,
            &otp,
            self.owner(facts).cloned(),
            facts.is_suppressed,
        );
        let mut changes: Vec<_> = Change::consume(consumed).into_iter().collect();
        if keeps_token && !self.is_command_line() {
            let open = facts
                .otps
                .iter()
                .filter(|otp| !otp.is_verified && otp.revoked_at.is_none());
            changes.extend(open.flat_map(|otp| revoke(otp, &self.origin, self.now)));
        }
        let id = otp.id;
        let record = Change::record(Event::Requested, &otp, &self.origin, self.now);
        changes.push(Change::InsertOtp(Box::new(NewOtp {
            otp,
            browser,
            length: policy.otp.length,
        })));
        changes.push(Change::QueueMessage(Box::new(message)));
        changes.push(record);
        changes.extend(self.pre_auth(browser));
        let requested = CodeRequested {
            otp: id,
            keeps_token,
            wait: None,
            queued,
        };
        let mut decision = format.and(Decision::new(changes, Ok(requested)));
        decision
            .events
            .extend(withheld_by.map(|exceeded| SecurityEvent::Limited(exceeded.limit)));
        decision
    }

    fn otp(
        &self,
        policy: &Policy,
        facts: &RequestFacts,
        device: Option<TokenDigest>,
        (format, messages, is_withheld): (CodeFormat, u32, bool),
    ) -> Otp {
        Otp {
            id: facts.next_otp,
            purpose: self.purpose,
            customer_id: self.owner(facts).map(|customer| customer.id),
            contact: self.contact.clone(),
            is_verified: false,
            created_at: self.now,
            expires_at: self
                .now
                .saturating_add(policy.otp.lifetime)
                .unwrap_or(Timestamp::MAX),
            attempts: 0,
            max_attempts: policy.otp.max_attempts,
            format,
            generation: 1,
            previous_expires_at: None,
            nonce: Some(self.nonce.to_vec()),
            key_id: self.key_id.clone(),
            sent_at: self.now,
            messages,
            verified_at: None,
            replays: 0,
            revoked_at: None,
            channel: self.contact.kind(),
            known_browser: device.is_some()
                || self.purpose == Purpose::StepUp
                || self.is_command_line(),
            device,
            is_withheld,
        }
    }

    fn message(&self, otp: &Otp, id: MessageId) -> NewMessage {
        NewMessage::code(
            otp,
            id,
            (self.message_id.clone(), self.lease.clone()),
            &self.origin,
            self.now,
        )
    }

    fn pre_auth(&self, token: TokenDigest) -> Option<Change> {
        let TypedContact {
            contact_type,
            contact_value,
            next,
        } = self.typed.clone()?;
        let next = next.map(|next| next.as_str().to_owned());
        Some(Change::SavePreAuth(Box::new(PreAuth {
            token,
            contact_type,
            contact_value,
            next,
            at: self.now,
        })))
    }

    fn ask(
        &self,
        policy: &Policy,
        browser: TokenDigest,
        device: Option<TokenDigest>,
    ) -> MessageAsk<'_> {
        MessageAsk {
            contact: &self.contact,
            channel: self.contact.kind(),
            browser,
            device,
            network: self.network,
            is_signed_in: self.purpose != Purpose::SignIn,
            is_new_code: true,
            solution: self.solution,
            reveals: reveals_limits(policy, self.purpose),
        }
    }

    fn is_command_line(&self) -> bool {
        self.browser == Some(TokenDigest::COMMAND_LINE)
    }
}

/// Counts input that customers rarely get wrong, or refuses it because there was too much of it.
pub(super) fn invalid_input<T>(
    policy: &Policy,
    network: Network,
    usage: &Usage,
    now: Timestamp,
    refusal: RequestRefusal,
) -> Decision<Result<T, RequestRefusal>> {
    match usage.admit(&policy.limits.invalid_input(network), None, now) {
        Admission::Refused(exceeded) => limited(exceeded),
        Admission::Allowed { consumed, .. } => Decision::new(
            Change::consume(consumed).into_iter().collect(),
            Err(refusal),
        ),
    }
}

fn limited<T>(exceeded: LimitExceeded) -> Decision<Result<T, RequestRefusal>> {
    Decision::unchanged(Err(RequestRefusal::Limited(exceeded)))
        .with_event(SecurityEvent::Limited(exceeded.limit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::domain::{
        Delivery, DeliveryState, DeliverySubject, FailureReason, Key, Limit,
        fixtures::{
            ALL_SPENT, BROWSER, DEVICE, MILLISECOND, MINUTE, NEW, SECOND, consumed, consumptions,
            contact, customer, email, full, key_id, keys, known_device, limited as limits_told,
            message, names, otp, phone, policy, pre_auth, records, revealing, signed_in, start,
            usage,
        },
        policy::{DEVICE_LIFETIME, PRE_AUTH_LIFETIME},
        resend_code::CodeResent,
    };

    /// Which windows are full.
    type IsFull<'a> = &'a dyn Fn(&Rule) -> bool;

    fn request() -> CodeRequest {
        CodeRequest {
            purpose: Purpose::SignIn,
            contact: email(),
            typed: Some(TypedContact {
                contact_type: ContactType::Email,
                contact_value: "User@Example.com".to_owned(),
                next: None,
            }),
            browser: Some(BROWSER),
            new_browser: NEW,
            customer: None,
            device: None,
            network: Network::default(),
            solution: None,
            nonce: [7; 16],
            key_id: key_id(),
            message_id: "message".to_owned(),
            lease: None,
            origin: Origin::default(),
            now: start(),
        }
    }

    fn by_phone() -> CodeRequest {
        CodeRequest {
            contact: phone(),
            ..request()
        }
    }

    /// A customer who is signed in wants another contact.
    fn new_contact() -> CodeRequest {
        CodeRequest {
            purpose: Purpose::ChangeContact,
            contact: contact("new@example.com"),
            typed: None,
            customer: Some(CustomerId(1)),
            ..request()
        }
    }

    fn command_line() -> CodeRequest {
        let browser = TokenDigest::COMMAND_LINE;
        CodeRequest {
            typed: None,
            browser: Some(browser),
            new_browser: browser,
            customer: Some(CustomerId(1)),
            ..request()
        }
    }

    fn facts(request: &CodeRequest, policy: &Policy) -> RequestFacts {
        RequestFacts {
            session: Some(pre_auth()),
            customer: Some(customer()),
            is_taken: false,
            devices: vec![],
            otps: vec![],
            is_suppressed: false,
            spent: SmsSpent::default(),
            usage: full(&request.rules(policy), request.now, &[]),
            next_otp: OtpId(2),
            next_message: MessageId(3),
        }
    }

    fn decide(
        request: &CodeRequest,
        policy: &Policy,
        facts: RequestFacts,
    ) -> Decision<RequestAnswer> {
        match request.decide(policy, &keys(), facts) {
            RequestPlan::Decided(decision) => decision,
            RequestPlan::Resend(resend) => unreachable!("{resend:?}"),
        }
    }

    /// What becomes of a request when the windows of these limits are full.
    fn with_full(
        request: &CodeRequest,
        policy: &Policy,
        limits: &[Limit],
    ) -> Decision<RequestAnswer> {
        let usage = full(&request.rules(policy), request.now, limits);
        decide(
            request,
            policy,
            RequestFacts {
                usage,
                ..facts(request, policy)
            },
        )
    }

    fn issued(decision: &Decision<RequestAnswer>) -> NewOtp {
        let inserted = decision.changes.iter().find_map(|change| match change {
            Change::InsertOtp(otp) => Some((**otp).clone()),
            _ => None,
        });
        inserted.expect("an OTP")
    }

    fn refusal(decision: Decision<RequestAnswer>) -> RequestRefusal {
        decision.answer.expect_err("a refusal")
    }

    fn is_limited_by(decision: &Decision<RequestAnswer>, limit: Limit) -> bool {
        matches!(decision.answer, Err(RequestRefusal::Limited(exceeded)) if exceeded.limit == limit)
    }

    #[test]
    fn a_code_its_message_its_limits_its_history_and_its_pre_auth_session_are_one_decision() {
        let decision = decide(&request(), &policy(), facts(&request(), &policy()));
        assert_eq!(
            names(&decision.changes),
            ["insert_otp", "queue_message", "requested", "save_pre_auth"]
        );
        // The codes of the browser, the messages of both networks, of the contact and of all.
        assert_eq!(consumed(&decision.changes), 5);
        let NewOtp {
            otp,
            browser,
            length,
        } = issued(&decision);
        assert_eq!(
            (otp.id, otp.customer_id, browser, length),
            (OtpId(2), Some(CustomerId(1)), BROWSER, 6)
        );
        assert_eq!(
            (otp.expires_at, otp.generation, otp.messages),
            (start() + MINUTE * 5, 1, 1)
        );
        assert!(otp.is_usable() && !otp.known_browser && otp.device.is_none());
        let message = message(&decision.changes).expect("a message");
        assert_eq!(
            (message.id, message.expires_at, message.state),
            (MessageId(3), otp.expires_at, DeliveryState::Queued)
        );
        let requested = decision.answer.expect("an OTP");
        assert_eq!(
            (requested.otp, requested.keeps_token, requested.wait),
            (OtpId(2), true, None)
        );
        assert!(matches!(
            requested.queued,
            Some(Queued::Waiting(ContactType::Email))
        ));
    }

    #[test]
    fn a_token_is_kept_only_with_a_live_pre_auth_session() {
        let at = |age| Session {
            last_seen_at: start() - age,
            ..pre_auth()
        };
        let open = Otp {
            contact: contact("other@example.com"),
            ..otp()
        };
        for (session, keeps) in [
            (Some(at(PRE_AUTH_LIFETIME - MILLISECOND)), true),
            (Some(at(PRE_AUTH_LIFETIME)), false),
            (Some(signed_in(1)), false),
            (None, false),
        ] {
            let facts = RequestFacts {
                session,
                otps: vec![open.clone()],
                ..facts(&request(), &policy())
            };
            let decision = decide(&request(), &policy(), facts);
            assert_eq!(issued(&decision).browser, if keeps { BROWSER } else { NEW });
            assert_eq!(names(&decision.changes).contains(&"revoke_otp"), keeps);
            assert_eq!(decision.answer.expect("an OTP").keeps_token, keeps);
        }
    }

    #[test]
    fn an_unknown_contact_takes_the_same_steps_as_a_known_one() {
        let known = decide(&request(), &policy(), facts(&request(), &policy()));
        let unknown = RequestFacts {
            customer: None,
            ..facts(&request(), &policy())
        };
        let unknown = decide(&request(), &policy(), unknown);
        assert_eq!(names(&unknown.changes), names(&known.changes));
        assert_eq!((consumed(&unknown.changes), unknown.events.len()), (5, 0));
        let owned = NewOtp {
            otp: Otp {
                customer_id: Some(CustomerId(1)),
                ..issued(&unknown).otp
            },
            ..issued(&unknown)
        };
        assert_eq!(format!("{owned:?}"), format!("{:?}", issued(&known)));
    }

    #[test]
    fn where_it_is_told_an_unknown_contact_counts_as_ill_formed_input() {
        let unknown = |usage| RequestFacts {
            customer: None,
            usage,
            ..facts(&request(), &revealing())
        };
        let rules = request().rules(&revealing());
        let decision = decide(
            &request(),
            &revealing(),
            unknown(full(&rules, start(), &[])),
        );
        assert_eq!(
            (names(&decision.changes).len(), consumed(&decision.changes)),
            (0, 2)
        );
        assert_eq!(decision.events, [SecurityEvent::UnknownContact]);
        assert_eq!(refusal(decision), RequestRefusal::UnknownContact);
        let decision = decide(
            &request(),
            &revealing(),
            unknown(full(&rules, start(), &[Limit::Network])),
        );
        assert!(is_limited_by(&decision, Limit::Network) && decision.changes.is_empty());
        assert_eq!(decision.events.len(), 2);
    }

    #[test]
    fn what_everybody_may_know_of_a_number_is_told_before_whether_it_is_known() {
        let spent = |customer| RequestFacts {
            customer,
            spent: ALL_SPENT,
            ..facts(&by_phone(), &revealing())
        };
        for customer in [Some(customer()), None] {
            let decision = decide(&by_phone(), &revealing(), spent(customer));
            assert!(decision.changes.is_empty());
            assert_eq!(
                decision.events,
                [SecurityEvent::SmsRefused(SmsRefusal::Paused)]
            );
            assert_eq!(refusal(decision), RequestRefusal::Sms(SmsRefusal::Paused));
        }
        let answers = |request: &CodeRequest, devices| {
            let facts = RequestFacts {
                devices,
                spent: ALL_SPENT,
                ..facts(request, &policy())
            };
            decide(request, &policy(), facts).answer.is_ok()
        };
        let known = CodeRequest {
            device: Some(DEVICE),
            ..by_phone()
        };
        assert!(answers(&known, vec![known_device(DEVICE)]) && !answers(&known, vec![]));
        assert!(answers(&request(), vec![]), "a mail");
    }

    #[test]
    fn an_earlier_otp_goes_on_or_holds_the_next_one_back() {
        #[derive(Debug, PartialEq, Eq)]
        enum Becomes {
            Resend,
            Cooldown(u32),
            Issue(u32),
        }
        let becomes = |earlier: Otp, after| {
            let request = CodeRequest {
                now: start() + after,
                ..request()
            };
            let facts = RequestFacts {
                otps: vec![earlier],
                ..facts(&request, &policy())
            };
            match request.decide(&policy(), &keys(), facts) {
                RequestPlan::Resend(resend) => {
                    assert_eq!(resend.otp.id, OtpId(1));
                    Becomes::Resend
                }
                RequestPlan::Decided(decision) => match decision.answer {
                    Err(RequestRefusal::Cooldown { seconds }) => Becomes::Cooldown(seconds),
                    _ => Becomes::Issue(issued(&decision).otp.messages),
                },
            }
        };
        let nobodys_key = Key::new([9; 32]).id().clone();
        let goes_on = [
            otp(),
            Otp {
                expires_at: start(),
                ..otp()
            },
            // Whoever requested it must not see that its owner has invalidated it.
            Otp {
                nonce: None,
                ..otp()
            },
            Otp {
                is_withheld: true,
                ..otp()
            },
        ];
        for earlier in goes_on {
            assert_eq!(
                becomes(earlier.clone(), SECOND),
                Becomes::Resend,
                "{earlier:?}"
            );
            assert_eq!(
                becomes(earlier.clone(), MINUTE * 14),
                Becomes::Resend,
                "{earlier:?}"
            );
        }
        let over = [
            Otp {
                attempts: 5,
                ..otp()
            },
            Otp {
                revoked_at: Some(start()),
                ..otp()
            },
            Otp {
                is_verified: true,
                ..otp()
            },
            Otp {
                customer_id: None,
                ..otp()
            },
            Otp {
                key_id: nobodys_key,
                ..otp()
            },
            Otp {
                nonce: None,
                known_browser: true,
                ..otp()
            },
            // It began on a known browser, which is none any more.
            Otp {
                device: Some(DEVICE),
                ..otp()
            },
        ];
        for earlier in over {
            assert_eq!(
                becomes(earlier.clone(), MINUTE - MILLISECOND),
                Becomes::Cooldown(1),
                "{earlier:?}"
            );
            assert_eq!(
                becomes(earlier.clone(), MINUTE),
                Becomes::Issue(2),
                "{earlier:?}"
            );
        }
        let second = Otp {
            messages: 2,
            attempts: 5,
            ..otp()
        };
        assert_eq!(becomes(second.clone(), MINUTE), Becomes::Cooldown(60));
        assert_eq!(becomes(second, MINUTE * 2), Becomes::Issue(3));
        assert_eq!(
            becomes(
                Otp {
                    contact: contact("other@example.com"),
                    ..otp()
                },
                SECOND
            ),
            Becomes::Issue(1)
        );
    }

    #[test]
    fn a_new_otp_revokes_what_its_browser_has_open() {
        let other = |otp| Otp {
            contact: contact("other@example.com"),
            ..otp
        };
        let otps = vec![
            other(Otp {
                id: OtpId(7),
                attempts: 5,
                ..otp()
            }),
            other(Otp {
                id: OtpId(8),
                is_verified: true,
                ..otp()
            }),
            other(Otp {
                id: OtpId(9),
                revoked_at: Some(start()),
                ..otp()
            }),
        ];
        let decision = decide(
            &request(),
            &policy(),
            RequestFacts {
                otps,
                ..facts(&request(), &policy())
            },
        );
        assert_eq!(
            names(&decision.changes)[..3],
            ["revoke_otp", "revoked", "insert_otp"]
        );
        assert_eq!(records(&decision.changes)[0].otp, Some(OtpId(7)));
    }

    #[test]
    fn a_message_beyond_the_limit_of_its_contact_is_withheld_and_nobody_sees_it() {
        let lease = Lease {
            owner: super::super::WorkerId(1),
            until: start() + SECOND,
        };
        let request = CodeRequest {
            lease: Some(lease),
            ..request()
        };
        let decision = with_full(&request, &policy(), &[Limit::Contact]);
        assert_eq!(
            names(&decision.changes),
            ["insert_otp", "queue_message", "requested", "save_pre_auth"]
        );
        // The codes of the browser and the messages of both networks: it reaches neither its
        // contact nor anybody.
        assert_eq!(consumed(&decision.changes), 3);
        assert!(issued(&decision).otp.is_withheld);
        let message = message(&decision.changes).expect("a message");
        assert_eq!(
            (message.state, message.lease),
            (DeliveryState::Failed(FailureReason::Withheld), None)
        );
        assert_eq!(limits_told(&decision.events), [Limit::Contact]);
        assert!(decision.answer.expect("an OTP").queued.is_none());
        let told = with_full(&request, &revealing(), &[Limit::Contact]);
        assert!(told.changes.is_empty() && is_limited_by(&told, Limit::Contact));
    }

    #[test]
    fn of_several_refusals_a_withheld_message_is_the_last_and_a_challenge_the_last_but_one() {
        for (full, told) in [
            (vec![Limit::Contact, Limit::NetworkSoft], Limit::NetworkSoft),
            (
                vec![Limit::Contact, Limit::NetworkSoft, Limit::Browser],
                Limit::Browser,
            ),
            (vec![Limit::NetworkSoft, Limit::Everybody], Limit::Everybody),
        ] {
            let decision = with_full(&request(), &policy(), &full);
            assert!(
                decision.changes.is_empty() && is_limited_by(&decision, told),
                "{full:?}"
            );
            assert_eq!(limits_told(&decision.events), [told]);
        }
    }

    #[test]
    fn a_claimed_message_is_passed_on_with_whom_it_is_for() {
        let lease = || {
            Some(Lease {
                owner: super::super::WorkerId(1),
                until: start() + SECOND,
            })
        };
        let passed_on =
            |request: CodeRequest, facts| match decide(&request, &policy(), facts).answer {
                Ok(CodeRequested {
                    queued: Some(Queued::Claimed(delivery)),
                    ..
                }) => delivery,
                other => unreachable!("{other:?}"),
            };
        let is_suppressed = |delivery: &Delivery| matches!(delivery.subject, DeliverySubject::Code { is_suppressed, .. } if is_suppressed);
        let stranger = CodeRequest {
            lease: lease(),
            ..request()
        };
        let suppressed = RequestFacts {
            is_suppressed: true,
            ..facts(&stranger, &policy())
        };
        let delivery = passed_on(stranger.clone(), suppressed.clone());
        assert_eq!(
            (delivery.id, delivery.tries, delivery.asked_at),
            (MessageId(3), 1, start())
        );
        assert!(delivery.customer.is_some() && is_suppressed(&delivery));
        let nobody = passed_on(
            stranger,
            RequestFacts {
                customer: None,
                ..suppressed.clone()
            },
        );
        assert!(nobody.customer.is_none());
        let known = CodeRequest {
            lease: lease(),
            device: Some(DEVICE),
            ..request()
        };
        let known_facts = RequestFacts {
            devices: vec![known_device(DEVICE)],
            is_suppressed: true,
            ..facts(&known, &policy())
        };
        assert!(!is_suppressed(&passed_on(known, known_facts)));
    }

    #[test]
    fn a_browser_is_known_with_its_customer_its_key_and_unspent_guesses() {
        let request = CodeRequest {
            device: Some(DEVICE),
            now: start() + DEVICE_LIFETIME - MILLISECOND,
            ..request()
        };
        let session = Session {
            last_seen_at: request.now,
            ..pre_auth()
        };
        let device = |known: KnownDevice, request: &CodeRequest, limits: &[Limit]| {
            let usage = full(&request.rules(&policy()), request.now, limits);
            let session = Some(session.clone());
            let facts = RequestFacts {
                devices: vec![known],
                session,
                usage,
                ..facts(request, &policy())
            };
            let decision = decide(request, &policy(), facts);
            let otp = issued(&decision).otp;
            assert_eq!(otp.known_browser, otp.device.is_some());
            otp.device
        };
        let known = || known_device(DEVICE);
        assert_eq!(device(known(), &request, &[]), Some(DEVICE));
        assert_eq!(
            device(
                known(),
                &request,
                &[Limit::Network, Limit::Contact, Limit::Everybody]
            ),
            Some(DEVICE)
        );
        assert_eq!(
            device(known(), &request, &[Limit::Device]),
            None,
            "somebody has been guessing there"
        );
        assert_eq!(
            device(
                KnownDevice {
                    customer: CustomerId(2),
                    ..known()
                },
                &request,
                &[]
            ),
            None
        );
        assert_eq!(
            device(
                KnownDevice {
                    key_id: None,
                    ..known()
                },
                &request,
                &[]
            ),
            None
        );
        let later = CodeRequest {
            now: start() + DEVICE_LIFETIME,
            ..request.clone()
        };
        assert_eq!(device(known(), &later, &[]), None);
        let change = CodeRequest {
            device: Some(DEVICE),
            ..new_contact()
        };
        assert_eq!(
            device(known(), &change, &[]),
            None,
            "a contact that is to be theirs is nobody's yet"
        );
    }

    #[test]
    fn spent_guesses_make_letters_and_the_breaker_trips_once() {
        let decision = |is_full: IsFull<'_>| {
            let rules = request().rules(&policy());
            let used = |rule: &Rule| if is_full(rule) { rule.window.limit } else { 0 };
            let usage = usage(&rules, start(), used);
            decide(
                &request(),
                &policy(),
                RequestFacts {
                    usage,
                    ..facts(&request(), &policy())
                },
            )
        };
        let of_contact = |rule: &Rule| {
            rule.limit == Limit::Contact && rule.consequence == super::super::Consequence::Escalate
        };
        let of_all =
            |rule: &Rule| rule.subject == Breaker::subject() && rule.window.span < Breaker::SPAN;
        let tripped = |rule: &Rule| rule.subject == Breaker::tripped().subject;
        let cases: [(IsFull<'_>, CodeFormat, bool); 5] = [
            (&|_| false, CodeFormat::Digits(6), false),
            (&of_contact, CodeFormat::Letters, false),
            (&of_all, CodeFormat::Letters, true),
            (
                &|rule: &Rule| of_all(rule) || tripped(rule),
                CodeFormat::Letters,
                false,
            ),
            (&tripped, CodeFormat::Letters, false),
        ];
        for (is_full, format, trips) in cases {
            let decision = decision(is_full);
            assert_eq!(issued(&decision).otp.format, format);
            assert_eq!(
                decision.events.contains(&SecurityEvent::BreakerTripped),
                trips
            );
            assert_eq!(consumed(&decision.changes), 5 + usize::from(trips));
        }
    }

    #[test]
    fn a_contact_to_have_counts_whatever_becomes_of_the_request() {
        let ask = |otps: Vec<Otp>, limits: &[Limit]| {
            let request = new_contact();
            let usage = full(&request.rules(&policy()), request.now, limits);
            decide(
                &request,
                &policy(),
                RequestFacts {
                    otps,
                    usage,
                    ..facts(&request, &policy())
                },
            )
        };
        let counted = Some(Consumption::of(
            &policy().limits.new_contact(CustomerId(1)),
            None,
            start(),
        ));
        let counts = |decision: &Decision<RequestAnswer>| {
            consumptions(&decision.changes)
                .into_iter()
                .any(|consumption| Some(consumption) == counted)
        };
        assert!(counts(&ask(vec![], &[])));
        assert!(
            counts(&ask(vec![], &[Limit::Network])),
            "a limit refuses its message"
        );
        let used_up = Otp {
            contact: contact("new@example.com"),
            attempts: 5,
            ..otp()
        };
        let waits = ask(vec![used_up], &[]);
        assert!(
            counts(&waits) && matches!(waits.answer, Err(RequestRefusal::Cooldown { seconds: 60 }))
        );
        let other = ask(vec![otp()], &[]);
        assert!(
            !counts(&other)
                && matches!(other.answer, Err(RequestRefusal::Cooldown { seconds: 60 })),
            "too fast"
        );
        let request = new_contact();
        let rule = policy().limits.new_contact(CustomerId(1));
        let sixth = usage(&request.rules(&policy()), start(), |other| {
            if other.subject == rule.subject { 5 } else { 0 }
        });
        let sixth = decide(
            &request,
            &policy(),
            RequestFacts {
                usage: sixth,
                ..facts(&request, &policy())
            },
        );
        assert!(is_limited_by(&sixth, Limit::Browser) && sixth.changes.is_empty());
    }

    #[test]
    fn a_contact_that_somebody_has_gets_an_otp_of_nobody() {
        for (is_taken, owner) in [(false, Some(CustomerId(1))), (true, None)] {
            let facts = RequestFacts {
                is_taken,
                ..facts(&new_contact(), &policy())
            };
            let decision = decide(&new_contact(), &policy(), facts);
            assert_eq!(issued(&decision).otp.customer_id, owner);
            assert_eq!(
                names(&decision.changes),
                ["insert_otp", "queue_message", "requested"]
            );
        }
    }

    #[test]
    fn the_command_line_has_no_limits_revokes_nothing_and_keeps_no_pre_auth_session() {
        let request = command_line();
        assert!(request.rules(&policy()).is_empty());
        let facts = RequestFacts {
            session: None,
            usage: Usage::default(),
            spent: ALL_SPENT,
            ..facts(&request, &policy())
        };
        let decision = decide(&request, &policy(), facts);
        assert_eq!(
            names(&decision.changes),
            ["insert_otp", "queue_message", "requested"]
        );
        assert_eq!(consumed(&decision.changes), 0);
        let NewOtp { otp, browser, .. } = issued(&decision);
        assert!(
            otp.known_browser
                && browser == TokenDigest::COMMAND_LINE
                && otp.format == CodeFormat::Digits(6)
        );
    }

    #[test]
    fn an_otp_that_goes_on_keeps_the_sign_in_alive_unless_a_limit_refuses() {
        let exceeded = LimitExceeded {
            limit: Limit::Browser,
            consequence: super::super::Consequence::Refuse,
            until: start(),
        };
        for (answer, wait) in [
            (
                Ok(CodeResent {
                    is_next_code: false,
                    queued: None,
                }),
                Some(None),
            ),
            (Err(ResendRefusal::Cooldown { seconds: 7 }), Some(Some(7))),
            (Err(ResendRefusal::Exhausted), Some(None)),
            (Err(ResendRefusal::Limited(exceeded)), None),
        ] {
            let decision = request().resent(&policy(), Decision::unchanged(answer), OtpId(1));
            assert_eq!(
                names(&decision.changes),
                if wait.is_some() {
                    vec!["save_pre_auth"]
                } else {
                    vec![]
                }
            );
            assert_eq!(decision.answer.ok().map(|requested| requested.wait), wait);
        }
    }
}
