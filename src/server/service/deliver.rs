//! A worker sends what the outbox holds.

use jiff::{SignedDuration, Timestamp};

use crate::server::domain::Origin;

use super::{
    Service,
    ports::{Content, Delivery, Message, SendError, Settled, StoreResult},
};

impl Service {
    /// How long one worker keeps a message to itself: longer than a try may take, so that no other sends it meanwhile.
    const LEASE: SignedDuration = SignedDuration::from_secs(20);
    /// From one try to the next.
    const RETRY_AFTER: [SignedDuration; 4] = [
        SignedDuration::from_secs(5),
        SignedDuration::from_secs(15),
        SignedDuration::from_secs(45),
        SignedDuration::from_secs(120),
    ];

    /// Tries the next message that is due; false if there is none.
    ///
    /// A crash between the try and its record sends the message once more, with the same code and `Message-ID`.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn deliver_next(&self) -> StoreResult<bool> {
        let now = self.now();
        let leased_until = now.saturating_add(Self::LEASE).unwrap_or(Timestamp::MAX);
        let Some(delivery) = self.store.claim_delivery(now, leased_until).await? else { return Ok(false) };
        let settled = self.attempt(&delivery).await;
        self.store.settle_delivery(delivery.id, settled, self.now()).await?;
        Ok(true)
    }

    /// Resolves when a message may have been queued.
    pub async fn outbox_rings(&self) {
        self.outbox_bell.notified().await;
    }

    async fn attempt(&self, delivery: &Delivery) -> Settled {
        let Some(message) = self.message(delivery) else { return Settled::Dropped };
        let outcome = self.messenger.send(&message).await;
        let channel = message.to.kind().as_str();
        let (result, settled) = match &outcome {
            Ok(_) => ("sent", Settled::Sent),
            Err(SendError::Transient { .. }) => ("failed", self.retry(delivery)),
            Err(SendError::Permanent { .. }) => ("refused", Settled::Dropped),
        };
        metrics::counter!("doorcode_deliveries_total", "channel" => channel, "result" => result).increment(1);
        match outcome {
            Ok(_) => tracing::info!(outbox = delivery.id, to = %message.to, tries = delivery.tries, "message sent"),
            Err(error) => {
                tracing::warn!(outbox = delivery.id, to = %message.to, tries = delivery.tries, %error, "message not sent");
            }
        }
        settled
    }

    /// The message, unless there is nobody to send it to or its code is over.
    fn message(&self, delivery: &Delivery) -> Option<Message> {
        let (otp, now) = (&delivery.otp, self.now());
        let customer = delivery.customer.as_ref()?;
        if !otp.is_valid(now) || now >= delivery.expires_at {
            return None;
        }
        Some(Message {
            to: customer.contact(otp.otp_type())?,
            customer_name: customer.name.clone(),
            content: Content::Code {
                code: otp.code(delivery.generation, &self.keys)?,
                minutes: delivery.expires_at.duration_since(delivery.asked_at).as_mins().max(1),
                not_me: String::new(),
            },
            origin: Origin::default(),
            asked_at: delivery.asked_at,
            message_id: delivery.message_id.clone(),
        })
    }

    fn retry(&self, delivery: &Delivery) -> Settled {
        let tries = usize::try_from(delivery.tries).unwrap_or(usize::MAX);
        let next = Self::RETRY_AFTER.get(tries.saturating_sub(1)).and_then(|wait| self.now().checked_add(*wait).ok());
        match next {
            Some(at) if at < delivery.expires_at => Settled::RetryAt(at),
            _ => Settled::Dropped,
        }
    }
}
