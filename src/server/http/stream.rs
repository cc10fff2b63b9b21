//! Answers that go on: server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use std::{convert::Infallible, sync::Arc};

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{Stream, StreamExt};
use tokio::sync::{Semaphore, watch};

/// The most streams of one process: half of the 1,024 files that a system usually lets it open. Who comes later has to poll.
const MOST: usize = 512;

/// What streams share. Cheap to clone.
#[derive(Clone)]
pub struct Streams {
    places: Arc<Semaphore>,
    stopping: watch::Receiver<bool>,
}

impl Streams {
    /// Streams that end when `stopping` says so: a graceful shutdown waits for every answer to end.
    #[must_use]
    pub fn new(stopping: watch::Receiver<bool>) -> Self {
        Self { places: Arc::new(Semaphore::new(MOST)), stopping }
    }

    /// Answers with events until there are no more; 503 if there are too many streams already.
    pub fn answer(&self, events: impl Stream<Item = Event> + Send + 'static) -> Response {
        let Ok(place) = self.places.clone().try_acquire_owned() else {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        };
        let mut stopping = self.stopping.clone();
        let stop = async move { _ = stopping.wait_for(|stopping| *stopping).await };
        let events = events.take_until(Box::pin(stop)).map(move |event| {
            let _held_as_long_as_the_stream = &place;
            Ok::<_, Infallible>(event)
        });
        let mut response = Sse::new(events).keep_alive(KeepAlive::default()).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // nginx would hold the events back until its buffer is full
        // (https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering).
        response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
        response
    }
}
