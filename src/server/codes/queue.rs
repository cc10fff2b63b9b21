//! Messages between the request that queues them and the worker that sends them.
//!
//! A request asks for a place before it commits. With a place, the commit that queues the message
//! also claims it for this process, and the worker starts without another read. Without one, the
//! message waits in the outbox for any worker.

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
    server::domain::{Delivery, Lease, Leases, MessageId, WorkerId, issue::Queued},
    shared::ContactType,
};

/// How long a claim holds unless it is renewed. What a dead process had claimed is free after this
/// time.
const LEASE: SignedDuration = SignedDuration::from_secs(2);
/// Claims that are older than this are renewed.
const RENEW_AFTER: SignedDuration = SignedDuration::from_millis(500);
/// Messages of a channel that this process may have claimed at once.
const PLACES: usize = 64;

/// The messages that this process has claimed, and who waits for them.
pub struct Queue {
    owner: WorkerId,
    email: Channel,
    phone: Channel,
    claimed: mpsc::UnboundedSender<Claimed>,
    receiver: Mutex<Option<mpsc::UnboundedReceiver<Claimed>>>,
    /// When each message was claimed that is in this process's hands.
    in_hand: Arc<Mutex<HashMap<MessageId, Timestamp>>>,
    wake: Notify,
    /// Whether there was no place for a message, which waits in the outbox since.
    is_full: AtomicBool,
    changed: watch::Sender<()>,
}

struct Channel {
    /// Claims that are free; none before the worker has started.
    places: Arc<Semaphore>,
    /// Whether the last try failed, perhaps in the process before: then messages may be waiting for
    /// a transport to recover.
    is_degraded: AtomicBool,
}

impl Default for Channel {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(0)),
            is_degraded: AtomicBool::new(true),
        }
    }
}

/// A place for a message that is about to be claimed. Dropped, it is free again.
pub struct Place {
    lease: Lease,
    permit: OwnedSemaphorePermit,
}

impl Place {
    /// The claim.
    #[must_use]
    pub fn lease(&self) -> Lease {
        self.lease.clone()
    }
}

/// Places for a message whose channel is known after the commit only.
#[derive(Default)]
pub struct Places {
    email: Option<Place>,
    phone: Option<Place>,
}

impl Places {
    /// The claims.
    #[must_use]
    pub fn leases(&self) -> Leases {
        Leases {
            email: self.email.as_ref().map(Place::lease),
            phone: self.phone.as_ref().map(Place::lease),
        }
    }

    fn take(self, channel: ContactType) -> Option<Place> {
        match channel {
            ContactType::Email => self.email,
            ContactType::Phone => self.phone,
        }
    }
}

/// A message that this process has claimed. Dropped, its place is free again.
pub struct Claimed {
    /// The message.
    pub delivery: Delivery,
    /// The end of the claim, as it was made.
    pub until: Timestamp,
    in_hand: Arc<Mutex<HashMap<MessageId, Timestamp>>>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Claimed {
    fn drop(&mut self) {
        self.in_hand
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.delivery.id);
    }
}

impl Queue {
    /// A queue of the process with this number. It claims nothing until its worker has started.
    #[must_use]
    pub fn new(owner: WorkerId) -> Self {
        let (claimed, receiver) = mpsc::unbounded_channel();
        Self {
            owner,
            email: Channel::default(),
            phone: Channel::default(),
            claimed,
            receiver: Mutex::new(Some(receiver)),
            in_hand: Arc::default(),
            wake: Notify::new(),
            is_full: AtomicBool::new(false),
            changed: watch::Sender::new(()),
        }
    }

    /// Starts to claim messages, and gives out those that requests have claimed; `None` if a worker
    /// has them already.
    pub fn start(&self) -> Option<mpsc::UnboundedReceiver<Claimed>> {
        let receiver = self
            .receiver
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()?;
        for channel in ContactType::ALL {
            self.channel(channel).places.add_permits(PLACES);
        }
        Some(receiver)
    }

    /// Stops to claim messages.
    pub fn stop(&self) {
        for channel in ContactType::ALL {
            self.channel(channel).places.close();
        }
    }

    /// A place for a message of a channel, if there is one.
    #[must_use]
    pub fn place(&self, channel: ContactType, now: Timestamp) -> Option<Place> {
        let permit = self
            .channel(channel)
            .places
            .clone()
            .try_acquire_owned()
            .ok();
        if permit.is_none() {
            self.is_full.store(true, Ordering::Relaxed);
        }
        Some(Place {
            lease: self.lease(now),
            permit: permit?,
        })
    }

    /// A place for a mail or a text message, if there are some.
    #[must_use]
    pub fn places(&self, channels: &[ContactType], now: Timestamp) -> Places {
        let place = |channel| {
            channels
                .contains(&channel)
                .then(|| self.place(channel, now))
                .flatten()
        };
        Places {
            email: place(ContactType::Email),
            phone: place(ContactType::Phone),
        }
    }

    /// A claim from now on.
    #[must_use]
    pub fn lease(&self, now: Timestamp) -> Lease {
        Lease {
            owner: self.owner,
            until: now.saturating_add(LEASE).unwrap_or(Timestamp::MAX),
        }
    }

    /// Passes a message on that a commit has queued and, if there was a place for it, claimed.
    pub fn pass_on(&self, queued: Queued, places: Places) {
        match queued {
            Queued::Waiting(_) => self.wake(),
            Queued::Claimed(delivery) => {
                let Some(place) = places.take(delivery.channel) else {
                    return;
                };
                // Without a worker the message waits for the end of its lease.
                drop(self.claimed.send(self.claimed(*delivery, place)));
            }
        }
    }

    /// A message that was claimed with a place.
    #[must_use]
    pub fn claimed(&self, delivery: Delivery, place: Place) -> Claimed {
        let claimed_at = place
            .lease
            .until
            .saturating_sub(LEASE)
            .unwrap_or(Timestamp::MIN);
        self.in_hand
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(delivery.id, claimed_at);
        Claimed {
            delivery,
            until: place.lease.until,
            in_hand: self.in_hand.clone(),
            _permit: place.permit,
        }
    }

    /// Whether a claim has to be renewed.
    #[must_use]
    pub fn has_old_claims(&self, now: Timestamp) -> bool {
        let in_hand = self.in_hand.lock().unwrap_or_else(PoisonError::into_inner);
        in_hand
            .values()
            .any(|claimed_at| now.duration_since(*claimed_at) >= RENEW_AFTER)
    }

    /// Wakes the worker: messages may be waiting in the outbox.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Wakes the worker if there was no place for a message.
    pub fn wake_if_full(&self) {
        if self.is_full.swap(false, Ordering::Relaxed) {
            self.wake();
        }
    }

    /// Resolves when the worker is to look at the outbox.
    pub async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Marks changed whenever a message of this process has moved on.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// A message has moved on.
    pub fn notify_changed(&self) {
        self.changed.send_replace(());
    }

    /// Marks the transports of a channel as failing or working.
    pub fn set_degraded(&self, channel: ContactType, is_degraded: bool) {
        self.channel(channel)
            .is_degraded
            .store(is_degraded, Ordering::Relaxed);
    }

    /// Whether the transports of a channel seem to fail.
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
