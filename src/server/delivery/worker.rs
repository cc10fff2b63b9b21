//! The worker that empties the outbox.

use std::time::Duration;

use tokio::{sync::watch, task::JoinSet, time};

use crate::{
    server::{service::Service, telemetry},
    shared::ContactType,
};

/// Messages on their way at once, for each channel: a slow message must not hold the others up, nor a mail server the text
/// messages.
const LANES: usize = 8;
/// How often the outbox is looked at without a bell: for retries, and for messages that another process queued.
const POLL: Duration = Duration::from_secs(1);
/// How often a carrier that seems to be down is tried.
const PROBE: Duration = Duration::from_secs(10);
/// The wait after the database failed.
const BACK_OFF: Duration = Duration::from_secs(1);
/// How long a try that is under way may go on at shutdown; then its message goes back for the next process.
const GRACE: Duration = Duration::from_secs(10);

/// Sends what the outbox holds until `stop` says so, then finishes what is on its way or puts it back.
pub async fn run(service: Service, stop: watch::Receiver<bool>) {
    let mut lanes = JoinSet::new();
    for channel in ContactType::ALL {
        for _ in 0..LANES {
            lanes.spawn(lane(service.clone(), channel, stop.clone()));
        }
        lanes.spawn(probe(service.clone(), channel, stop.clone()));
    }
    while lanes.join_next().await.is_some() {}
}

/// Sends one message of a channel after the other until `stop` says so.
pub async fn lane(service: Service, channel: ContactType, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match service.deliver_next_until(channel, grace_is_over(stop.clone())).await {
            Ok(true) => {}
            Ok(false) => {
                tokio::select! {
                    () = service.outbox_rings(channel) => {}
                    () = time::sleep(POLL) => {}
                    _ = stop.changed() => {}
                }
            }
            Err(error) => {
                telemetry::log_failure("the outbox cannot be read", &error);
                time::sleep(BACK_OFF).await;
            }
        }
    }
}

/// Looks from time to time whether a carrier that was down works again, until `stop` says so.
async fn probe(service: Service, channel: ContactType, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        tokio::select! {
            () = time::sleep(PROBE) => {}
            _ = stop.changed() => return,
        }
        if let Err(error) = service.probe(channel).await {
            telemetry::log_failure("the outbox cannot be read", &error);
        }
    }
}

async fn grace_is_over(mut stop: watch::Receiver<bool>) {
    // An error means that whoever could say stop is gone: that is a stop, too.
    drop(stop.wait_for(|is_stopping| *is_stopping).await);
    time::sleep(GRACE).await;
}
