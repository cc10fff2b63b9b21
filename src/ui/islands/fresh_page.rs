//! A page that is never shown from memory.

use leptos::prelude::*;

use super::dom;

/// Loads the page again when it comes out of the back/forward cache: after signing out nothing personal may show, and
/// `no-store` alone does not keep a page out of that cache.
#[island]
pub fn FreshPage() -> impl IntoView {
    dom::when_alive(|| {
        dom::on_return(dom::reload);
        None
    });
}
