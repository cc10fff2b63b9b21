//! Helpers for working with the document.

use leptos::leptos_dom::helpers::is_browser;
use leptos::prelude::{document, window};
use leptos::wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventTarget, HtmlElement, PageTransitionEvent};

/// Attaches an island in the browser; does nothing on the server. It does not use an effect: an
/// island is created when the document is ready, and effects add 2 KB to the download.
pub(super) fn on_hydrate(attach: fn() -> Option<()>) {
    if is_browser() {
        _ = attach();
    }
}

/// Returns the element with this id, if it exists and has this type.
pub(super) fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Replaces the text of an element, if the element exists.
pub(super) fn set_text(id: &str, text: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.set_text_content(Some(text));
    }
}

/// Makes a screen reader announce the current text of a live region.
pub(super) fn announce_again(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.set_text_content(element.text_content().as_deref());
    }
}

/// Shows or hides an element, if it exists.
pub(super) fn set_hidden(id: &str, hidden: bool) {
    if let Some(element) = by_id::<HtmlElement>(id) {
        element.set_hidden(hidden);
    }
}

/// Sets an attribute. Names are constants of ours, so that no browser rejects one.
pub(super) fn set_attribute(element: &HtmlElement, name: &str, value: &str) {
    _ = element.set_attribute(name, value);
}

/// Returns the value of a `data-` attribute that the server has rendered; empty if it is missing.
pub(super) fn data(element: &HtmlElement, name: &str) -> String {
    element.get_attribute(name).unwrap_or_default()
}

/// Removes an attribute, if it exists.
pub(super) fn remove_attribute(element: &HtmlElement, name: &str) {
    _ = element.remove_attribute(name);
}

/// Calls the handler for every event of this name, until the document ends.
pub(super) fn listen(target: &EventTarget, event: &str, handler: impl Fn(Event) + 'static) {
    let handler = Closure::<dyn Fn(Event)>::new(handler);
    _ = target.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref());
    handler.forget();
}

/// Calls the handler whenever the page returns from the back/forward cache, in the state in which
/// it was left.
pub(super) fn on_return(handler: impl Fn() + 'static) {
    listen(&window(), "pageshow", move |event| {
        if event.unchecked_ref::<PageTransitionEvent>().persisted() {
            handler();
        }
    });
}

/// Returns the language of the page, as a BCP 47 tag.
pub(super) fn language() -> String {
    document()
        .document_element()
        .and_then(|page| page.get_attribute("lang"))
        .unwrap_or_default()
}

/// Navigates to another page of this site.
pub(super) fn go_to(path: &str) {
    _ = window().location().assign(path);
}

/// Reloads the page.
pub(super) fn reload() {
    _ = window().location().reload();
}
