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
    /// 200: the browser has requested a code and did not keep the cookie.
    CookiesBlocked,
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
    /// Returns the code in JSON. Like the codes of [`crate::api::OtpError`], codes are part of the
    /// HTTP contract: their meaning never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::InvalidLink | Self::InvalidUndoLink => "invalid_link",
            Self::CookiesBlocked => "cookies_blocked",
            Self::Forbidden => "forbidden",
            Self::Misdirected => "misdirected",
            Self::Malformed => "malformed",
            Self::NotAllowed => "method_not_allowed",
            Self::TooLarge => "too_large",
            Self::Timeout => "timeout",
            Self::Maintenance => "maintenance",
            Self::Unexpected(_) => "unexpected",
        }
    }

    /// Returns the title of the page, without the brand.
    #[must_use]
    pub fn title(&self, translator: &Translator) -> String {
        self.t(translator).0
    }

    /// Returns the heading and the text.
    #[must_use]
    pub fn t(self, translator: &Translator) -> (String, String) {
        match self {
            Self::NotFound => (
                translator.t("not-found-heading"),
                translator.t("not-found-text"),
            ),
            Self::InvalidLink => (
                translator.t("dead-link-heading"),
                translator.t("dead-link-text"),
            ),
            Self::InvalidUndoLink => (
                translator.t("dead-link-heading"),
                translator.t("dead-undo-text"),
            ),
            Self::CookiesBlocked => (
                translator.t("cookies-blocked-heading"),
                translator.t("cookies-blocked-text"),
            ),
            Self::Forbidden => (
                translator.t("forbidden-heading"),
                translator.t("forbidden-text"),
            ),
            Self::Misdirected => (
                translator.t("misdirected-heading"),
                translator.t("misdirected-text"),
            ),
            Self::Malformed => (
                translator.t("malformed-heading"),
                translator.t("error-malformed"),
            ),
            Self::NotAllowed => (
                translator.t("not-allowed-heading"),
                translator.t("not-allowed-text"),
            ),
            Self::TooLarge => (
                translator.t("too-large-heading"),
                translator.t("too-large-text"),
            ),
            Self::Timeout => (
                translator.t("timeout-heading"),
                translator.t("timeout-text"),
            ),
            Self::Maintenance => (
                translator.t("maintenance-heading"),
                translator.t("maintenance-text"),
            ),
            Self::Unexpected(id) => (
                translator.t("unexpected-heading"),
                translator.unexpected(id),
            ),
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
    let translator = use_translator();
    let (heading, text) = problem.t(&translator);
    view! {
        <h1>{heading}</h1>
        <p class="lead">{text}</p>
        <p>
            <a class="standalone-link" href=routes::ROOT>
                {translator.t("start-again")}
            </a>
        </p>
    }
}
