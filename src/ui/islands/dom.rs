//! The few things every island does to the document.

use leptos::leptos_dom::helpers::is_browser;
use leptos::prelude::{document, window};
use leptos::wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventTarget, HtmlElement, PageTransitionEvent};

/// Lets an island attach itself; on the server nothing happens. Not in an effect: islands come
/// alive when the document is there, and effects are 2 KB more to download.
pub(super) fn when_alive(attach: fn() -> Option<()>) {
    if is_browser() {
        _ = attach();
    }
}

/// The element with this id, if it is there and of the type.
pub(super) fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Replaces the text of an element, if it is there.
pub(super) fn set_text(id: &str, text: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.set_text_content(Some(text));
    }
}

/// Lets a screen reader hear what a live region says already.
pub(super) fn say_again(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.set_text_content(element.text_content().as_deref());
    }
}

/// Shows or hides an element, if it is there.
pub(super) fn set_hidden(id: &str, hidden: bool) {
    if let Some(element) = by_id::<HtmlElement>(id) {
        element.set_hidden(hidden);
    }
}

/// Sets an attribute. Names are our own constants, so that no browser refuses one.
pub(super) fn set_attribute(element: &HtmlElement, name: &str, value: &str) {
    _ = element.set_attribute(name, value);
}

/// What the server wrote for us into a `data-` attribute; nothing, if it did not.
pub(super) fn data(element: &HtmlElement, name: &str) -> String {
    element.get_attribute(name).unwrap_or_default()
}

/// Removes an attribute, if it is there.
pub(super) fn remove_attribute(element: &HtmlElement, name: &str) {
    _ = element.remove_attribute(name);
}

/// Calls the handler for every event of this name, for as long as the document lives.
pub(super) fn listen(target: &EventTarget, event: &str, handler: impl Fn(Event) + 'static) {
    let handler = Closure::<dyn Fn(Event)>::new(handler);
    _ = target.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref());
    handler.forget();
}

/// Calls the handler whenever the page comes back from the back/forward cache, with its state as it
/// was left.
pub(super) fn on_return(handler: impl Fn() + 'static) {
    listen(&window(), "pageshow", move |event| {
        if event.unchecked_ref::<PageTransitionEvent>().persisted() {
            handler();
        }
    });
}

/// The language of the page.
pub(super) fn language() -> String {
    document()
        .document_element()
        .and_then(|page| page.get_attribute("lang"))
        .unwrap_or_default()
}

/// Goes to another page of this site.
pub(super) fn go_to(path: &str) {
    _ = window().location().assign(path);
}

/// Loads the page again.
pub(super) fn reload() {
    _ = window().location().reload();
}
