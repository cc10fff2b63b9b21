//! What a visitor is told of the message to them.

use jiff::{SignedDuration, Timestamp};

use super::{Browser, Service, ports::StoreResult};
use crate::{
    server::domain::{CustomerId, DeliveryState, FailureReason, Otp},
    shared::ContactType,
};

/// How far the message to a visitor is, as far as they may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It was asked for moments ago.
    OnItsWay,
    /// A relay or gateway has taken it.
    Sent,
    /// It is on the phone.
    Delivered,
    /// It was asked for a minute ago, and should be there.
    Overdue,
    /// It will not arrive.
    Failed(FailureReason),
}

/// A sign-in in progress, as its visitor may know it.
#[derive(Debug)]
pub struct Status {
    /// The OTP.
    pub otp: Otp,
    /// How far its latest message is.
    pub progress: Progress,
    /// The customer's other contact, if the next message may go there.
    pub other_channel: Option<ContactType>,
    /// When the progress changes by time alone.
    pub next_change: Option<Timestamp>,
}

impl Service {
    /// After this time a message should have arrived.
    const OVERDUE: SignedDuration = SignedDuration::from_secs(60);

    /// Whether visitors are told what became of a message. Where unknown contacts are concealed it would tell who is a
    /// customer; then every visitor sees the same, by the time alone.
    #[must_use]
    pub fn tells_deliveries(&self) -> bool {
        self.policy.reveal_unknown_contacts
    }

    /// Whether no message of this kind gets out at the moment. It is the same for everybody, whoever they ask for.
    #[must_use]
    pub fn is_down(&self, kind: ContactType) -> bool {
        self.messenger.is_down(kind)
    }

    /// The sign-in that this browser has in progress.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn status(&self, browser: &Browser) -> StoreResult<Option<Status>> {
        let Some(token) = &browser.token else { return Ok(None) };
        let Some(pending) = self.pending(token).await? else { return Ok(None) };
        let otp = pending.otp;
        let overdue_at = otp.sent_at.saturating_add(Self::OVERDUE).unwrap_or(Timestamp::MAX);
        let is_overdue = self.now() >= overdue_at;
        Ok(Some(Status {
            progress: self.progress(&otp, is_overdue).await?,
            other_channel: self.other_channel(&otp).await?,
            next_change: (!is_overdue).then_some(overdue_at),
            otp,
        }))
    }

    async fn progress(&self, otp: &Otp, is_overdue: bool) -> StoreResult<Progress> {
        let state = if self.tells_deliveries() { self.delivery_state(otp).await? } else { DeliveryState::Queued };
        Ok(match state {
            DeliveryState::Failed(reason) => Progress::Failed(reason),
            DeliveryState::Delivered => Progress::Delivered,
            DeliveryState::Queued | DeliveryState::Sent if is_overdue => Progress::Overdue,
            DeliveryState::Queued => Progress::OnItsWay,
            DeliveryState::Sent => Progress::Sent,
        })
    }

    async fn delivery_state(&self, otp: &Otp) -> StoreResult<DeliveryState> {
        let latest = self.store.latest_delivery(otp.id).await?;
        Ok(latest.unwrap_or(DeliveryState::Queued))
    }

    /// The other contact that the next message may go to. Only where it tells a stranger nothing: to a browser in which the
    /// customer has signed in before, or where the operator tells strangers anyway.
    pub(super) async fn other_channel(&self, otp: &Otp) -> StoreResult<Option<ContactType>> {
        let other = otp.channel.other();
        let Some(CustomerId(id)) = otp.customer_id else { return Ok(None) };
        if !(otp.known_browser || self.policy.reveal_unknown_contacts) {
            return Ok(None);
        }
        let customer = self.store.customer(CustomerId(id)).await?;
        let contact = customer.and_then(|customer| customer.contact(other));
        let usable = match &contact {
            Some(contact) => self.sms_refusal(contact, otp.known_browser).await?.is_none(),
            None => false,
        };
        Ok(usable.then_some(other))
    }

    /// Whether the other channel may be used at once: the latest message will not arrive, and its visitor knows.
    pub(super) async fn is_known_to_fail(&self, otp: &Otp) -> StoreResult<bool> {
        Ok(self.tells_deliveries() && matches!(self.delivery_state(otp).await?, DeliveryState::Failed(_)))
    }
}
