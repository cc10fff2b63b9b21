//! Asks whether another email address was meant, while somebody is still at the form.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use super::dom;
use crate::shared::typing::meant_address;
use crate::ui::messages::PLACE;

const PLACE_OF_IT: &str = "suggestion";
/// Milliseconds without a letter that are a pause.
const PAUSE: u32 = 600;

/// Looks at an address when its owner pauses: not at every letter, and not when the field is left, because a question that appears
/// then moves the button that is being pressed.
pub(super) fn attach(input: &HtmlInputElement) {
    let (field, pause) = (input.clone(), Rc::new(RefCell::new(None)));
    dom::listen(input, "input", move |_| {
        forget();
        let asked = field.clone();
        pause.replace(Some(Timeout::new(PAUSE, move || ask(&asked))));
    });
}

/// Takes the question back.
pub(super) fn forget() {
    dom::set_text(PLACE_OF_IT, "");
}

fn ask(input: &HtmlInputElement) {
    let is_email = input.get_attribute("inputmode").as_deref() == Some("email");
    let is_there = document().active_element().is_some_and(|element| element.is_same_node(Some(input)));
    if let Some(address) = meant_address(&input.value()).filter(|_| is_email && is_there) {
        _ = show(input, address);
    }
}

/// The question is a button: who presses it has the address in the field.
fn show(input: &HtmlInputElement, address: String) -> Option<()> {
    let place: HtmlElement = dom::by_id(PLACE_OF_IT)?;
    let button: HtmlElement = document().create_element("button").ok()?.dyn_into().ok()?;
    dom::set_attribute(&button, "type", "button");
    button.set_class_name("link");
    button.set_text_content(Some(&dom::data(&place, "data-text").replace(PLACE, &address)));
    place.set_text_content(None);
    _ = place.append_child(&button);
    let field = input.clone();
    dom::listen(&button, "click", move |_| {
        field.set_value(&address);
        forget();
        _ = field.focus();
    });
    Some(())
}
