//! Forms that only post, in the browser.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Event, HtmlFormElement};

use super::{busy::Busy, dom};

/// Milliseconds after which a form can be sent again although no page came: the customer may have stopped the load.
const GIVE_UP: u32 = 10_000;

/// Shows on every `PlainForm` that it is on its way, and keeps it from being sent twice or while its button is
/// `aria-disabled`.
#[island]
pub fn PlainForms() -> impl IntoView {
    Effect::new(|| {
        let Ok(forms) = document().query_selector_all("form[data-plain]") else {
            return;
        };
        for form in (0..forms.length()).filter_map(|index| forms.get(index)) {
            _ = attach(form.unchecked_ref());
        }
    });
}

fn attach(form: &HtmlFormElement) -> Option<()> {
    let busy = Busy::of(form, None)?;
    let released = busy.clone();
    dom::on_return(move || released.end());
    dom::listen(form, "submit", move |event| guard(&event, &busy));
    Some(())
}

fn guard(event: &Event, busy: &Busy) {
    if busy.is_blocked() || !busy.start() {
        event.prevent_default();
        return;
    }
    let busy = busy.clone();
    Timeout::new(GIVE_UP, move || busy.end()).forget();
}
