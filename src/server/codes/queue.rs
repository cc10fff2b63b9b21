//! Hands messages from the requests that queue them to the worker that sends them.
//!
//! A request reserves a slot before it commits. With a slot, the commit that queues the message
//! also claims it for this process, and the worker starts without another read. Without a slot,
//! the message waits in the outbox for any worker.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, watch};

use crate::{
    server::domain::{ClaimedMessage, Lease, Leases, MessageId, WorkerId, issue::Queued},
    shared::ContactType,
};

/// The duration of a lease, unless it is renewed. If the process dies, its messages become free
/// after this time.
const LEASE: SignedDuration = SignedDuration::from_secs(2);
/// The age after which a claim is renewed.
const RENEW_AFTER: SignedDuration = SignedDuration::from_millis(500);
/// The maximum number of messages per channel that this process may hold at once.
const MAX_CLAIMS: usize = 64;

/// When this process made each claim that it currently holds. The number of the attempt
/// distinguishes a claim from an earlier one of the same message.
type ClaimTimes = Arc<Mutex<HashMap<(MessageId, u32), Timestamp>>>;

/// The messages that this process has claimed, on their way to the worker.
pub struct Queue {
    owner: WorkerId,
    email: Channel,
    phone: Channel,
    claimed: mpsc::UnboundedSender<Claimed>,
    receiver: Mutex<Option<mpsc::UnboundedReceiver<Claimed>>>,
    claim_times: ClaimTimes,
    wake: Notify,
    /// Whether a message found no free slot and has been waiting in the outbox since.
    is_full: AtomicBool,
    changed: watch::Sender<()>,
}

struct Channel {
    /// The free slots; none before the worker has started.
    slots: Arc<Semaphore>,
    /// Whether the last attempt failed, so that messages may be waiting for a transport to recover.
    /// Initially `true`, because the last attempt of the previous process may have failed.
    is_degraded: AtomicBool,
}

impl Default for Channel {
    fn default() -> Self {
        Self {
            slots: Arc::new(Semaphore::new(0)),
            is_degraded: AtomicBool::new(true),
        }
    }
}

/// A slot for a message that is about to be claimed. Dropping it frees the slot.
pub struct Slot {
    lease: Lease,
    permit: OwnedSemaphorePermit,
}

impl Slot {
    /// Returns the lease for the message.
    #[must_use]
    pub fn lease(&self) -> Lease {
        self.lease.clone()
    }
}

/// Slots for a message whose channel is known only after the commit.
#[derive(Default)]
pub struct Slots {
    email: Option<Slot>,
    phone: Option<Slot>,
}

impl Slots {
    /// Returns the lease of each slot.
    #[must_use]
    pub fn leases(&self) -> Leases {
        Leases {
            email: self.email.as_ref().map(Slot::lease),
            phone: self.phone.as_ref().map(Slot::lease),
        }
    }

    fn take(self, channel: ContactType) -> Option<Slot> {
        match channel {
            ContactType::Email => self.email,
            ContactType::Phone => self.phone,
        }
    }
}

/// A message that this process has claimed. Dropping it frees its slot.
pub struct Claimed {
    /// The message.
    pub message: ClaimedMessage,
    /// The end of the lease, as of the claim.
    pub until: Timestamp,
    claim_times: ClaimTimes,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Claimed {
    fn drop(&mut self) {
        self.claim_times
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&(self.message.id, self.message.attempts));
    }
}

impl Queue {
    /// Creates the queue of the process that `owner` identifies. It claims nothing until its worker
    /// has started.
    #[must_use]
    pub fn new(owner: WorkerId) -> Self {
        let (claimed, receiver) = mpsc::unbounded_channel();
        Self {
            owner,
            email: Channel::default(),
            phone: Channel::default(),
            claimed,
            receiver: Mutex::new(Some(receiver)),
            claim_times: Arc::default(),
            wake: Notify::new(),
            is_full: AtomicBool::new(false),
            changed: watch::Sender::new(()),
        }
    }

