//! One attempt to send a message.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};

use super::Sender;
use crate::{
    server::{
        domain::{
            ClaimedMessage, Code, Contact, Customer, DeliverySubject, FailureReason, NotMeToken,
            Otp, PhoneNumber, Purpose, RetryCause, SecurityEvent, SmsRefusal, UndoToken,
            limits::{texts_to_range, texts_used_in_range},
            send::{AttemptResult, Expense, after_deferral, after_unknown_outcome, retry_at},
        },
        ports::{
            SendError, StoreResult,
            messenger::{Content, HandoverSignal, Message},
        },
        telemetry::{log_failure, record_security_event},
    },
    shared::ContactType,
};

impl Sender {
    /// Attempts to send a message. `handover` is raised when its content is handed over. If
    /// `give_up` resolves first, the result puts the message back into the outbox, unless a
    /// transport may have it.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
    pub async fn attempt(
        &self,
        claimed: &ClaimedMessage,
        handover: &HandoverSignal,
        give_up: impl Future<Output = ()>,
    ) -> StoreResult<AttemptResult> {
        tokio::select! {
            result = self.send(claimed, handover) => result,
            () = give_up => Ok(self.given_up(claimed, handover)),
        }
    }

    /// Like [`Self::attempt`], for a message that has waited since it was claimed. The message is
    /// loaded again, because its owner may have reported "this was not me" in the meantime. Returns
    /// `None` if the message was deleted or claimed again: then there is nothing to send and
    /// nothing to record.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
    pub async fn attempt_after_wait(
        &self,
        claimed: &ClaimedMessage,
        handover: &HandoverSignal,
        give_up: impl Future<Output = ()>,
    ) -> StoreResult<Option<AttemptResult>> {
        let now = self.now();
        match self
            .outbox
            .renew_claim(claimed, self.queue.lease(now), now)
            .await?
        {
            Some(renewed) => self.attempt(&renewed, handover, give_up).await.map(Some),
            None => Ok(None),
        }
    }

    fn given_up(&self, claimed: &ClaimedMessage, handover: &HandoverSignal) -> AttemptResult {
        if handover.is_raised() {
            return outcome_unknown(claimed, "the process stops", None, Some(self.now()));
        }
        AttemptResult::RetryAt {
            at: self.now(),
            cause: RetryCause::Transport {
                has_retry_after: false,
            },
        }
    }

