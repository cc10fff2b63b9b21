//! The behaviour of the request form.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::js_sys::futures::spawn_local;
use web_sys::{Element, Event, HtmlFormElement, HtmlInputElement};

use super::busy::{self, Busy};
use super::problem::{self, Field};
use super::submit::{Rejection, SubmitError, property, submit};
use super::{dom, proof, suggestion};
use crate::shared::ContactType;
use crate::ui::components::contact_input::attributes;

const FIELD: Field = Field {
    input: "contact_value",
    error: "contact-error",
};

/// Adapts the contact field to the selected radio button, and shows errors of the request form in
/// place.
#[island]
pub fn ContactForm() -> impl IntoView {
    dom::on_hydrate(attach);
}

fn attach() -> Option<()> {
    let form: HtmlFormElement = dom::by_id("request-form")?;
    let input: HtmlInputElement = dom::by_id(FIELD.input)?;
    let busy = Busy::of(&form)?;

    follow_radio(&form, &input);
    suggestion::attach(&input);
    let field = input.clone();
    dom::listen(&input, "input", move |_| problem::clear_invalid(&field));
    let released = busy.clone();
    dom::on_return(move || released.end());
    send_in_place(&form, busy);
    dom::set_attribute(&form, "data-ready", "");
    Some(())
}

/// Adapts the contact field to the radio buttons, also at the start: the browser may have restored
/// another choice than the server rendered.
fn follow_radio(form: &HtmlFormElement, input: &HtmlInputElement) {
    if let Some(radio) = chosen() {
        apply(&radio, input);
    }
    let field = input.clone();
    dom::listen(form, "change", move |event| {
        let radio = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(radio) = radio.filter(|radio| radio.name() == "contact_type") {
            apply(&radio, &field);
            // The messages were about a contact of the other kind.
            problem::clear(&FIELD);
            suggestion::clear();
        }
    });
}

fn chosen() -> Option<HtmlInputElement> {
    let radios = ContactType::ALL
        .iter()
        .filter_map(|kind| dom::by_id(&["contact_type_", kind.as_str()].concat()));
    radios.into_iter().find(HtmlInputElement::checked)
}

/// Adapts the attributes of the input. The stylesheet switches the label and the hint.
fn apply(radio: &HtmlInputElement, input: &HtmlInputElement) {
    dom::set_attribute(input, "placeholder", &dom::data(radio, "data-example"));
    for (name, value) in attributes(ContactType::from_value(&radio.value()).unwrap_or_default()) {
        dom::set_attribute(input, name, value);
    }
}

fn send_in_place(form: &HtmlFormElement, busy: Busy) {
    let sent = form.clone();
    dom::listen(form, "submit", move |event| {
        // Buttons with a path of their own, like those of the language switch, are not intercepted.
        if has_own_action(&event) {
            return;
        }
        event.prevent_default();
        if busy.start() {
            problem::clear(&FIELD);
            send(&sent, &busy, true);
        }
    });
}

fn has_own_action(event: &Event) -> bool {
    let button = property(event, "submitter").dyn_into::<Element>();
    button.is_ok_and(|button| button.has_attribute("formaction"))
}

fn send(form: &HtmlFormElement, busy: &Busy, is_first: bool) {
    spawn_local(handle_response(form.clone(), busy.clone(), is_first));
}

async fn handle_response(form: HtmlFormElement, busy: Busy, is_first: bool) {
    match submit(&form).await {
        Ok(next) => leave_for(&next.location, busy),
        Err(SubmitError::Rejected(Rejection {
            redirect_to: Some(path),
            ..
        })) => leave_for(&path, busy),
        Err(
            error @ SubmitError::Rejected(Rejection {
                needs_captcha: true,
                ..
            }),
        ) if is_first => solve_challenge(form, busy, error),
        Err(SubmitError::VersionMismatch) => _ = form.submit(),
        Err(error) => show(&form, &error, &busy),
    }
}

/// Goes to the next page. The form stays busy until that page has loaded.
fn leave_for(path: &str, busy: Busy) {
    dom::go_to(path);
    busy::give_up_later(move || busy.end());
}

/// Sends the form again with the solution of a challenge. If this page has no field for it, the
/// form is submitted plainly: the next page may ask for another kind of challenge.
fn solve_challenge(form: HtmlFormElement, busy: Busy, error: SubmitError) {
    let Some(field) = proof::field(&form) else {
        _ = form.submit();
        return;
    };
    let done = move |is_solved| {
        if is_solved {
            send(&form, &busy, false);
        } else {
            show(&form, &error, &busy);
        }
    };
    proof::solve(field, Box::new(done));
}

fn show(form: &HtmlFormElement, error: &SubmitError, busy: &Busy) {
    busy.end();
    // A customer who was faster than the suggestion may have mistyped the address, too.
    suggestion::suggest();
    problem::show(&FIELD, error, &dom::data(form, "data-unreachable"));
    problem::focus_summary();
}
