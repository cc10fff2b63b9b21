//! Error pages, for requests that no screen answers.

use leptos::prelude::*;

use crate::shared::{RequestId, Words, routes};
use crate::ui::messages::use_words;

/// The reason for an error page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// 404: no page has this address.
    NotFound,
    /// 404: a link from an email is broken or too old.
    DeadLink,
    /// 404: a link that undoes a change is broken, used or too old.
    DeadUndo,
    /// 403: the form came from another site.
    Forbidden,
    /// 421: the request is for another site.
    Misdirected,
    /// 400: the request could not be read.
    Malformed,
    /// 405: the page does not accept requests of this method.
    NotAllowed,
    /// 413: the form was too long.
    TooLarge,
    /// 408: the form did not arrive in time.
    Timeout,
    /// 503: the site is down for maintenance.
    Maintenance,
    /// 500 or 503: an internal error; the log has the cause under this id.
    Unexpected(RequestId),
}

impl Problem {
    /// Returns the title of the page, without the brand.
    #[must_use]
    pub fn title(&self, words: &Words) -> String {
        self.say(words).0
    }

    /// Returns the heading and the text.
    #[must_use]
    pub fn say(self, words: &Words) -> (String, String) {
        match self {
            Self::NotFound => (words.say("not-found-heading"), words.say("not-found-text")),
            Self::DeadLink => (words.say("dead-link-heading"), words.say("dead-link-text")),
            Self::DeadUndo => (words.say("dead-link-heading"), words.say("dead-undo-text")),
            Self::Forbidden => (words.say("forbidden-heading"), words.say("forbidden-text")),
            Self::Misdirected => (
                words.say("misdirected-heading"),
                words.say("misdirected-text"),
            ),
            Self::Malformed => (words.say("malformed-heading"), words.say("error-malformed")),
            Self::NotAllowed => (
                words.say("not-allowed-heading"),
                words.say("not-allowed-text"),
            ),
            Self::TooLarge => (words.say("too-large-heading"), words.say("too-large-text")),
            Self::Timeout => (words.say("timeout-heading"), words.say("timeout-text")),
            Self::Maintenance => (
                words.say("maintenance-heading"),
                words.say("maintenance-text"),
            ),
            Self::Unexpected(id) => (words.say("unexpected-heading"), words.unexpected(id)),
        }
    }
}

/// The page that says what went wrong and links back to the start. It has no islands, because it
/// must work when nothing else does.
#[component]
pub fn ProblemPage(
    /// The reason for the page.
    problem: Problem,
) -> impl IntoView {
    let words = use_words();
    let (heading, text) = problem.say(&words);
    view! {
        <h1>{heading}</h1>
        <p class="lead">{text}</p>
        <p>
            <a class="away" href=routes::ROOT>
                {words.say("start-again")}
            </a>
        </p>
    }
}
