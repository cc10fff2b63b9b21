//! The countdowns to the expiry of the code and to the next resend.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use web_sys::HtmlElement;
use web_sys::js_sys::{Date, parse_float};

use super::time_left::{clock_text, marks_passed, next_tick, until};
use super::{dom, submit::property};

/// Seconds left at which a screen reader announces the time left (WCAG 2.2 SC 2.2.1). More
/// announcements would interrupt the reader.
const MARKS: [u32; 3] = [300, 60, 30];
/// The attributes with the announcements.
const MARK_TEXTS: [&str; 3] = ["data-left-300", "data-left-60", "data-left-30"];

struct Deadlines {
    /// The element with the deadlines and the sentences about them.
    element: HtmlElement,
    /// The milliseconds to add to this browser's clock to get the server's.
    offset: f64,
    /// The time at which the code expires, in milliseconds since the Unix epoch.
    expires_at: f64,
    /// The time from which a code can be sent again, in milliseconds since the Unix epoch.
    resend_at: f64,
    /// The resend button. It does not exist when all codes are used up.
    resend: Option<HtmlElement>,
    expired: Cell<bool>,
    waiting: Cell<bool>,
    marks_passed: Cell<usize>,
    timer: RefCell<Option<Timeout>>,
}

/// Counts down to the server's deadlines by the server's clock. Each tick reads the clock, so that
/// a tab whose timers were suspended shows the right time as soon as it is visible again. A wrong
/// clock on the phone makes no difference.
pub(super) fn attach() -> Option<()> {
    let element: HtmlElement = dom::by_id("deadline")?;
    let number = |name: &str| element.get_attribute(name).map(|text| parse_float(&text));
    let (server_now, expires_at, resend_at) = (
        number("data-now")?,
        number("data-expires")?,
        number("data-resend")?,
    );
    let deadlines = Rc::new(Deadlines {
        offset: server_now - arrived_at(),
        expires_at,
        resend_at,
        resend: dom::by_id("resend"),
        element,
        // The state that the server rendered. Changes since then are announced at the first tick.
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

/// Returns the moment, by this browser's clock, at which the page began to arrive. The WASM may
/// arrive seconds later.
fn arrived_at() -> f64 {
    let since = window().performance().and_then(|performance| {
        let navigation = performance.get_entries_by_type("navigation").get(0);
        Some(performance.now() - property(&navigation, "responseStart").as_f64()?)
    });
    Date::now() - since.unwrap_or_default()
}

impl Deadlines {
    fn tick(self: &Rc<Self>) {
        let now = Date::now() + self.offset;
        let (left, wait) = (until(self.expires_at, now), until(self.resend_at, now));
        // Show the time left last: if both have an announcement, this one must win.
        self.show_wait(wait);
        self.show_left(left);
        let this = Rc::clone(self);
        self.timer.replace(
            next_tick(&[left, wait]).map(|millis| Timeout::new(millis, move || this.tick())),
        );
    }

    fn show_left(&self, left: u32) {
        dom::set_text("left", &clock_text(left));
        if left == 0 {
            if !self.expired.replace(true) {
                show_expired();
            }
            return;
        }
        let passed = marks_passed(left, &MARKS);
        if passed > self.marks_passed.replace(passed) {
            dom::set_text(
                "live-phase",
                &dom::data(&self.element, MARK_TEXTS[passed - 1]),
            );
        }
    }

    fn show_wait(&self, wait: u32) {
        let Some(resend) = &self.resend else { return };
        if wait > 0 {
            dom::set_attribute(resend, "aria-disabled", "true");
            // Not in the note: it describes the button, so a screen reader would repeat it every
            // second.
            dom::set_text("resend-left", &clock_text(wait));
        } else if self.waiting.replace(false) {
            dom::remove_attribute(resend, "aria-disabled");
            let sentence = dom::data(&self.element, "data-resend-now");
            dom::set_text("resend-note", &sentence);
            dom::set_text("resend-left", "");
            dom::set_text("live-phase", &sentence);
        }
    }
}

/// Shows that the code has expired. The code form stays usable, because the server decides whether
/// a code arrived in time.
fn show_expired() {
    dom::set_hidden("deadline", true);
    dom::set_hidden("expired", false);
    dom::set_text("live-phase", "");
    if let Some(expired) = dom::by_id::<HtmlElement>("expired") {
        dom::set_text("live-expiry", &expired.text_content().unwrap_or_default());
    }
    if let Some(forms) = dom::by_id::<HtmlElement>("verify") {
        forms.set_class_name("expired");
    }
}
