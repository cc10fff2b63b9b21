//! Error pages, for requests that no screen answers.

use leptos::prelude::*;

use crate::shared::{RequestId, Translator, routes};
use crate::ui::messages::use_translator;

/// The reason for an error page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// 404: no page has this address.
    NotFound,
    /// 404: a link from an email is broken or too old.
    InvalidLink,
    /// 404: a link that undoes a change is broken, used or too old.
    InvalidUndoLink,
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
    pub fn title(&self, words: &Translator) -> String {
        self.t(words).0
    }

    /// Returns the heading and the text.
    #[must_use]
    pub fn t(self, words: &Translator) -> (String, String) {
        match self {
            Self::NotFound => (words.t("not-found-heading"), words.t("not-found-text")),
            Self::InvalidLink => (words.t("dead-link-heading"), words.t("dead-link-text")),
            Self::InvalidUndoLink => (words.t("dead-link-heading"), words.t("dead-undo-text")),
            Self::Forbidden => (words.t("forbidden-heading"), words.t("forbidden-text")),
            Self::Misdirected => (words.t("misdirected-heading"), words.t("misdirected-text")),
            Self::Malformed => (words.t("malformed-heading"), words.t("error-malformed")),
            Self::NotAllowed => (words.t("not-allowed-heading"), words.t("not-allowed-text")),
            Self::TooLarge => (words.t("too-large-heading"), words.t("too-large-text")),
            Self::Timeout => (words.t("timeout-heading"), words.t("timeout-text")),
            Self::Maintenance => (words.t("maintenance-heading"), words.t("maintenance-text")),
            Self::Unexpected(id) => (words.t("unexpected-heading"), words.unexpected(id)),
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
    let words = use_translator();
    let (heading, text) = problem.t(&words);
    view! {
        <h1>{heading}</h1>
        <p class="lead">{text}</p>
        <p>
            <a class="away" href=routes::ROOT>
                {words.t("start-again")}
            </a>
        </p>
    }
}
