//! The worker that empties the outbox.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use tokio::{sync::watch, task::JoinSet, time};

use crate::server::{service::Service, telemetry};

/// Messages on their way at once: one slow server must not hold the others up.
const LANES: usize = 8;
/// How often the outbox is looked at without a bell: for retries, and for messages that another process queued.
const POLL: Duration = Duration::from_secs(1);
/// The wait after the database failed.
const BACK_OFF: Duration = Duration::from_secs(1);

/// Sends what the outbox holds until `stop` says so, then finishes what is on its way.
pub async fn run(service: Service, stop: watch::Receiver<bool>) {
    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        lanes.spawn(lane(service.clone(), stop.clone()));
    }
    while lanes.join_next().await.is_some() {}
}

/// Sends one message after the other until `stop` says so.
pub async fn lane(service: Service, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        // A message that panics a library must not end the lane: after its lease it would end the next one.
        match AssertUnwindSafe(service.deliver_next()).catch_unwind().await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => {
                tokio::select! {
                    () = service.outbox_rings() => {}
                    () = time::sleep(POLL) => {}
                    _ = stop.changed() => {}
                }
            }
            Ok(Err(error)) => {
                telemetry::log_failure("the outbox cannot be read", &error);
                time::sleep(BACK_OFF).await;
            }
            Err(_) => tracing::error!("sending a message panicked"),
        }
    }
}
