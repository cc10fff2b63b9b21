//! The behaviour of the verify screen.

use leptos::prelude::*;

use super::{code_form, countdown, delivery_status, dom};

/// Handles the code form, counts down the time left, and shows the delivery status.
#[island]
pub fn VerifyBehavior() -> impl IntoView {
    dom::on_hydrate(|| {
        _ = code_form::attach();
        _ = countdown::attach();
        delivery_status::attach()
    });
}
