//! Requests for a code.

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
    limits::{
        Admission, Breaker, Consumption, LimitExceeded, MessageRequest, Rule, Solution, Usage,
    },
    network::Network,
    next_path::NextPath,
    otp::{Otp, OtpState},
    purpose::Purpose,
    resend_code::{CodeResend, ResendRefusal, ResendResult},
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
    /// The purpose of the code.
    pub purpose: Purpose,
    /// The requested contact, in canonical form.
    pub contact: Contact,
    /// The input of the request form, which a sign-in stores for its next pages.
    pub typed: Option<TypedContact>,
    /// The token that the browser presented, bound to the purpose.
    pub browser: Option<TokenDigest>,
    /// The token for the browser if the presented one does not belong to a sign-in in progress. The
    /// server never adopts a token that it did not issue (OWASP ASVS 5.0, 7.2.4).
    pub new_browser: TokenDigest,
    /// The signed-in customer, if the code is for one.
    pub customer: Option<CustomerId>,
    /// The device token of the browser.
    pub device: Option<TokenDigest>,
    /// The network of the browser.
    pub network: Network,
    /// The captcha solution in the request, already verified.
    pub solution: Option<Solution>,
    /// The nonce that the code is derived from.
    pub nonce: [u8; 16],
    /// The id of the key that the code is derived with.
    pub key_id: KeyId,
    /// The unique part of the `Message-ID`.
    pub message_id: String,
    /// The lease of this process on the message, if it can send the message at once.
    pub lease: Option<Lease>,
    /// The origin of the request, as the history records it.
    pub origin: Origin,
    /// The time of the request.
    pub now: Timestamp,
}

/// The input of the request form.
#[derive(Clone, Debug)]
pub struct TypedContact {
    /// The kind of contact.
    pub contact_type: ContactType,
    /// The contact as it was typed.
    pub contact_value: String,
    /// The path on this site that the customer came from.
    pub next: Option<NextPath>,
}

/// The stored facts that a request is decided on.
#[derive(Clone, Debug)]
pub struct RequestFacts {
    /// The session of the token that the browser presented.
    pub session: Option<Session>,
    /// The customer who has the contact, if they may sign in. If a customer is signed in, that
    /// customer.
    pub customer: Option<Customer>,
    /// Whether any customer has the contact, disabled customers included.
    pub is_taken: bool,
    /// The customers who have signed in on the browser.
    pub devices: Vec<KnownDevice>,
    /// The OTPs of the presented token, newest first.
    pub otps: Vec<Otp>,
    /// Whether codes to the contact are suppressed for unknown devices.
    pub is_suppressed: bool,
    /// The money spent on text messages so far, per day and month.
    pub spent: SmsSpent,
    /// The usage of the windows of [`CodeRequest::rules`].
    pub usage: Usage,
    /// The id of the next OTP.
    pub next_otp: OtpId,
    /// The id of the next message.
    pub next_message: MessageId,
}

/// The result of an accepted request.
#[derive(Clone, Debug)]
pub struct CodeRequested {
    /// The id of the OTP.
    pub otp: OtpId,
    /// Whether the browser keeps the token that it presented.
    pub keeps_token: bool,
    /// The seconds until another message can be sent. Set if nothing was sent because a message was
    /// sent moments ago.
    pub wait: Option<u32>,
    /// The queued message, if any.
    pub queued: Option<Queued>,
}

/// The reason why no code was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestRefusal {
    /// No customer has the contact, and the settings allow revealing this.
    #[error("no customer has the contact")]
    UnknownContact,
    /// The earlier OTP of this browser can no longer be used, and the cooldown before the next one
    /// is running.
    #[error("the cooldown has {seconds} s left")]
    Cooldown {
        /// Seconds left, at least 1.
        seconds: u32,
    },
    /// A limit is exceeded.
    #[error("a limit is exceeded: {:?}", .0.limit)]
    Limited(LimitExceeded),
    /// No text message may be sent to the number, whoever has it.
    #[error("no text message goes to the number: {0:?}")]
    Sms(SmsRefusal),
}

/// The answer to a request for a code.
pub type RequestResult = Result<CodeRequested, RequestRefusal>;

/// The next step for a request.
pub enum RequestPlan {
    /// The request is decided.
    Decided(Decision<RequestResult>),
    /// An earlier OTP continues. Its message may be sent again, subject to limits of its own.
    Resend(Box<CodeResend>),
}

