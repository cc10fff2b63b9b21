//! Server-sent events: limits and wake-ups
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use std::{
    collections::{HashMap, hash_map::Entry},
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{Stream, StreamExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, watch};

use crate::server::domain::TokenDigest;

/// The maximum number of event streams in one process: half of the 1,024 files that a system
/// usually lets it open. Further clients have to poll.
const MAX_STREAMS: usize = 512;
/// The maximum number of event streams of one browser, enough for a few tabs. It keeps one browser
/// from using up the limit of the process.
const MAX_STREAMS_PER_BROWSER: usize = 4;
/// The time without an event after which a stream sends one. The page starts to poll if it sees no
/// event for 5 s, because a proxy may hold them back.
const HEARTBEAT: Duration = Duration::from_secs(3);
/// The capacity of the channel of steps. A stream that lags behind and misses steps checks the
/// status as well.
const STEPS: usize = 64;

/// The state that all event streams share. Cheap to clone.
#[derive(Clone)]
pub struct Streams {
    slots: Arc<Semaphore>,
    open: Arc<Mutex<HashMap<TokenDigest, usize>>>,
    steps: broadcast::Sender<TokenDigest>,
    stopping: watch::Receiver<bool>,
}

impl Streams {
    /// Creates the shared state. All streams end when `stopping` becomes true, because a graceful
    /// shutdown waits for every response to end.
    #[must_use]
    pub fn new(stopping: watch::Receiver<bool>) -> Self {
        let steps = broadcast::Sender::new(STEPS);
        Self {
            slots: Arc::new(Semaphore::new(MAX_STREAMS)),
            open: Arc::default(),
            steps,
            stopping,
        }
    }

    /// Notifies all tabs of a browser that one of them has advanced a step in the sign-in.
    pub fn notify(&self, browser: TokenDigest) {
        // Sending fails if no stream is open.
        _ = self.steps.send(browser);
    }

    /// Subscribes to the steps of all browsers from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<TokenDigest> {
        self.steps.subscribe()
    }

    /// Answers a browser with a stream of events. The response is 503 if too many streams are
    /// already open.
    pub fn respond(
        &self,
        browser: Option<TokenDigest>,
        events: impl Stream<Item = Event> + Send + 'static,
    ) -> Response {
        let Some(slot) = self.slot(browser) else {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        };
        let mut stopping = self.stopping.clone();
        let stop = async move { _ = stopping.wait_for(|stopping| *stopping).await };
        let events = events.take_until(Box::pin(stop)).map(move |event| {
            let _held_as_long_as_the_stream = &slot;
            Ok::<_, Infallible>(event)
        });
        // Unlike the usual comment, scripts see an event.
        let alive = Event::default().event("alive").data("1");
        let mut response = Sse::new(events)
            .keep_alive(KeepAlive::new().interval(HEARTBEAT).event(alive))
            .into_response();
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // Without this header, nginx holds events back until its buffer is full
        // (https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering).
        response.headers_mut().insert(
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        );
        response
    }

    fn slot(&self, browser: Option<TokenDigest>) -> Option<Slot> {
        let permit = self.slots.clone().try_acquire_owned().ok()?;
        if let Some(browser) = browser {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            let own = open.entry(browser).or_default();
            if *own >= MAX_STREAMS_PER_BROWSER {
                return None;
            }
            *own += 1;
        }
        Some(Slot {
            browser,
            open: self.open.clone(),
            _permit: permit,
        })
    }
}

/// The slot of a stream, released when the stream is dropped.
struct Slot {
    browser: Option<TokenDigest>,
    open: Arc<Mutex<HashMap<TokenDigest, usize>>>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let Some(browser) = self.browser else { return };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut own) = open.entry(browser) {
            *own.get_mut() -= 1;
            if *own.get() == 0 {
                own.remove();
            }
        }
    }
}
