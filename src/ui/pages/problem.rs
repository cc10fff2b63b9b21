//! Pages for requests that no screen answers.

use leptos::prelude::*;

use crate::shared::{RequestId, routes};
use crate::ui::messages;

/// Why there is no other page to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// 404: no page has this address.
    NotFound,
    /// 404: a link of a mail that is broken or too old.
    DeadLink,
    /// 404: a link that undoes a change, broken, used or too old.
    DeadUndo,
    /// 403: the form came from another site.
    Forbidden,
    /// 421: the request is for another site.
    Misdirected,
    /// 400: the request could not be read.
    Malformed,
    /// 405: the page takes no such request.
    NotAllowed,
    /// 413: the form was too long.
    TooLarge,
    /// 408: the form did not arrive in time.
    Timeout,
    /// 500: our fault; the log has the cause under this id.
    Unexpected(RequestId),
}

impl Problem {
    /// Title without the brand.
    #[must_use]
    pub fn title(&self) -> String {
        self.words().0.into()
    }

    /// Heading and text.
    fn words(self) -> (&'static str, String) {
        let [heading, text] = match self {
            Self::NotFound => messages::NOT_FOUND,
            Self::DeadLink => messages::DEAD_LINK,
            Self::DeadUndo => messages::DEAD_UNDO,
            Self::Forbidden => messages::FORBIDDEN,
            Self::Misdirected => messages::MISDIRECTED,
            Self::Malformed => messages::MALFORMED,
            Self::NotAllowed => messages::NOT_ALLOWED,
            Self::TooLarge => messages::TOO_LARGE,
            Self::Timeout => messages::TIMEOUT,
            Self::Unexpected(id) => return (messages::UNEXPECTED_HEADING, messages::unexpected(id)),
        };
        (heading, text.into())
    }
}

/// The page that says what went wrong and leads back to the start. It has no islands: it must not need anything.
#[component]
pub fn ProblemPage(
    /// What went wrong.
    problem: Problem,
) -> impl IntoView {
    let (heading, text) = problem.words();
    view! {
        <h1>{heading}</h1>
        <p class="lead">{text}</p>
        <p>
            <a class="away" href=routes::ROOT>
                {messages::START_AGAIN}
            </a>
        </p>
    }
}