impl CodeRequest {
    /// Returns every rule that the decision may check.
    #[must_use]
    pub fn rules(&self, policy: &Policy) -> Vec<Rule> {
        if self.is_command_line() {
            return vec![];
        }
        let limits = &policy.limits;
        let mut rules = limits.message(&self.message_request(policy, self.new_browser, None));
        rules.extend(self.browser.map(|browser| limits.new_code(browser)));
        rules.extend(limits.digits_for_unknown_devices(&self.contact, 0));
        rules.push(Breaker::mean());
        rules.extend(limits.invalid_input(self.network));
        rules.extend(self.new_contact_rule(policy));
        if let Some(device) = self.device {
            rules.extend(limits.known_device(device, &self.contact));
            rules.extend(limits.message(&self.message_request(
                policy,
                self.new_browser,
                Some(device),
            )));
            rules.extend(limits.digits_on_device(device, &self.contact));
        }
        rules
    }

    /// Decides on the request. Known and unknown contacts take the same steps (OWASP ASVS 5.0,
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
            // Another request for the same contact continues with the same OTP, so that it does not
            // restore any attempts.
            Some(otp)
                if self.continues(otp, customer, keys)
                    && (otp.device.is_none() || device.is_some()) =>
            {
                RequestPlan::Resend(Box::new(self.resend(otp, &facts)))
            }
            // An exhausted or revoked OTP still delays the next one. Otherwise forgetting the
            // contact would restore attempts.
            Some(otp) if otp.seconds_to_resend(&policy.otp.cooldowns, self.now) > 0 => {
                let seconds = otp.seconds_to_resend(&policy.otp.cooldowns, self.now);
                RequestPlan::Decided(new_contact.and(Decision::unchanged(Err(
                    RequestRefusal::Cooldown { seconds },
                ))))
            }
            earlier => {
                let messages = earlier.map_or(1, |otp| otp.message_count + 1);
                RequestPlan::Decided(new_contact.and(self.issue(
                    policy,
                    &facts,
                    device,
                    (keeps_token, messages),
                )))
            }
        }
    }

    /// Returns the decision on a request whose OTP continues, given the decision on the resend.
    #[must_use]
    pub fn resent(
        &self,
        policy: &Policy,
        resent: Decision<ResendResult>,
        otp: OtpId,
    ) -> Decision<RequestResult> {
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
            // The OTP was exhausted meanwhile; the verify page says so.
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

    /// Checks whether anything forbids a message to the contact.
    fn check(
        &self,
        policy: &Policy,
        facts: &RequestFacts,
        device: Option<TokenDigest>,
    ) -> Result<(), Decision<RequestResult>> {
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
            let refused = count_invalid_input(
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

    /// Limits requests for new contacts. Different contacts share one cooldown, and there is a
    /// daily limit.
    fn check_new_contact(
        &self,
        policy: &Policy,
        facts: &RequestFacts,
    ) -> Result<(), Decision<RequestResult>> {
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

    /// Counts the new contact that a customer requests, whatever the outcome of the request.
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

    /// Returns the device token if the customer has signed in on the device and the device is
    /// within its limits. The same facts are loaded for an unknown contact, so that the response
    /// time reveals nothing.
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
                .first_exceeded(&policy.limits.known_device(device, &self.contact), self.now)
                .is_some()
        };
        (may_be && !is_guessed_on()).then_some(device)
    }

    /// Returns the customer of the code. If a customer requests a new contact that is already
    /// taken, the OTP belongs to nobody and no code is sent.
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

    /// Whether an earlier OTP of the browser can continue: it is not used up, it is for the same
    /// customer, and its key is in the keyring.
    fn continues(&self, otp: &Otp, customer: Option<CustomerId>, keys: &Keyring) -> bool {
        // Only a known device may learn that the owner of the contact has invalidated the OTP.
        let is_invalidated = otp.nonce.is_none() && otp.is_known_device;
        !is_invalidated
            && matches!(otp.state(self.now), OtpState::Live | OtpState::Expired)
            && otp.customer_id == customer
            && keys.find(&otp.key_id).is_some()
    }

    fn resend(&self, otp: &Otp, facts: &RequestFacts) -> CodeResend {
        CodeResend {
            otp: otp.clone(),
            // The request saves the pre-auth session itself.
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

    /// Issues an OTP if the limits allow it.
    fn issue(
        &self,
        policy: &Policy,
        facts: &RequestFacts,
        device: Option<TokenDigest>,
        (keeps_token, messages): (bool, u32),
    ) -> Decision<RequestResult> {
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
            policy
                .limits
                .message(&self.message_request(policy, browser, device))
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
            last_requested_at: self.now,
            message_count: messages,
            verified_at: None,
            replays: 0,
            revoked_at: None,
            channel: self.contact.kind(),
            is_known_device: device.is_some()
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

    fn message_request(
        &self,
        policy: &Policy,
        browser: TokenDigest,
        device: Option<TokenDigest>,
    ) -> MessageRequest<'_> {
        MessageRequest {
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

/// Counts an invalid input towards the limits of the network. Returns `refusal`, or the limit if it
/// is exceeded.
fn count_invalid_input<T>(
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
        ClaimedMessage, DeliveryState, DeliverySubject, FailureReason, Key, Limit,
        fixtures::{
            ALL_SPENT, BROWSER, DEVICE, MILLISECOND, MINUTE, NEW, SECOND, consumed, consumptions,
            contact, customer, email, full, key_id, keys, known_device, limited as reported_limits,
            message, names, otp, phone, policy, pre_auth, records, revealing, signed_in, start,
            usage,
        },
        policy::{DEVICE_LIFETIME, PRE_AUTH_LIFETIME},
        resend_code::CodeResent,
    };

    /// Whether the window of a rule is full.
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

    /// A request of a signed-in customer for a new contact.
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
    ) -> Decision<RequestResult> {
        match request.decide(policy, &keys(), facts) {
            RequestPlan::Decided(decision) => decision,
            RequestPlan::Resend(resend) => unreachable!("{resend:?}"),
        }
    }

    /// Decides a request while the windows of these limits are full.
    fn with_full(
        request: &CodeRequest,
        policy: &Policy,
        limits: &[Limit],
    ) -> Decision<RequestResult> {
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

    fn issued(decision: &Decision<RequestResult>) -> NewOtp {
        let inserted = decision.changes.iter().find_map(|change| match change {
            Change::InsertOtp(otp) => Some((**otp).clone()),
            _ => None,
        });
        inserted.expect("an OTP")
    }

    fn refusal(decision: Decision<RequestResult>) -> RequestRefusal {
        decision.answer.expect_err("a refusal")
    }

    fn is_limited_by(decision: &Decision<RequestResult>, limit: Limit) -> bool {
        matches!(decision.answer, Err(RequestRefusal::Limited(exceeded)) if exceeded.limit == limit)
    }

    #[test]
    fn one_decision_covers_code_message_limits_history_and_pre_auth_session() {
        let decision = decide(&request(), &policy(), facts(&request(), &policy()));
        assert_eq!(
            names(&decision.changes),
            ["insert_otp", "queue_message", "requested", "save_pre_auth"]
        );
        // It counts for the codes of the browser and for the messages of both networks, of the
        // contact and of all contacts.
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
            (otp.expires_at, otp.generation, otp.message_count),
            (start() + MINUTE * 5, 1, 1)
        );
        assert!(otp.is_usable() && !otp.is_known_device && otp.device.is_none());
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
    fn a_revealed_unknown_contact_counts_as_invalid_input() {
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
    fn sms_refusals_precede_the_check_for_unknown_contacts() {
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
                [SecurityEvent::SmsRefused(SmsRefusal::BudgetSpent)]
            );
            assert_eq!(
                refusal(decision),
                RequestRefusal::Sms(SmsRefusal::BudgetSpent)
            );
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
    #[expect(clippy::too_many_lines, reason = "a table of cases")]
    fn an_earlier_otp_continues_or_delays_the_next_one() {
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
                    _ => Becomes::Issue(issued(&decision).otp.message_count),
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
            // The requester must not see that the owner has invalidated it.
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
                is_known_device: true,
                ..otp()
            },
            // It was requested on a known device that is no longer known.
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
            message_count: 2,
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
    fn a_new_otp_revokes_the_open_otps_of_its_browser() {
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
    fn a_message_beyond_the_contact_limit_is_withheld_silently() {
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
        // It counts for the codes of the browser and for the messages of both networks. A withheld
        // message does not count towards the limits of its contact or global limits.
        assert_eq!(consumed(&decision.changes), 3);
        assert!(issued(&decision).otp.is_withheld);
        let message = message(&decision.changes).expect("a message");
        assert_eq!(
            (message.state, message.lease),
            (DeliveryState::Failed(FailureReason::Withheld), None)
        );
        assert_eq!(reported_limits(&decision.events), [Limit::Contact]);
        assert!(decision.answer.expect("an OTP").queued.is_none());
        let refused = with_full(&request, &revealing(), &[Limit::Contact]);
        assert!(refused.changes.is_empty() && is_limited_by(&refused, Limit::Contact));
    }

    #[test]
    fn refusals_precede_the_captcha_limit_and_the_captcha_limit_precedes_withholding() {
        for (full, expected) in [
            (
                vec![Limit::Contact, Limit::NetworkCaptcha],
                Limit::NetworkCaptcha,
            ),
            (
                vec![Limit::Contact, Limit::NetworkCaptcha, Limit::Browser],
                Limit::Browser,
            ),
            (vec![Limit::NetworkCaptcha, Limit::Global], Limit::Global),
        ] {
            let decision = with_full(&request(), &policy(), &full);
            assert!(
                decision.changes.is_empty() && is_limited_by(&decision, expected),
                "{full:?}"
            );
            assert_eq!(reported_limits(&decision.events), [expected]);
        }
    }

    #[test]
    fn a_claimed_message_includes_its_customer_and_suppression() {
        let lease = || {
            Some(Lease {
                owner: super::super::WorkerId(1),
                until: start() + SECOND,
            })
        };
        let passed_on =
            |request: CodeRequest, facts| match decide(&request, &policy(), facts).answer {
                Ok(CodeRequested {
                    queued: Some(Queued::Claimed(claimed)),
                    ..
                }) => claimed,
                other => unreachable!("{other:?}"),
            };
        let is_suppressed = |claimed: &ClaimedMessage| matches!(claimed.subject, DeliverySubject::Code { is_suppressed, .. } if is_suppressed);
        let unknown_device = CodeRequest {
            lease: lease(),
            ..request()
        };
        let suppressed = RequestFacts {
            is_suppressed: true,
            ..facts(&unknown_device, &policy())
        };
        let claimed = passed_on(unknown_device.clone(), suppressed.clone());
        assert_eq!(
            (claimed.id, claimed.attempts, claimed.requested_at),
            (MessageId(3), 1, start())
        );
        assert!(claimed.customer.is_some() && is_suppressed(&claimed));
        let ownerless = passed_on(
            unknown_device,
            RequestFacts {
                customer: None,
                ..suppressed.clone()
            },
        );
        assert!(ownerless.customer.is_none());
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
    fn a_device_is_known_for_its_customer_with_its_key_and_within_its_limits() {
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
            assert_eq!(otp.is_known_device, otp.device.is_some());
            otp.device
        };
        let known = || known_device(DEVICE);
        assert_eq!(device(known(), &request, &[]), Some(DEVICE));
        assert_eq!(
            device(
                known(),
                &request,
                &[Limit::Network, Limit::Contact, Limit::Global]
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
            "a contact that is being changed does not belong to the customer yet"
        );
    }

    #[test]
    fn exceeded_guess_limits_switch_to_letters_and_trip_the_breaker_once() {
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
    fn a_new_contact_counts_even_if_its_message_is_refused() {
        let decide_with = |otps: Vec<Otp>, limits: &[Limit]| {
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
        let counts = |decision: &Decision<RequestResult>| {
            consumptions(&decision.changes)
                .into_iter()
                .any(|consumption| Some(consumption) == counted)
        };
        assert!(counts(&decide_with(vec![], &[])));
        assert!(
            counts(&decide_with(vec![], &[Limit::Network])),
            "a limit refuses its message"
        );
        let used_up = Otp {
            contact: contact("new@example.com"),
            attempts: 5,
            ..otp()
        };
        let waits = decide_with(vec![used_up], &[]);
        assert!(
            counts(&waits) && matches!(waits.answer, Err(RequestRefusal::Cooldown { seconds: 60 }))
        );
        let other = decide_with(vec![otp()], &[]);
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
    fn a_taken_contact_gets_an_otp_without_a_customer() {
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
    fn command_line_requests_skip_limits_revocation_and_pre_auth_sessions() {
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
            otp.is_known_device
                && browser == TokenDigest::COMMAND_LINE
                && otp.format == CodeFormat::Digits(6)
        );
    }

    #[test]
    fn a_continued_otp_renews_the_pre_auth_session_unless_a_limit_refuses() {
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
