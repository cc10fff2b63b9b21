//! A worker sends what the outbox holds.

use std::{
    panic::AssertUnwindSafe,
    sync::atomic::{AtomicBool, Ordering},
};

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};

use super::{
    Service,
    events::SecurityEvent,
    ports::{Content, Delivery, DeliverySubject, Expense, Message, SendError, Settled, StoreResult},
};
use crate::{
    server::domain::{
        Code, Contact, Customer, FailureReason, NotMeToken, Otp, PhoneNumber, Purpose, SmsRefusal, UndoToken,
        limits::texts_to_range,
    },
    shared::ContactType,
};

/// What the workers of one process tell each other and the pages. Another process learns it from the database.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    email: Lane,
    phone: Lane,
    changed: watch::Sender<()>,
}

#[derive(Debug)]
struct Lane {
    /// Rings after a commit that queued a message.
    bell: Notify,
    /// Whether messages may be waiting for a carrier to work again: the last try failed, perhaps in the process before.
    is_troubled: AtomicBool,
}

impl Default for Lane {
    fn default() -> Self {
        Self { bell: Notify::new(), is_troubled: AtomicBool::new(true) }
    }
}

impl Outbox {
    const fn lane(&self, channel: ContactType) -> &Lane {
        match channel {
            ContactType::Email => &self.email,
            ContactType::Phone => &self.phone,
        }
    }
}

impl Service {
    /// How long one worker keeps a message to itself: longer than a try may take with the waits for the database before it, so
    /// that no other sends it meanwhile.
    const LEASE: SignedDuration = SignedDuration::from_secs(40);
    /// From one try to the next; the last wait repeats. A code does not live long enough for that, a notice does.
    const RETRY_AFTER: [SignedDuration; 5] = [
        SignedDuration::from_secs(5),
        SignedDuration::from_secs(15),
        SignedDuration::from_secs(45),
        SignedDuration::from_secs(120),
        SignedDuration::from_secs(600),
    ];
    /// No try is made later than this before the code expires: who gets it has to read and type it.
    const WORTH_TRYING: SignedDuration = SignedDuration::from_secs(60);

