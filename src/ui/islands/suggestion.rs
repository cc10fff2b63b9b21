//! Asks whether another email address was meant while the customer is still at the form.

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use super::dom;
use crate::shared::typing::suggest_email;
use crate::ui::messages::PLACEHOLDER;

/// The id of the field with the address.
const FIELD: &str = "contact_value";
/// The id of the element that shows the question.
const QUESTION: &str = "suggestion";
/// Milliseconds without input that count as a pause.
const PAUSE: u32 = 600;

/// Checks the address when the customer pauses. It does not check at every letter, nor when the
/// field loses the focus: a question that appears then moves the button that is being pressed.
pub(super) fn attach(input: &HtmlInputElement) {
    let pause = RefCell::new(None);
    dom::listen(input, "input", move |_| {
        clear();
        pause.replace(Some(Timeout::new(PAUSE, || {
            let is_left = document()
                .active_element()
                .is_none_or(|element| element.id() != FIELD);
            if !is_left {
                suggest();
            }
        })));
    });
}

/// Removes the question.
pub(super) fn clear() {
    dom::set_text(QUESTION, "");
}

/// Asks if the address in the field looks mistyped.
pub(super) fn suggest() {
    _ = show_suggestion();
}

/// Shows the question as a button; pressing it puts the suggested address into the field.
fn show_suggestion() -> Option<()> {
    let input: HtmlInputElement = dom::by_id(FIELD)?;
    let is_email = input.get_attribute("inputmode").as_deref() == Some("email");
    let address = suggest_email(&input.value()).filter(|_| is_email)?;
    let question: HtmlElement = dom::by_id(QUESTION)?;
    let button: HtmlElement = document().create_element("button").ok()?.dyn_into().ok()?;
    dom::set_attribute(&button, "type", "button");
    button.set_class_name("link");
    button.set_text_content(Some(
        &dom::data(&question, "data-text").replace(PLACEHOLDER, &address),
    ));
    question.set_text_content(None);
    _ = question.append_child(&button);
    dom::listen(&button, "click", move |_| {
        input.set_value(&address);
        clear();
        _ = input.focus();
    });
    Some(())
}
