//! The behaviour that all pages share.

use leptos::prelude::*;
use web_sys::HtmlElement;

use super::{dom, plain_forms, problem};

/// Guards forms that only post, says when there is no connection, moves the focus to an error, and
/// never shows a customer's own page from the back/forward cache.
#[island]
pub fn PageBehavior() -> impl IntoView {
    dom::on_hydrate(attach);
}

fn attach() -> Option<()> {
    plain_forms::attach_all();
    problem::focus_rendered_summary();
    // The notice was rendered before the screen reader listened for changes.
    dom::announce_again("notice");
    watch_connection();
    let main: HtmlElement = dom::by_id("main")?;
    if main.has_attribute("data-personal") {
        dom::on_return(dom::reload);
    }
    Some(())
}

/// Shows or clears the offline banner. It is only a hint: a browser on a network without internet
/// access believes that it is online. The form then says what happened.
fn watch_connection() {
    let Some(banner) = dom::by_id::<HtmlElement>("offline") else {
        return;
    };
    let show = move || {
        let text = if window().navigator().on_line() {
            String::new()
        } else {
            dom::data(&banner, "data-text")
        };
        if banner.text_content().as_deref() != Some(&text) {
            banner.set_text_content(Some(&text));
        }
    };
    show();
    for event in ["offline", "online", "pageshow"] {
        let show = show.clone();
        dom::listen(&window(), event, move |_| show());
    }
}
