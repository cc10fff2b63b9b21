//! The proof of work. A worker computes it, so that the page stays responsive.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue};
use web_sys::js_sys::futures::spawn_local;
use web_sys::js_sys::{Date, futures::JsFuture};
use web_sys::{HtmlElement, HtmlFormElement, HtmlInputElement, Response, Worker};

use super::dom;
use super::submit::{body, property};
use crate::shared::routes;
use crate::ui::messages::PLACEHOLDER;

/// Milliseconds between two announcements of a screen reader.
const ANNOUNCE_INTERVAL: f64 = 5_000.0;

/// Returns the field of a form that takes a solution, if the page asks for a proof of work.
pub(super) fn field(form: &HtmlFormElement) -> Option<HtmlInputElement> {
    form.query_selector("[name=solution]")
        .ok()??
        .dyn_into()
        .ok()
}

/// Fills the field, then calls `done` with whether it could. `done` is not called if the customer
/// leaves the page meanwhile.
pub(super) fn solve(field: HtmlInputElement, done: Done) {
    field.set_value("");
    spawn_local(async move {
        match start().await {
            Some(worker) => ProofOfWork {
                worker,
                field,
                done,
                announced_at: Cell::new(Date::now()),
            }
            .run(),
            None => done(false),
        }
    });
}

/// The callback for the end of the search; its argument says whether the field has a solution. It
/// is boxed, so that the WASM contains the search only once.
pub(super) type Done = Box<dyn Fn(bool)>;

struct ProofOfWork {
    worker: Worker,
    field: HtmlInputElement,
    done: Done,
    /// The time of the last announcement, in milliseconds since the Unix epoch.
    announced_at: Cell<f64>,
}

async fn start() -> Option<Worker> {
    let response = JsFuture::from(window().fetch_with_str(routes::OTP_CHALLENGE))
        .await
        .ok()?;
    let response: Response = response.unchecked_into();
    let challenge = if response.ok() {
        body(response.text()).await.ok()?
    } else {
        return None;
    };
    let worker = Worker::new(routes::PROOF_OF_WORK_SCRIPT).ok()?;
    worker.post_message(&challenge).ok()?;
    Some(worker)
}

impl ProofOfWork {
    fn run(self) {
        show(0.0);
        dom::set_hidden("proof", false);
        dom::set_text("proof-status", &sentence("data-started"));
        let proof = Rc::new(self);
        let this = Rc::clone(&proof);
        dom::listen(&proof.worker, "message", move |event| {
            this.on_message(&property(&event, "data"));
        });
        let this = Rc::clone(&proof);
        dom::listen(&proof.worker, "error", move |_| this.end(None));
        let this = Rc::clone(&proof);
        dom::listen(&window(), "pagehide", move |_| this.stop());
    }

    fn on_message(&self, data: &JsValue) {
        match data.as_f64() {
            Some(percent) => self.show_progress(percent),
            None => self.end(data.as_string()),
        }
    }

    fn show_progress(&self, percent: f64) {
        let text = show(percent);
        if Date::now() - self.announced_at.get() >= ANNOUNCE_INTERVAL {
            self.announced_at.set(Date::now());
            dom::set_text("proof-status", &text);
        }
    }

    fn end(&self, solution: Option<String>) {
        self.stop();
        self.field
            .set_value(solution.as_deref().unwrap_or_default());
        (self.done)(solution.is_some());
    }

    fn stop(&self) {
        self.worker.terminate();
        dom::set_hidden("proof", true);
        dom::set_text("proof-status", "");
    }
}

/// Returns a sentence that the page has in this attribute.
fn sentence(name: &str) -> String {
    dom::by_id::<HtmlElement>("proof")
        .map(|element| dom::data(&element, name))
        .unwrap_or_default()
}

/// Shows the progress in percent and returns its text.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is a whole number from 0 to 100"
)]
#[expect(clippy::as_conversions, reason = "there is no From for it")]
fn show(percent: f64) -> String {
    let percent = percent as u32;
    let text = sentence("data-progress").replace(PLACEHOLDER, &percent.to_string());
    dom::set_text("proof-label", &text);
    if let Some(bar) = dom::by_id::<HtmlElement>("proof-bar") {
        dom::set_attribute(&bar, "value", &percent.to_string());
    }
    text
}
