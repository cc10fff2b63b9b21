//! What every page does in the browser.

use leptos::prelude::*;
use web_sys::HtmlElement;

use super::{dom, plain_forms, problem};

/// Watches over forms that only post, says when there is no connection, leads to an error, and never shows a customer's own page from
/// memory.
#[island]
pub fn PageLife() -> impl IntoView {
    dom::when_alive(attach);
}

fn attach() -> Option<()> {
    plain_forms::attach_all();
    problem::focus_rendered_summary();
    // It was there before anybody listened.
    dom::say_again("notice");
    watch_connection();
    let main: HtmlElement = dom::by_id("main")?;
    if main.has_attribute("data-personal") {
        dom::on_return(dom::reload);
    }
    Some(())
}

/// A hint only: a browser in a network without a way out believes that it is online, and then the form says what happened.
fn watch_connection() {
    let Some(banner) = dom::by_id::<HtmlElement>("offline") else { return };
    let text = banner.get_attribute("data-text");
    for (event, text) in [("offline", text), ("online", None)] {
        let banner = banner.clone();
        dom::listen(&window(), event, move |_| banner.set_text_content(text.as_deref()));
    }
}
