//! The request form in the browser.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use web_sys::{HtmlFormElement, HtmlInputElement};

use super::busy::Busy;
use super::problem::{self, Field};
use super::submit::{Failure, submit};
use super::{dom, proof};
use crate::api::OtpError;
use crate::shared::ContactType;
use crate::ui::components::contact_field::attributes;
use crate::ui::messages;

const FIELD: Field = Field { input: "contact_value", error: "contact-error" };

/// Makes the contact field follow the radio, and answers the request form in place.
#[island]
pub fn ContactForm() -> impl IntoView {
    Effect::new(|| {
        _ = attach();
    });
}

fn attach() -> Option<()> {
    let form: HtmlFormElement = dom::by_id("request-form")?;
    let input: HtmlInputElement = dom::by_id(FIELD.input)?;
    let busy = Busy::of(&form, Some("form-status"))?;

    follow_radio(&form, &input);
    let field = input.clone();
    dom::listen(&input, "input", move |_| problem::forget_invalid(&field));
    let released = busy.clone();
    dom::on_return(move || released.end());
    send_in_place(&form, busy);
    problem::focus_rendered_summary();
    dom::set_attribute(&form, "data-ready", "");
    Some(())
}

/// The radio rules from the start: the browser may have restored another choice than the server rendered.
fn follow_radio(form: &HtmlFormElement, input: &HtmlInputElement) {
    apply(chosen(), input);
    let field = input.clone();
    dom::listen(form, "change", move |event| {
        let radio = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if radio.is_some_and(|radio| radio.name() == "contact_type") {
            apply(chosen(), &field);
            // The message was about a contact of the other type.
            problem::mark(&FIELD, "");
        }
    });
}

fn chosen() -> ContactType {
    let phone = dom::by_id::<HtmlInputElement>("contact_type_phone").is_some_and(|radio| radio.checked());
    if phone { ContactType::Phone } else { ContactType::Email }
}

fn apply(kind: ContactType, input: &HtmlInputElement) {
    dom::set_text("contact-label", messages::contact_label(kind));
    dom::set_text("contact-hint", messages::contact_hint(kind));
    for (name, value) in attributes(kind) {
        dom::set_attribute(input, name, value);
    }
}

fn send_in_place(form: &HtmlFormElement, busy: Busy) {
    let sent = form.clone();
    dom::listen(form, "submit", move |event| {
        event.prevent_default();
        if busy.start() {
            send(&sent, &busy, true);
        }
    });
}

fn send(form: &HtmlFormElement, busy: &Busy, is_first: bool) {
    spawn_local(answer(form.clone(), busy.clone(), is_first));
}

async fn answer(form: HtmlFormElement, busy: Busy, is_first: bool) {
    match submit(&form).await {
        // Busy until the next page is there.
        Ok(next) => dom::go_to(&next.location),
        Err(Failure::Refused(OtpError::ProofNeeded { seconds })) if is_first => prove(form, busy, seconds),
        Err(failure) => refused(&failure, &busy),
    }
}

/// Sends the form again with a solution. Where the page asks for none, the next one may ask for something else.
fn prove(form: HtmlFormElement, busy: Busy, seconds: u32) {
    let Some(field) = proof::field(&form) else {
        _ = form.submit();
        return;
    };
    let done = move |is_solved| {
        if is_solved {
            send(&form, &busy, false);
        } else {
            refused(&Failure::Refused(OtpError::ProofNeeded { seconds }), &busy);
        }
    };
    proof::solve(field, Box::new(done));
}

fn refused(failure: &Failure, busy: &Busy) {
    busy.end();
    problem::show(&FIELD, failure, messages::CONTACT_NOT_SENT);
    problem::focus_summary();
}
