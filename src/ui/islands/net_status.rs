//! Whether there is a connection.

use leptos::prelude::*;
use web_sys::HtmlElement;

use super::dom;

/// Says when the browser goes offline, and takes it back when it is not any more. A hint only: a browser in a network without
/// a way out believes that it is online, and then the form says what happened.
#[island]
pub fn NetStatus() -> impl IntoView {
    dom::when_alive(attach);
}

fn attach() -> Option<()> {
    let banner: HtmlElement = dom::by_id("offline")?;
    let text = banner.get_attribute("data-text");
    for (event, text) in [("offline", text), ("online", None)] {
        let banner = banner.clone();
        dom::listen(&window(), event, move |_| banner.set_text_content(text.as_deref()));
    }
    Some(())
}