    async fn send(
        &self,
        claimed: &ClaimedMessage,
        handover: &HandoverSignal,
    ) -> StoreResult<AttemptResult> {
        if !claimed.may_be_sent() {
            let cause = "the process that sent it died";
            return Ok(unconfirmed(claimed, cause, None));
        }
        // This comes before anything that depends on whether there is a customer. Everybody can see
        // the budget, so it must not reveal who has a contact.
        if let Some(reason) = self.refusal(claimed).await? {
            return Ok(failed(claimed, reason, "refused"));
        }
        let message = match self.message(claimed, handover) {
            Ok(message) => message,
            Err(reason) => return Ok(failed(claimed, reason, "no message")),
        };
        let unknown_device_number = unknown_device_number(claimed, &message);
        if let Some(number) = unknown_device_number
            && self.is_sms_pumping(number).await?
        {
            record_security_event(SecurityEvent::SmsPumping);
            return Ok(failed(
                claimed,
                FailureReason::Withheld,
                "SMS pumping is suspected",
            ));
        }
        // A message that makes a library panic is a failure like any other and must not end the
        // worker.
        let sent = AssertUnwindSafe(self.messenger.send(&message))
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Err(panicked(handover)));
        if let Some(number) = unknown_device_number
            && matches!(sent, Ok(_) | Err(SendError::OutcomeUnknown { .. }))
        {
            self.count_text(number).await;
        }
        Ok(match sent {
            Ok(accepted) => {
                count(claimed.channel, "sent");
                let (outbox_id, transport, attempts) =
                    (claimed.id.0, &accepted.transport, claimed.attempts);
                tracing::info!(outbox_id, to = %message.to, transport, attempts, "message sent");
                AttemptResult::Sent(accepted)
            }
            Err(error) => self.result_of(claimed, error),
        })
    }

    /// Returns the result of an attempt that no transport is known to have accepted.
    fn result_of(&self, claimed: &ClaimedMessage, error: SendError) -> AttemptResult {
        match error {
            SendError::Permanent { cause, reason } => failed(claimed, reason, &cause),
            SendError::Transient { cause, retry_after } => self.retry(claimed, &cause, retry_after),
            SendError::Deferred { cause, deferral } => {
                let result = after_deferral(claimed, deferral, self.now());
                match &result {
                    AttemptResult::Failed(reason) => failed(claimed, *reason, &cause),
                    _ => waiting(claimed, result, &cause),
                }
            }
            SendError::OutcomeUnknown { cause, transport } => {
                let at = retry_at(claimed, None, self.now());
                outcome_unknown(claimed, &cause, transport, at)
            }
        }
    }

    /// Counts a text message to a range of numbers. A failure is only logged: the gateway has the
    /// message, and failing now would send it again.
    async fn count_text(&self, number: &PhoneNumber) {
        if let Err(error) = self
            .limits
            .consume(vec![texts_to_range(number)], self.now())
            .await
        {
            log_failure("a text message was not counted", &error);
        }
    }

    /// Builds the message, or returns the reason why there is none to send.
    fn message(
        &self,
        claimed: &ClaimedMessage,
        handover: &HandoverSignal,
    ) -> Result<Message, FailureReason> {
        let customer = claimed
            .customer
            .as_ref()
            .ok_or(FailureReason::UnknownContact)?;
        if self.now() >= claimed.expires_at {
            return Err(FailureReason::Expired);
        }
        let (to, content) = match &claimed.subject {
            DeliverySubject::Code { otp, .. } => (
                otp.recipient(customer, claimed.channel),
                self.code_content(claimed)?,
            ),
            DeliverySubject::NewSignIn => (customer.contact(claimed.channel), Content::NewSignIn),
            DeliverySubject::ContactChanged {
                to,
                changed,
                change,
            } => {
                let new = customer
                    .contact(*changed)
                    .ok_or(FailureReason::UnknownContact)?;
                let undo = change.and_then(|change| UndoToken::of(change, customer.id, &self.keys));
                (
                    Some(to.clone()),
                    Content::ContactChanged {
                        new,
                        undo: undo.map(|token| token.text()),
                    },
                )
            }
        };
        let to = to.ok_or(FailureReason::UnknownContact)?;
        Ok(Message {
            to,
            customer_name: customer_name(claimed, customer),
            content,
            requested_at: claimed.requested_at,
            origin: claimed.origin.clone(),
            message_id: claimed.message_id.clone(),
            handover: handover.clone(),
        })
    }

    fn code_content(&self, claimed: &ClaimedMessage) -> Result<Content, FailureReason> {
        let DeliverySubject::Code {
            otp,
            generation,
            is_suppressed,
        } = &claimed.subject
        else {
            return Err(FailureReason::Other);
        };
        if *is_suppressed {
            return Err(FailureReason::Suppressed);
        }
        if !(otp.is_valid(self.now()) && otp.is_alive(*generation, self.now())) {
            return Err(FailureReason::Expired);
        }
        let code = otp
            .code(*generation, &self.keys)
            .ok_or(FailureReason::Expired)?;
        let not_me = NotMeToken::of(otp, &self.keys).map(|token| token.text());
        Ok(Content::Code {
            code,
            purpose: otp.purpose,
            minutes: minutes(claimed),
            not_me,
        })
    }

    /// Returns the reason why a text message must not be sent. The request already checked the
    /// contact that was typed. This check covers the number that the message really goes to, and is
    /// exact to the cent.
    async fn refusal(&self, claimed: &ClaimedMessage) -> StoreResult<Option<FailureReason>> {
        let Some(number) = number(claimed) else {
            return Ok(None);
        };
        let refusal = match self.policy.sms.refusal(&number) {
            Some(refusal) => Some(refusal),
            None if self.reserve_cost(claimed, &number).await? => None,
            None => Some(SmsRefusal::BudgetSpent),
        };
        if let Some(refusal) = refusal {
            record_security_event(SecurityEvent::SmsRefused(refusal));
        }
        Ok(refusal.map(FailureReason::from))
    }

    /// Reserves the cost of an attempt. Returns `false` if this would exceed the budget.
    async fn reserve_cost(
        &self,
        claimed: &ClaimedMessage,
        number: &PhoneNumber,
    ) -> StoreResult<bool> {
        let message = match &claimed.subject {
            DeliverySubject::Code { otp, .. } => Some(sample(claimed, otp, number)),
            _ => self.message(claimed, &HandoverSignal::default()).ok(),
        };
        let segments = message.and_then(|message| self.messenger.segments(&message).ok());
        let expense = Expense {
            message: claimed.id,
            price: self.policy.sms.price(number, segments.unwrap_or(1)),
            budget: claimed
                .subject
                .counts_for_budget()
                .then_some(self.policy.sms.budget),
            now: self.now(),
        };
        let is_reserved = self.outbox.spend(expense).await?;
        self.sms_level.invalidate();
        Ok(is_reserved)
    }

    fn retry(
        &self,
        claimed: &ClaimedMessage,
        cause: &str,
        retry_after: Option<SignedDuration>,
    ) -> AttemptResult {
        self.queue.set_degraded(claimed.channel, true);
        let Some(at) = retry_at(claimed, retry_after, self.now()) else {
            return failed(claimed, FailureReason::Expired, cause);
        };
        let retry_cause = RetryCause::Transport {
            has_retry_after: retry_after.is_some(),
        };
        let result = AttemptResult::RetryAt {
            at,
            cause: retry_cause,
        };
        waiting(claimed, result, cause)
    }

    /// Whether many text messages to the range of this number are requested but hardly any are
    /// used.
    async fn is_sms_pumping(&self, number: &PhoneNumber) -> StoreResult<bool> {
        let rules = [texts_to_range(number), texts_used_in_range(number)];
        let usage = self.limits.usage(&rules, self.now()).await?;
        let [sent, used] = rules.map(|rule| usage.used(rule.subject, rule.window.span));
        Ok(self.policy.limits.is_sms_pumping(sent, used))
    }
}

