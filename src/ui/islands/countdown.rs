//! The time left for the code and until the next one, in the browser.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::js_sys::{Date, parse_float};
use web_sys::{HtmlElement, PerformanceResourceTiming};

use super::dom;
use super::time_left::{clock_text, marks_passed, next_tick, until};
use crate::api::OtpError;
use crate::ui::messages;

/// Seconds left at which a screen reader says so, and no more often (WCAG 2.2 SC 2.2.1 without chatter).
const MARKS: [u64; 3] = [300, 60, 30];
const MARK_TEXTS: [&str; 3] = [messages::FIVE_MINUTES_LEFT, messages::ONE_MINUTE_LEFT, messages::THIRTY_SECONDS_LEFT];

/// Counts down to the server's deadlines, by the server's clock: each tick starts from the time of day, so that a tab
/// that slept or came back is right at once, and a wrong clock on the phone changes nothing.
#[island]
pub fn Countdown() -> impl IntoView {
    Effect::new(|| {
        _ = attach();
    });
}

struct Deadlines {
    /// What to add to this browser's clock to get the server's, in milliseconds.
    offset: f64,
    /// When the code expires, in milliseconds since the Unix epoch.
    expires_at: f64,
    /// From when a code can be sent again, in milliseconds since the Unix epoch.
    resend_at: f64,
    resend: HtmlElement,
    expired: Cell<bool>,
    waiting: Cell<bool>,
    marks_passed: Cell<usize>,
    timer: RefCell<Option<Timeout>>,
}

fn attach() -> Option<()> {
    let place: HtmlElement = dom::by_id("deadline")?;
    let number = |name: &str| place.get_attribute(name).map(|text| parse_float(&text));
    let (server_now, expires_at, resend_at) = (number("data-now")?, number("data-expires")?, number("data-resend")?);
    let deadlines = Rc::new(Deadlines {
        offset: server_now - arrived_at(),
        expires_at,
        resend_at,
        resend: dom::by_id("resend")?,
        // What the server rendered; whatever has changed since then is announced at the first tick.
        expired: Cell::new(server_now >= expires_at),
        waiting: Cell::new(server_now < resend_at),
        marks_passed: Cell::new(marks_passed(until(expires_at, server_now), &MARKS)),
        timer: RefCell::default(),
    });
    for (target, event) in [
        (document().into(), "visibilitychange"),
        (web_sys::EventTarget::from(window()), "pageshow"),
        (window().into(), "focus"),
    ] {
        let this = Rc::clone(&deadlines);
        dom::listen(&target, event, move |_| this.tick());
    }
    deadlines.tick();
    Some(())
}

/// The moment, by this browser's clock, at which the page began to arrive. The WASM may come seconds later.
fn arrived_at() -> f64 {
    let since = window().performance().and_then(|performance| {
        let entry = performance.get_entries_by_type("navigation").get(0);
        let navigation = entry.dyn_into::<PerformanceResourceTiming>().ok()?;
        Some(performance.now() - navigation.response_start())
    });
    Date::now() - since.unwrap_or_default()
}

impl Deadlines {
    fn tick(self: &Rc<Self>) {
        let now = Date::now() + self.offset;
        let (left, wait) = (until(self.expires_at, now), until(self.resend_at, now));
        self.show_left(left);
        self.show_wait(wait);
        let this = Rc::clone(self);
        self.timer.replace(next_tick(&[left, wait]).map(|millis| Timeout::new(millis, move || this.tick())));
    }

    fn show_left(&self, left: Duration) {
        dom::set_text("left", &clock_text(left));
        if left.is_zero() {
            if !self.expired.replace(true) {
                show_expired();
            }
            return;
        }
        let passed = marks_passed(left, &MARKS);
        if passed > self.marks_passed.replace(passed) {
            dom::set_text("live-phase", MARK_TEXTS[passed - 1]);
        }
    }

    fn show_wait(&self, wait: Duration) {
        if !wait.is_zero() {
            dom::set_attribute(&self.resend, "aria-disabled", "true");
            dom::set_text("resend-note", &[messages::RESEND_IN, &clock_text(wait)].concat());
        } else if self.waiting.replace(false) {
            dom::remove_attribute(&self.resend, "aria-disabled");
            dom::set_text("resend-note", messages::RESEND_NOW);
            dom::set_text("live-phase", messages::RESEND_NOW);
        }
    }
}

/// The code form stays usable: the server has the last word on whether a code came in time.
fn show_expired() {
    dom::set_hidden("deadline", true);
    dom::set_hidden("expired", false);
    dom::set_text("live-expiry", &messages::error(&OtpError::CodeExpired));
    if let Some(forms) = dom::by_id::<HtmlElement>("verify") {
        forms.set_class_name("expired");
    }
}