    /// Starts claiming messages, and returns the receiver of those that requests have claimed.
    /// Returns `None` if a worker already has the receiver.
    pub fn start(&self) -> Option<mpsc::UnboundedReceiver<Claimed>> {
        let receiver = self
            .receiver
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()?;
        for channel in ContactType::ALL {
            self.channel(channel).slots.add_permits(MAX_CLAIMS);
        }
        Some(receiver)
    }

    /// Stops claiming messages.
    pub fn stop(&self) {
        for channel in ContactType::ALL {
            self.channel(channel).slots.close();
        }
    }

    /// Reserves a slot for a message of a channel, if one is free.
    #[must_use]
    pub fn slot(&self, channel: ContactType, now: Timestamp) -> Option<Slot> {
        let permit = self.channel(channel).slots.clone().try_acquire_owned().ok();
        if permit.is_none() {
            self.is_full.store(true, Ordering::Relaxed);
        }
        Some(Slot {
            lease: self.lease(now),
            permit: permit?,
        })
    }

    /// Reserves a slot for each of `channels` that has one free.
    #[must_use]
    pub fn slots(&self, channels: &[ContactType], now: Timestamp) -> Slots {
        let slot = |channel| {
            channels
                .contains(&channel)
                .then(|| self.slot(channel, now))
                .flatten()
        };
        Slots {
            email: slot(ContactType::Email),
            phone: slot(ContactType::Phone),
        }
    }

    /// Returns a lease that starts now.
    #[must_use]
    pub fn lease(&self, now: Timestamp) -> Lease {
        Lease {
            owner: self.owner,
            until: now.saturating_add(LEASE).unwrap_or(Timestamp::MAX),
        }
    }

    /// Passes on a message that a commit has queued: to the worker if the commit also claimed it,
    /// otherwise by waking the worker.
    pub fn dispatch(&self, queued: Queued, slots: Slots) {
        match queued {
            Queued::Waiting(_) => self.wake(),
            Queued::Claimed(message) => {
                let Some(slot) = slots.take(message.channel) else {
                    return;
                };
                // Without a worker, the message waits until its lease ends.
                drop(self.claimed.send(self.claimed(*message, slot)));
            }
        }
    }

    /// Returns a claimed message that occupies `slot`, and notes when it was claimed.
    #[must_use]
    pub fn claimed(&self, message: ClaimedMessage, slot: Slot) -> Claimed {
        let claimed_at = slot
            .lease
            .until
            .saturating_sub(LEASE)
            .unwrap_or(Timestamp::MIN);
        self.claim_times
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((message.id, message.attempts), claimed_at);
        Claimed {
            message,
            until: slot.lease.until,
            claim_times: self.claim_times.clone(),
            _permit: slot.permit,
        }
    }

    /// Whether a claim is old enough to be renewed.
    #[must_use]
    pub fn has_old_claims(&self, now: Timestamp) -> bool {
        let claim_times = self
            .claim_times
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        claim_times
            .values()
            .any(|claimed_at| now.duration_since(*claimed_at) >= RENEW_AFTER)
    }

    /// Wakes the worker, because messages may be waiting in the outbox.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Wakes the worker if a message found no free slot.
    pub fn wake_if_starved(&self) {
        if self.is_full.swap(false, Ordering::Relaxed) {
            self.wake();
        }
    }

    /// Resolves when the worker should poll the outbox.
    pub async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Returns a receiver that is marked as changed whenever a message of this process has
    /// progressed.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Notifies the receivers of [`Self::changes`] that a message has progressed.
    pub fn notify_changed(&self) {
        self.changed.send_replace(());
    }

    /// Marks the transports of a channel as failing or working.
    pub fn set_degraded(&self, channel: ContactType, is_degraded: bool) {
        self.channel(channel)
            .is_degraded
            .store(is_degraded, Ordering::Relaxed);
    }

    /// Whether the transports of a channel seem to be failing.
    #[must_use]
    pub fn is_degraded(&self, channel: ContactType) -> bool {
        self.channel(channel).is_degraded.load(Ordering::Relaxed)
    }

    const fn channel(&self, channel: ContactType) -> &Channel {
        match channel {
            ContactType::Email => &self.email,
            ContactType::Phone => &self.phone,
        }
    }
}