    /// Tries the next message of a channel that is due; false if there is none.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn deliver_next(&self, channel: ContactType) -> StoreResult<bool> {
        self.deliver_next_until(channel, std::future::pending()).await
    }

    /// Tries the next message of a channel that is due; false if there is none. When `give_up` resolves first, the message
    /// goes back into the outbox for whoever comes next.
    ///
    /// A crash between the try and its record sends the message once more, with the same code and `Message-ID`; so does
    /// giving up on a server that had taken it.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn deliver_next_until(
        &self,
        channel: ContactType,
        give_up: impl Future<Output = ()>,
    ) -> StoreResult<bool> {
        let now = self.now();
        let leased_until = now.saturating_add(Self::LEASE).unwrap_or(Timestamp::MAX);
        let Some(delivery) = self.store.claim_delivery(channel, now, leased_until).await? else { return Ok(false) };
        let settled = tokio::select! {
            settled = self.attempt(&delivery) => settled?,
            () = give_up => Settled::RetryAt { at: self.now(), is_held: false, is_unknown: true },
        };
        self.store.settle_delivery(&delivery, &settled, self.now()).await?;
        self.delivery_changed();
        if matches!(settled, Settled::Sent(_)) {
            self.carrier_works(channel).await?;
        }
        Ok(true)
    }

    /// Resolves when a message may have been queued on a channel.
    pub async fn outbox_rings(&self, channel: ContactType) {
        self.outbox.lane(channel).bell.notified().await;
    }

    /// Marks changed whenever a delivery of this process has moved on.
    #[must_use]
    pub fn delivery_changes(&self) -> watch::Receiver<()> {
        self.outbox.changed.subscribe()
    }

    pub(super) fn delivery_changed(&self) {
        self.outbox.changed.send_replace(());
    }

    pub(super) fn ring_outbox(&self, channel: ContactType) {
        self.outbox.lane(channel).bell.notify_one();
    }

    /// What waits for its next try need not wait for a carrier that works again.
    async fn carrier_works(&self, channel: ContactType) -> StoreResult<()> {
        let lane = self.outbox.lane(channel);
        if lane.is_troubled.swap(false, Ordering::Relaxed) {
            self.store.hasten(channel, self.now()).await?;
            lane.bell.notify_waiters();
        }
        Ok(())
    }

    /// Tries a carrier that seems to be down with one message now and then, so that its return is noticed however far away
    /// the next tries are.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn probe(&self, channel: ContactType) -> StoreResult<()> {
        let lane = self.outbox.lane(channel);
        if lane.is_troubled.load(Ordering::Relaxed) && self.store.hasten_one(channel, self.now()).await? {
            lane.bell.notify_one();
        }
        Ok(())
    }

    async fn attempt(&self, delivery: &Delivery) -> StoreResult<Settled> {
        // Before anything that depends on whether there is a customer: the budget that all can see tells nobody's contact.
        if let Some(reason) = self.refusal(delivery).await? {
            return Ok(failed(delivery, reason, "not to be sent"));
        }
        let message = match self.message(delivery) {
            Ok(message) => message,
            Err(reason) => return Ok(failed(delivery, reason, "nothing to send")),
        };
        let strangers_number = strangers_number(delivery, &message);
        if let Some(number) = strangers_number
            && self.is_pumped(number).await?
        {
            SecurityEvent::Pumped.record();
            return Ok(failed(delivery, FailureReason::Withheld, "hardly any message to these numbers is used"));
        }
        // A message that panics a library is a failure like others, and must not end the worker.
        let sent = AssertUnwindSafe(self.messenger.send(&message)).catch_unwind().await;
        match sent.unwrap_or_else(|_| Err(SendError::transient("sending panicked"))) {
            Ok(accepted) => {
                count(delivery.channel, "sent");
                if let Some(number) = strangers_number {
                    self.store.charge(&[texts_to_range(number)], self.now()).await?;
                }
                let (id, carrier, tries) = (delivery.id, &accepted.carrier, delivery.tries);
                tracing::info!(outbox = id, to = %message.to, carrier, tries, "message sent");
                Ok(Settled::Sent(accepted))
            }
            Err(SendError::Permanent { why, reason }) => Ok(failed(delivery, reason, &why)),
            Err(SendError::Transient { why, retry_after, is_unknown }) => {
                Ok(self.retry(delivery, &why, (retry_after, is_unknown)))
            }
        }
    }

    /// The message, or why there is none to send.
    fn message(&self, delivery: &Delivery) -> Result<Message, FailureReason> {
        let customer = delivery.customer.as_ref().ok_or(FailureReason::NoCustomer)?;
        if self.now() >= delivery.expires_at {
            return Err(FailureReason::TooLate);
        }
        let (to, content) = match &delivery.subject {
            DeliverySubject::Code { otp, .. } => {
                (otp.recipient(customer, delivery.channel), self.code_content(delivery)?)
            }
            DeliverySubject::NewSignIn => (customer.contact(delivery.channel), Content::NewSignIn),
            DeliverySubject::ContactChanged { to, changed, change } => {
                let new = customer.contact(*changed).ok_or(FailureReason::NoCustomer)?;
                let undo = change.and_then(|change| UndoToken::of(change, customer.id, &self.keys));
                (Some(to.clone()), Content::ContactChanged { new, undo: undo.map(|token| token.text()) })
            }
        };
        let to = to.ok_or(FailureReason::NoCustomer)?;
        Ok(Message {
            to,
            customer_name: named(delivery, customer),
            content,
            asked_at: delivery.asked_at,
            origin: delivery.origin.clone(),
            message_id: delivery.message_id.clone(),
        })
    }

    fn code_content(&self, delivery: &Delivery) -> Result<Content, FailureReason> {
        let DeliverySubject::Code { otp, generation, is_muted } = &delivery.subject else {
            return Err(FailureReason::Other);
        };
        if *is_muted {
            return Err(FailureReason::Muted);
        }
        if !(otp.is_valid(self.now()) && otp.is_alive(*generation, self.now())) {
            return Err(FailureReason::TooLate);
        }
        let code = otp.code(*generation, &self.keys).ok_or(FailureReason::TooLate)?;
        let not_me = NotMeToken::of(otp, &self.keys).map(|token| token.text());
        Ok(Content::Code { code, purpose: otp.purpose, minutes: minutes(delivery), not_me })
    }

    /// Why a text message must not go out. The request has asked that before for the contact that was typed; here it holds
    /// for whatever is in store, and to the cent.
    async fn refusal(&self, delivery: &Delivery) -> StoreResult<Option<FailureReason>> {
        let Some(number) = number(delivery) else { return Ok(None) };
        let refusal = match self.policy.sms.refusal(&number) {
            Some(refusal) => Some(refusal),
            None if self.is_paid(delivery, &number).await? => None,
            None => Some(SmsRefusal::Paused),
        };
        if let Some(refusal) = refusal {
            SecurityEvent::SmsRefused(refusal).record();
        }
        Ok(refusal.map(FailureReason::from))
    }

    /// Sets the money for a try aside.
    async fn is_paid(&self, delivery: &Delivery, number: &PhoneNumber) -> StoreResult<bool> {
        let message = match &delivery.subject {
            DeliverySubject::Code { otp, .. } => Some(sample(delivery, otp, number)),
            _ => self.message(delivery).ok(),
        };
        let segments = message.and_then(|message| self.messenger.segments(&message).ok());
        let is_known = matches!(&delivery.subject, DeliverySubject::Code { otp, .. } if otp.known_browser);
        let expense = Expense {
            delivery: delivery.id,
            price: self.policy.sms.price(number, segments.unwrap_or(1)),
            budget: (!is_known).then_some(self.policy.sms.budget),
            now: self.now(),
        };
        self.store.spend(&expense).await
    }

    fn retry(
        &self,
        delivery: &Delivery,
        why: &str,
        (retry_after, is_unknown): (Option<SignedDuration>, bool),
    ) -> Settled {
        self.outbox.lane(delivery.channel).is_troubled.store(true, Ordering::Relaxed);
        let tried = usize::try_from(delivery.tries.saturating_sub(1)).unwrap_or(usize::MAX);
        let usual = Self::RETRY_AFTER[tried.min(Self::RETRY_AFTER.len() - 1)];
        // A wait of nothing would be a loop.
        let wait = retry_after.map_or(usual, |asked| asked.max(Self::RETRY_AFTER[0]));
        let at = self.now().checked_add(wait).unwrap_or(Timestamp::MAX);
        if delivery.expires_at.duration_since(at) < Self::WORTH_TRYING {
            return failed(delivery, FailureReason::TooLate, why);
        }
        count(delivery.channel, "retried");
        tracing::warn!(outbox = delivery.id, tries = delivery.tries, why, next = %at, "message not sent");
        Settled::RetryAt { at, is_held: retry_after.is_some(), is_unknown }
    }
}

