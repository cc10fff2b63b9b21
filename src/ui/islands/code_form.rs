//! The behaviour of the verify form.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::wasm_bindgen::JsCast;
use web_sys::js_sys::futures::spawn_local;
use web_sys::{AbortController, Event, HtmlElement, HtmlFormElement, HtmlInputElement, InputEvent};

use super::busy::{self, Busy};
use super::problem::{self, Field};
use super::submit::{Rejection, SubmitError, submit};
use super::{delivery_status, dom, paste::changed_at_once, web_otp};
use crate::shared::CodeFormat;
use crate::shared::code_text::find_code;
use crate::ui::messages::PLACEHOLDER;

const FIELD: Field = Field {
    input: "otp_code",
    error: "code-error",
};

struct CodeForm {
    form: HtmlFormElement,
    input: HtmlInputElement,
    busy: Busy,
    /// Cancels the wait for a text message.
    web_otp: RefCell<Option<AbortController>>,
    /// The format of the code.
    format: CodeFormat,
    /// The value of the field after the last event.
    last: RefCell<String>,
    /// The last wrong code. Sending it again would cost an attempt for nothing, and it happens
    /// easily: a paste submits by itself, and a customer may press the button out of habit.
    refused: RefCell<String>,
    /// Whether the code was right. The next page is loading or has been shown.
    done: Cell<bool>,
}

/// Finds the code in whatever is pasted, submits a code that was pasted or autofilled, and shows a
/// wrong code's error in place.
pub(super) fn attach() -> Option<()> {
    let form: HtmlFormElement = dom::by_id("verify-form")?;
    let input: HtmlInputElement = dom::by_id(FIELD.input)?;
    let busy = Busy::of(&form)?;
    let format = CodeFormat::from_name(&form.get_attribute("data-format")?)?;
    let (web_otp, last, refused, done) = Default::default();
    let code_form = Rc::new(CodeForm {
        form,
        input,
        busy,
        web_otp,
        format,
        last,
        refused,
        done,
    });

    dom::set_text("code-hint", &dom::data(&code_form.form, "data-hint"));
    // A code that was typed or autofilled before the WASM arrived is normalised but not sent.
    code_form.normalise();
    listen(&code_form);
    dom::set_attribute(&code_form.form, "data-ready", "");
    Some(())
}

fn listen(code_form: &Rc<CodeForm>) {
    if code_form.form.has_attribute("data-web-otp") {
        let this = Rc::clone(code_form);
        code_form
            .web_otp
            .replace(web_otp::wait_for_code(Box::new(move |code| {
                this.fill_in(&code);
            })));
    }
    for event in ["input", "compositionend"] {
        let this = Rc::clone(code_form);
        dom::listen(&code_form.input, event, move |event| this.on_input(&event));
    }
    let this = Rc::clone(code_form);
    dom::listen(&code_form.form, "submit", move |event| {
        event.prevent_default();
        this.send();
    });
    let this = Rc::clone(code_form);
    dom::on_return(move || this.on_return());
}

impl CodeForm {
    fn on_input(self: &Rc<Self>, event: &Event) {
        delivery_status::cancel_reload(&self.input);
        problem::clear_invalid(&self.input);
        if event
            .dyn_ref::<InputEvent>()
            .is_some_and(InputEvent::is_composing)
        {
            return;
        }
        let at_once = changed_at_once(&self.last.borrow(), &self.input.value());
        let whole = self.normalise();
        if whole && at_once {
            self.send();
        }
    }

    /// Reduces the field to the code, if its value contains one. Otherwise only folds its symbols,
    /// because the customer is still typing. Returns whether the field holds a complete code.
    fn normalise(&self) -> bool {
        let entered = self.input.value();
        let code = find_code(&entered, self.format);
        let whole = code.is_some();
        let text = code.unwrap_or_else(|| self.format.fold(&entered));
        if text != entered {
            let caret = self.input.selection_start().ok().flatten();
            self.input.set_value(&text);
            if let (false, Some(caret)) = (whole, caret) {
                _ = self.input.set_selection_range(caret, caret);
            }
        }
        self.last.replace(text);
        whole
    }

    /// Takes a code that the browser has read from a text message.
    fn fill_in(self: &Rc<Self>, code: &str) {
        self.input.set_value(code);
        if self.normalise() {
            self.send();
        }
    }

    fn send(self: &Rc<Self>) {
        if *self.refused.borrow() == self.input.value() && !self.refused.borrow().is_empty() {
            problem::show_again(&self.input);
            self.select();
            return;
        }
        if self.busy.start() {
            problem::clear(&FIELD);
            if let Some(web_otp) = self.web_otp.take() {
                web_otp.abort();
            }
            let this = Rc::clone(self);
            spawn_local(async move { this.submit_code().await });
        }
    }

    async fn submit_code(self: Rc<Self>) {
        // Not `disabled`: a read-only field keeps the focus and remains part of the form.
        self.input.set_read_only(true);
        match submit(&self.form).await {
            Ok(next) => {
                self.done.set(true);
                self.leave_for(&next.location);
            }
            Err(SubmitError::Rejected(Rejection {
                redirect_to: Some(path),
                ..
            })) => self.leave_for(&path),
            Err(SubmitError::VersionMismatch) => _ = self.form.submit(),
            Err(error) => self.show(&error),
        }
    }

    /// Goes to the next page. The form stays busy until that page has loaded.
    fn leave_for(self: Rc<Self>, path: &str) {
        dom::go_to(path);
        busy::give_up_later(move || self.release());
    }

    /// Shows an error. The code stays in the field and is selected, so that the next digit or paste
    /// replaces it.
    fn show(&self, error: &SubmitError) {
        self.release();
        problem::show(&FIELD, error, &dom::data(&self.form, "data-unreachable"));
        if let SubmitError::Rejected(Rejection {
            attempts_remaining: Some(remaining),
            ..
        }) = error
        {
            show_attempts(*remaining);
            self.refused.replace(self.input.value());
        }
        self.select();
    }

    fn select(&self) {
        _ = self.input.focus();
        self.input.select();
    }

    fn release(&self) {
        self.busy.end();
        self.input.set_read_only(false);
    }

    /// Handles a return to this page by the back button: a code that was right must not be asked
    /// for again.
    fn on_return(&self) {
        self.release();
        if self.done.get() {
            dom::reload();
        }
    }
}

/// Shows the attempts left. The page has a sentence for each number of attempts, from 1 on.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is a whole number of at least 1"
)]
#[expect(clippy::as_conversions, reason = "there is no From for it")]
fn show_attempts(remaining: f64) {
    let Some(element) = dom::by_id::<HtmlElement>("attempts") else {
        return;
    };
    let sentences = dom::data(&element, "data-attempts-left");
    element.set_text_content(sentences.split(PLACEHOLDER).nth((remaining - 1.0) as usize));
}
