//! The behaviour of forms that only post.

use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Event, HtmlFormElement};

use super::busy::{self, Busy};
use super::{dom, proof};

/// Shows on every `PlainForm` that it is being sent, computes the proof of work that it requires,
/// and prevents it from being sent twice or while its button is `aria-disabled`.
pub(super) fn attach_all() {
    let Ok(forms) = document().query_selector_all("form[data-plain]") else {
        return;
    };
    for form in (0..forms.length()).filter_map(|index| forms.get(index)) {
        _ = attach(form.unchecked_ref());
    }
}

fn attach(form: &HtmlFormElement) -> Option<()> {
    let busy = Busy::of(form)?;
    let released = busy.clone();
    dom::on_return(move || released.end());
    let sent = form.clone();
    dom::listen(form, "submit", move |event| guard(&event, &sent, &busy));
    Some(())
}

fn guard(event: &Event, form: &HtmlFormElement, busy: &Busy) {
    if busy.is_blocked() || !busy.start() {
        event.prevent_default();
        return;
    }
    let Some(field) = proof::field(form) else {
        return give_up_later(busy);
    };
    event.prevent_default();
    let (form, busy) = (form.clone(), busy.clone());
    // If there is no solution, the next page says when a code can be requested again.
    let done = move |_| {
        give_up_later(&busy);
        _ = form.submit();
    };
    proof::solve(field, Box::new(done));
}

fn give_up_later(busy: &Busy) {
    let busy = busy.clone();
    busy::give_up_later(move || busy.end());
}