/// What the message calls the customer. A contact that is to be theirs may be somebody else's, who is told nothing of them.
fn named(delivery: &Delivery, customer: &Customer) -> String {
    match &delivery.subject {
        DeliverySubject::Code { otp, .. } if otp.purpose == Purpose::ChangeContact => String::new(),
        _ => customer.name.clone(),
    }
}

/// Where a text message with a code goes that an unknown browser asked for.
fn strangers_number<'a>(delivery: &Delivery, message: &'a Message) -> Option<&'a PhoneNumber> {
    match &delivery.subject {
        DeliverySubject::Code { otp, .. } if !otp.known_browser => message.to.phone(),
        _ => None,
    }
}

/// A message like this one, whether there is a customer or not: both cost the same.
fn sample(delivery: &Delivery, otp: &Otp, number: &PhoneNumber) -> Message {
    let code = Code::sample(otp.format);
    Message {
        to: Contact::Phone(number.clone()),
        customer_name: String::new(),
        content: Content::Code { code, purpose: otp.purpose, minutes: minutes(delivery), not_me: None },
        asked_at: delivery.asked_at,
        origin: delivery.origin.clone(),
        message_id: delivery.message_id.clone(),
    }
}

/// Whole minutes that a code works.
fn minutes(delivery: &Delivery) -> i64 {
    delivery.expires_at.duration_since(delivery.asked_at).as_mins().max(1)
}

/// Where a text message goes, or would go if somebody had the contact.
fn number(delivery: &Delivery) -> Option<PhoneNumber> {
    if delivery.channel != ContactType::Phone {
        return None;
    }
    let customer = delivery.customer.as_ref();
    let to = match &delivery.subject {
        DeliverySubject::Code { otp, .. } => {
            let recipient = customer.and_then(|customer| otp.recipient(customer, delivery.channel));
            recipient.or_else(|| Some(otp.contact.clone()))
        }
        DeliverySubject::NewSignIn => customer.and_then(|customer| customer.contact(delivery.channel)),
        DeliverySubject::ContactChanged { to, .. } => Some(to.clone()),
    };
    to.and_then(|to| to.phone().cloned())
}

fn failed(delivery: &Delivery, reason: FailureReason, why: &str) -> Settled {
    // What strangers ask for is nobody's failure.
    if reason != FailureReason::NoCustomer {
        count(delivery.channel, "failed");
        tracing::warn!(outbox = delivery.id, tries = delivery.tries, reason = reason.as_str(), why, "message given up");
    }
    Settled::Failed(reason)
}

fn count(channel: ContactType, result: &'static str) {
    metrics::counter!("doorcode_deliveries_total", "channel" => channel.as_str(), "result" => result).increment(1);
}
