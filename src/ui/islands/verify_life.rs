//! What the verify screen does in the browser.

use leptos::prelude::*;

use super::{code_form, countdown, delivery_status, dom};

/// Takes the code, counts the time left down and says what becomes of the message.
#[island]
pub fn VerifyLife() -> impl IntoView {
    dom::when_alive(|| {
        _ = code_form::attach();
        _ = countdown::attach();
        delivery_status::attach()
    });
}