/// Returns the customer's name for the message. A contact that a customer wants to add may belong
/// to somebody else, who must learn nothing about the customer.
fn customer_name(claimed: &ClaimedMessage, customer: &Customer) -> String {
    match &claimed.subject {
        DeliverySubject::Code { otp, .. } if otp.purpose == Purpose::ChangeContact => String::new(),
        _ => customer.name.clone(),
    }
}

/// Returns the recipient of a text message with a code that an unknown device requested.
fn unknown_device_number<'a>(
    claimed: &ClaimedMessage,
    message: &'a Message,
) -> Option<&'a PhoneNumber> {
    match &claimed.subject {
        DeliverySubject::Code { otp, .. } if !otp.is_known_device => message.to.phone(),
        _ => None,
    }
}

/// Builds the message that the price is based on. It is the same whether or not there is a
/// customer, so that both cost the same.
fn sample(claimed: &ClaimedMessage, otp: &Otp, number: &PhoneNumber) -> Message {
    let code = Code::sample(otp.format);
    Message {
        to: Contact::Phone(number.clone()),
        customer_name: String::new(),
        content: Content::Code {
            code,
            purpose: otp.purpose,
            minutes: minutes(claimed),
            not_me: None,
        },
        requested_at: claimed.requested_at,
        origin: claimed.origin.clone(),
        message_id: claimed.message_id.clone(),
        handover: HandoverSignal::default(),
    }
}

/// Returns the whole minutes that a code is valid, at least 1.
fn minutes(claimed: &ClaimedMessage) -> i64 {
    claimed
        .expires_at
        .duration_since(claimed.requested_at)
        .as_mins()
        .max(1)
}

/// Returns the number that a text message goes to, or would go to if a customer had the contact.
fn number(claimed: &ClaimedMessage) -> Option<PhoneNumber> {
    if claimed.channel != ContactType::Phone {
        return None;
    }
    let customer = claimed.customer.as_ref();
    let to = match &claimed.subject {
        DeliverySubject::Code { otp, .. } => {
            let recipient = customer.and_then(|customer| otp.recipient(customer, claimed.channel));
            recipient.or_else(|| Some(otp.contact.clone()))
        }
        DeliverySubject::NewSignIn => {
            customer.and_then(|customer| customer.contact(claimed.channel))
        }
        DeliverySubject::ContactChanged { to, .. } => Some(to.clone()),
    };
    to.and_then(|to| to.phone().cloned())
}

/// Returns the result of an attempt that handed the content over and does not know the outcome.
/// `at` is the time for a repetition.
fn outcome_unknown(
    claimed: &ClaimedMessage,
    cause: &str,
    transport: Option<String>,
    at: Option<Timestamp>,
) -> AttemptResult {
    match after_unknown_outcome(claimed, transport, at) {
        AttemptResult::Unconfirmed { transport } => unconfirmed(claimed, cause, transport),
        result => waiting(claimed, result, cause),
    }
}

/// Returns the error after a panic.
fn panicked(handover: &HandoverSignal) -> SendError {
    let cause = "sending panicked";
    if handover.is_raised() {
        return SendError::OutcomeUnknown {
            cause: cause.to_owned(),
            transport: None,
        };
    }
    SendError::transient(cause)
}

/// Logs that a message waits for another attempt.
fn waiting(claimed: &ClaimedMessage, result: AttemptResult, cause: &str) -> AttemptResult {
    if let AttemptResult::RetryAt { at, .. } = &result {
        count(claimed.channel, "retried");
        let (outbox_id, attempts) = (claimed.id.0, claimed.attempts);
        tracing::warn!(outbox_id, attempts, error = cause, next_attempt_at = %at, "message not sent");
    }
    result
}

/// Logs that a message is not sent again, although nobody knows whether it arrives.
fn unconfirmed(claimed: &ClaimedMessage, cause: &str, transport: Option<String>) -> AttemptResult {
    count(claimed.channel, "unconfirmed");
    let (outbox_id, attempts) = (claimed.id.0, claimed.attempts);
    tracing::warn!(
        outbox_id,
        attempts,
        transport,
        error = cause,
        "message handed over, but never confirmed; it is not sent again"
    );
    AttemptResult::Unconfirmed { transport }
}

fn failed(claimed: &ClaimedMessage, reason: FailureReason, cause: &str) -> AttemptResult {
    // A message for an unknown contact is expected to go nowhere and is not a failure.
    if reason != FailureReason::UnknownContact {
        count(claimed.channel, "failed");
        tracing::warn!(
            outbox_id = claimed.id.0,
            attempts = claimed.attempts,
            reason = reason.as_str(),
            error = cause,
            "message given up"
        );
    }
    AttemptResult::Failed(reason)
}

fn count(channel: ContactType, result: &'static str) {
    metrics::counter!("doorcode_deliveries_total", "channel" => channel.as_str(), "result" => result).increment(1);
}
