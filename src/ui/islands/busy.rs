//! The state of a submit button while its form is being sent.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlFormElement};

use super::dom;

/// Milliseconds after which the button is announced as unavailable. An immediate announcement would
/// be superfluous for every fast reply: NVDA says "unavailable" as soon as a focused button is.
const ANNOUNCE_AFTER: u32 = 400;

/// The id of the live region for that announcement.
const STATUS: &str = "form-status";

/// Milliseconds after which a form can be sent again although no page has loaded: the customer may
/// have stopped loading.
const GIVE_UP: u32 = 30_000;

/// The attribute that marks the button of a form that is being sent.
const SUBMITTING: &str = "data-submitting";

/// Lets one submission through at a time and shows that it is under way.
///
/// The button is never `disabled`, because a focused button would lose the focus.
#[derive(Clone)]
pub(super) struct Busy(Rc<State>);

struct State {
    button: HtmlElement,
    label: String,
    busy_label: String,
    in_flight: Cell<bool>,
    announcement: RefCell<Option<Timeout>>,
}

impl Busy {
    /// Returns the state of the form's submit button, or `None` if the form has no such button.
    pub(super) fn of(form: &HtmlFormElement) -> Option<Self> {
        let button: HtmlElement = form
            .query_selector("[type=submit]")
            .ok()??
            .dyn_into()
            .ok()?;
        let label = button.text_content().unwrap_or_default();
        let busy_label = button
            .get_attribute("data-busy")
            .unwrap_or_else(|| label.clone());
        let (in_flight, announcement) = Default::default();
        Some(Self(Rc::new(State {
            button,
            label,
            busy_label,
            in_flight,
            announcement,
        })))
    }

    /// Marks the form as being sent. Returns `false` if it already was; then nothing may be sent.
    pub(super) fn start(&self) -> bool {
        if self.0.in_flight.replace(true) {
            return false;
        }
        self.0.button.set_text_content(Some(&self.0.busy_label));
        dom::set_attribute(&self.0.button, SUBMITTING, "");
        let state = Rc::clone(&self.0);
        self.0
            .announcement
            .replace(Some(Timeout::new(ANNOUNCE_AFTER, move || state.announce())));
        true
    }

    /// Makes the button available again.
    pub(super) fn end(&self) {
        if self.0.in_flight.replace(false) {
            self.0.announcement.take();
            self.0.button.set_text_content(Some(&self.0.label));
            dom::remove_attribute(&self.0.button, "aria-disabled");
            dom::remove_attribute(&self.0.button, SUBMITTING);
            dom::set_text(STATUS, "");
        }
    }

    /// Whether the button is `aria-disabled` and must not be pressed now.
    pub(super) fn is_blocked(&self) -> bool {
        self.0.button.get_attribute("aria-disabled").is_some()
    }
}

/// Calls `release` after [`GIVE_UP`] milliseconds, in case no page has loaded.
pub(super) fn give_up_later(release: impl FnOnce() + 'static) {
    Timeout::new(GIVE_UP, release).forget();
}

/// Whether a form of the page is being sent. Its reply must not be cut off by leaving the page.
pub(super) fn is_any_under_way() -> bool {
    matches!(
        document().query_selector(&["[", SUBMITTING, "]"].concat()),
        Ok(Some(_))
    )
}

impl State {
    fn announce(&self) {
        dom::set_attribute(&self.button, "aria-disabled", "true");
        dom::set_text(STATUS, &self.busy_label);
    }
}
