//! Live updates of the delivery status.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue};
use web_sys::js_sys::futures::spawn_local;
use web_sys::js_sys::{JSON, futures::JsFuture, parse_float};
use web_sys::{EventSource, HtmlElement, HtmlInputElement, Response};

use super::submit::{body, property};
use super::{busy, dom};
use crate::shared::routes;

/// Milliseconds between two polls, if the server's events do not get through. The server sends an
/// event more often than this, so that a stream without any for as long is being held back.
const POLL: u32 = 5_000;
/// The longest delay between two polls: it doubles up to this while the server does not reply.
const SLOWEST_POLL: u32 = 60_000;

/// Milliseconds to wait so that the tab that took a step moves on first: its reply sets the cookie,
/// and the flash message is meant for its next page.
const RELOAD_DELAY: u32 = 3_000;
/// The attribute that marks the code field of a page that is about to be reloaded.
const RELOADING: &str = "data-reloading";

struct StatusWatcher {
    element: HtmlElement,
    /// The deadlines of this page by their names in the server's report, in milliseconds since the
    /// Unix epoch.
    deadlines: [(&'static str, f64); 2],
    /// The path of the delivery status, in the language of this page.
    path: String,
    events: RefCell<Option<EventSource>>,
    next_poll: RefCell<Option<Timeout>>,
    next_load: RefCell<Option<Timeout>>,
    wait: Cell<u32>,
}

/// Shows the delivery status as it changes, and moves on when another tab has ended the sign-in.
pub(super) fn attach() -> Option<()> {
    let element = dom::by_id("delivery")?;
    let deadline: HtmlElement = dom::by_id("deadline")?;
    let deadlines = [("expires_at", "data-expires"), ("resend_at", "data-resend")]
        .map(|(name, attribute)| (name, parse_float(&dom::data(&deadline, attribute))));
    let path = [routes::OTP_STATUS, "?language=", &dom::language()].concat();
    let (events, next_poll, next_load) = Default::default();
    let watcher = Rc::new(StatusWatcher {
        element,
        deadlines,
        path,
        events,
        next_poll,
        next_load,
        wait: Cell::new(POLL),
    });
    watcher.open();
    let this = Rc::clone(&watcher);
    // An open connection would keep the page out of the back/forward cache.
    dom::listen(&window(), "pagehide", move |_| this.close());
    let this = Rc::clone(&watcher);
    dom::on_return(move || this.open());
    // On a phone that slept, the connection may be open but dead.
    dom::listen(&document(), "visibilitychange", move |_| {
        if document().hidden() {
            watcher.close();
        } else {
            watcher.open();
        }
    });
    Some(())
}

impl StatusWatcher {
    fn open(self: &Rc<Self>) {
        self.close();
        let Ok(events) = EventSource::new(&self.path) else {
            return self.poll_later();
        };
        let this = Rc::clone(self);
        dom::listen(&events, "message", move |event| {
            this.poll_later();
            let report = property(&event, "data")
                .as_string()
                .and_then(|text| JSON::parse(&text).ok());
            this.show_report(&report.unwrap_or_default());
        });
        let this = Rc::clone(self);
        dom::listen(&events, "alive", move |_| this.poll_later());
        let this = Rc::clone(self);
        // The stream has ended, or an intermediary blocks it.
        dom::listen(&events, "error", move |_| {
            this.close();
            this.poll_later();
        });
        self.events.replace(Some(events));
        self.wait.set(POLL);
        self.poll_later();
    }

    fn close(&self) {
        self.next_poll.take();
        if let Some(events) = self.events.take() {
            events.close();
        }
    }

    /// Starts to poll after a while, unless an event arrives before.
    fn poll_later(self: &Rc<Self>) {
        let this = Rc::clone(self);
        let poll = Timeout::new(self.wait.get(), move || {
            spawn_local(async move {
                this.close();
                this.poll().await;
            });
        });
        self.next_poll.replace(Some(poll));
    }

    async fn poll(self: Rc<Self>) {
        let report = fetch_status(&self.path).await;
        let is_over = report
            .as_ref()
            .is_some_and(|report| !self.show_report(report));
        // If the page has returned from the back/forward cache meanwhile, the event stream is open
        // again.
        if is_over || self.events.borrow().is_some() {
            return;
        }
        self.wait.set(if report.is_some() {
            POLL
        } else {
            (2 * self.wait.get()).min(SLOWEST_POLL)
        });
        self.poll_later();
    }

    fn load_later(&self, load: fn()) {
        self.next_load
            .replace(Some(Timeout::new(RELOAD_DELAY, load)));
    }

    /// Shows the server's report. Returns `false` if there is nothing more to ask for.
    fn show_report(&self, report: &JsValue) -> bool {
        let text_of = |name| property(report, name).as_string().unwrap_or_default();
        let state = text_of("state");
        match state.as_str() {
            "" => return true,
            "none" | "signed_in" => {
                self.close();
                self.load_later(leave_sign_in);
                return false;
            }
            // "A code was sent" would contradict the failure.
            "failed" => dom::set_text("notice", ""),
            _ => {}
        }
        dom::set_attribute(&self.element, "data-state", &state);
        let text = text_of("text");
        // A screen reader would repeat an unchanged text.
        if self.element.text_content().as_deref() != Some(&text) {
            self.element.set_text_content(Some(&text));
        }
        let time = |name| property(report, name).as_f64();
        let has_moved =
            |(name, known): (_, f64)| time(name).is_some_and(|new| (new - known).abs() >= 1.0);
        if self.deadlines.into_iter().any(has_moved) {
            self.load_later(reload_page);
        }
        time("server_now")
            .zip(time("expires_at"))
            .is_none_or(|(now, end)| now < end)
    }
}

/// Leaves for the request screen, which redirects to the account page if the browser is signed in.
/// While a form of this page is being sent, its reply decides where to go.
fn leave_sign_in() {
    if !busy::is_any_under_way() {
        dom::go_to(routes::OTP_REQUEST);
    }
}

/// Reloads the page: another tab has had a code sent, so that the deadlines of this page are
/// outdated. Input in the code field takes precedence: the page is not reloaded then, and
/// [`cancel_reload`] cancels a reload that is under way.
fn reload_page() {
    let Some(field) = dom::by_id::<HtmlInputElement>("otp_code") else {
        return;
    };
    if field.value().is_empty() && !busy::is_any_under_way() {
        dom::set_attribute(&field, RELOADING, "");
        dom::reload();
    }
}

/// Cancels the reload of the page, if one is under way.
pub(super) fn cancel_reload(field: &HtmlInputElement) {
    if field.has_attribute(RELOADING) {
        dom::remove_attribute(field, RELOADING);
        _ = window().stop();
    }
}

async fn fetch_status(path: &str) -> Option<JsValue> {
    let response = JsFuture::from(window().fetch_with_str(path)).await.ok()?;
    let response: Response = response.unchecked_into();
    if response.ok() {
        body(response.json()).await.ok()
    } else {
        None
    }
}
